package datadog

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// line is a line before its type is known. Its context is in the bag.
type line struct {
	kind      string
	date      float64 // ms
	isDatadog bool    // it has a member that all events of the SDK have

	app              beacon.App
	application, sdk string
	page             beacon.Page
	kindOfSession    string

	traceID, spanID string
	version         float64 // of a view's document
	rate            float64 // per cent of sessions
	sdkName         string
	selector        string

	view     snapshot
	left     bool // the view is no longer active
	resource resource
	error    failure
	action   action
	task     task
	vital    vital
}

// member of an event.
func (d *decoder) member(name string) {
	in := &d.in
	switch name {
	case "type":
		in.kind, _ = d.r.Str()
	case "date":
		in.date, _ = d.r.Num()
	case "service":
		in.app.Name = d.Text(d.r, beacon.BoundString)
	case "version":
		in.app.Version = d.Text(d.r, beacon.BoundString)
	case "ddtags":
		in.app.Environment, in.sdk = tagsOf(d.Text(d.r, beacon.BoundString))
	case "_dd":
		in.isDatadog = d.r.Kind() == '{'
		d.r.Object(d.internal)
	case "application":
		d.idIn(&in.application)
	case "session":
		d.r.Object(func(name string) { d.Texts(d.r, name, "id", &in.page.SessionID, "type", &in.kindOfSession) })
	case "usr":
		d.idIn(&in.page.UserID)
	case "account":
		var account string
		d.idIn(&account)
		d.Bag.Text("account.id", account)
	case "connectivity":
		d.r.Object(func(name string) { d.Texts(d.r, name, "effective_type", &d.Beacon.Connection.EffectiveType) })
	case "context":
		d.Bag.Read(d.r)
	case "feature_flags":
		d.flags()
	case "view":
		d.r.Object(d.viewMember)
	case "resource":
		d.r.Object(d.resourceMember)
	case "error":
		d.r.Object(d.errorMember)
	case "action":
		d.r.Object(d.actionMember)
	case "long_task":
		d.r.Object(d.taskMember)
	case "vital":
		d.r.Object(d.vitalMember)
	default: // source, display, tab, device, synthetics, …
		d.r.Skip()
	}
}

// internal reads the SDK's data about itself and about the event.
func (d *decoder) internal(name string) {
	in := &d.in
	switch name {
	case "document_version":
		in.version, _ = d.r.Num()
	case "configuration":
		d.r.Object(func(name string) { d.number(name, "session_sample_rate", &in.rate) })
	case "action":
		d.r.Object(func(name string) {
			if name != "target" {
				d.r.Skip()
				return
			}
			d.r.Object(func(name string) { d.Texts(d.r, name, "selector", &in.selector) })
		})
	default:
		d.Texts(d.r, name, "trace_id", &in.traceID, "span_id", &in.spanID, "sdk_name", &in.sdkName)
	}
}

// tagsOf reads the environment and the SDK's version from "key:value,key:value". Only these tags have the environment.
func tagsOf(tags string) (environment, sdk string) {
	for tag := range strings.SplitSeq(tags, ",") {
		switch key, value, _ := strings.Cut(tag, ":"); key {
		case "env":
			environment = value
		case "sdk_version":
			sdk = value
		}
	}
	return environment, sdk
}

// flags are evaluations of feature flags, by name, whose values are of any type.
func (d *decoder) flags() {
	d.r.Object(func(name string) {
		key := d.Cut("feature_flags."+name, beacon.BoundString)
		switch d.r.Kind() {
		case '"':
			d.Bag.Add(key, beacon.Attribute{String: d.Text(d.r, beacon.BoundString)})
		case 't', 'f':
			truth, _ := d.r.Bool()
			d.Bag.Truth(key, truth)
		case '0':
			v, _ := d.r.Num()
			d.Bag.Number(key, v)
		default:
			d.r.Skip()
		}
	})
}

func (d *decoder) number(member, name string, place *float64) {
	if member != name {
		d.r.Skip()
		return
	}
	*place, _ = d.r.Num()
}

// idIn reads the member id of an object. Names and addresses of users are left out: the id is enough.
func (d *decoder) idIn(place *string) {
	d.r.Object(func(name string) {
		if name != "id" {
			d.r.Skip()
			return
		}
		id, _ := d.r.ID()
		*place = d.Cut(id, beacon.BoundString)
	})
}

// new begins an event of the line, with its application, page and time.
func (d *decoder) new() (event beacon.Event, f gather.Fault) {
	in := &d.in
	var ok bool
	if event.Time, ok = gather.FromMillis(in.date); !ok {
		return event, gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "date"}
	}
	d.Application(d.application())
	d.Beacon.SDK = beacon.SDK{Name: sdkOf(in.sdkName), Version: cmp.Or(in.sdk, d.sdk)}
	if in.kindOfSession == "synthetics" || in.kindOfSession == "ci_test" {
		d.Beacon.Synthetic = beacon.SyntheticTest
	}
	if in.rate > 0 { // updates of views do not have it
		d.Beacon.Sampling.Rate = in.rate / 100
	}
	if event.Page, ok = d.Page(in.page); !ok {
		return event, gather.Fault{Reason: beacon.ReasonTooManyPages}
	}
	event.Trace = traceOf(in.traceID, in.spanID)
	return event, f
}

// application is the service, or the application's id if the page names no service.
func (d *decoder) application() beacon.App {
	app := d.in.app
	if app.Name == "" {
		app.Name = d.in.application
	}
	app.Environment = cmp.Or(app.Environment, d.environment)
	return app
}

func sdkOf(name string) string {
	if name == "" || name == "rum" {
		return "@datadog/browser-rum"
	}
	return "@datadog/browser-" + name
}

// traceOf reads ids that the SDK writes as decimal numbers of 64 bits. In its traceparent, zeros stand before the id of the
// trace.
func traceOf(traceID, spanID string) (trace beacon.Trace) {
	t, errT := strconv.ParseUint(traceID, 10, 64)
	s, errS := strconv.ParseUint(spanID, 10, 64)
	if errT != nil || errS != nil || t == 0 || s == 0 {
		return trace
	}
	for i := range 8 {
		shift := 56 - 8*i
		trace.TraceID[8+i], trace.SpanID[i] = byte(t>>shift), byte(s>>shift)
	}
	return trace
}

// millis converts ns.
func millis(ns float64) float64 { return ns / float64(time.Millisecond) }
