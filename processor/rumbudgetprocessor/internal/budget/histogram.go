package budget

import (
	"math"
	"slices"
)

// edgeTolerance is how far, relatively, a limit may lie from a bucket edge and still count as on it:
// far more than the rounding of ms to s or of base^index, far less than any bucket.
const edgeTolerance = 1e-9

// Count compares a histogram with a limit: Above measurements certainly exceed it, and Undecided more may exceed it,
// because the limit lies within their bucket. These are not interpolated: values are hardly ever spread evenly over a
// wide bucket, so that would count many false violations.
type Count struct {
	Total     uint64
	Above     uint64
	Undecided uint64
	// OnEdge: the limit is an edge of two buckets, so that nothing can be undecided.
	OnEdge bool
}

// Explicit is a histogram with given bounds: bucket i holds the values in (Bounds[i-1], Bounds[i]].
type Explicit struct {
	Bounds []float64
	Counts []uint64
	Total  uint64
	// Max is the largest value, or NaN when unknown.
	Max float64
}

// add counts the values of one bucket, (lower, upper].
func (c *Count) add(n uint64, lower, upper, limit float64) {
	switch {
	case n == 0 || atMost(upper, limit):
	case atMost(limit, lower):
		c.Above += n
	default:
		c.Undecided += n
	}
}

// CountAbove counts the values above the limit.
//
// Max serves as the upper edge of the last bucket. A maximum below a bucket that has values is inconsistent and
// ignored.
func (h Explicit) CountAbove(limit float64) (Count, Invalid) {
	if invalid := h.check(); invalid != Valid {
		return Count{}, invalid
	}
	if h.isBeyond(limit) {
		return Count{}, LimitBeyond
	}
	if last := lastUsed(h.Counts); last >= 0 {
		if lower, _ := h.edges(last); !atMost(lower, h.Max) {
			h.Max = math.NaN()
		}
	}
	c := Count{Total: h.Total, OnEdge: slices.ContainsFunc(h.Bounds, func(b float64) bool { return equal(b, limit) })}
	if h.Max <= limit {
		return c, Valid
	}
	for i, n := range h.Counts {
		lower, upper := h.edges(i)
		c.add(n, lower, upper, limit)
	}
	return c, Valid
}

func (h Explicit) check() Invalid {
	if len(h.Bounds) == 0 {
		return NoBuckets
	}
	if len(h.Counts) != len(h.Bounds)+1 || !addsUp(h.Total, 0, h.Counts) {
		return MalformedBuckets
	}
	for i, b := range h.Bounds {
		if math.IsNaN(b) || i > 0 && b <= h.Bounds[i-1] {
			return MalformedBuckets
		}
	}
	if len(h.Bounds) == 1 && math.IsInf(h.Bounds[0], 1) {
		return NoBuckets
	}
	return Valid
}

// farFrom is how many times a limit is above the last bound, or below the first one above 0, when it was probably meant in
// another unit: 2000 for a histogram in seconds that ends at 60.
const farFrom = 10

func (h Explicit) isBeyond(limit float64) bool {
	last := h.Bounds[len(h.Bounds)-1]
	first := slices.IndexFunc(h.Bounds, func(b float64) bool { return b > 0 })
	return last > 0 && limit > farFrom*last || first >= 0 && limit*farFrom < h.Bounds[first]
}

func (h Explicit) edges(i int) (lower, upper float64) {
	// What we judge is never negative, so the first bucket begins at 0 unless its end says otherwise.
	lower, upper = 0, math.Inf(1)
	if i > 0 {
		lower = h.Bounds[i-1]
	} else if h.Bounds[0] <= 0 {
		lower = math.Inf(-1)
	}
	if i < len(h.Bounds) {
		upper = h.Bounds[i]
	} else if h.Max > lower {
		upper = h.Max
	}
	return lower, upper
}

// Exponential is a base-2 exponential histogram: positive bucket i holds the values in
// (base^(Offset+i), base^(Offset+i+1)] with base = 2^(2^-Scale).
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
type Exponential struct {
	Scale  int32
	Offset int32
	Counts []uint64
	Total  uint64
	// Zeros is how many values are at most ZeroThreshold, either way.
	Zeros         uint64
	ZeroThreshold float64
	Negative      []uint64
	// Max is the largest value, or NaN when unknown.
	Max float64
}

// CountAbove counts the values above a positive limit. Max as in an explicit histogram.
func (h Exponential) CountAbove(limit float64) (Count, Invalid) {
	if !addsUp(h.Total, h.Zeros, h.Counts, h.Negative) {
		return Count{}, MalformedBuckets
	}
	if last := lastUsed(h.Counts); last >= 0 && !atMost(h.edge(last), h.Max) {
		h.Max = math.NaN()
	}
	c := Count{Total: h.Total, OnEdge: h.hasEdge(limit)}
	if h.Max <= limit {
		return c, Valid
	}
	c.add(h.Zeros, 0, h.ZeroThreshold, limit)
	for i, n := range h.Counts {
		if n > 0 {
			c.add(n, h.edge(i), h.edge(i+1), limit)
		}
	}
	return c, Valid
}

// edge is the lower edge of a positive bucket; out of range it is 0 or +Inf, which are true bounds still.
func (h Exponential) edge(bucket int) float64 {
	return math.Exp2(math.Ldexp(float64(int64(h.Offset)+int64(bucket)), -int(h.Scale)))
}

// hasEdge reports that the limit is an edge of two buckets.
func (h Exponential) hasEdge(limit float64) bool {
	index := math.Round(math.Ldexp(math.Log2(limit), int(h.Scale)))
	return equal(math.Exp2(math.Ldexp(index, -int(h.Scale))), limit)
}

// atMost is a ≤ b, with tolerance.
func atMost(a, b float64) bool {
	return a <= b || a-b <= edgeTolerance*math.Abs(b) && !math.IsInf(b, 0)
}

func equal(a, b float64) bool { return atMost(a, b) && atMost(b, a) }

// addsUp reports whether the counts add up to the total. A sum that overflows does not.
func addsUp(total, n uint64, counts ...[]uint64) bool {
	if n > total {
		return false
	}
	rest := total - n
	for _, bucket := range counts {
		for _, n := range bucket {
			if n > rest {
				return false
			}
			rest -= n
		}
	}
	return rest == 0
}

// lastUsed is the highest bucket that has values, -1 for none.
func lastUsed(counts []uint64) int {
	for i := len(counts) - 1; i >= 0; i-- {
		if counts[i] > 0 {
			return i
		}
	}
	return -1
}
