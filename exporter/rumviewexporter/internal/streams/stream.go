package streams

import (
	"math"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"
)

// point is one data point, whatever its type.
type point struct {
	count        float64
	start        time.Time
	delta, gauge bool
	bounds       []float64
	buckets      []uint64
}

// stream holds the increase of one stream by slot. Not safe for concurrent use.
type stream struct {
	growth Growth // without counts
	gauge  bool
	seen   time.Time
	last   point // the last cumulative one, or gauge
	gains  [slots]gain
}

// gain is the increase within one slot of time.
type gain struct {
	slot    int64
	count   float64
	buckets []float64
}

// add counts the increase from the previous point to p. A new cumulative stream counts from zero only if it started
// within the window; otherwise its value may be older.
func (s *stream) add(p point, slot int64, now time.Time, window time.Duration, isNew bool) {
	s.seen, s.gauge = now, p.gauge
	before := s.last
	if !p.delta {
		s.last = p
	}
	switch {
	case p.gauge:
		return
	case isNew && !p.delta && now.Sub(p.start) > window:
		return
	case p.delta, isNew, p.count < before.count, !slices.Equal(p.bounds, before.bounds), p.start.After(before.start):
		before = point{} // all of p is new
	}
	s.growth.Bounds = p.bounds
	s.gainAt(slot).add(p, before)
}

func (s *stream) gainAt(slot int64) *gain {
	g := &s.gains[slot%slots]
	if g.slot != slot {
		*g = gain{slot: slot}
	}
	return g
}

func (g *gain) add(p, before point) {
	g.count += p.count - before.count
	if len(g.buckets) != len(p.buckets) {
		g.buckets = make([]float64, len(p.buckets))
	}
	for i, n := range p.buckets {
		g.buckets[i] += float64(n)
		if i < len(before.buckets) {
			g.buckets[i] -= float64(before.buckets[i])
		}
	}
}

// within sums the increase of the slots up to now.
func (s *stream) within(now int64) Growth {
	sum := s.growth
	if s.gauge {
		sum.Count = s.last.count
		return sum
	}
	sum.Buckets = make([]float64, len(sum.Bounds)+1)
	for _, g := range s.gains {
		if now-g.slot >= slots {
			continue
		}
		sum.Count += g.count
		if len(g.buckets) == len(sum.Buckets) {
			for i, n := range g.buckets {
				sum.Buckets[i] += n
			}
		}
	}
	return sum
}

// Bounds into which exponential histograms are read: each 2^(1/4) of the one before, 19 % apart, from
// a thousandth to a thousand. A quantile is as exact as the bucket it falls into.
var exponentialBounds = func() []float64 {
	bounds := make([]float64, 0, 81)
	for i := -40; i <= 40; i++ {
		bounds = append(bounds, math.Exp2(float64(i)/4))
	}
	return bounds
}()

// explicit counts the values of an exponential histogram into buckets with bounds, by the middle of
// their own.
func explicit(p pmetric.ExponentialHistogramDataPoint) (bounds []float64, buckets []uint64) {
	buckets = make([]uint64, len(exponentialBounds)+1)
	buckets[0] = p.ZeroCount()
	for i, n := range p.Positive().BucketCounts().All() {
		index := float64(p.Positive().Offset()) + float64(i) + 0.5
		middle := math.Exp2(index * math.Exp2(-float64(p.Scale())))
		at, _ := slices.BinarySearch(exponentialBounds, middle)
		buckets[at] += n
	}
	return exponentialBounds, buckets
}
