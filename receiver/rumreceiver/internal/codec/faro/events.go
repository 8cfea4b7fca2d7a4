package faro

import (
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// occurred is the value of an event that has none: it happened once.
const occurred = 1

// event of the list of that name: those that the SDK writes itself, and what the application pushes.
func (d *decoder) event() wire.Fault {
	in := &d.item
	at, ok := d.time()
	switch {
	case in.name == "":
		return wire.Fault{Reason: beacon.ReasonMissingName, Field: "name"}
	case !ok:
		return wire.Fault{Reason: beacon.ReasonBadTimestamp, Field: "timestamp"}
	}
	event := beacon.Event{Time: at}
	switch in.name {
	case "session_resume", "session_extend": // that a session goes on, every event says
		return wire.Fault{Reason: passedOver}
	case "faro.tracing.fetch", "faro.tracing.xml-http-request": // each is a resource as well
		return wire.Fault{Reason: passedOver}
	case "session_start":
		event.Kind = beacon.KindSessionStart
	case "view_changed", "route_change", "faro.navigation":
		event.Kind, event.SameDocument = beacon.KindPageView, true
		d.free()
	case "faro.performance.navigation":
		d.navigation(event)
		return wire.Fault{}
	case "faro.performance.resource":
		return d.resource(event)
	case "faro.user.action":
		event.Kind, event.Name = beacon.KindInteraction, in.attributes.get("userActionName")
		var ok bool
		if event.Value, ok = d.duration("userActionDuration"); !ok {
			return wire.Fault{Reason: beacon.ReasonBadValue, Field: "userActionDuration"}
		}
	default:
		event.Kind, event.Name, event.Value = beacon.KindMeasurement, in.name, occurred
		d.free()
	}
	d.take(event, 1)
	return wire.Fault{}
}

// free adds attributes as they are, but for these.
func (d *decoder) free(but ...string) {
	for _, a := range d.item.attributes {
		if !slices.Contains(but, a.Key) {
			d.bag.Add(a.Key, a)
		}
	}
}

// duration reads ms out of a text.
func (d *decoder) duration(key string) (ms float64, ok bool) {
	v, err := strconv.ParseFloat(d.item.attributes.get(key), 64)
	return v, err == nil && v-v == 0 // finite
}

// navigation is a page load, and the view that it opened. Documents have no DOM parsing time here: Faro counts
// it from another moment than we do.
func (d *decoder) navigation(event beacon.Event) {
	event.Kind, event.NavigationType = beacon.KindNavigationTiming, strings.ReplaceAll(d.item.attributes.get("type"), "_", "-")
	event.Phases = new(beacon.Phases)
	for phase, key := range map[beacon.Phase]string{
		beacon.PhaseDNS: "dnsLookupTime", beacon.PhaseTCP: "tcpHandshakeTime", beacon.PhaseTTFB: "requestTime", beacon.PhaseDownload: "responseTime",
		beacon.PhaseDOMContentLoaded: "domContentLoadHandlerTime", beacon.PhaseLoad: "onLoadTime", beacon.PhaseTotal: "duration",
	} {
		event.Phases.Value[phase], event.Phases.Known[phase] = d.duration(key)
	}
	// Of a page that is not secured the SDK takes the end of the connection for its duration.
	if strings.HasPrefix(d.item.attributes.get("name"), "https:") {
		event.Phases.Value[beacon.PhaseTLS], event.Phases.Known[beacon.PhaseTLS] = d.duration("tlsNegotiationTime")
	}
	if !d.hasView && d.index+1 < d.limits.MaxEvents { // the items of a body are of one page
		d.hasView = true
		d.take(beacon.Event{Kind: beacon.KindPageView, Time: event.Time, NavigationType: event.NavigationType}, 0)
	}
	d.take(event, 1)
}

func (d *decoder) resource(event beacon.Event) wire.Fault {
	attributes := d.item.attributes
	event.Kind, event.Name = beacon.KindResource, attributes.get("name")
	var ok bool
	event.Value, ok = d.duration("duration")
	switch {
	case event.Name == "":
		return wire.Fault{Reason: beacon.ReasonMissingName, Field: "attributes.name"}
	case !ok:
		return wire.Fault{Reason: beacon.ReasonBadValue, Field: "attributes.duration"}
	}
	size := func(key string) int64 { v, _ := d.duration(key); return wire.ToInt(v) }
	event.Resource = &beacon.Resource{
		InitiatorType: attributes.get("initiatorType"), Status: size("responseStatus"),
		TransferSize: size("transferSize"), EncodedSize: size("encodedBodySize"), DecodedSize: size("decodedBodySize"),
	}
	d.take(event, 1)
	return wire.Fault{}
}

// measurement is a vital with the times behind it, or one or more values of the application, each an event.
func (d *decoder) measurement() wire.Fault {
	in := &d.item
	at, ok := d.time()
	switch {
	case in.kind == "":
		return wire.Fault{Reason: beacon.ReasonMissingName, Field: "type"}
	case !ok:
		return wire.Fault{Reason: beacon.ReasonBadTimestamp, Field: "timestamp"}
	case len(in.values) == 0:
		return wire.Fault{Reason: beacon.ReasonBadValue, Field: "values"}
	case in.kind == "web-vitals":
		return d.vital(beacon.Event{Kind: beacon.KindVital, Time: at})
	}
	for i, v := range in.values {
		name := v.Key
		if in.kind != "custom" {
			name = in.kind + "." + name
		}
		if i > 0 && !d.room() {
			continue
		}
		d.bag.Reset()
		d.free()
		name = d.b.Trims.Cut(name, &d.limits, beacon.BoundString)
		d.take(beacon.Event{Kind: beacon.KindMeasurement, Time: at, Name: name, Value: v.Number}, 1)
	}
	return wire.Fault{}
}

// renamed are members of a vital's context whose attribute has another name.
var renamed = map[string]string{
	"element": semconv.AttributionTarget, "interaction_target": semconv.AttributionTarget, "largest_shift_target": semconv.AttributionTarget,
	"interaction_type": semconv.AttributionInteractionType,
}

// vital is the value whose key is the name of one; the others are the times behind it.
func (d *decoder) vital(event beacon.Event) wire.Fault {
	in := &d.item
	place := slices.IndexFunc(in.values, func(v beacon.Attribute) bool { _, ok := wire.VitalOf(strings.ToUpper(v.Key)); return ok })
	if place < 0 {
		return wire.Fault{Reason: beacon.ReasonUnknownType, Field: "values"}
	}
	event.Name, _ = wire.VitalOf(strings.ToUpper(in.values[place].Key))
	event.Value, event.Delta = in.values[place].Number, in.values[place].Number
	for i, v := range in.values {
		switch {
		case i == place:
		case v.Key == "delta":
			event.Delta = v.Number
		default:
			d.bag.Number(v.Key, v.Number)
		}
	}
	event.MeasurementID, event.NavigationType = in.attributes.get("id"), in.attributes.get("navigation_type")
	for i := range in.attributes {
		if name := renamed[in.attributes[i].Key]; name != "" {
			in.attributes[i].Key = name
		}
	}
	d.free("id", "navigation_type", "navigation_entry_id", "rating")
	d.take(event, 1)
	return wire.Fault{}
}

const consolePrefix = "console.error: "

func (d *decoder) exception() wire.Fault {
	in := &d.item
	at, ok := d.time()
	if !ok {
		return wire.Fault{Reason: beacon.ReasonBadTimestamp, Field: "timestamp"}
	}
	e := &beacon.Error{Message: in.value, Source: "error", File: in.file, Line: in.line, Column: in.column}
	name := in.kind
	switch {
	case in.kind == "UnhandledRejection":
		e.Source = "unhandledrejection"
	case strings.HasPrefix(in.value, consolePrefix):
		name, e.Source, e.Message = "console.error", "manual", strings.TrimPrefix(in.value, consolePrefix)
	}
	if len(in.stack) > 0 {
		stack := in.kind + ": " + in.value + string(in.stack)
		e.Stack = d.b.Trims.CutStack(d.b.Trims.Cut(stack, &d.limits, beacon.BoundStack), &d.limits)
	}
	event := beacon.Event{Kind: beacon.KindError, Time: at, Error: e}
	event.Name = wire.ExceptionType(name, "", e)
	d.free()
	d.take(event, 1)
	return wire.Fault{}
}
