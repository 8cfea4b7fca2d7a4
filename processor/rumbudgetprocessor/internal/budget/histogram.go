package budget

import "math"

// edgeTolerance is how far, relatively, a limit may lie from a bucket edge and still count as on it:
// far more than the rounding of ms to s or of base^index, far less than any bucket.
const edgeTolerance = 1e-9

// Count is how a histogram stands to a limit.
type Count struct {
	Total uint64
	Above uint64
	// Exact is false when the limit lies inside a bucket that holds values; Above is then
	// interpolated, as if the values were spread evenly over it.
	Exact bool
}

// Explicit is a histogram with given bounds: bucket i holds the values in (Bounds[i-1], Bounds[i]].
type Explicit struct {
	Bounds []float64
	Counts []uint64
	Total  uint64
	// Max is the largest value, or NaN when unknown.
	Max float64
}

// CountAbove counts the values above the limit.
//
// Max serves as the upper edge of the last bucket. The smallest value is not used as the lower edge
// of the first: in a cumulative stream it falls, the interpolated share would fall with it, and a
// counter must not.
func (h Explicit) CountAbove(limit float64) (Count, Invalid) {
	if invalid := h.check(); invalid != Valid {
		return Count{}, invalid
	}
	c := Count{Total: h.Total, Exact: true}
	if h.Max <= limit {
		return c, Valid
	}
	for i, n := range h.Counts {
		lower, upper := h.edges(i)
		if n == 0 || atMost(upper, limit) {
			continue
		}
		if atMost(limit, lower) {
			c.Above += n
			continue
		}
		c.Exact = false
		c.Above += share(n, lower, upper, limit)
	}
	return c, Valid
}

func (h Explicit) check() Invalid {
	if len(h.Bounds) == 0 {
		return NoBuckets
	}
	if len(h.Counts) != len(h.Bounds)+1 || sum(h.Counts) != h.Total {
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
	// NotPositive is how many values are in the zero bucket or negative.
	NotPositive uint64
	// Max is the largest value, or NaN when unknown.
	Max float64
}

// CountAbove counts the values above a positive limit.
func (h Exponential) CountAbove(limit float64) (Count, Invalid) {
	if sum(h.Counts)+h.NotPositive != h.Total {
		return Count{}, MalformedBuckets
	}
	c := Count{Total: h.Total, Exact: true}
	if h.Max <= limit {
		return c, Valid
	}
	for i, n := range h.Counts {
		index := int64(h.Offset) + int64(i)
		lower, upper := h.edge(index), h.edge(index+1)
		if n == 0 || atMost(upper, limit) {
			continue
		}
		if atMost(limit, lower) {
			c.Above += n
			continue
		}
		c.Exact = false
		c.Above += share(n, lower, upper, limit)
	}
	return c, Valid
}

// edge is base^index; out of range it is 0 or +Inf, which are true bounds still.
func (h Exponential) edge(index int64) float64 {
	return math.Exp2(math.Ldexp(float64(index), -int(h.Scale)))
}

// share is how many of the n values spread evenly over (lower, upper] are above the limit.
// In a bucket without an upper edge nothing is known, and nothing is alleged.
func share(n uint64, lower, upper, limit float64) uint64 {
	if math.IsInf(upper, 1) || math.IsInf(lower, -1) {
		return 0
	}
	return uint64(math.Round(float64(n) * (upper - limit) / (upper - lower)))
}

// atMost is a ≤ b, with tolerance.
func atMost(a, b float64) bool {
	return a <= b || a-b <= edgeTolerance*math.Abs(b)
}

func sum(counts []uint64) uint64 {
	var total uint64
	for _, n := range counts {
		total += n
	}
	return total
}
