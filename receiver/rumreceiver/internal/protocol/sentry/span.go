package sentry

import (
	"math"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

func (d *decoder) spanMember(name string) {
	in := &d.in
	switch name {
	case "is_segment":
		in.isSegment, _ = d.r.Bool()
	case "data": // from older versions, without attributes
		d.r.Object(func(key string) { d.valueOf(d.Cut(key, beacon.BoundString)) })
	case "measurements":
		d.measurements()
	case "op":
		in.op = d.Text(d.r, beacon.BoundString)
	case "segment_id":
		in.segmentID = d.Text(d.r, beacon.BoundString)
	case "name", "description":
		in.name = d.Text(d.r, beacon.BoundURL)
	default:
		d.shared(name)
	}
}

// measurements are numbers with a unit. Only vitals are read.
func (d *decoder) measurements() {
	d.r.Object(func(name string) {
		vital, known := gather.VitalOf(strings.ToUpper(name))
		var value float64
		var unit string
		hasValue := false
		d.r.Object(func(member string) {
			if member == "value" {
				value, hasValue = d.r.Num()
			} else {
				d.Texts(d.r, member, "unit", &unit)
			}
		})
		if unit == "second" {
			value *= 1000
		}
		if known && hasValue && value >= 0 && len(d.in.vitals) < maxVitals {
			d.in.vitals = append(d.in.vitals, measured{vital, value})
		}
	})
}

const maxVitals = 8

// isPage reports whether spans of the operation begin a page view.
func isPage(op string) bool { return op == "pageload" || op == "navigation" }

// span is a page view, a part of its load, a vital, a resource or a long task. Other spans are for a receiver of traces.
func (d *decoder) span() gather.Fault {
	d.settle()
	in := &d.in
	if in.start.IsZero() || in.end.Before(in.start) {
		return gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "start_timestamp"}
	}
	d.sampled()
	d.vitalsOfAttributes()
	if isPage(in.op) && in.isSegment {
		in.url = d.Bag.TakeString("url.full")
		return d.page()
	}
	d.leaveOwnSegment()
	if len(in.vitals) > 0 {
		return d.report()
	}
	if strings.HasPrefix(in.op, "browser.") {
		return d.part()
	}
	payload, at := d.resourceOrTask()
	if payload == nil {
		d.LeaveOut()
		return gather.Fault{}
	}
	event, fault := d.new(at)
	if fault.Reason != "" {
		return fault
	}
	d.Bag.Reset() // the SDK's attributes of every span
	event.Payload = payload
	d.Take(event)
	return gather.Fault{}
}

// leaveOwnSegment takes the page of a span that is a segment of its own, such as an INP before version 11: its id is that of no
// page view, and its transaction is the path of the page, or the name that a router has for it.
func (d *decoder) leaveOwnSegment() {
	in := &d.in
	if !in.isSegment || in.segmentID != in.spanID {
		return
	}
	in.segmentID = ""
	if path := d.Bag.TakeString("transaction"); strings.HasPrefix(path, "/") {
		in.url = path
	}
}

const vitalPrefix = "browser.web_vital."

// vitalsOfAttributes finds the vitals of a span of version 2.
func (d *decoder) vitalsOfAttributes() {
	for _, name := range []string{beacon.TTFB, beacon.FCP, beacon.LCP, beacon.CLS, beacon.INP} {
		if v, ok := d.Bag.TakeNumber(vitalPrefix + name + ".value"); ok && v >= 0 && len(d.in.vitals) < maxVitals {
			d.in.vitals = append(d.in.vitals, measured{name, v})
		}
	}
}

// navigationType of a span, in the words of web-vitals.
func (d *decoder) navigationType() string {
	if kind := d.Bag.TakeString("browser.navigation.type"); kind != "" {
		return kind
	}
	if d.in.op == "navigation" {
		return "soft-navigation"
	}
	return "navigate"
}

// page is a segment: a page view with the vitals known at its end.
func (d *decoder) page() gather.Fault {
	in := &d.in
	if !d.Fits(1 + len(in.vitals) + len(in.children)) {
		return gather.Fault{Reason: beacon.ReasonTooManyEvents}
	}
	event, fault := d.new(in.start)
	if fault.Reason != "" {
		return fault
	}
	connection := &d.Beacon.Connection
	if effective := d.Bag.TakeString("network.connection.effective_type"); effective != "" {
		connection.EffectiveType = effective
	}
	if rtt, ok := d.Bag.TakeNumber("network.connection.rtt"); ok && rtt >= 0 {
		connection.RTT = rtt
	}
	kind := d.navigationType()
	if in.op == "pageload" {
		d.loadOf(in.segmentID).began = in.start
	}
	d.Bag.Reset()
	reports := in.vitals
	for _, v := range reports {
		report := event
		report.Time = in.end
		report.Payload = d.vital(v, kind)
		d.Also(report)
	}
	for _, child := range in.children {
		child.Page = event.Page
		d.Also(child)
	}
	event.Payload = &beacon.PageView{Type: kind, SameDocument: in.op == "navigation"}
	d.Take(event)
	return gather.Fault{}
}

