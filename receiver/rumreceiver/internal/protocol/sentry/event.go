package sentry

import (
	"slices"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// exception of an event: the last one is the error, those before it are its causes.
type exception struct {
	kind, value, mechanism   string
	isUnhandled, isSynthetic bool
	frames                   []gather.Frame
}

// maxExceptions is the largest number that the SDK sends.
const maxExceptions = 8

func (d *decoder) eventMember(name string) {
	in := &d.in
	switch name {
	case "exception":
		if d.r.Kind() == '[' {
			d.exceptions()
			return
		}
		d.r.Object(func(name string) {
			if name == "values" {
				d.exceptions()
			} else {
				d.r.Skip()
			}
		})
	case "message", "logentry":
		d.message()
	case "extra":
		d.Bag.Read(d.r)
	case "contexts":
		d.r.Object(d.context)
	case "breadcrumbs":
		count := func() { in.breadcrumbs++; d.r.Skip() }
		if d.r.Kind() == '[' {
			d.r.Array(count)
			return
		}
		d.r.Object(func(string) { d.r.Array(count) })
	case "fingerprint":
		d.fingerprint()
	case "level":
		in.level = d.Text(d.r, beacon.BoundString)
	default:
		d.shared(name)
	}
}

// message is a text, or an object with a template and the formatted text.
func (d *decoder) message() {
	in := &d.in
	if d.r.Kind() != '{' {
		in.message = d.Text(d.r, beacon.BoundStack)
		return
	}
	d.r.Object(func(name string) {
		if name == "formatted" || name == "message" && in.message == "" {
			in.message = d.Text(d.r, beacon.BoundStack)
		} else {
			d.r.Skip()
		}
	})
}

// context of the application or of the SDK.
func (d *decoder) context(name string) {
	switch name {
	case "trace":
		d.r.Object(func(name string) {
			if name == "op" {
				d.in.op = d.Text(d.r, beacon.BoundString)
			} else {
				d.Texts(d.r, name, "trace_id", &d.in.traceID, "span_id", &d.in.spanID, "status", &d.in.status)
			}
		})
	case "browser", "os", "device", "culture", "runtime", "app", "gpu", "cloud_resource", "profile", "replay":
		d.r.Skip()
	default:
		d.Bag.ReadUnder(d.r, d.Cut(name, beacon.BoundString))
	}
}

// fingerprint is the application's grouping of errors.
func (d *decoder) fingerprint() {
	var parts []string
	d.r.Array(func() {
		if part := d.Text(d.r, beacon.BoundString); part != "" && len(parts) < maxExceptions {
			parts = append(parts, part)
		}
	})
	if text := strings.Join(parts, ","); text != "{{ default }}" {
		d.in.fingerprint = d.Cut(text, beacon.BoundString)
	}
}

func (d *decoder) exceptions() {
	d.r.Array(func() {
		var x exception
		d.r.Object(func(name string) {
			switch name {
			case "value":
				x.value = d.Text(d.r, beacon.BoundString)
			case "mechanism":
				d.r.Object(func(name string) {
					switch name {
					case "handled":
						handled, ok := d.r.Bool()
						x.isUnhandled = ok && !handled
					case "synthetic":
						x.isSynthetic, _ = d.r.Bool()
					default:
						d.Texts(d.r, name, "type", &x.mechanism)
					}
				})
			case "stacktrace":
				d.r.Object(func(name string) {
					if name == "frames" {
						x.frames = d.frames()
					} else {
						d.r.Skip()
					}
				})
			default:
				d.Texts(d.r, name, "type", &x.kind)
			}
		})
		in := &d.in
		if len(in.exceptions) == maxExceptions { // the last one is the error
			in.exceptions = append(in.exceptions[:0], in.exceptions[1:]...)
		}
		in.exceptions = append(in.exceptions, x)
	})
}

var frameParts = gather.FrameParts{
	"function": gather.FrameFunction, "filename": gather.FrameFile, "lineno": gather.FrameLine, "colno": gather.FrameColumn,
}

// frames of a stack, the innermost last. If there are too many, the first are dropped.
func (d *decoder) frames() (frames []gather.Frame) {
	most, seen := max(1, d.Limits.MaxFrames), 0
	d.r.Array(func() {
		if seen++; seen > most {
			d.Trims.Add(beacon.BoundFrames)
		}
		// Surplus frames are dropped in large groups, because a body may have thousands of them.
		if len(frames) == 2*most {
			frames = append(frames[:0], frames[most:]...)
		}
		frames = append(frames, d.Frame(d.r, frameParts, ""))
	})
	return frames[max(0, len(frames)-most):]
}

// event is an error with its causes, or a message, which is a line of a log.
func (d *decoder) event() gather.Fault {
	in := &d.in
	event, fault := d.new(in.end)
	if fault.Reason != "" {
		return fault
	}
	if in.breadcrumbs > 0 {
		d.Bag.Number("breadcrumbs", float64(in.breadcrumbs))
	}
	last := len(in.exceptions) - 1
	switch {
	case last >= 0 && !in.exceptions[last].isSynthetic:
		event.Payload = d.error(in.exceptions)
		if severity := severities[in.level]; severity != 0 && in.level != "error" {
			event.Log = &beacon.Log{Severity: severity, SeverityText: strings.ToUpper(in.level)}
		}
	case in.message != "" || last >= 0:
		if in.message == "" {
			in.message = in.exceptions[last].value
		}
		d.line(&event, in.message, severities[in.level])
	default:
		return gather.Fault{Reason: beacon.ReasonMissingName, Field: "message"}
	}
	d.Take(event)
	return gather.Fault{}
}

// line makes the event a line of a log.
func (d *decoder) line(event *beacon.Event, text string, severity int32) {
	event.Payload, event.Verbatim = &beacon.Custom{}, true
	event.Log = &beacon.Log{
		Body: beacon.Attribute{String: text}, HasBody: true, Severity: severity, SeverityText: strings.ToUpper(d.in.level),
	}
}

// severities of Sentry's levels. https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
var severities = map[string]int32{"trace": 1, "debug": 5, "log": 9, "info": 9, "warning": 13, "warn": 13, "error": 17, "fatal": 21}

func (d *decoder) error(all []exception) beacon.Payload {
	last := len(all) - 1
	from := &all[last]
	x := d.Exceptions.Put(beacon.Exception{Message: from.value, Source: sourceOf(from), Group: d.in.fingerprint})
	slices.Reverse(from.frames) // the innermost first, as in all other formats
	x.Stack = d.Stack(from.kind+": "+from.value, from.frames)
	if len(from.frames) > 0 {
		f := &from.frames[0]
		x.File, x.Line, x.Column = f.File, f.Line, f.Column
	}
	gather.NameException(x, from.kind, "")
	if last > 0 {
		d.Bag.Text("cause.type", all[last-1].kind)
		d.Bag.Text("cause.message", all[last-1].value)
		d.Bag.Number("causes", float64(last))
	}
	return x
}

func sourceOf(x *exception) string {
	switch {
	case strings.Contains(x.mechanism, "unhandledrejection"):
		return "unhandledrejection"
	case x.isUnhandled:
		return "error"
	}
	return "manual"
}
