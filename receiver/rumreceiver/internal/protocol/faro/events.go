package faro

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

var badTimestamp = gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "timestamp"}

// event reads an item of "events": an event of the SDK itself, or one of the application, which keeps its name and its
// attributes.
func (d *decoder) event() (f gather.Fault) {
	in := &d.item
	event, ok := d.new()
	switch {
	case in.name == "":
		return gather.Fault{Reason: beacon.ReasonMissingName, Field: "name"}
	case !ok:
		return badTimestamp
	}
	switch in.name {
	case "session_resume", "session_extend", // every event shows that its session continues
		"faro.tracing.fetch", "faro.tracing.xml-http-request": // each is also reported as a resource
		d.LeaveOut()
		return f
	case "session_start":
		event.Payload = &beacon.SessionStart{PreviousID: d.Bag.TakeString(previousSession)}
	case "view_changed", "route_change":
		event.Payload = &beacon.PageView{SameDocument: true}
	case "faro.navigation":
		event.Payload = d.navigation()
	case "faro.performance.navigation":
		return d.pageLoad(event)
	case "faro.performance.resource":
		event.Payload, f = d.resource()
	case "faro.user.action":
		event.Payload, event.Verbatim = d.interaction()
	default:
		event.Payload, event.Verbatim = &beacon.Custom{Name: in.name}, true
	}
	if f.Reason == "" {
		d.Take(event)
	}
	return f
}

// log is a line of a log, with its level.
func (d *decoder) log() gather.Fault {
	event, ok := d.new()
	if !ok {
		return badTimestamp
	}
	level := severities[d.item.level]
	event.Payload, event.Verbatim = &beacon.Custom{}, true
	event.Log = &beacon.Log{
		Body: beacon.Attribute{String: d.item.value}, HasBody: true,
		Severity: level, SeverityText: strings.ToUpper(d.item.level),
	}
	d.Take(event)
	return gather.Fault{}
}

// severities of Faro's levels. https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
var severities = map[string]int32{"trace": 1, "debug": 5, "log": 9, "info": 9, "warn": 13, "error": 17}

// duration reads ms from a text or a number.
func (d *decoder) duration(key string) (ms float64, ok bool) {
	if v, ok := d.Bag.TakeNumber(key); ok {
		return v, true
	}
	v, err := strconv.ParseFloat(d.Bag.TakeString(key), 64)
	return v, err == nil && v-v == 0 // finite
}

// truth reads a bool that the SDK writes as a text.
func (d *decoder) truth(key string) bool {
	return d.Bag.TakeBool(key) || d.Bag.TakeString(key) == "true"
}

// navigation is a route change. Its duration stays an attribute; an impossible one does not refuse the view.
func (d *decoder) navigation() *beacon.PageView {
	view := &beacon.PageView{Type: d.Bag.TakeString("type"), SameDocument: true, URL: d.Bag.TakeString("toUrl")}
	if view.Type == "" {
		view.Type = "soft-navigation" // the SDK does not report how it was done
	}
	if d.Bag.Has("sameDocument") {
		view.SameDocument = d.truth("sameDocument")
	}
	if d.Bag.Has("hashChange") {
		changed := d.truth("hashChange")
		view.HashChange = &changed
	}
	from := d.Bag.TakeString("fromUrl")
	if duration, ok := d.duration("duration"); ok && duration >= 0 {
		d.Bag.Number("duration", beacon.Tenth(duration))
	}
	d.Bag.Text("from_url", from)
	return view
}

// pageLoad is a page load, and the view that it opened. It has no DOM parsing time, because Faro measures it from another
// moment. An impossible phase is left out.
func (d *decoder) pageLoad(event beacon.Event) gather.Fault {
	load := &beacon.PageLoad{Type: strings.ReplaceAll(d.Bag.TakeString("type"), "_", "-")}
	isSecure := false
	if name, ok := d.Bag.Peek("name"); ok {
		isSecure = strings.HasPrefix(name.String, "https:")
	}
	for _, of := range phases {
		// For a page without TLS the SDK uses the end of the connection as its duration.
		if of.phase == beacon.PhaseTLS && !isSecure {
			continue
		}
		if v, ok := d.duration(of.key); ok && v >= 0 {
			load.Phases.Set(of.phase, v)
		}
	}
	d.Bag.Reset() // the SDK's data of the document's resource
	view := event
	view.Payload = &beacon.PageView{Type: load.Type}
	event.Payload = load
	isNew, isTimed := !d.hasView, load.Phases.Known != [beacon.NumPhases]bool{} // the items of a body are of one page
	d.hasView = true
	switch {
	case isNew && isTimed:
		d.Also(view)
		d.Take(event)
	case isNew:
		d.Take(view)
	case isTimed:
		d.Take(event)
	default:
		d.LeaveOut()
	}
	return gather.Fault{}
}

var phases = []struct {
	phase beacon.Phase
	key   string
}{
	{beacon.PhaseDNS, "dnsLookupTime"}, {beacon.PhaseTCP, "tcpHandshakeTime"}, {beacon.PhaseTLS, "tlsNegotiationTime"},
	{beacon.PhaseTTFB, "requestTime"}, {beacon.PhaseDownload, "responseTime"},
	{beacon.PhaseDOMContentLoaded, "domContentLoadHandlerTime"}, {beacon.PhaseLoad, "onLoadTime"}, {beacon.PhaseTotal, "duration"},
}

