package native

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// arrayDecoder reads form 1, a bare array of events that each repeat page, session and tags.
type arrayDecoder struct {
	r      *wire.Reader
	limits beacon.Limits
	b      beacon.Beacon

	// Scratch of the event being read.
	in   arrayEvent
	tags []beacon.Tag
	bag  wire.Bag
	// trims before the event.
	trims beacon.Trims

	resources wire.Chunk[beacon.Resource]
}

// arrayEvent is one element of the array, before its kind is known.
type arrayEvent struct {
	typ, name, url, session, user string
	value, timestamp              float64
	hasValue, hasTimestamp        bool

	wire.Fault
}

func decodeArray(r *wire.Reader, limits beacon.Limits) beacon.Beacon {
	d := arrayDecoder{r: r, limits: limits}
	d.bag = wire.NewBag(&d.limits, &d.b.Trims)
	d.b.Events = make([]beacon.Event, 0, wire.EventsIn(r, arrayEventSize))
	entered, _ := r.Open('[')
	for index := 0; entered && r.More(']'); index++ {
		d.element(index)
	}
	return d.b
}

func (d *arrayDecoder) element(index int) {
	if index >= d.limits.MaxEvents {
		d.r.Skip()
		d.b.Refuse(index, beacon.ReasonTooManyEvents, "")
		return
	}
	d.in, d.trims = arrayEvent{}, d.b.Trims
	d.tags = d.tags[:0]
	d.bag.Reset()
	entered, _ := d.r.Open('{')
	if !entered {
		d.b.Refuse(index, beacon.ReasonBadEvent, "")
		return
	}
	for d.r.More('}') {
		d.member(d.r.Name())
	}
	d.finish(index)
}

func (d *arrayDecoder) member(name string) {
	in := &d.in
	switch name {
	case "type":
		in.typ = d.text(name, beacon.BoundString)
	case "name":
		in.name = d.text(name, beacon.BoundURL) // a resource's name is its URL
	case "url":
		in.url = d.text(name, beacon.BoundURL)
	case "sessionId":
		in.session = d.text(name, beacon.BoundString)
	case "userId":
		in.user = d.text(name, beacon.BoundString)
	case "value":
		in.hasValue = true
		var ok bool
		if in.value, ok = d.r.Num(); !ok {
			in.Note(beacon.ReasonBadValue, name)
		}
	case "timestamp":
		in.timestamp, in.hasTimestamp = d.r.Num()
	case "tags":
		d.readTags()
	case "metadata":
		if !d.bag.Read(d.r) {
			in.Note(beacon.ReasonBadEvent, name)
		}
	default: // unknown members are a newer client's
		d.r.Skip()
	}
}

func (d *arrayDecoder) text(field string, bound beacon.Bound) string {
	s, ok := d.r.Str()
	if !ok {
		d.in.Note(beacon.ReasonBadEvent, field)
	}
	return d.b.Trims.Cut(s, &d.limits, bound)
}

func (d *arrayDecoder) readTags() {
	var ok bool
	if d.tags, ok = wire.Tags(d.r, d.tags, &d.limits, &d.b.Trims); !ok {
		d.in.Note(beacon.ReasonBadEvent, "tags")
	}
}

// finish turns the element into an event, or refuses it.
func (d *arrayDecoder) finish(index int) {
	in := &d.in
	at, ok := wire.FromMillis(in.timestamp)
	event := beacon.Event{Index: index, Count: 1, Time: at, Name: in.name, Value: in.value}
	if in.Reason == "" {
		d.fill(&event)
	}
	if in.Reason == "" && !(in.hasTimestamp && ok) {
		in.Note(beacon.ReasonBadTimestamp, "timestamp")
	}
	if in.Reason == "" {
		event.Page = d.page()
	}
	if in.Reason != "" {
		d.b.Refuse(index, in.Reason, in.Field)
		return
	}
	event.Trimmed = d.b.Trims.Since(&d.trims)
	switch event.Kind {
	case beacon.KindNavigationTiming:
		if d.mergePhase(&event) {
			return
		}
	case beacon.KindPageView:
		page := &d.b.Pages[event.Page]
		page.Title, page.Referrer = d.bag.TakeString("title"), d.bag.TakeString("referrer")
	}
	event.Attributes = d.bag.Free()
	d.b.Events = append(d.b.Events, event)
}

// page finds or makes the page of the event.
func (d *arrayDecoder) page() int {
	in := &d.in
	page, ok := wire.PageOf(&d.b, &d.limits, beacon.Page{SessionID: in.session, UserID: in.user, Tags: d.tags, URL: in.url})
	if !ok {
		in.Note(beacon.ReasonTooManyPages, "")
	}
	return page
}

// phaseGap is how far apart the phases of one page load are reported: they are queued in one go.
const phaseGap = time.Second

// mergePhase adds the phase to the event before it when that is the same page load: the phases are
// sent one by one, but one record a page load is what people count.
func (d *arrayDecoder) mergePhase(event *beacon.Event) bool {
	if len(d.b.Events) == 0 {
		return false
	}
	last := &d.b.Events[len(d.b.Events)-1]
	if last.Kind != beacon.KindNavigationTiming || last.Page != event.Page || event.Time.Sub(last.Time).Abs() > phaseGap {
		return false
	}
	for phase, known := range event.Phases.Known {
		if !known {
			continue
		}
		if last.Phases.Known[phase] {
			return false
		}
		last.Phases.Known[phase], last.Phases.Value[phase] = true, event.Phases.Value[phase]
	}
	last.Count++
	last.Trimmed |= event.Trimmed
	return true
}
