// Package wire has what the decoders of JSON formats share: a reader of JSON that builds no tree, the bag of what
// an event says besides the members that its format knows, pages, tags, and conversions.
package wire

import (
	"bytes"
	"math"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// RejectEmpty is a *beacon.Rejection if the body holds nothing but white space.
func RejectEmpty(body []byte) error {
	if len(bytes.TrimLeft(body, " \t\r\n")) == 0 {
		return &beacon.Rejection{Reason: beacon.ReasonEmptyBody, Detail: "the body is empty"}
	}
	return nil
}

// EventsIn guesses how many events the rest of the body holds, so that most batches get by with one
// slice. Never many: the guess is what a stranger makes us allocate.
func EventsIn(r *Reader, size int) int {
	return min(1+(len(r.text)-r.pos)/size, MaxEventsGuess)
}

// MaxEventsGuess is more events than most batches have.
const MaxEventsGuess = 16

// Chunk hands out places for values, made four at a time.
type Chunk[T any] []T

// Next gives a place that nobody has.
func (c *Chunk[T]) Next() *T {
	if len(*c) == cap(*c) {
		*c = make([]T, 0, 4)
	}
	*c = (*c)[:len(*c)+1]
	return &(*c)[len(*c)-1]
}

// maxMillis is the last Unix millisecond that fits int64 nanoseconds, as pdata stores times: in the
// year 2262.
const maxMillis = float64(math.MaxInt64 / int64(time.Millisecond))

// FromMillis converts Unix milliseconds. ok is false for a time that is not positive or that cannot
// be represented.
func FromMillis(ms float64) (time.Time, bool) {
	if !(ms > 0 && ms < maxMillis) {
		return time.Time{}, false
	}
	whole, frac := math.Modf(ms)
	return time.UnixMilli(int64(whole)).Add(time.Duration(frac * float64(time.Millisecond))), true
}

// ToInt converts a count or size; what is negative or beyond the integers that a browser can count
// (2^53) becomes 0, which stands for unknown.
func ToInt(v float64) int64 {
	if !(v >= 0 && v <= 1<<53) {
		return 0
	}
	return int64(v)
}
