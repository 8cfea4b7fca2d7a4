package aggregate

import (
	"iter"
	"math"
)

// mergeFrom adds the tally of a series whose histogram had another shape or other bounds. Its values are not known any more: those of
// a bucket are taken for the upper bound, or for the greatest value of all if this is less. Count, sum, least and greatest value stay
// exact.
func (t *tally) mergeFrom(f *family, other *tally, bounds []float64) {
	if other.count == 0 {
		return
	}
	t.widen(other.min, other.max)
	t.count += other.count
	t.sum = addFinite(t.sum, other.sum)
	for upper, n := range other.upperBounds(bounds) {
		value := max(min(upper, other.max), other.min)
		if f.shape == shapeExponential {
			t.exponential().add(value, n)
		} else {
			t.explicit(f)[bucketOf(f.bounds, value)] += n
		}
	}
}

// upperBounds are those of the buckets that have values, with their counts. The bounds are those of an explicit histogram.
func (t *tally) upperBounds(bounds []float64) iter.Seq2[float64, uint64] {
	return func(yield func(float64, uint64) bool) {
		for i, n := range t.buckets {
			upper := math.Inf(1)
			if i < len(bounds) {
				upper = bounds[i]
			}
			if n > 0 && !yield(upper, n) {
				return
			}
		}
		if t.expo == nil || t.expo.zero > 0 && !yield(0, t.expo.zero) {
			return
		}
		for i, n := range t.expo.counts {
			if upper := math.Exp2(math.Ldexp(float64(t.expo.offset)+float64(i)+1, -int(t.expo.scale))); n > 0 && !yield(upper, n) {
				return
			}
		}
	}
}
