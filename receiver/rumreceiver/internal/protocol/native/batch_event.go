package native

import (
	"math"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// batchEvent is an element of "events", before its kind is known. The names of members have one or a few letters; their
// meaning depends on the kind, as the schema says.
// https://github.com/otelcol-rum/otelcol-rum/blob/main/testdata/beacon/beacon.schema.json
type batchEvent struct {
	kind string
	name string // of a vital, a type of exceptions, a measurement; of a script its function; of a request its failure
	text string // a message, a method, an invoker
	typ  string // of an event, an initiator, an invoker

	stack, source, file, url, id, navigationType, selector, tag, trace string

	value, delta, limit, blocking, time, line, column    float64
	transferSize, encodedSize, decodedSize, status, page float64
	hasValue, hasLimit, sameDocument                     bool

	times *beacon.Times
	cause
	script beacon.Script

	gather.Fault
}

func (d *batchDecoder) readEvents() {
	d.Room(d.r, batchEventSize)
	if !d.r.Array(d.event) {
		d.fault("events")
	}
}

func (d *batchDecoder) event() {
	if !d.BeginObject(d.r) {
		return
	}
	in := &d.in
	*in = batchEvent{delta: math.NaN(), blocking: -1, time: math.NaN(), cause: unknownCause, script: unknownScript}
	for entered, _ := d.r.Open('{'); entered && d.r.More('}'); {
		d.eventMember(in, d.r.Name())
	}
	event := d.build(in)
	if in.Reason != "" {
		d.Refuse(in.Fault)
		return
	}
	d.Take(event)
	d.offsets = append(d.offsets, in.time)
}

func (d *batchDecoder) eventMember(in *batchEvent, name string) {
	if text, bound := in.textField(name); text != nil {
		s, ok := d.r.Str()
		if !ok {
			in.Note(beacon.ReasonBadEvent, name)
		}
		*text = d.Cut(s, bound)
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
		if in.sameDocument, ok = d.r.Bool(); !ok {
			in.Note(beacon.ReasonBadEvent, name)
		}
	case "a":
		if !d.Bag.Read(d.r) {
			in.Note(beacon.ReasonBadEvent, name)
		}
	case "pt":
		d.readTimes(in)
	case "sc":
		d.readScript(in)
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
		return &in.kind, beacon.BoundString
	case "n":
		return &in.name, beacon.BoundString
	case "m":
		return &in.text, beacon.BoundString
	case "s":
		return &in.stack, beacon.BoundStack
	case "src":
		return &in.source, beacon.BoundString
	case "f":
		return &in.file, beacon.BoundURL
	case "u":
		return &in.url, beacon.BoundURL
	case "it":
		return &in.typ, beacon.BoundString
	case "id":
		return &in.id, beacon.BoundString
	case "nt":
		return &in.navigationType, beacon.BoundString
	case "sel":
		return &in.selector, beacon.BoundString
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
		in.hasValue = true
		return &in.value
	case "t":
		return &in.time
	case "p":
		return &in.page
	case "d":
		return &in.delta
	case "b":
		in.hasLimit = true
		return &in.limit
	case "bd":
		return &in.blocking
	case "l":
		return &in.line
	case "c":
		return &in.column
	case "ts":
		return &in.transferSize
	case "es":
		return &in.encodedSize
	case "ds":
		return &in.decodedSize
	case "st":
		return &in.status
	case "cp":
		return &in.script.CharPosition
	case "fl":
		return &in.script.ForcedLayout
	}
	return in.field(name)
}

// build makes the event, or notes a fault.
func (d *batchDecoder) build(in *batchEvent) (event beacon.Event) {
	switch {
	case in.Reason != "":
		return event
	case math.IsNaN(in.time):
		in.Note(beacon.ReasonBadTimestamp, "t")
	case in.page < 0 || in.page != math.Trunc(in.page) || in.page > math.MaxInt32:
		in.Note(beacon.ReasonBadEvent, "p")
	}
	event.Page = int(gather.ToInt(in.page))
	switch in.kind {
	case "vital":
		event.Payload = d.vital(in)
	case "error":
		event.Payload = d.exception(in)
	case "nav":
		in.need(in.times != nil, beacon.ReasonBadEvent, "pt")
		event.Payload = in.pageLoad()
	case "view":
		event.Payload = &beacon.PageView{Type: in.navigationType, SameDocument: in.sameDocument}
	case "resource":
		event.Payload, event.Trace = d.resource(in), gather.Traceparent(in.trace)
	case "click":
		event.Payload = d.Clicks.Put(beacon.Click{Selector: in.selector, Tag: in.tag})
	case "action":
		in.needNamed()
		event.Payload = d.Interactions.Put(beacon.Interaction{Name: in.name, Duration: in.value})
	case "measure":
		event.Payload = d.measurement(in)
	case "task":
		in.need(in.hasValue, beacon.ReasonBadValue, "v")
		event.Payload = d.busy(in)
	case "budget":
		in.needNamed()
		in.need(in.hasLimit, beacon.ReasonBadValue, "b")
		event.Payload = &beacon.Budget{Metric: in.name, Value: in.value, Limit: in.limit}
	case "session":
		event.Payload = &beacon.SessionStart{}
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

func (in *batchEvent) needNamed() {
	in.need(in.name != "", beacon.ReasonMissingName, "n")
	in.need(in.hasValue, beacon.ReasonBadValue, "v")
}

func (d *batchDecoder) vital(in *batchEvent) beacon.Payload {
	name, ok := gather.VitalOf(in.name)
	in.need(in.name != "", beacon.ReasonMissingName, "n")
	in.need(ok, beacon.ReasonUnknownType, "n")
	in.need(in.hasValue, beacon.ReasonBadValue, "v")
	delta := in.delta
	if math.IsNaN(delta) {
		delta = in.value
	}
	in.explain(&d.Bag)
	return d.Vitals.Put(beacon.Vital{Name: name, Value: in.value, Delta: delta, ID: in.id, NavigationType: in.navigationType})
}

func (d *batchDecoder) exception(in *batchEvent) beacon.Payload {
	in.need(in.name != "", beacon.ReasonMissingName, "n")
	source := in.source
	switch source {
	case "":
		source = "error"
	case "error", "unhandledrejection", "manual":
	default:
		in.Note(beacon.ReasonBadEvent, "src")
	}
	exception := d.Exceptions.Put(beacon.Exception{
		Message: in.text, Stack: d.Trims.CutStack(in.stack, &d.Limits), Source: source,
		File: in.file, Line: gather.ToInt(in.line), Column: gather.ToInt(in.column),
	})
	gather.NameException(exception, in.name, "")
	return exception
}

func (in *batchEvent) pageLoad() beacon.Payload {
	load := &beacon.PageLoad{Type: in.navigationType, Times: in.times}
	if in.times != nil {
		load.Phases = in.times.Phases()
	}
	return load
}

func (d *batchDecoder) resource(in *batchEvent) beacon.Payload {
	in.need(in.url != "", beacon.ReasonMissingName, "u")
	in.need(in.hasValue, beacon.ReasonBadValue, "v")
	return d.Resources.Put(beacon.Resource{
		URL: in.url, Duration: in.value, InitiatorType: in.typ,
		TransferSize: gather.ToInt(in.transferSize), EncodedSize: gather.ToInt(in.encodedSize), DecodedSize: gather.ToInt(in.decodedSize),
		Method: gather.MethodOf(in.text), Status: gather.ToInt(in.status), ErrorType: failureOf(in.name),
	})
}

// busy is a long task, or a long animation frame, which has a blocking duration.
func (d *batchDecoder) busy(in *batchEvent) beacon.Payload {
	culprit := in.culprit()
	if in.blocking < 0 {
		addScript(&d.Bag, culprit)
		return d.LongTasks.Put(beacon.LongTask{Duration: in.value})
	}
	frame := &beacon.LongFrame{Duration: in.value, Blocking: in.blocking}
	if culprit.URL != "" || culprit.Invoker != "" {
		frame.Script = culprit
	}
	return frame
}

// measurement of the application, or a budget that its page found exceeded.
func (d *batchDecoder) measurement(in *batchEvent) beacon.Payload {
	if in.name == budgetExceeded {
		budget, reason := takeBudget(&d.Bag)
		in.need(reason == "", reason, "a")
		return budget
	}
	in.needNamed()
	return d.Measurements.Put(beacon.Measurement{Name: in.name, Value: in.value, Unit: in.url})
}
