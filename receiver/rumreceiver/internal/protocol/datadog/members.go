package datadog

import (
	"math"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// resource as its event has it; durations are ns.
type resource struct {
	url, kind, method                            string
	duration, status, encoded, decoded, transfer float64
	hasDuration                                  bool
	dns, connect, ssl, firstByte, download       part
}

// part of a resource, unknown if it has no duration.
type part struct {
	duration float64
	known    bool
}

func (d *decoder) resourceMember(name string) {
	in := &d.in.resource
	switch name {
	case "url":
		in.url = d.Text(d.r, beacon.BoundURL)
	case "duration":
		in.duration, in.hasDuration = d.r.Num()
	case "status_code":
		in.status, _ = d.r.Num()
	case "encoded_body_size":
		in.encoded, _ = d.r.Num()
	case "decoded_body_size":
		in.decoded, _ = d.r.Num()
	case "transfer_size":
		in.transfer, _ = d.r.Num()
	case "dns":
		d.part(&in.dns)
	case "connect":
		d.part(&in.connect)
	case "ssl":
		d.part(&in.ssl)
	case "first_byte":
		d.part(&in.firstByte)
	case "download":
		d.part(&in.download)
	default:
		d.Texts(d.r, name, "type", &in.kind, "method", &in.method)
	}
}

func (d *decoder) part(p *part) {
	d.r.Object(func(name string) {
		if name == "duration" {
			p.duration, p.known = d.r.Num()
			return
		}
		d.r.Skip()
	})
}

// failure has the data of an error event.
type failure struct {
	message, kind, stack, handlingStack, source, handling, fingerprint string
	causeType, causeMessage                                            string
	causes                                                             int
}

func (d *decoder) errorMember(name string) {
	in := &d.in.error
	switch name {
	case "message":
		in.message = d.Text(d.r, beacon.BoundStack)
	case "stack":
		in.stack = d.Text(d.r, beacon.BoundStack)
	case "handling_stack":
		in.handlingStack = d.Text(d.r, beacon.BoundStack)
	case "causes":
		d.r.Array(func() {
			in.causes++
			d.r.Object(func(name string) {
				if in.causes > 1 {
					d.r.Skip()
					return
				}
				d.Texts(d.r, name, "type", &in.causeType, "message", &in.causeMessage)
			})
		})
	default:
		d.Texts(d.r, name, "type", &in.kind, "source", &in.source, "handling", &in.handling, "fingerprint", &in.fingerprint)
	}
}

// action has the data of an action event; in other events, the ids of the actions to which they belong.
type action struct {
	kind, name   string
	loadingTime  float64
	hasLoading   bool
	frustrations []string
}

// maxFrustrations is more than the number of kinds.
const maxFrustrations = 8

func (d *decoder) actionMember(name string) {
	in := &d.in.action
	switch name {
	case "target":
		d.r.Object(func(name string) { d.Texts(d.r, name, "name", &in.name) })
	case "loading_time":
		in.loadingTime, in.hasLoading = d.r.Num()
	case "frustration":
		d.r.Object(func(string) {
			d.r.Array(func() {
				if kind := d.Text(d.r, beacon.BoundString); kind != "" && len(in.frustrations) < maxFrustrations {
					in.frustrations = append(in.frustrations, kind)
				}
			})
		})
	default:
		d.Texts(d.r, name, "type", &in.kind)
	}
}

// task is a long task or a long frame.
type task struct {
	kind                   string
	duration, blocking     float64
	hasDuration, hasScript bool
	longest                beacon.Script
}

func (d *decoder) taskMember(name string) {
	in := &d.in.task
	switch name {
	case "duration":
		in.duration, in.hasDuration = d.r.Num()
	case "blocking_duration":
		in.blocking, _ = d.r.Num()
	case "scripts":
		d.r.Array(d.script)
	default:
		d.Texts(d.r, name, "entry_type", &in.kind)
	}
}

// script keeps the script that took longest.
func (d *decoder) script() {
	s := beacon.Script{Duration: math.NaN(), CharPosition: math.NaN(), ForcedLayout: math.NaN()}
	d.r.Object(func(name string) {
		switch name {
		case "duration":
			if v, ok := d.r.Num(); ok {
				s.Duration = millis(v)
			}
		case "forced_style_and_layout_duration":
			if v, ok := d.r.Num(); ok {
				s.ForcedLayout = millis(v)
			}
		case "source_char_position":
			if v, ok := d.r.Num(); ok {
				s.CharPosition = v
			}
		case "source_url":
			s.URL = d.Text(d.r, beacon.BoundURL)
		default:
			d.Texts(d.r, name, "source_function_name", &s.Function, "invoker", &s.Invoker, "invoker_type", &s.InvokerType)
		}
	})
	in := &d.in.task
	if !in.hasScript || s.Duration > in.longest.Duration {
		in.longest, in.hasScript = s, true
	}
}

// vital is a duration or a step that the application reports.
type vital struct {
	kind, name, description, step, operation, reason string
	duration                                         float64
	hasDuration                                      bool
}

func (d *decoder) vitalMember(name string) {
	in := &d.in.vital
	switch name {
	case "duration":
		in.duration, in.hasDuration = d.r.Num()
		return
	case "websocket":
		d.Bag.ReadUnder(d.r, name)
		return
	}
	d.Texts(d.r, name, "type", &in.kind, "name", &in.name, "description", &in.description,
		"step_type", &in.step, "operation_key", &in.operation, "failure_reason", &in.reason)
}

// initiators are the initiator types of Resource Timing for the types of the SDK, which derives its types from them and the URL.
var initiators = map[string]string{"css": "link", "js": "script", "image": "img", "font": "css", "xhr": "xmlhttprequest", "media": "video"}

func initiatorOf(kind string) string {
	if initiator, ok := initiators[kind]; ok {
		return initiator
	}
	return kind
}
