package otlp

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// Names of the instrumentations that are not in semantic conventions.
const (
	eventConsole  = "browser.console"
	consoleMethod = "browser.console.method"
	// elementAttributes are those of the element that was clicked.
	elementAttributes = "browser.element.attributes"
)

// build makes the event of the record, and its page. Attributes with a member of the payload are removed from the bag; the rest
// stays free.
func (d *decoder) build() (event beacon.Event, page beacon.Page, f gather.Fault) {
	rec, bag := &d.rec, &d.Bag
	if rec.faulty != "" {
		return event, page, gather.Fault{Reason: beacon.ReasonBadEvent, Field: rec.faulty}
	}
	var ok bool
	if event.Time, ok = timeOf(rec.time, rec.observed); !ok {
		return event, page, gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "timeUnixNano"}
	}
	page = beacon.Page{SessionID: bag.TakeID(semconv.SessionID), UserID: bag.TakeID(semconv.UserID), URL: bag.TakeString(semconv.DocumentURL)}
	event.Verbatim, event.Trace, event.Log = true, rec.trace, rec.log()
	d.resource.synthetic = cmp.Or(d.resource.synthetic, syntheticOf(bag.TakeString(semconv.UserAgentSyntheticType)))
	switch name := d.eventName(); name {
	case semconv.EventWebVital:
		event.Payload, f = d.vital(&event)
	case semconv.EventException:
		event.Payload = d.exception()
	case eventConsole:
		event.Payload = d.console()
	case semconv.EventNavigation:
		event.Payload = d.pageView(&page)
	case semconv.EventNavigationTiming:
		event.Payload = d.pageLoad(&page)
	case semconv.EventResourceTiming:
		event.Payload, f = d.resourceTiming()
	case semconv.EventClick:
		event.Payload = d.click()
	case semconv.EventSessionStart:
		event.Payload = &beacon.SessionStart{PreviousID: bag.TakeID(semconv.SessionPreviousID)}
	case semconv.EventSessionEnd:
		event.Payload = &beacon.SessionEnd{}
	default: // the application's, a newer instrumentation's, or a line of a log
		event.Payload = &beacon.Custom{Name: d.Cut(name, beacon.BoundString)}
	}
	return event, page, f
}

// log is the data of the record besides attributes; nil if there is none.
func (rec *record) log() *beacon.Log {
	if !rec.hasBody && rec.severity == 0 && rec.severityText == "" && rec.dropped == 0 {
		return nil
	}
	return &beacon.Log{Body: rec.body, HasBody: rec.hasBody, Severity: rec.severity, SeverityText: rec.severityText, Dropped: rec.dropped}
}

// eventName of the record. Older records have it as an attribute.
func (d *decoder) eventName() string {
	return cmp.Or(d.rec.event, d.Bag.TakeString(semconv.EventName), d.Bag.TakeString(semconv.DeprecatedEventName))
}

// vital has the observed time, because after a return from the back/forward cache the record's time is still that of the load.
// An unknown vital, such as a newer one, stays a plain record.
func (d *decoder) vital(event *beacon.Event) (beacon.Payload, gather.Fault) {
	if observed, ok := timeOf(d.rec.observed); ok && !observed.IsZero() {
		event.Time = observed
	}
	d.unpackBody(event)
	bag := &d.Bag
	name, _ := bag.Peek(semconv.WebVitalName)
	known, isVital := gather.VitalOf(strings.ToUpper(name.String))
	number, _ := bag.Peek(semconv.WebVitalValue)
	value, hasValue := number.Float()
	if !isVital || !hasValue {
		return d.asItIs(semconv.EventWebVital, semconv.WebVitalName)
	}
	bag.TakeString(semconv.WebVitalName)
	bag.TakeNumber(semconv.WebVitalValue)
	vital := beacon.Vital{
		Name: known, Value: value, Delta: value,
		ID: bag.TakeID(semconv.WebVitalID), NavigationType: bag.TakeString(semconv.WebVitalNavigationType),
	}
	if delta, ok := bag.TakeNumber(semconv.WebVitalDelta); ok {
		vital.Delta = delta
	}
	bag.TakeString(semconv.WebVitalRating) // follows from the value
	return d.Vitals.Put(vital), gather.Fault{}
}

// asItIs keeps a record that lacks the data of its kind, unless it is empty.
func (d *decoder) asItIs(name, missing string) (beacon.Payload, gather.Fault) {
	if d.Bag.IsEmpty() && !d.rec.hasBody {
		return nil, gather.Fault{Reason: beacon.ReasonMissingName, Field: missing}
	}
	return &beacon.Custom{Name: name}, gather.Fault{}
}

// unpackBody reads a vital from a body that is a map, {name, value, delta, id, …}, which SDKs wrote before 2025.
func (d *decoder) unpackBody(event *beacon.Event) {
	if event.Log == nil || event.Log.Body.Type != beacon.MapValue || d.Bag.Has(semconv.WebVitalName) {
		return
	}
	left := event.Log.Body.Items[:0:0]
	for _, item := range event.Log.Body.Items {
		if key := vitalMembers[item.Key]; key != "" {
			d.Bag.Add(key, item)
		} else {
			left = append(left, item)
		}
	}
	event.Log.Body.Items = left
	if len(left) == 0 {
		event.Log.Body, event.Log.HasBody = beacon.Attribute{}, false
	}
}

