package native

import (
	"math"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// kindOf maps "k" to kinds.
var kindOf = map[string]beacon.Kind{
	"vital":    beacon.KindVital,
	"error":    beacon.KindError,
	"nav":      beacon.KindNavigationTiming,
	"view":     beacon.KindPageView,
	"resource": beacon.KindResource,
	"click":    beacon.KindClick,
	"action":   beacon.KindInteraction,
	"task":     beacon.KindLongTask,
	"measure":  beacon.KindMeasurement,
	"budget":   beacon.KindBudget,
	"session":  beacon.KindSessionStart,
}

// batchEvent is one element of "events", before its kind is known.
type batchEvent struct {
	k, n, m, s, src, f, u, it, id, nt, sel, tag, trace string
	v, d, b, bd, t, l, c, ts, es, ds, st, p            float64
	hasV, hasB                                         bool
	same                                               bool
	phases                                             *beacon.Phases
	cause

	wire.Fault
}

func (d *batchDecoder) readEvents() {
	entered, ok := d.r.Open('[')
	if !ok {
		d.fault("events")
	}
	if entered && d.b.Events == nil {
		d.b.Events = make([]beacon.Event, 0, wire.EventsIn(d.r, batchEventSize))
	}
	for index := 0; entered && d.r.More(']'); index++ {
		d.event(index)
	}
}

func (d *batchDecoder) event(index int) {
	if index >= d.limits.MaxEvents {
		d.r.Skip()
		d.b.Refuse(index, beacon.ReasonTooManyEvents, "")
		return
	}
	in := &d.in
	*in = batchEvent{d: math.NaN(), bd: -1, t: math.NaN(), cause: unknownCause}
	before := d.b.Trims
	d.bag.Reset()
	entered, _ := d.r.Open('{')
	if !entered {
		d.b.Refuse(index, beacon.ReasonBadEvent, "")
		return
	}
	for d.r.More('}') {
		d.eventMember(in, d.r.Name())
	}
	event := d.build(in)
	if in.Reason != "" {
		d.b.Refuse(index, in.Reason, in.Field)
		return
	}
	event.Index, event.Count = index, 1
	event.Trimmed = d.b.Trims.Since(&before)
	event.Attributes = d.bag.Free()
	d.b.Events = append(d.b.Events, event)
	d.offsets = append(d.offsets, in.t)
}

func (d *batchDecoder) eventMember(in *batchEvent, name string) {
	if text, bound := in.textField(name); text != nil {
		s, ok := d.r.Str()
		if !ok {
			in.Note(beacon.ReasonBadEvent, name)
		}
		*text = d.b.Trims.Cut(s, &d.limits, bound)
		return
	}
	if number := in.numberField(name); number != nil {
		v, ok := d.r.Num()
		if *number = v; !ok {
			in.Note(faultOf(name), name)
		}
		return
	}
	switch name {
	case "same":
		var ok bool
		if in.same, ok = d.r.Bool(); !ok {
			in.Note(beacon.ReasonBadEvent, name)
		}
	case "a":
		if !d.bag.Read(d.r) {
			in.Note(beacon.ReasonBadEvent, name)
		}
	case "pt":
		d.readTimes(in)
	default: // a newer client's
		d.r.Skip()
	}
}

func faultOf(number string) beacon.Reason {
	switch number {
	case "v", "b", "d":
		return beacon.ReasonBadValue
	case "t":
		return beacon.ReasonBadTimestamp
	default:
		return beacon.ReasonBadEvent
	}
}

func (in *batchEvent) textField(name string) (*string, beacon.Bound) {
	switch name {
	case "k":
		return &in.k, beacon.BoundString
	case "n":
		return &in.n, beacon.BoundString
	case "m":
		return &in.m, beacon.BoundString
	case "s":
		return &in.s, beacon.BoundStack
	case "src":
		return &in.src, beacon.BoundString
	case "f":
		return &in.f, beacon.BoundURL
	case "u":
		return &in.u, beacon.BoundURL
	case "it":
		return &in.it, beacon.BoundString
	case "id":
		return &in.id, beacon.BoundString
	case "nt":
		return &in.nt, beacon.BoundString
	case "sel":
		return &in.sel, beacon.BoundString
	case "tag":
		return &in.tag, beacon.BoundString
	case "trace":
		return &in.trace, beacon.BoundString
	}
	return nil, 0
}

func (in *batchEvent) numberField(name string) *float64 {
	switch name {
	case "v":
		in.hasV = true
		return &in.v
	case "t":
		return &in.t
	case "p":
		return &in.p
	case "d":
		return &in.d
	case "b":
		in.hasB = true
		return &in.b
	case "bd":
		return &in.bd
	case "l":
		return &in.l
	case "c":
		return &in.c
	case "ts":
		return &in.ts
	case "es":
		return &in.es
	case "ds":
		return &in.ds
	case "st":
		return &in.st
	}
	return in.field(name)
}

// build makes the event of its kind, or faults.
func (d *batchDecoder) build(in *batchEvent) beacon.Event {
	event := beacon.Event{Kind: kindOf[in.k], Name: in.n, Value: in.v, NavigationType: in.nt}
	switch {
	case in.Reason != "":
		return event
	case math.IsNaN(in.t):
		in.Note(beacon.ReasonBadTimestamp, "t")
	case in.p < 0 || in.p != math.Trunc(in.p) || in.p > math.MaxInt32:
		in.Note(beacon.ReasonBadEvent, "p")
	}
	event.Page = int(wire.ToInt(in.p))
	switch event.Kind {
	case beacon.KindVital:
		in.vital(&event)
		in.explain(&d.bag)
	case beacon.KindError:
		in.s = d.b.Trims.CutStack(in.s, &d.limits)
		in.exception(&event)
	case beacon.KindNavigationTiming:
		if event.Phases = in.phases; in.phases == nil {
			in.Note(beacon.ReasonBadEvent, "pt")
		}
	case beacon.KindPageView:
		event.SameDocument = in.same
	case beacon.KindResource:
		event.Resource = d.resources.Next()
		in.resource(&event)
	case beacon.KindClick:
		event.Element = &beacon.Element{Selector: in.sel, Tag: in.tag}
	case beacon.KindInteraction, beacon.KindMeasurement:
		if in.n == budgetExceeded && event.Kind == beacon.KindMeasurement {
			if reason := takeBudget(&d.bag, &event); reason != "" {
				in.Note(reason, "a")
			}
			break
		}
		event.Unit = in.u
		in.need(in.n != "", beacon.ReasonMissingName, "n")
		in.need(in.hasV, beacon.ReasonBadValue, "v")
	case beacon.KindLongTask:
		event.Name, event.Blocking = "", in.bd
		in.culprit(&d.bag)
		in.need(in.hasV, beacon.ReasonBadValue, "v")
	case beacon.KindBudget:
		event.Limit = in.b
		in.need(in.n != "", beacon.ReasonMissingName, "n")
		in.need(in.hasV, beacon.ReasonBadValue, "v")
		in.need(in.hasB, beacon.ReasonBadValue, "b")
	case beacon.KindSessionStart:
	default:
		in.Note(beacon.ReasonUnknownType, "k")
	}
	return event
}

func (in *batchEvent) need(ok bool, reason beacon.Reason, field string) {
	if !ok {
		in.Note(reason, field)
	}
}

func (in *batchEvent) vital(event *beacon.Event) {
	name, ok := wire.VitalOf(in.n)
	in.need(in.n != "", beacon.ReasonMissingName, "n")
	in.need(ok, beacon.ReasonUnknownType, "n")
	in.need(in.hasV, beacon.ReasonBadValue, "v")
	event.Name, event.MeasurementID = name, in.id
	if event.Delta = in.d; math.IsNaN(in.d) {
		event.Delta = in.v
	}
}

func (in *batchEvent) exception(event *beacon.Event) {
	in.need(in.n != "", beacon.ReasonMissingName, "n")
	source := in.src
	switch source {
	case "":
		source = "error"
	case "error", "unhandledrejection", "manual":
	default:
		in.Note(beacon.ReasonBadEvent, "src")
	}
	event.Error = &beacon.Error{
		Message: in.m, Stack: in.s, Source: source,
		File: in.f, Line: wire.ToInt(in.l), Column: wire.ToInt(in.c),
	}
}

func (in *batchEvent) resource(event *beacon.Event) {
	in.need(in.u != "", beacon.ReasonMissingName, "u")
	in.need(in.hasV, beacon.ReasonBadValue, "v")
	event.Name = in.u
	*event.Resource = beacon.Resource{
		InitiatorType: in.it,
		TransferSize:  wire.ToInt(in.ts), EncodedSize: wire.ToInt(in.es), DecodedSize: wire.ToInt(in.ds),
		Method: methodOf(in.m), Status: wire.ToInt(in.st), ErrorType: failureOf(in.n),
	}
	event.Resource.TraceID, event.Resource.SpanID = parseTraceparent(in.trace)
}
