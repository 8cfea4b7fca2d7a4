// Package webvitals decodes what the web-vitals library reports and pages send as its README proposes: a metric as
// a JSON object, or an array of them.
//
// https://github.com/GoogleChrome/web-vitals#send-the-results-to-an-analytics-endpoint
package webvitals

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// decode reads one body. The library sends no times, so Event.Time is zero. Pages that do not send ids may send equal bodies:
// such a beacon is Ambiguous.
func decode(body []byte, limits beacon.Limits) ([]beacon.Beacon, error) {
	if err := gather.RejectEmpty(body); err != nil {
		return nil, err
	}
	r, repaired := jsonwalk.NewReader(body)
	d := decoder{r: &r}
	d.Start(limits)
	d.Beacon.SDK.Name = "web-vitals"

	var err error
	switch r.Kind() {
	case '[':
		d.Room(&r, metricSize)
		r.Array(d.element)
	case '{':
		d.element()
	default:
		r.Skip()
		err = &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "the body is neither a metric nor an array of metrics"}
	}
	if r.End(); r.Rejection() != nil {
		return nil, r.Rejection()
	}
	if err != nil {
		return nil, err
	}
	beacons := gather.Apart(d.Beacons(repaired))
	for i := range beacons {
		beacons[i].Ambiguous = d.ambiguous
	}
	return beacons, nil
}

// metricSize is the size of a small metric, in bytes.
const metricSize = 150

type decoder struct {
	gather.Gather
	r         *jsonwalk.Reader
	ambiguous bool

	// Scratch of the metric being read.
	in   metric
	tags []beacon.Tag
}

// metric is one report of the library, with what pages may add to it.
// https://github.com/GoogleChrome/web-vitals#metric
type metric struct {
	name, id, navigationType string
	value, delta             float64
	hasValue, hasDelta       bool

	navigationURL, pageLocation, url string
	session, user                    string

	gather.Fault
}

// page is the URL at which the metric was measured. The library's own is the best, because it knows the navigation of a report;
// a page sends its URL at the time of the report.
func (in *metric) page() string {
	for _, url := range []string{in.navigationURL, in.pageLocation, in.url} {
		if url != "" {
			return url
		}
	}
	return ""
}

func (d *decoder) element() {
	if !d.BeginObject(d.r) {
		return
	}
	d.in, d.tags = metric{}, d.tags[:0]
	d.r.Object(d.member)
	event := d.build()
	if d.in.Reason != "" {
		d.Refuse(d.in.Fault)
		return
	}
	d.Take(event)
}

func (d *decoder) member(name string) {
	in := &d.in
	switch name {
	case "name":
		in.name = d.NeedText(d.r, &in.Fault, name, beacon.BoundString)
	case "id":
		in.id = d.NeedID(d.r, &in.Fault, name)
	case "navigationType":
		in.navigationType = d.NeedText(d.r, &in.Fault, name, beacon.BoundString)
	case "value":
		in.value, in.hasValue = d.number(name)
	case "delta":
		in.delta, in.hasDelta = d.r.Num() // an invalid delta is ignored: only the value counts
	case "navigationURL":
		in.navigationURL = d.NeedText(d.r, &in.Fault, name, beacon.BoundURL)
	case "page_location":
		in.pageLocation = d.NeedText(d.r, &in.Fault, name, beacon.BoundURL)
	case "url":
		in.url = d.NeedText(d.r, &in.Fault, name, beacon.BoundURL)
	case "sessionId":
		in.session = d.NeedID(d.r, &in.Fault, name)
	case "userId":
		in.user = d.NeedID(d.r, &in.Fault, name)
	case "tags":
		d.tags = d.NeedTags(d.r, &in.Fault, name, d.tags)
	case "attribution":
		if !d.attribution() {
			in.Note(beacon.ReasonBadEvent, name)
		}
	default: // rating follows from the value; entries are raw PerformanceEntry objects
		d.r.Skip()
	}
}

func (d *decoder) number(field string) (float64, bool) {
	v, ok := d.r.Num()
	if !ok {
		d.in.Note(beacon.ReasonBadValue, field)
	}
	return v, ok
}

// nextPrefix begins the names of what useReportWebVitals of Next.js reports besides vitals: Next.js-hydration,
// Next.js-route-change-to-render and Next.js-render, in ms.
// https://nextjs.org/docs/app/api-reference/functions/use-report-web-vitals
const nextPrefix = "Next.js-"

// build makes the event, or notes a fault.
func (d *decoder) build() (event beacon.Event) {
	in := &d.in
	name, isVital := gather.VitalOf(in.name)
	switch {
	case in.Reason != "":
	case in.name == "":
		in.Note(beacon.ReasonMissingName, "name")
	case !in.hasValue:
		in.Note(beacon.ReasonBadValue, "value")
	}
	if in.Reason != "" {
		return event
	}
	var ok bool
	if event.Page, ok = d.Page(beacon.Page{SessionID: in.session, UserID: in.user, Tags: d.tags, URL: in.page()}); !ok {
		in.Note(beacon.ReasonTooManyPages, "")
	}
	d.ambiguous = d.ambiguous || in.id == ""
	if !isVital { // one of a newer library, or of Next.js
		measurement := beacon.Measurement{Name: in.name, Value: in.value}
		if strings.HasPrefix(in.name, nextPrefix) {
			measurement.Unit = "ms"
		}
		event.Payload = d.Measurements.Put(measurement)
		return event
	}
	vital := beacon.Vital{Name: name, Value: in.value, Delta: in.value, ID: in.id, NavigationType: in.navigationType}
	if in.hasDelta {
		vital.Delta = in.delta
	}
	event.Payload = d.Vitals.Put(vital)
	return event
}
