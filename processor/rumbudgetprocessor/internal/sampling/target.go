package sampling

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// interval is how often the thresholds follow the input.
	interval = 5 * time.Second
	// memory is the time constant of the moving average of the input.
	memory = 15 * time.Second
	// minScale is the lowest factor for unprotected rules: below a thousandth of their keep, estimates are useless and
	// weights grow without limit.
	minScale = 0.001
	// reserve is the share of the target for unprotected rules, whatever the protected ones need. Without it, a spike of
	// errors leaves one in twenty thousand of all other records, and totals cannot be estimated.
	reserve = 0.2
	// protectedFloor is the lowest factor for protected rules. If that is still too much, the target is exceeded; the
	// gauge of the scale shows it.
	protectedFloor = 0.1
	// unit is the fixed point of the counters, so that they can be atomic.
	unit = 1 << 20
)

// target lowers the rules' probabilities so that about so many records per second are kept.
//
// It counts incoming records, weighted by their unscaled probability. It does not count kept records, because that
// would depend on the random draw. New thresholds apply from the next interval on.
type target struct {
	rules []Rule
	limit float64
	input []atomic.Int64            // expected records kept at scale 1, by rule, in 1/unit
	since atomic.Pointer[time.Time] // start of the interval, nil before the first record

	mu    sync.Mutex
	rates []float64 // moving average, records per second by rule; nil before the first interval
}

func newTarget(rules []Rule, recordsPerSecond float64) *target {
	return &target{rules: rules, limit: recordsPerSecond, input: make([]atomic.Int64, len(rules))}
}

// expected is how much of a record is kept at scale 1, in 1/unit.
func (t *target) expected(rule int, in Incoming) int64 {
	return int64(min(1, t.rules[rule].Keep/in.Threshold.Probability()) * unit)
}

func (t *target) add(rule int, expected int64) { t.input[rule].Add(expected) }

// advance ends the interval if it is over. Intervals are measured with monotonic time, so a corrected clock does not
// change them.
func (t *target) advance(now time.Time, current *atomic.Pointer[thresholds]) {
	if !t.over(now) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.over(now) {
		return
	}
	start := now // a copy, lest every call allocate
	since := t.since.Swap(&start)
	if since == nil {
		return
	}
	t.averageLocked(now.Sub(*since).Seconds())
	unprotected, protected := t.scaleLocked()
	current.Store(newThresholds(t.rules, unprotected, protected))
}

func (t *target) over(now time.Time) bool {
	since := t.since.Load()
	return since == nil || now.Sub(*since) >= interval
}

// averageLocked moves the average towards the rates of the interval.
func (t *target) averageLocked(elapsed float64) {
	share := 1 - math.Exp(-elapsed/memory.Seconds())
	if t.rates == nil {
		t.rates, share = make([]float64, len(t.rules)), 1
	}
	for i := range t.rates {
		rate := float64(t.input[i].Swap(0)) / unit / elapsed
		t.rates[i] += share * (rate - t.rates[i])
	}
}

// scaleLocked spares protected rules as long as the others have their reserve.
func (t *target) scaleLocked() (unprotected, protected float64) {
	var free, saved float64
	for i, rate := range t.rates {
		if t.rules[i].Protect {
			saved += rate
		} else {
			free += rate
		}
	}
	if free+saved <= t.limit {
		return 1, 1
	}
	unprotected, protected = minScale, 1
	if free > 0 {
		unprotected = min(1, max(minScale, max(t.limit-saved, reserve*t.limit)/free))
	}
	if rest := t.limit - unprotected*free; saved > rest {
		protected = max(protectedFloor, rest/saved)
	}
	return unprotected, protected
}