var vitalMembers = map[string]string{
	"name": semconv.WebVitalName, "value": semconv.WebVitalValue, "delta": semconv.WebVitalDelta, "id": semconv.WebVitalID,
	"rating": semconv.WebVitalRating, "navigationType": semconv.WebVitalNavigationType, "navigation_type": semconv.WebVitalNavigationType,
}

func (d *decoder) exception() *beacon.Exception {
	bag := &d.Bag
	x := d.Exceptions.Put(beacon.Exception{
		Message: bag.TakeString(semconv.ExceptionMessage),
		Stack:   d.Trims.CutStack(bag.TakeString(semconv.ExceptionStacktrace), &d.Limits),
		Source:  "error",
		File:    bag.TakeString(semconv.CodeFilePath),
	})
	line, _ := bag.TakeNumber(semconv.CodeLineNumber)
	column, _ := bag.TakeNumber(semconv.CodeColumnNumber)
	x.Line, x.Column = gather.ToInt(line), gather.ToInt(column)
	gather.NameException(x, bag.TakeString(semconv.ExceptionType), "")
	return x
}

// console is a line of the console, which may be an error.
func (d *decoder) console() beacon.Payload {
	if method, _ := d.Bag.Peek(consoleMethod); method.String != "error" {
		return &beacon.Custom{Name: eventConsole}
	}
	message := d.Cut(d.rec.body.String, beacon.BoundString)
	return d.Exceptions.Put(beacon.Exception{Type: "console.error", Message: message, Source: "manual"})
}

// click removes the value of a field, because a person has written it.
func (d *decoder) click() *beacon.Click {
	if element, ok := d.Bag.TakeAs(elementAttributes, beacon.MapValue); ok {
		element.Items = slices.DeleteFunc(element.Items, func(a beacon.Attribute) bool { return strings.EqualFold(a.Key, "value") })
		d.Bag.Add(elementAttributes, element)
	}
	return d.Clicks.Put(beacon.Click{
		Selector: d.Bag.TakeString(semconv.CSSSelector), Tag: strings.ToLower(d.Bag.TakeString(semconv.TagName)),
	})
}

// pageView is of the page that url.full names.
func (d *decoder) pageView(page *beacon.Page) *beacon.PageView {
	bag := &d.Bag
	view := &beacon.PageView{SameDocument: bag.TakeBool(semconv.NavigationSameDocument), Type: bag.TakeString(semconv.NavigationType)}
	if change, ok := bag.TakeAs(semconv.NavigationHashChange, beacon.BoolValue); ok {
		changed := change.Number == 1
		view.HashChange = &changed
	}
	d.takeURL(page)
	return view
}

// takeURL makes url.full the URL of the page, for records in which it is.
func (d *decoder) takeURL(page *beacon.Page) {
	if url := d.Bag.TakeString(semconv.URLFull); url != "" {
		page.URL = url
	}
}

// pageLoad makes phases of the times, which stay as they are.
func (d *decoder) pageLoad(page *beacon.Page) *beacon.PageLoad {
	var times beacon.Times
	for i, name := range semconv.NavigationTimes {
		if a, ok := d.Bag.Peek(name); ok {
			times[i], _ = a.Float()
		}
	}
	load := &beacon.PageLoad{Type: d.Bag.TakeString(semconv.NavigationTimingType), Phases: times.Phases()}
	d.takeURL(page)
	return load
}

// resourceTiming without URL or duration stays a plain record.
func (d *decoder) resourceTiming() (beacon.Payload, gather.Fault) {
	bag := &d.Bag
	name, _ := bag.Peek(semconv.URLFull)
	took, _ := bag.Peek(semconv.ResourceTimingDuration)
	duration, hasDuration := took.Float()
	if name.String == "" || !hasDuration {
		return d.asItIs(semconv.EventResourceTiming, semconv.URLFull)
	}
	url := bag.TakeString(semconv.URLFull)
	bag.TakeNumber(semconv.ResourceTimingDuration)
	size := func(key string) int64 { v, _ := bag.TakeNumber(key); return gather.ToInt(v) }
	return d.Resources.Put(beacon.Resource{
		URL: url, Duration: duration,
		InitiatorType: bag.TakeString(semconv.ResourceTimingInitiatorType),
		TransferSize:  size(semconv.ResourceTimingTransferSize),
		EncodedSize:   size(semconv.ResourceTimingEncodedBodySize),
		DecodedSize:   size(semconv.ResourceTimingDecodedBodySize),
		Method:        bag.TakeString(semconv.HTTPRequestMethod),
		Status:        size(semconv.HTTPResponseStatusCode),
		ErrorType:     bag.TakeString(semconv.ErrorType),
	}), gather.Fault{}
}

// timeOf is the first of the record's times that is not zero, in Unix nanoseconds; zero when all are. ok is false when it
// cannot be a time in nanoseconds.
func timeOf(times ...uint64) (at time.Time, ok bool) {
	for _, ns := range times {
		if ns != 0 {
			return gather.FromNanos(ns)
		}
	}
	return time.Time{}, true
}
