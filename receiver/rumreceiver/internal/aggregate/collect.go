package aggregate

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Window is the result of one Collect.
type Window struct {
	// Metrics may be empty. They belong to the caller.
	Metrics pmetric.Metrics
	// points are the same values for Restore; nil when the temporality is cumulative.
	points []point
	// zeros are the series that a cumulative Window reports for the first time, as zero.
	zeros []*series
}

// point is a series at the time of a Collect. It is immutable.
type point struct {
	family   *family
	key      string
	resource string // its part of the key
	start    int64
	tally    tally
}

// Collect counts the vitals that are final by now, and returns the values of all live series (cumulative; new ones as zero,
// see Settings.ZeroFor) or of those that changed since the last call (delta). Series that have been idle are dropped.
// Metrics and points are sorted.
func (a *Aggregator) Collect(now time.Time) Window {
	return a.collect(now, now.UnixNano())
}

// CollectAll counts every waiting vital, final or not, and then collects. It is for shutdown.
func (a *Aggregator) CollectAll(now time.Time) Window {
	return a.collect(now, math.MaxInt64)
}

// collect copies under the lock and builds metrics after unlocking, so that beacons do not wait for it.
func (a *Aggregator) collect(now time.Time, settledBy int64) Window {
	points, zeros := a.gather(now.UnixNano(), settledBy)
	window := Window{Metrics: a.build(points, now), zeros: zeros}
	if a.settings.Temporality == Delta {
		window.points = points
	}
	return window
}

func (a *Aggregator) gather(now, settledBy int64) (points []point, zeros []*series) {
	a.whole.Lock()
	defer a.whole.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if settledBy == math.MaxInt64 {
		a.early += int64(a.waiting.len())
	}
	a.settleLocked(settledBy, now)
	a.forgetLocked(now)
	a.rebalanceLocked(now)
	defer a.vacateLocked(now)
	if a.settings.Temporality == Cumulative { // all points
		points = make([]point, 0, a.seriesLocked())
	}
	for i := range a.families {
		f := &a.families[i]
		for _, s := range f.series {
			if s.idle(now, int64(a.settings.MaxIdle)) {
				f.drop(s)
				continue
			}
			first := s.reported == 0
			switch {
			case a.settings.Temporality == Cumulative && s.hides(now, int64(a.settings.ZeroFor)) && settledBy != math.MaxInt64:
				points = append(points, s.point(now))
				if first {
					zeros = append(zeros, s)
				}
			case s.tally.count > 0: // else it was opened for a vital that waits, or a delta took all
				points = append(points, s.collect(a.settings.Temporality, now))
			}
		}
	}
	return points, zeros
}

// hides reports whether the series is emitted as zero: for zeroFor after its first emission.
func (s *series) hides(now, zeroFor int64) bool {
	if s.reported == 0 || s.reported > now { // the clock was set back
		s.reported = max(now, 1)
	}
	return !s.shown && now-s.reported < zeroFor
}

// point is a zero since the start of the series. A start that lies in the future, because the clock was set back, moves once and for
// all: with each other start, a consumer takes the series for a new one.
func (s *series) point(now int64) point {
	s.start = min(s.start, now)
	return point{family: s.family, key: s.key, resource: s.key[:s.resource], start: s.start}
}

// collect takes (delta) or copies (cumulative) what the series has counted. A beacon that came while
// Collect waited for the lock may be younger than the Window; no point starts after its end.
func (s *series) collect(temporality Temporality, now int64) point {
	p := s.point(now)
	if temporality == Delta {
		p.tally, s.tally = s.tally, tally{}
		s.start = now // of the next point, so that a consumer that adds them up finds no gap
	} else {
		p.tally, s.shown = s.tally.clone(), true
	}
	s.changed = false
	return p
}

// zeroAgain bounds, in multiples of Settings.ZeroFor after its start, how long a series may be reported as zero again because
// its zero was refused. Otherwise one of several consumers, if it refuses for ever, would hide values from the others.
const zeroAgain = 2

// Restore gives back the values of a Window that the consumer refused, so that the next Window includes them and
// starts as early. Call it at most once for a Window. It returns whether it gave back values, which a Snapshot before did
// not have. With cumulative temporality every Window includes all values, so only the zeros are given back; Load knows
// of zeros that nobody may have seen.
func (a *Aggregator) Restore(w Window) (values bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range w.zeros {
		if s.reported-s.start < zeroAgain*int64(a.settings.ZeroFor) {
			s.reported = 0
		}
	}
	for i := range w.points {
		p := &w.points[i]
		s, _ := p.family.find([]byte(p.key), len(p.resource), p.start, holders{})
		s.tally.merge(p.family, &p.tally)
		s.start = min(s.start, p.start)
		s.changed = true
	}
	return len(w.points) > 0
}
