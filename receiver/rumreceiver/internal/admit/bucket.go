package admit

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// defaultBurstSeconds is how many seconds of silence may be made up for at once: a page load sends
// most of its events within the first few.
const defaultBurstSeconds = 3

// maxRetryAfter bounds what a client is told. No page waits longer.
const maxRetryAfter = time.Hour

// bucket is an allowance of events. A charge may be larger than what is left, because a batch is
// weighed only after it was let in: the bucket then owes at most its burst, and stays shut until
// that has been made up for. Safe for concurrent use. The nil bucket is never empty.
type bucket struct {
	limiter *rate.Limiter

	mu     sync.Mutex // looking and charging are one step, or many at once could owe any amount
	latest time.Time  // of all charges
}

// newBucket returns a full bucket, or nil when there is no rate.
func newBucket(perSecond float64, burst int) *bucket {
	if perSecond == 0 {
		return nil
	}
	if burst == 0 {
		burst = int(min(math.Ceil(perSecond*defaultBurstSeconds), math.MaxInt32))
	}
	return &bucket{limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

// wait is how long until the bucket holds a token, 0 if it does.
func (b *bucket) wait(now time.Time) time.Duration {
	if b == nil {
		return 0
	}
	missing := 1 - b.limiter.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	seconds := missing / float64(b.limiter.Limit())
	if seconds >= maxRetryAfter.Seconds() {
		return maxRetryAfter
	}
	// The limiter counts in whole nanoseconds; one more, and the token is there.
	return time.Duration(seconds*float64(time.Second)) + 1
}

// charge takes the tokens, down to owing one burst.
func (b *bucket) charge(events int, now time.Time) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	// Requests overtake each other. The limiter would set its clock back, and then refill the same
	// seconds again: whoever lets some requests trickle would mint allowance for the others.
	if now.Before(b.latest) {
		now = b.latest
	}
	b.latest = now
	burst := b.limiter.Burst()
	most := math.Floor(b.limiter.TokensAt(now)) + float64(burst)
	events = int(min(float64(events), most))
	for events > 0 { // ReserveN takes at most a burst; the bucket holds one and may owe one
		step := min(events, burst)
		b.limiter.ReserveN(now, step)
		events -= step
	}
}
