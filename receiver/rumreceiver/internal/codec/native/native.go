// Package native decodes the two forms of our own protocol: a bare array of events, as clients in
// the wild send it, and the versioned batch of our own client.
//
// https://github.com/otelcol-rum/otelcol-rum/blob/main/testdata/beacon/README.md describes both.
package native

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Decode reads one body. A body that cannot be read at all gives a *beacon.Rejection; an event that
// cannot be taken is noted in Beacon.Refused, and the others go on. The result does not alias body.
// Safe for concurrent use.
func Decode(body []byte, limits beacon.Limits) (beacon.Beacon, error) {
	if len(bytes.TrimLeft(body, " \t\r\n")) == 0 {
		return beacon.Beacon{}, &beacon.Rejection{Reason: beacon.ReasonEmptyBody, Detail: "the body is empty"}
	}
	r, repaired := newReader(body)

	var b beacon.Beacon
	var err error
	switch r.kind() {
	case '[':
		b = decodeArray(&r, limits)
	case '{':
		b, err = decodeBatch(&r, limits)
	default:
		r.skip()
		err = &beacon.Rejection{
			Reason: beacon.ReasonFormat,
			Detail: "the body is neither an array of events nor a batch object",
		}
	}
	if r.end(); r.err != nil {
		return beacon.Beacon{}, r.rejection()
	}
	b.Repaired = repaired
	return b, err
}

// rejection says where and how the text is at fault.
func (r *reader) rejection() error {
	if errors.Is(r.err, errTooDeep) {
		return &beacon.Rejection{
			Reason: beacon.ReasonTooDeep,
			Limit:  maxDepth,
			Detail: fmt.Sprintf("values nest more than %d deep at byte %d", maxDepth, r.pos),
		}
	}
	return &beacon.Rejection{Reason: beacon.ReasonBadJSON, Detail: fmt.Sprintf("%v at byte %d", r.err, r.pos)}
}

// Bytes that an event takes in the two forms, rather few than many.
const (
	arrayEventSize = 400
	batchEventSize = 80
)

// eventsIn guesses how many events the rest of the body holds, so that most batches get by with one
// slice. Never many: the guess is what a stranger makes us allocate.
func eventsIn(r *reader, size int) int {
	return min(1+(len(r.text)-r.pos)/size, maxEventsGuess)
}

const maxEventsGuess = 16

// chunk hands out places for values, made four at a time.
type chunk[T any] []T

func (c *chunk[T]) next() *T {
	if len(*c) == cap(*c) {
		*c = make([]T, 0, 4)
	}
	*c = (*c)[:len(*c)+1]
	return &(*c)[len(*c)-1]
}

// maxMillis is the last Unix millisecond that fits int64 nanoseconds, as pdata stores times: in the
// year 2262.
const maxMillis = float64(math.MaxInt64 / int64(time.Millisecond))

// fromMillis converts Unix milliseconds. ok is false for a time that is not positive or that cannot
// be represented.
func fromMillis(ms float64) (time.Time, bool) {
	if !(ms > 0 && ms < maxMillis) {
		return time.Time{}, false
	}
	whole, frac := math.Modf(ms)
	return time.UnixMilli(int64(whole)).Add(time.Duration(frac * float64(time.Millisecond))), true
}

// toInt converts a count or size; what is negative or beyond the integers that a browser can count
// (2^53) becomes 0, which stands for unknown.
func toInt(v float64) int64 {
	if !(v >= 0 && v <= 1<<53) {
		return 0
	}
	return int64(v)
}
