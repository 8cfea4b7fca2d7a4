// Package faro decodes what the Grafana Faro Web SDK sends: one object with what all items of the body share,
// and a list of items for each kind of signal.
//
// https://github.com/grafana/faro-web-sdk/blob/main/packages/core/src/transports/types.ts
package faro

import (
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// decode reads one body.
func decode(body []byte, limits beacon.Limits) ([]beacon.Beacon, error) {
	if err := gather.RejectEmpty(body); err != nil {
		return nil, err
	}
	r, repaired := jsonwalk.NewReader(body)
	d := decoder{r: &r, page: beacon.Page{SessionImplicit: true}}
	d.Start(limits)
	d.Bag.Spare = spareAttributes
	d.r.Object(d.member)
	if r.End(); r.Rejection() != nil {
		return nil, r.Rejection()
	}
	if !d.hasMeta {
		return nil, &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: `the body is no payload of Faro: it has no "meta"`}
	}
	d.followSession()
	if len(d.Beacon.Events) > 0 {
		d.Beacon.Pages = []beacon.Page{d.page}
	}
	return d.Beacons(repaired), nil
}

// followSession sets the previous id of a started session, which the SDK sends among the attributes of the session in meta.
func (d *decoder) followSession() {
	at := slices.IndexFunc(d.page.Tags, func(tag beacon.Tag) bool { return tag.Key == previousSession })
	if at < 0 {
		return
	}
	for i := range d.Beacon.Events {
		if start, ok := d.Beacon.Events[i].Payload.(*beacon.SessionStart); ok && start.PreviousID == "" {
			start.PreviousID = d.page.Tags[at].Value
		}
	}
}

const previousSession = "previousSession"

type decoder struct {
	gather.Gather
	r       *jsonwalk.Reader
	hasMeta bool
	hasView bool
	page    beacon.Page // of all items

	item item // scratch of the item being read
}

// item of any list, before its kind is known. Its attributes, or its context, are in the bag.
type item struct {
	name, kind, value, level, timestamp string
	traceID, spanID                     string
	fingerprint                         string
	fatal                               bool
	values                              []beacon.Attribute
	frames                              []gather.Frame
	faulty                              string // the first member of a wrong type
}

func (d *decoder) member(name string) {
	switch name {
	case "meta":
		d.hasMeta = true
		d.r.Object(d.metaMember)
	case "events":
		d.items(d.event)
	case "measurements":
		d.items(d.measurement)
	case "exceptions":
		d.items(d.exception)
	case "logs":
		d.items(d.log)
	case "traces":
		d.traces()
	default:
		d.r.Skip()
	}
}

// traces are left out, as one item: spans are for the otlp receiver.
func (d *decoder) traces() {
	if d.r.Kind() != 'n' {
		d.LeaveOut()
	}
	d.r.Skip()
}

// items reads a list. build makes an event of each element, leaves it out, or returns a fault.
func (d *decoder) items(build func() gather.Fault) {
	d.r.Array(func() {
		if !d.BeginObject(d.r) {
			return
		}
		d.item = item{values: d.item.values[:0], frames: d.item.frames[:0]}
		d.r.Object(d.itemMember)
		fault := gather.Fault{Reason: beacon.ReasonBadEvent, Field: d.item.faulty}
		if d.item.faulty == "" {
			fault = build()
		}
		if fault.Reason != "" {
			d.Refuse(fault)
		}
	})
}

// new begins an event of the item. ok is false without a possible time.
func (d *decoder) new() (event beacon.Event, ok bool) {
	event.Trace = gather.TraceOf(d.item.traceID, d.item.spanID)
	event.Time, ok = d.time()
	return event, ok
}

// time of the item; ok is false without a possible one.
func (d *decoder) time() (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, d.item.timestamp)
	if err != nil {
		return time.Time{}, false
	}
	return gather.FromMillis(float64(at.UnixMilli()))
}
