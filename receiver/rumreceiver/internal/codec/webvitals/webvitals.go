// Package webvitals decodes what the web-vitals library reports and pages send as its README proposes: a metric as
// a JSON object, or an array of them.
//
// https://github.com/GoogleChrome/web-vitals#send-the-results-to-an-analytics-endpoint
package webvitals

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// Decode reads one body. A body that cannot be read at all gives a *beacon.Rejection; a metric that
// cannot be taken is noted in Beacon.Refused, and the others go on. The library tells no times, so
// Event.Time is zero. A page that leaves the ids away may send what another has sent: such a beacon is
// Ambiguous. The result does not alias body. Safe for concurrent use.
func Decode(body []byte, limits beacon.Limits) (beacon.Beacon, error) {
	if err := wire.RejectEmpty(body); err != nil {
		return beacon.Beacon{}, err
	}
	r, repaired := wire.NewReader(body)
	d := decoder{r: &r, limits: limits, b: beacon.Beacon{Repaired: repaired, SDK: beacon.SDK{Name: "web-vitals"}}}
	d.bag = wire.NewBag(&d.limits, &d.b.Trims)

	var err error
	switch r.Kind() {
	case '[':
		d.b.Events = make([]beacon.Event, 0, wire.EventsIn(&r, metricSize))
		entered, _ := r.Open('[')
		for index := 0; entered && r.More(']'); index++ {
			d.element(index)
		}
	case '{':
		d.element(0)
	default:
		r.Skip()
		err = &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "the body is neither a metric nor an array of metrics"}
	}
	if r.End(); r.Rejection() != nil {
		return beacon.Beacon{}, r.Rejection()
	}
	return d.b, err
}

// metricSize is how many bytes a metric takes, rather few than many.
const metricSize = 150

type decoder struct {
	r      *wire.Reader
	limits beacon.Limits
	b      beacon.Beacon

	// Scratch of the metric being read.
	in   metric
	tags []beacon.Tag
	bag  wire.Bag
}

// metric is one report of the library, with what pages may add to it.
// https://github.com/GoogleChrome/web-vitals#metric
type metric struct {
	name, id, navigationType string
	value, delta             float64
	hasValue, hasDelta       bool

	navigationURL, pageLocation, url string
	session, user                    string

	wire.Fault
}

// page is where the metric was measured: the library knows best, for it sees which navigation a report
// belongs to, while a page tells the address that it has when the report is made.
func (in *metric) page() string {
	for _, url := range []string{in.navigationURL, in.pageLocation, in.url} {
		if url != "" {
			return url
		}
	}
	return ""
}

func (d *decoder) element(index int) {
	if index >= d.limits.MaxEvents {
		d.r.Skip()
		d.b.Refuse(index, beacon.ReasonTooManyEvents, "")
		return
	}
	before := d.b.Trims
	d.in, d.tags = metric{}, d.tags[:0]
	d.bag.Reset()
	entered, _ := d.r.Open('{')
	if !entered {
		d.b.Refuse(index, beacon.ReasonBadEvent, "")
		return
	}
	for d.r.More('}') {
		d.member(d.r.Name())
	}
	event := d.build()
	if d.in.Reason != "" {
		d.b.Refuse(index, d.in.Reason, d.in.Field)
		return
	}
	event.Index, event.Count = index, 1
	event.Trimmed = d.b.Trims.Since(&before)
	event.Attributes = d.bag.Free()
	d.b.Events = append(d.b.Events, event)
}

func (d *decoder) member(name string) {
	in := &d.in
	switch name {
	case "name":
		in.name = d.text(name, beacon.BoundString)
	case "id":
		in.id = d.text(name, beacon.BoundString)
	case "navigationType":
		in.navigationType = d.text(name, beacon.BoundString)
	case "value":
		in.value, in.hasValue = d.number(name)
	case "delta":
		in.delta, in.hasDelta = d.number(name)
	case "navigationURL":
		in.navigationURL = d.text(name, beacon.BoundURL)
	case "page_location":
		in.pageLocation = d.text(name, beacon.BoundURL)
	case "url":
		in.url = d.text(name, beacon.BoundURL)
	case "sessionId":
		in.session = d.text(name, beacon.BoundString)
	case "userId":
		in.user = d.text(name, beacon.BoundString)
	case "tags":
		var ok bool
		if d.tags, ok = wire.Tags(d.r, d.tags, &d.limits, &d.b.Trims); !ok {
			in.Note(beacon.ReasonBadEvent, name)
		}
	case "attribution":
		if !d.attribution() {
			in.Note(beacon.ReasonBadEvent, name)
		}
	default: // rating follows from the value; entries are raw PerformanceEntry objects
		d.r.Skip()
	}
}

func (d *decoder) text(field string, bound beacon.Bound) string {
	s, ok := d.r.Str()
	if !ok {
		d.in.Note(beacon.ReasonBadEvent, field)
	}
	return d.b.Trims.Cut(s, &d.limits, bound)
}

func (d *decoder) number(field string) (float64, bool) {
	v, ok := d.r.Num()
	if !ok {
		d.in.Note(beacon.ReasonBadValue, field)
	}
	return v, ok
}

// build makes the event, or faults.
func (d *decoder) build() beacon.Event {
	in := &d.in
	name, isVital := wire.VitalOf(in.name)
	switch {
	case in.Reason != "":
	case in.name == "":
		in.Note(beacon.ReasonMissingName, "name")
	case !isVital:
		in.Note(beacon.ReasonUnknownType, "name")
	case !in.hasValue:
		in.Note(beacon.ReasonBadValue, "value")
	}
	if in.Reason != "" {
		return beacon.Event{}
	}
	page, ok := wire.PageOf(&d.b, &d.limits, beacon.Page{SessionID: in.session, UserID: in.user, Tags: d.tags, URL: in.page()})
	if !ok {
		in.Note(beacon.ReasonTooManyPages, "")
	}
	delta := in.value
	if in.hasDelta {
		delta = in.delta
	}
	d.b.Ambiguous = d.b.Ambiguous || in.id == ""
	return beacon.Event{
		Kind: beacon.KindVital, Page: page, Name: name, Value: in.value, Delta: delta,
		MeasurementID: in.id, NavigationType: in.navigationType,
	}
}
