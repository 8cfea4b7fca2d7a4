package budget

import (
	"math"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Invalid is why a value was not judged; empty if it was. The set is closed. It is the value of the attribute
// rum.budget.invalid and a label of the counter.
type Invalid string

const (
	Valid             Invalid = ""
	MissingName       Invalid = "missing_name"        // a vital or measurement without its name
	UnknownVital      Invalid = "unknown_vital"       // a vital that is none of the six
	MissingValue      Invalid = "missing_value"       //
	WrongType         Invalid = "wrong_type"          // not a number; numeric text counts as text
	NotANumber        Invalid = "not_a_number"        // NaN
	Infinite          Invalid = "infinite"            //
	Negative          Invalid = "negative"            // a vital below 0
	TooLarge          Invalid = "too_large"           // a vital beyond what can be true
	NavigationType    Invalid = "navigation_type"     // the metric means nothing after such a navigation
	MalformedBuckets  Invalid = "malformed_histogram" // counts and bounds do not fit together
	NoBuckets         Invalid = "no_buckets"          // only the bucket from -Inf to +Inf
	UnknownUnit       Invalid = "unknown_unit"        // a duration in neither s nor ms
	LimitBeyond       Invalid = "limit_beyond_bounds" // the limit is far from all bounds, as in another unit
	UnsupportedMetric Invalid = "unsupported_type"    // a budgeted metric that is not a histogram
)

// Check reports whether a value, in ms, score or the application's unit, is plausible.
func Check(m Metric, value float64) Invalid {
	switch {
	case math.IsNaN(value):
		return NotANumber
	case math.IsInf(value, 0):
		return Infinite
	case m.Custom:
		return Valid
	case value < 0:
		return Negative
	}
	if v, ok := findVital(m.Name); ok && value > v.max {
		return TooLarge
	}
	return Valid
}

// MeaningfulAfter reports whether a metric is meaningful after a navigation of this type: see semconv.MeaningfulAfter.
func MeaningfulAfter(m Metric, navigationType string) bool {
	return m.Custom || semconv.MeaningfulAfter(m.Name, navigationType)
}
