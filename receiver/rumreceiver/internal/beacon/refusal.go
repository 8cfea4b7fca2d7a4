package beacon

import "time"

// Reason says why something was refused. The set is closed: a reason is the answer's "reason", the
// metric's label and the name of a test case.
type Reason string

// Reasons to refuse a whole request.
const (
	ReasonMethod       Reason = "method_not_allowed"
	ReasonPath         Reason = "not_found"
	ReasonUnauthorized Reason = "unauthorized"
	ReasonOrigin       Reason = "origin_not_allowed"
	ReasonRateLimited  Reason = "rate_limited"
	ReasonBusy         Reason = "busy"
	ReasonTooLarge     Reason = "too_large"
	// ReasonEncoding is a body that is not of the encoding that it is said to have, ReasonUnknownEncoding one of
	// an encoding that is not taken.
	ReasonEncoding        Reason = "bad_encoding"
	ReasonUnknownEncoding Reason = "unknown_encoding"
	ReasonReadTimeout     Reason = "read_timeout"
	ReasonIncomplete      Reason = "incomplete_body"
	ReasonEmptyBody       Reason = "empty_body"
	ReasonBadJSON         Reason = "bad_json"
	ReasonTooDeep         Reason = "too_deep"
	ReasonFormat          Reason = "unknown_format"
	ReasonVersion         Reason = "unknown_version"
	ReasonBadBatch        Reason = "bad_batch"
	// ReasonNoValidEvent is a readable body of nothing but events that were refused.
	ReasonNoValidEvent Reason = "no_valid_event"
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
	// ReasonTooLarge is one of events, too: see LimitSize.
)

// Reasons of delivery: what stands behind the receiver did not take the events. The first two may pass.
const (
	ReasonUnavailable Reason = "unavailable"
	// ReasonThrottled is a backend that asked for a pause.
	ReasonThrottled Reason = "throttled"
	// ReasonInvalid, ReasonUnauthenticated, ReasonDenied and ReasonUnsupported are what a backend said of the
	// request that it was sent, ReasonPermanent is whatever else will not change.
	ReasonInvalid         Reason = "invalid"
	ReasonUnauthenticated Reason = "unauthenticated"
	ReasonDenied          Reason = "denied"
	ReasonUnsupported     Reason = "unsupported"
	ReasonPermanent       Reason = "permanent"
	ReasonInternal        Reason = "internal_error"
)

// Explain is a sentence for people about a refused event.
func (r Reason) Explain() string {
	switch r {
	case ReasonTooManyEvents:
		return "the batch has more events than limits::max_events"
	case ReasonTooManyPages:
		return "the batch has events of more pages than limits::max_pages"
	case ReasonTooLarge:
		return "the events of the batch, each with the context of its page, are larger than a batch may be"
	case ReasonBadEvent:
		return "the event is no object, or a member has the wrong type"
	case ReasonUnknownType:
		return "the kind of event is missing or not known"
	case ReasonMissingName:
		return "the event needs a name"
	case ReasonBadValue:
		return "the value is missing, not a finite number, or negative where that cannot be"
	case ReasonBadTimestamp:
		return "the time is missing, or not in milliseconds"
	default:
		return string(r)
	}
}

// Rejection says why a whole body was refused. It never holds payload text.
type Rejection struct {
	Reason Reason
	// Detail is a fixed sentence, perhaps with a position or a bound.
	Detail string
	// Limit is the bound that was crossed, 0 if none.
	Limit int64
	// RetryAfter is when another attempt may succeed, 0 if that is not a matter of time.
	RetryAfter time.Duration
}

func (r *Rejection) Error() string { return string(r.Reason) + ": " + r.Detail }

// Refusal says why one event was refused. It never holds payload text.
type Refusal struct {
	Index  int
	Reason Reason
	// Field is the member at fault, or empty.
	Field string
	// More is how many further events, behind this one, were refused alike. Only those past the bounds
	// of a batch are counted so: there may be hundreds of thousands in one body.
	More int
}

// AppendRefusal adds a refusal to the list. One whose reason gathers is counted with the last of its reason.
func AppendRefusal(list []Refusal, index int, reason Reason, field string) []Refusal {
	if last := len(list) - 1; last >= 0 && reason.gathers() && list[last].Reason == reason {
		list[last].More++
		return list
	}
	return append(list, Refusal{Index: index, Reason: reason, Field: field})
}

// gathers reports whether all events after the first one that is refused for the reason are, too.
func (r Reason) gathers() bool { return r == ReasonTooManyEvents || r == ReasonTooLarge }