func (d *decoder) resource() (beacon.Payload, gather.Fault) {
	name := d.Bag.TakeString("name")
	duration, ok := d.duration("duration")
	switch {
	case name == "":
		return nil, gather.Fault{Reason: beacon.ReasonMissingName, Field: "attributes.name"}
	case !ok:
		return nil, gather.Fault{Reason: beacon.ReasonBadValue, Field: "attributes.duration"}
	}
	size := func(key string) int64 { v, _ := d.duration(key); return gather.ToInt(v) }
	resource := d.Resources.Put(beacon.Resource{
		URL: name, Duration: duration, InitiatorType: d.Bag.TakeString("initiatorType"), Status: size("responseStatus"),
		TransferSize: size("transferSize"), EncodedSize: size("encodedBodySize"), DecodedSize: size("decodedBodySize"),
	})
	d.Bag.Reset() // times that are parts of the duration
	return resource, gather.Fault{}
}

// interaction of the user. Without a duration it is a custom event.
func (d *decoder) interaction() (payload beacon.Payload, verbatim bool) {
	duration, ok := d.duration("userActionDuration")
	if !ok {
		return &beacon.Custom{Name: d.item.name}, true
	}
	return d.Interactions.Put(beacon.Interaction{Name: d.Bag.TakeString("userActionName"), Duration: duration}), false
}

// measurement is a vital with the times that explain it, or one or more values of the application, each an event.
func (d *decoder) measurement() gather.Fault {
	in := &d.item
	event, ok := d.new()
	switch {
	case in.kind == "":
		return gather.Fault{Reason: beacon.ReasonMissingName, Field: "type"}
	case !ok:
		return badTimestamp
	case len(in.values) == 0:
		return gather.Fault{Reason: beacon.ReasonBadValue, Field: "values"}
	case in.kind == "web-vitals" && d.vital(event):
		return gather.Fault{}
	}
	free := d.Bag.Free()
	for i, v := range in.values {
		name := v.Key
		if in.kind != "custom" {
			name = in.kind + "." + name
		}
		if i > 0 {
			if !d.Begin() {
				continue
			}
			for _, a := range free {
				d.Bag.Add(a.Key, a)
			}
		}
		event.Payload = d.Measurements.Put(beacon.Measurement{Name: d.Cut(name, beacon.BoundString), Value: v.Number})
		d.Take(event)
	}
	return gather.Fault{}
}

// renamed are members of a vital's context with another name in our attributes.
var renamed = map[string]string{
	"element": semconv.AttributionTarget, "interaction_target": semconv.AttributionTarget, "largest_shift_target": semconv.AttributionTarget,
	"interaction_type": semconv.AttributionInteractionType,
}

// vital reads the value whose key is the name of a vital; the other values explain it. It is false if there is no such key, as
// for a vital of a newer SDK.
func (d *decoder) vital(event beacon.Event) bool {
	in := &d.item
	place := slices.IndexFunc(in.values, func(v beacon.Attribute) bool { _, ok := gather.VitalOf(strings.ToUpper(v.Key)); return ok })
	if place < 0 {
		return false
	}
	name, _ := gather.VitalOf(strings.ToUpper(in.values[place].Key))
	vital := beacon.Vital{
		Name: name, Value: in.values[place].Number, Delta: in.values[place].Number,
		ID: d.Bag.TakeID("id"), NavigationType: d.Bag.TakeString("navigation_type"),
	}
	d.Bag.TakeString("navigation_entry_id")
	d.Bag.TakeString("rating") // follows from the value
	for from, to := range renamed {
		d.Bag.Rename(from, to)
	}
	for i, v := range in.values {
		switch {
		case i == place:
		case v.Key == "delta":
			vital.Delta = v.Number
		default:
			d.Bag.Number(v.Key, v.Number)
		}
	}
	event.Payload = d.Vitals.Put(vital)
	d.Take(event)
	return true
}

const consolePrefix = "console.error: "

func (d *decoder) exception() gather.Fault {
	in := &d.item
	event, ok := d.new()
	if !ok {
		return badTimestamp
	}
	x := d.Exceptions.Put(beacon.Exception{Message: in.value, Source: "error", Group: in.fingerprint})
	name, frames := in.kind, in.frames
	switch {
	case in.kind == "UnhandledRejection":
		x.Source = "unhandledrejection"
	case strings.HasPrefix(in.value, consolePrefix):
		name, x.Source, x.Message = "console.error", "manual", strings.TrimPrefix(in.value, consolePrefix)
		frames = gather.OfPage(frames)
	}
	if len(frames) > 0 {
		x.File, x.Line, x.Column = frames[0].File, frames[0].Line, frames[0].Column
	}
	x.Stack = d.Stack(in.kind+": "+in.value, frames)
	gather.NameException(x, name, "")
	if in.fatal {
		event.Log = &beacon.Log{Severity: severityFatal, SeverityText: "FATAL"}
	}
	event.Payload = x
	d.Take(event)
	return gather.Fault{}
}

// https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
const severityFatal = 21

// number reads a value of a measurement; anything else is skipped.
func (d *decoder) number(key string) {
	v, ok := d.r.Num()
	switch {
	case !ok || math.IsInf(v, 0):
		d.Trims.Add(beacon.BoundValueType)
	case len(d.item.values) >= d.Limits.MaxAttributes+spareAttributes:
		d.Trims.Add(beacon.BoundAttributes)
	default:
		key = d.Cut(key, beacon.BoundString)
		d.item.values = append(d.item.values, beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: v})
	}
}
