package gather

import (
	"math"
	"strings"
	"time"
)

// Bounds of the times of all formats, in Unix milliseconds: from September 2001 to the last time in int64 nanoseconds, which
// pdata stores, in 2262. A time in a wrong unit, such as seconds or microseconds, is outside of them for the next two hundred
// years: it is refused and not read as another time. A browser whose clock is so wrong loads no page, because no certificate is
// valid for it.
const (
	minMillis = 1e12
	maxMillis = float64(math.MaxInt64 / int64(time.Millisecond))
)

// FromNanos converts Unix nanoseconds. ok is false outside of the bounds above.
func FromNanos(ns uint64) (at time.Time, ok bool) {
	if ns < minMillis*uint64(time.Millisecond) || ns > math.MaxInt64 {
		return time.Time{}, false
	}
	return time.Unix(0, int64(ns)), true
}

// FromMillis converts Unix milliseconds. ok is false for a time outside of the bounds above.
func FromMillis(ms float64) (time.Time, bool) {
	if !(ms >= minMillis && ms < maxMillis) {
		return time.Time{}, false
	}
	whole, frac := math.Modf(ms)
	return time.UnixMilli(int64(whole)).Add(time.Duration(frac * float64(time.Millisecond))), true
}

// Identifier returns the text if it can be a random id of an SDK: letters, digits, - and _. Otherwise it is empty, because ids
// are emitted unscrubbed.
func Identifier(text string) string {
	const longest = 64
	if len(text) > longest {
		return ""
	}
	for _, c := range []byte(text) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_') {
			return ""
		}
	}
	return text
}

// ToInt converts a count or size; what is negative or beyond the integers that a browser can count
// (2^53) becomes 0, which stands for unknown.
func ToInt(v float64) int64 {
	if !(v >= 0 && v <= 1<<53) {
		return 0
	}
	return int64(v)
}

// OriginOf is scheme and host of an absolute URL, or empty.
func OriginOf(url string) string {
	scheme := strings.Index(url, "://")
	if scheme < 0 {
		return ""
	}
	host := scheme + len("://")
	if end := strings.IndexAny(url[host:], "/?#"); end >= 0 {
		return url[:host+end]
	}
	return url
}
