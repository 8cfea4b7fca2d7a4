package beacon

import "time"

// Kind tells what an Event is and which of its fields mean something.
type Kind uint8

// The kinds of events.
const (
	KindVital Kind = iota + 1
	KindError
	KindNavigationTiming
	KindPageView
	KindResource
	KindClick
	KindInteraction
	KindLongTask
	KindMeasurement
	KindBudget
	KindSessionStart
)

// Event is one thing that happened in the browser. One flat struct for every kind, so that a batch
// is one slice: fields that a kind does not use stay zero.
type Event struct {
	Kind Kind

	// Index is the place of the event in the batch as it was sent, for error reports.
	Index int
	// Count is how many events of the wire this one stands for: the navigation phases of a page load arrive
	// one by one in the array format. 0 for a second one that was made of the same event of the wire.
	Count int
	// Page is an index into Beacon.Pages.
	Page int
	// Time is when it happened: by the browser's clock until enrich has corrected it. Zero when the
	// format does not say.
	Time time.Time

	// Name is the vital in lower case (lcp), the exception type, the resource's URL, the name of
	// a measurement or interaction, the metric of a budget event.
	Name string
	// Value is milliseconds for every duration, the score for CLS, and as sent for a measurement.
	Value float64

	// MeasurementID is the identity of a vital: reports with the same id are the same
	// measurement, and the last one is final.
	MeasurementID string
	// Delta is the change since the last report of the same measurement.
	Delta float64
	// NavigationType of a vital or page view, in the words of web-vitals.
	NavigationType string
	// SameDocument marks a page view that did not load a document.
	SameDocument bool

	// Limit is the budget of a budget event, in the unit of Value.
	Limit float64
	// Unit of a measurement, UCUM, or empty.
	Unit string

	Phases   *Phases
	Error    *Error
	Resource *Resource
	Element  *Element
	// Blocking is the blocking duration of a long animation frame in ms; negative for a long task.
	Blocking float64

	// Implausible is set by Validate and Loads. An event that is OutOfRange is emitted as a record
	// but enters no metric.
	Implausible Implausibilities

	// Trimmed are the bounds that something of this event went past.
	Trimmed Bounds

	// Attributes are free: metadata of the event, attribution of a vital or long task.
	Attributes []Attribute
}

// Phase is one part of a page load.
type Phase uint8

// The phases of a page load, in the order in which they happen.
const (
	PhaseDNS Phase = iota
	PhaseTCP
	PhaseTLS
	PhaseTTFB // request start to first byte, unlike the vital of that name
	PhaseDownload
	PhaseDOMParse
	PhaseDOMContentLoaded
	PhaseLoad
	PhaseTotal
	NumPhases
)

// PhaseNames are the last parts of the attribute and metric names.
var PhaseNames = [NumPhases]string{
	"dns", "tcp", "tls", "ttfb", "download", "dom_parse", "dom_content_loaded", "load", "total",
}

// Phases are durations in ms.
type Phases struct {
	Value [NumPhases]float64
	Known [NumPhases]bool
}

// Error is what is known of an exception besides its type.
type Error struct {
	Message string
	Stack   string
	Source  string // error, unhandledrejection or manual
	File    string
	Line    int64 // 0 when unknown
	Column  int64 // 0 when unknown
}

// Resource is what is known of a loaded resource, or of a request that a script made, besides URL
// and duration. Sizes are bytes.
type Resource struct {
	InitiatorType string
	TransferSize  int64
	EncodedSize   int64
	DecodedSize   int64
	Method        string
	Status        int64 // 0 when unknown
	// ErrorType is why a request has no answer: NetworkError, AbortError, TimeoutError, or _OTHER.
	ErrorType string

	// TraceID and SpanID are those that the request carried to its server; zero when it carried none.
	TraceID [16]byte
	SpanID  [8]byte
}

// Element is the target of a click.
type Element struct {
	Selector string
	Tag      string
}

// ValueType is the type of an Attribute's value.
type ValueType uint8

// The types of attribute values.
const (
	StringValue ValueType = iota
	NumberValue
	BoolValue
)

// Attribute is a free name and a scalar.
type Attribute struct {
	Key    string
	Type   ValueType
	String string
	Number float64 // 1 or 0 for a bool
}

// LongTaskType is the entry type that a long task was observed as.
// https://w3c.github.io/long-animation-frames/
func (e *Event) LongTaskType() string {
	if e.Blocking >= 0 {
		return "long-animation-frame"
	}
	return "longtask"
}
