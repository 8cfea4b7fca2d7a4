package datadog

import (
	"strconv"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// event makes an event of the line, holds it, leaves it out, or returns a fault. Unknown types become custom events: a newer
// SDK may have more types.
func (d *decoder) event() gather.Fault {
	in := &d.in
	if in.kind == "telemetry" { // data of the SDK about itself
		d.LeaveOut()
		return gather.Fault{}
	}
	if in.kind == "view" || in.kind == "view_update" {
		return d.document()
	}
	event, fault := d.new()
	if fault.Reason != "" {
		return fault
	}
	switch in.kind {
	case "resource":
		event.Payload, fault = d.resource()
	case "error":
		event.Payload = d.failure()
	case "action":
		event.Payload, fault = d.action()
	case "long_task":
		event.Payload, fault = d.task()
	case "vital":
		event.Payload, fault = d.vital()
	default:
		event.Payload = &beacon.Custom{Name: d.Cut("datadog."+in.kind, beacon.BoundString)}
	}
	if fault.Reason == "" {
		_, event.Verbatim = event.Payload.(*beacon.Custom)
		d.Take(event)
	}
	return fault
}

func (d *decoder) resource() (beacon.Payload, gather.Fault) {
	in := &d.in.resource
	switch {
	case in.url == "":
		return nil, gather.Fault{Reason: beacon.ReasonMissingName, Field: "resource.url"}
	case in.kind == "document":
		return d.network(), gather.Fault{}
	case !in.hasDuration:
		return nil, gather.Fault{Reason: beacon.ReasonBadValue, Field: "resource.duration"}
	}
	resource := beacon.Resource{
		URL: in.url, Duration: millis(in.duration), InitiatorType: initiatorOf(in.kind), Method: gather.MethodOf(in.method), Status: gather.ToInt(in.status),
		TransferSize: gather.ToInt(in.transfer), EncodedSize: gather.ToInt(in.encoded), DecodedSize: gather.ToInt(in.decoded),
	}
	if in.method != "" && in.status == 0 { // a request of a script without a response
		resource.ErrorType = "NetworkError"
	}
	return d.Resources.Put(resource), gather.Fault{}
}

// network is the resource of the document. It has the parts of the page load that the view does not have.
func (d *decoder) network() beacon.Payload {
	in := &d.in.resource
	load := &beacon.PageLoad{Type: "navigate"}
	for _, of := range []struct {
		phase beacon.Phase
		part  part
	}{
		{beacon.PhaseDNS, in.dns}, {beacon.PhaseTCP, in.connect}, {beacon.PhaseTLS, in.ssl},
		{beacon.PhaseTTFB, in.firstByte}, {beacon.PhaseDownload, in.download},
	} {
		if of.part.known && of.part.duration >= 0 {
			load.Phases.Set(of.phase, beacon.Tenth(millis(of.part.duration)))
		}
	}
	return load
}

func (d *decoder) failure() beacon.Payload {
	in := &d.in.error
	x := d.Exceptions.Put(beacon.Exception{Message: in.message, Source: "error", Group: in.fingerprint})
	stack, name := in.stack, in.kind
	switch {
	case in.source == "console":
		name, x.Source, stack = "console.error", "manual", in.handlingStack
	case in.handling == "handled":
		x.Source = "manual"
	}
	if thrown, ok := strings.CutPrefix(in.message, "Uncaught "); ok { // a thrown value that is no Error, as JSON
		if text, err := strconv.Unquote(thrown); err == nil {
			x.Message = text
		}
	}
	x.Stack = d.stack(stack)
	gather.NameException(x, name, "")
	x.Message = d.Cut(x.Message, beacon.BoundString)
	if in.causes > 0 {
		d.Bag.Text("cause.type", in.causeType)
		d.Bag.Text("cause.message", in.causeMessage)
		d.Bag.Number("causes", float64(in.causes))
	}
	return x
}

// stack converts the SDK's stack, "Type: message\n  at fn @ url:1:2", to Chromium's format. Without any position it is empty.
func (d *decoder) stack(stack string) string {
	if !strings.Contains(stack, "\n") {
		return ""
	}
	var out strings.Builder
	hasPlace := false
	for i, line := range strings.Split(stack, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		frame, isFrame := strings.CutPrefix(strings.TrimSpace(line), "at ")
		at := strings.LastIndex(frame, " @ ")
		switch {
		case !isFrame || i == 0 || at < 0:
			out.WriteString(line)
			continue
		case frame[at+3:] == "":
			out.WriteString("    at " + frame[:at])
			continue
		}
		hasPlace = true
		function, place := frame[:at], frame[at+3:]
		if function == "" || function == "?" || function == "<anonymous>" {
			out.WriteString("    at " + place)
		} else {
			out.WriteString("    at " + function + " (" + place + ")")
		}
	}
	if !hasPlace {
		return ""
	}
	return d.Trims.CutStack(d.Cut(out.String(), beacon.BoundStack), &d.Limits)
}

// action is a click, or a custom event of the application. Its frustrations and the time that the page was busy are attributes.
func (d *decoder) action() (beacon.Payload, gather.Fault) {
	in := &d.in.action
	if in.hasLoading {
		d.Bag.Number("loading_time", beacon.Tenth(millis(in.loadingTime)))
	}
	switch {
	case in.kind == "click" || in.kind == "tap":
		for _, frustration := range in.frustrations {
			if kind, ok := strings.CutSuffix(frustration, "_click"); ok {
				d.Bag.Truth(kind, true) // as our own client names it
			}
		}
		d.Bag.Text("name", in.name)
		return d.Clicks.Put(beacon.Click{Selector: d.in.selector}), gather.Fault{}
	case in.name == "" || in.kind == "":
		return nil, gather.Fault{Reason: beacon.ReasonMissingName, Field: "action"}
	case in.kind == "custom":
		return &beacon.Custom{Name: in.name}, gather.Fault{}
	}
	d.Bag.Text("target", in.name)
	return &beacon.Custom{Name: d.Cut("datadog."+in.kind, beacon.BoundString)}, gather.Fault{}
}

func (d *decoder) task() (beacon.Payload, gather.Fault) {
	in := &d.in.task
	switch {
	case !in.hasDuration:
		return nil, gather.Fault{Reason: beacon.ReasonBadValue, Field: "long_task.duration"}
	case in.kind != "long-animation-frame":
		return d.LongTasks.Put(beacon.LongTask{Duration: millis(in.duration)}), gather.Fault{}
	}
	frame := &beacon.LongFrame{Duration: millis(in.duration), Blocking: millis(in.blocking)}
	if in.hasScript {
		script := in.longest
		frame.Script = &script
	}
	return frame, gather.Fault{}
}

// vital is a duration that the application measures, or a step of an operation.
func (d *decoder) vital() (beacon.Payload, gather.Fault) {
	in := &d.in.vital
	if in.name == "" {
		return nil, gather.Fault{Reason: beacon.ReasonMissingName, Field: "vital.name"}
	}
	d.Bag.Text("description", in.description)
	if in.kind == "duration" {
		if !in.hasDuration {
			return nil, gather.Fault{Reason: beacon.ReasonBadValue, Field: "vital.duration"}
		}
		return d.Measurements.Put(beacon.Measurement{Name: in.name, Value: millis(in.duration), Unit: "ms"}), gather.Fault{}
	}
	d.Bag.Text("step_type", in.step)
	d.Bag.Text("operation_key", in.operation)
	d.Bag.Text("failure_reason", in.reason)
	return &beacon.Custom{Name: in.name}, gather.Fault{}
}
