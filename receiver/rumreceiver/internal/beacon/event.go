package beacon

import "time"

// Event is one thing that happened in the browser: what all events have, and the payload of its kind.
type Event struct {
	// Index is the place of the event in the body as it was sent, for error reports.
	Index int
	// Count is how many events of the wire this one stands for: the navigation phases of a page load arrive
	// one by one in the array format. 0 for a second one that was made of the same event of the wire.
	Count int
	// Page is an index into Beacon.Pages.
	Page int
	// Once is true for a page view or page load that is repeated with every report of its page, in formats that send
	// snapshots: the first one with the page's ID is the event.
	Once bool
	// Time is when it happened: by the browser's clock until enrich has corrected it. Zero when the
	// format does not say.
	Time time.Time
	// BrowserTime is Time before enrich corrected it, for the order of reports of one page: two batches may be
	// corrected by different amounts. Zero when the format does not say. Filled by enrich.
	BrowserTime time.Time

	// Payload is what is particular to the kind. Never nil.
	Payload Payload
	// Log is what the event's own log record says, in formats whose events are log records; nil in others.
	Log *Log
	// Trace in which it happened; zero when only the page's is known, or none.
	Trace Trace

	// Implausible is set by Validate and Loads. An event that is OutOfRange is emitted as a record
	// but enters no metric.
	Implausible Implausibilities

	// Trimmed are the bounds that something of this event went past.
	Trimmed Bounds

	// Attributes are free: metadata of the event, the cause of a vital or long task.
	Attributes []Attribute
	// Verbatim is true when the keys of Attributes are names of the conventions, or the application's own: they are
	// written as they are, where no name of ours is in the way. Else they stand behind the prefix of the kind.
	Verbatim bool
}

// Trace is the context of a span. The zero value is none.
type Trace struct {
	TraceID [16]byte
	SpanID  [8]byte
	Flags   uint8
}

// Log is what a log record has besides attributes.
// https://opentelemetry.io/docs/specs/otel/logs/data-model/
type Log struct {
	Body Attribute // its key is not used
	// HasBody is false for a record without one.
	HasBody bool
	// Severity is a SeverityNumber; 0 when the record does not say.
	Severity     int32
	SeverityText string
	// Dropped is how many attributes the SDK left out.
	Dropped uint32
}

// Kind of the event.
func (e *Event) Kind() Kind { return e.Payload.Kind() }
