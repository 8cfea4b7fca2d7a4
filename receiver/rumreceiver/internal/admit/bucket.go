package admit

import (
	"math"
	"sync"
	"time"
)

// defaultBurstSeconds is the default burst, in seconds of the rate: a page load sends most of its events in the first few
// seconds.
const defaultBurstSeconds = 3

// maxRetryAfter is the longest Retry-After. No page waits longer.
const maxRetryAfter = time.Hour

// bucket is an allowance of events. A request holds some tokens while it is read, because its cost is known only afterwards, and
// settles its whole cost before any of it is accepted. It is accepted while the bucket has no debt, so the debt is at most the
// cost of one request. Later requests pay the whole debt.
//
// In any period and in any order, the accepted requests cost at most burst + rate × time, plus one request: tokens and held
// tokens together never exceed the burst, only time adds to them, and every cost is taken from them. Safe for concurrent use. A
// nil bucket is never empty.
type bucket struct {
	perSecond, burst float64

	mu     sync.Mutex
	tokens float64 // negative: owed
	held   float64 // by requests that have not settled
	latest time.Time
}

// newBucket returns a full bucket, or nil when there is no rate.
func newBucket(perSecond float64, burst int) *bucket {
	if perSecond == 0 {
		return nil
	}
	if burst == 0 {
		burst = int(min(math.Ceil(perSecond*defaultBurstSeconds), math.MaxInt32))
	}
	return &bucket{perSecond: perSecond, burst: float64(burst), tokens: float64(burst)}
}

// refillLocked adds the tokens for the time since the latest call. Requests overtake each other: a time before the latest one adds
// nothing, because the same seconds would be added twice.
func (b *bucket) refillLocked(now time.Time) {
	if b.latest.IsZero() {
		b.latest = now
	}
	if passed := now.Sub(b.latest); passed > 0 {
		b.tokens = min(b.tokens+passed.Seconds()*b.perSecond, b.burst-b.held)
		b.latest = now
	}
}

// waitLocked is how long until the bucket holds a token, 0 if it does.
func (b *bucket) waitLocked() time.Duration {
	missing := 1 - b.tokens
	if missing <= 0 {
		return 0
	}
	seconds := missing / b.perSecond
	if seconds >= maxRetryAfter.Seconds() {
		return maxRetryAfter
	}
	// Rounded up, plus a millionth of the missing part, so that the token is there after the wait.
	return time.Duration(seconds*(1+1e-6)*float64(time.Second)) + 1
}

// wait is how long until the bucket holds a token, 0 if it does.
func (b *bucket) wait(now time.Time) time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refillLocked(now)
	return b.waitLocked()
}

// hold takes the tokens until they are settled or dropped; or it takes none and returns how long to wait. It may take more than
// there are, so that a request larger than the burst is possible.
func (b *bucket) hold(tokens float64, now time.Time) (wait time.Duration) {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refillLocked(now)
	if wait := b.waitLocked(); wait > 0 {
		return wait
	}
	b.tokens -= tokens
	b.held += tokens
	return 0
}

// settle takes the cost instead of the held tokens, unless others have spent the allowance meanwhile: then the held tokens are
// lost, and settle returns how long to wait.
func (b *bucket) settle(held, cost float64, now time.Time) (wait time.Duration) {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refillLocked(now)
	b.held -= held
	if b.tokens+held < 0 && cost > held {
		return max(b.waitLocked(), 1)
	}
	b.tokens += held - cost
	return 0
}

// take takes up to that many tokens, as far as there are any, and returns how many.
func (b *bucket) take(tokens float64, now time.Time) float64 {
	if b == nil {
		return tokens
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refillLocked(now)
	taken := min(tokens, max(b.tokens, 0))
	b.tokens -= taken
	return taken
}

// owe takes tokens for a further cost of a settled request, even if there are none.
func (b *bucket) owe(tokens float64, now time.Time) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refillLocked(now)
	b.tokens -= tokens
}

// drop spends the held tokens of a request that was not settled.
func (b *bucket) drop(held float64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held -= held
}

// restore undoes a settled cost of which nothing was accepted.
func (b *bucket) restore(tokens float64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+tokens, b.burst-b.held)
}