// vital gets an id from its page view and its name, because the SDK sends none and reports a changed vital again.
func (d *decoder) vital(v measured, kind string) beacon.Payload {
	id := d.in.segmentID
	if id == "" && d.in.isSegment && gather.SpanOf(d.in.spanID) != [8]byte{} {
		id = d.in.spanID
	}
	if id != "" {
		id += "-" + v.name
	}
	return d.Vitals.Put(beacon.Vital{Name: v.name, Value: v.value, Delta: v.value, ID: id, NavigationType: kind})
}

// report is a span that reports a vital.
func (d *decoder) report() gather.Fault {
	in := &d.in
	if !d.Fits(len(in.vitals)) {
		return gather.Fault{Reason: beacon.ReasonTooManyEvents}
	}
	event, fault := d.new(in.end)
	if fault.Reason != "" {
		return fault
	}
	kind := d.navigationType()
	first := in.vitals[0]
	prefix := vitalPrefix + first.name + "."
	var target, url, interaction string
	for _, key := range []string{"element", "target", "source.1"} {
		if text := d.Bag.TakeString(prefix + key); text != "" {
			target = text
		}
	}
	url = d.Bag.TakeString(prefix + "url")
	switch kind := d.Bag.TakeString(prefix + "interaction_type"); kind {
	case "click", "drag", "hover":
		interaction = "pointer"
	case "press":
		interaction = "keyboard"
	}
	d.Bag.Reset()
	for _, v := range in.vitals[1:] {
		other := event
		other.Payload = d.vital(v, kind)
		d.Also(other)
	}
	d.Bag.Text(semconv.AttributionTarget, target)
	d.Bag.Text(semconv.AttributionURL, url)
	d.Bag.Text(semconv.AttributionInteractionType, interaction)
	event.Payload = d.vital(first, kind)
	d.Take(event)
	return gather.Fault{}
}

// resourceOrTask is the payload of a resource or a long task, and its begin; nil for spans of other operations.
func (d *decoder) resourceOrTask() (beacon.Payload, time.Time) {
	in := &d.in
	duration := millisBetween(in.start, in.end)
	kind, isResource := strings.CutPrefix(in.op, "resource.")
	switch {
	case in.op == "http.client" || isResource:
		if in.op == "http.client" {
			if kind = d.Bag.TakeString("type"); kind == "xhr" {
				kind = "xmlhttprequest"
			}
		}
		return d.resource(kind, duration), in.start
	case in.op == "ui.long_animation_frame":
		return d.frame(duration), in.start
	case in.op == "ui.long_task" || in.op == "ui.long-task":
		return d.LongTasks.Put(beacon.LongTask{Duration: duration}), in.start
	}
	return nil, in.start
}

func (d *decoder) resource(initiator string, duration float64) beacon.Payload {
	in := &d.in
	size := func(keys ...string) int64 {
		for _, key := range keys {
			if v, ok := d.Bag.TakeNumber(key); ok {
				return gather.ToInt(v)
			}
		}
		return 0
	}
	resource := beacon.Resource{
		URL: d.Bag.TakeString("url.full"), Duration: duration, InitiatorType: initiator, Status: size("http.response.status_code"),
		TransferSize: size("http.response.size", "http.response_transfer_size"), EncodedSize: size("http.response.body.size", "http.response_content_length"),
		DecodedSize: size("http.response.body.decoded_size", "http.decoded_response_content_length"),
		Method:      gather.MethodOf(d.Bag.TakeString("http.request.method")),
	}
	if method := d.Bag.TakeString("http.method"); resource.Method == "" {
		resource.Method = gather.MethodOf(method)
	}
	if old := d.Bag.TakeString("url"); resource.URL == "" {
		resource.URL = old
	}
	if resource.URL == "" { // its name is the URL, behind a method
		resource.URL = in.name[strings.LastIndexByte(in.name, ' ')+1:]
	}
	if resource.Status == 0 && in.op == "http.client" && in.status != "" && in.status != "ok" {
		resource.ErrorType = "NetworkError"
	}
	return d.Resources.Put(resource)
}

func (d *decoder) frame(duration float64) beacon.Payload {
	script := beacon.Script{
		URL: d.Bag.TakeString("code.file.path"), Function: d.Bag.TakeString("code.function.name"),
		Invoker: d.Bag.TakeString("browser.script.invoker"), InvokerType: d.Bag.TakeString("browser.script.invoker_type"),
		Duration: math.NaN(), CharPosition: math.NaN(), ForcedLayout: math.NaN(),
	}
	if old := d.Bag.TakeString("code.filepath"); script.URL == "" {
		script.URL = old
	}
	if old := d.Bag.TakeString("code.function"); script.Function == "" {
		script.Function = old
	}
	if position, ok := d.Bag.TakeNumber("browser.script.source_char_position"); ok {
		script.CharPosition = position
	}
	frame := &beacon.LongFrame{Duration: duration}
	if script.URL != "" || script.Invoker != "" {
		frame.Script = &script
	}
	return frame
}
