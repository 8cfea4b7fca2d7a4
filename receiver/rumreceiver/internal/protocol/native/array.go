package native

import (
	"sync"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// arrayDecoder reads form 1, a bare array of events that each repeat page, session and tags.
type arrayDecoder struct {
	gather.Gather
	r *jsonwalk.Reader

	// Scratch of the event being read.
	in   arrayEvent
	tags []beacon.Tag
}

// arrayEvent is one element of the array, before its kind is known.
type arrayEvent struct {
	typ, name, url, session, user string
	value, timestamp              float64
	hasValue, hasTimestamp        bool

	gather.Fault
}

// arrayDecoders are reused: most of their memory is for the current event.
var arrayDecoders = sync.Pool{New: func() any { return new(arrayDecoder) }}

func decodeArray(r *jsonwalk.Reader, limits beacon.Limits, repaired bool) []beacon.Beacon {
	d := arrayDecoders.Get().(*arrayDecoder)
	d.r = r
	d.Start(limits)
	d.Room(r, arrayEventSize)
	r.Array(d.element)
	beacons := gather.Apart(d.Beacons(repaired))
	tags := d.tags[:cap(d.tags)]
	clear(tags)
	*d = arrayDecoder{Gather: d.Recycled(), tags: tags[:0]}
	arrayDecoders.Put(d)
	return beacons
}

func (d *arrayDecoder) element() {
	if !d.BeginObject(d.r) {
		return
	}
	d.in, d.tags = arrayEvent{}, d.tags[:0]
	d.r.Object(d.member)
	d.finish()
}

func (d *arrayDecoder) member(name string) {
	in := &d.in
	switch name {
	case "type":
		in.typ = d.NeedText(d.r, &in.Fault, name, beacon.BoundString)
	case "name":
		in.name = d.NeedText(d.r, &in.Fault, name, beacon.BoundURL) // a resource's name is its URL
	case "url":
		in.url = d.NeedText(d.r, &in.Fault, name, beacon.BoundURL)
	case "sessionId":
		in.session = d.NeedID(d.r, &in.Fault, name)
	case "userId":
		in.user = d.NeedID(d.r, &in.Fault, name)
	case "value":
		in.hasValue = true
		var ok bool
		if in.value, ok = d.r.Num(); !ok {
			in.Note(beacon.ReasonBadValue, name)
		}
	case "timestamp":
		in.timestamp, in.hasTimestamp = d.r.Num()
	case "tags":
		d.tags = d.NeedTags(d.r, &in.Fault, name, d.tags)
	case "metadata":
		if !d.Bag.Read(d.r) {
			in.Note(beacon.ReasonBadEvent, name)
		}
	default: // unknown members are a newer client's
		d.r.Skip()
	}
}

// finish turns the element into an event, or refuses it.
func (d *arrayDecoder) finish() {
	in := &d.in
	at, ok := gather.FromMillis(in.timestamp)
	event := beacon.Event{Time: at}
	if in.Reason == "" {
		event.Payload = d.payload()
	}
	if in.Reason == "" && !(in.hasTimestamp && ok) {
		in.Note(beacon.ReasonBadTimestamp, "timestamp")
	}
	if in.Reason == "" {
		event.Page = d.page()
	}
	if in.Reason != "" {
		d.Refuse(in.Fault)
		return
	}
	switch payload := event.Payload.(type) {
	case *beacon.PageLoad:
		if d.mergePhases(&event, payload) {
			return
		}
	case *beacon.PageView:
		page := &d.Beacon.Pages[event.Page]
		page.Title, page.Referrer = d.Bag.TakeString("title"), d.Bag.TakeString("referrer")
	}
	d.Take(event)
}

// page finds or makes the page of the event.
func (d *arrayDecoder) page() int {
	in := &d.in
	page, ok := d.Page(beacon.Page{SessionID: in.session, UserID: in.user, Tags: d.tags, URL: in.url})
	if !ok {
		in.Note(beacon.ReasonTooManyPages, "")
	}
	return page
}

// phaseGap is the longest time between phases of one page load: clients queue them together.
const phaseGap = time.Second

// mergePhases adds the phase to the previous event if that is the same page load: phases are sent one by one, but people
// want one record for each page load.
func (d *arrayDecoder) mergePhases(event *beacon.Event, load *beacon.PageLoad) bool {
	if len(d.Beacon.Events) == 0 {
		return false
	}
	last := &d.Beacon.Events[len(d.Beacon.Events)-1]
	before, isLoad := last.Payload.(*beacon.PageLoad)
	if !isLoad || last.Page != event.Page || event.Time.Sub(last.Time).Abs() > phaseGap {
		return false
	}
	for phase, known := range load.Phases.Known {
		if !known {
			continue
		}
		if before.Phases.Known[phase] {
			return false
		}
		before.Phases.Set(beacon.Phase(phase), load.Phases.Value[phase])
	}
	d.Joined(last)
	return true
}
