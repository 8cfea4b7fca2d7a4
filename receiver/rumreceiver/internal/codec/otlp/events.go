package otlp

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// What semantic conventions do not know and the instrumentations write.
const (
	eventConsole  = "browser.console"
	consoleMethod = "browser.console.method"
	// documentURL is of the page on which a record was made, by a processor of the browser SDK.
	documentURL = "browser.document.url.full"
	// occurred is the value of an event that has none: it happened once.
	occurred = 1
)

// build makes the event of the record and its page.
func (d *decoder) build() (event beacon.Event, page beacon.Page, f wire.Fault) {
	if d.rec.faulty != "" {
		return event, page, wire.Fault{Reason: beacon.ReasonBadEvent, Field: d.rec.faulty}
	}
	page = beacon.Page{SessionID: d.facts.text(semconv.SessionID), UserID: d.facts.text(semconv.UserID), URL: d.facts.text(documentURL)}
	event.Time = timeOf(d.rec.time)
	if event.Time.IsZero() {
		event.Time = timeOf(d.rec.observed)
	}
	switch name := d.rec.event; name {
	case semconv.EventWebVital:
		f = d.vital(&event)
	case semconv.EventException:
		d.exception(&event)
	case eventConsole:
		f = d.console(&event)
	case semconv.EventNavigation:
		event.Kind = beacon.KindPageView
		event.SameDocument = d.facts.truth(semconv.NavigationSameDocument)
		event.NavigationType = d.facts.text(semconv.NavigationType)
		page.URL = d.pageURL(page.URL)
	case semconv.EventNavigationTiming:
		d.navigationTiming(&event)
		page.URL = d.pageURL(page.URL)
	case semconv.EventResourceTiming:
		f = d.resource(&event)
	case semconv.EventClick:
		event.Kind = beacon.KindClick
		event.Element = &beacon.Element{Selector: d.facts.text(semconv.CSSSelector), Tag: strings.ToLower(d.facts.text(semconv.TagName))}
	case semconv.EventSessionStart:
		event.Kind = beacon.KindSessionStart
	default:
		if name == "" || strings.HasPrefix(name, "browser.") { // no event, or one of a newer instrumentation
			return event, page, wire.Fault{Reason: beacon.ReasonUnknownType, Field: "eventName"}
		}
		event.Kind, event.Name, event.Value = beacon.KindMeasurement, d.b.Trims.Cut(name, &d.limits, beacon.BoundString), occurred
	}
	return event, page, f
}

// pageURL of an event whose url.full is that of the page.
func (d *decoder) pageURL(document string) string {
	if url := d.facts.text(semconv.URLFull); url != "" {
		return url
	}
	return document
}

// vital is told of when it was observed: the time of one that comes after a return from the back/forward cache
// lies as far back as the load.
func (d *decoder) vital(event *beacon.Event) wire.Fault {
	if observed := timeOf(d.rec.observed); !observed.IsZero() {
		event.Time = observed
	}
	name := d.facts.text(semconv.WebVitalName)
	vital, known := wire.VitalOf(strings.ToUpper(name))
	value, hasValue := d.facts.number(semconv.WebVitalValue)
	switch {
	case name == "":
		return wire.Fault{Reason: beacon.ReasonMissingName, Field: semconv.WebVitalName}
	case !known:
		return wire.Fault{Reason: beacon.ReasonUnknownType, Field: semconv.WebVitalName}
	case !hasValue:
		return wire.Fault{Reason: beacon.ReasonBadValue, Field: semconv.WebVitalValue}
	}
	event.Kind, event.Name, event.Value, event.Delta = beacon.KindVital, vital, value, value
	if delta, ok := d.facts.number(semconv.WebVitalDelta); ok {
		event.Delta = delta
	}
	event.MeasurementID = d.facts.text(semconv.WebVitalID)
	event.NavigationType = d.facts.text(semconv.WebVitalNavigationType)
	return wire.Fault{}
}

func (d *decoder) exception(event *beacon.Event) {
	event.Kind = beacon.KindError
	event.Error = &beacon.Error{
		Message: d.facts.text(semconv.ExceptionMessage),
		Stack:   d.b.Trims.CutStack(d.facts.text(semconv.ExceptionStacktrace), &d.limits),
		Source:  "error",
	}
	event.Name = wire.ExceptionType(d.facts.text(semconv.ExceptionType), "", event.Error)
}

// console takes errors; other lines are no events of a visit.
func (d *decoder) console(event *beacon.Event) wire.Fault {
	if d.facts.text(consoleMethod) != "error" {
		return wire.Fault{Reason: beacon.ReasonUnknownType, Field: consoleMethod}
	}
	event.Kind, event.Name = beacon.KindError, "console.error"
	event.Error = &beacon.Error{Message: d.rec.body, Source: "manual"}
	return wire.Fault{}
}

func (d *decoder) navigationTiming(event *beacon.Event) {
	event.Kind, event.NavigationType = beacon.KindNavigationTiming, d.facts.text(semconv.NavigationTimingType)
	var times wire.Times
	for i, name := range wire.TimeNames {
		// Those of the network have the names that they have for every resource.
		for _, prefix := range []string{semconv.NavigationTimingPrefix, resourceTimingPrefix} {
			if v, ok := d.facts.number(prefix + name); ok {
				times[i] = v
			}
		}
	}
	event.Phases = times.Phases()
}

const resourceTimingPrefix = "browser.resource_timing."

func (d *decoder) resource(event *beacon.Event) wire.Fault {
	event.Kind, event.Name = beacon.KindResource, d.facts.text(semconv.URLFull)
	var hasDuration bool
	event.Value, hasDuration = d.facts.number(semconv.ResourceTimingDuration)
	switch {
	case event.Name == "":
		return wire.Fault{Reason: beacon.ReasonMissingName, Field: semconv.URLFull}
	case !hasDuration:
		return wire.Fault{Reason: beacon.ReasonBadValue, Field: semconv.ResourceTimingDuration}
	}
	size := func(key string) int64 { v, _ := d.facts.number(key); return wire.ToInt(v) }
	event.Resource = &beacon.Resource{
		InitiatorType: d.facts.text(semconv.ResourceTimingInitiatorType),
		TransferSize:  size(semconv.ResourceTimingTransferSize),
		EncodedSize:   size(semconv.ResourceTimingEncodedBodySize),
		DecodedSize:   size(semconv.ResourceTimingDecodedBodySize),
		Status:        size(semconv.HTTPResponseStatusCode),
	}
	return wire.Fault{}
}
