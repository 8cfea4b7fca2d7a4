package beacon

import "github.com/otelcol-rum/otelcol-rum/internal/semconv"

// Kind is the type of an event's payload.
type Kind uint8

// The kinds of events.
const (
	KindVital Kind = iota
	KindException
	KindPageLoad
	KindPageView
	KindResource
	KindClick
	KindInteraction
	KindLongTask
	KindLongFrame
	KindMeasurement
	KindBudget
	KindSessionStart
	KindSessionEnd
	KindCustom
	NumKinds
)

// Severity of a record, as OpenTelemetry numbers it.
// https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
type Severity = int32

// The severities of events that bring none of their own.
const (
	SeverityInfo  Severity = 9
	SeverityWarn  Severity = 13
	SeverityError Severity = 17
)

// KindRow is what a kind of event is called and how its records are made.
type KindRow struct {
	// Payload is an empty one.
	Payload Payload
	// Event is the name of its records; empty where the event brings its own.
	Event string
	// Severity of its records, unless the event brings its own.
	Severity Severity
	// Prefix stands before the names of free attributes, unless they are verbatim.
	Prefix string
}

// Kinds has a row for each kind of event. It must not be changed.
var Kinds = [...]KindRow{
	KindVital:        {&Vital{}, semconv.EventWebVital, SeverityInfo, semconv.WebVitalAttributionPrefix},
	KindException:    {&Exception{}, semconv.EventException, SeverityError, semconv.MetadataPrefix},
	KindPageLoad:     {&PageLoad{}, semconv.EventNavigationTiming, SeverityInfo, semconv.MetadataPrefix},
	KindPageView:     {&PageView{}, semconv.EventNavigation, SeverityInfo, semconv.MetadataPrefix},
	KindResource:     {&Resource{}, semconv.EventResourceTiming, SeverityInfo, semconv.MetadataPrefix},
	KindClick:        {&Click{}, semconv.EventClick, SeverityInfo, semconv.ClickPrefix},
	KindInteraction:  {&Interaction{}, semconv.EventInteraction, SeverityInfo, semconv.MetadataPrefix},
	KindLongTask:     {&LongTask{}, semconv.EventLongTask, SeverityInfo, semconv.LongTaskAttributionPrefix},
	KindLongFrame:    {&LongFrame{}, semconv.EventLongFrame, SeverityInfo, semconv.MetadataPrefix},
	KindMeasurement:  {&Measurement{}, semconv.EventMeasurement, SeverityInfo, semconv.MetadataPrefix},
	KindBudget:       {&Budget{}, semconv.EventBudgetClientViolation, SeverityWarn, semconv.MetadataPrefix},
	KindSessionStart: {&SessionStart{}, semconv.EventSessionStart, SeverityInfo, semconv.MetadataPrefix},
	KindSessionEnd:   {&SessionEnd{}, semconv.EventSessionEnd, SeverityInfo, semconv.MetadataPrefix},
	KindCustom:       {&Custom{}, "", SeverityInfo, semconv.MetadataPrefix},
}

// If the last kind has no row, this does not compile.
var _ [len(Kinds)]struct{} = [NumKinds]struct{}{}
