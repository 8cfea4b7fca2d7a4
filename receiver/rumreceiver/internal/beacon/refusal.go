package beacon

// Reason says why something was refused. The set is closed: a reason is the answer's "reason", the
// metric's label and the name of a test case.
type Reason string

// Reasons to refuse a whole request.
const (
	ReasonMethod      Reason = "method_not_allowed"
	ReasonPath        Reason = "not_found"
	ReasonTooLarge    Reason = "too_large"
	ReasonEncoding    Reason = "bad_encoding"
	ReasonReadTimeout Reason = "read_timeout"
	ReasonEmptyBody   Reason = "empty_body"
	ReasonBadJSON     Reason = "bad_json"
	ReasonFormat      Reason = "unknown_format"
	ReasonVersion     Reason = "unknown_version"
	ReasonBadBatch    Reason = "bad_batch"
)

// Reasons to refuse one event.
const (
	ReasonTooManyEvents Reason = "too_many_events"
	ReasonTooManyPages  Reason = "too_many_pages"
	ReasonBadEvent      Reason = "bad_event"
	ReasonUnknownType   Reason = "unknown_type"
	ReasonMissingName   Reason = "missing_name"
	ReasonBadValue      Reason = "bad_value"
	ReasonBadTimestamp  Reason = "bad_timestamp"
)

// Reasons of delivery.
const (
	ReasonUnavailable Reason = "unavailable"
	ReasonPermanent   Reason = "permanent"
)

// Rejection says why a whole body was refused. It never holds payload text.
type Rejection struct {
	Reason Reason
	// Detail is a fixed sentence, perhaps with a position or a bound.
	Detail string
}

func (r *Rejection) Error() string { return string(r.Reason) + ": " + r.Detail }

// Refusal says why one event was refused. It never holds payload text.
type Refusal struct {
	Index  int
	Reason Reason
	// Field is the member at fault, or empty.
	Field string
}
