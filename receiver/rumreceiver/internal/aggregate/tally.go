package aggregate

import (
	"math"
	"slices"
)

// shape is how a tally holds its values.
type shape uint8

const (
	shapeSum shape = iota
	shapeExplicit
	shapeExponential
)

// tally has the values that a series has counted. A counter uses only count.
type tally struct {
	count         uint64
	sum, min, max float64
	// buckets are the counts of an explicit histogram: one more than bounds, nil before the first
	// value.
	buckets []uint64
	// expo is nil unless the histogram is exponential and has a value.
	expo *exponential
	// exemplars are at most one of each bucket.
	exemplars []exemplar
}

// add counts the value n times, and adds it to the sum with its weight.
func (t *tally) add(f *family, value float64, n uint64, weight float64) {
	if f.shape == shapeSum {
		t.count += n
		return
	}
	t.widen(value, value)
	t.count += n
	t.sum = addFinite(t.sum, value*weight)
	if f.shape == shapeExponential {
		t.exponential().add(value, n)
		return
	}
	t.explicit(f)[bucketOf(f.bounds, value)] += n
}

// merge adds another tally of the same family, which does not change.
func (t *tally) merge(f *family, other *tally) {
	if other.count == 0 {
		return
	}
	t.widen(other.min, other.max)
	for _, x := range other.exemplars {
		t.show(f, x)
	}
	t.count += other.count
	t.sum = addFinite(t.sum, other.sum)
	if other.expo != nil {
		t.exponential().merge(other.expo)
	}
	if other.buckets != nil {
		mine := t.explicit(f)
		for i, n := range other.buckets {
			mine[i] += n
		}
	}
}

func (t *tally) clone() tally {
	c := *t
	if t.buckets != nil {
		c.buckets = append([]uint64(nil), t.buckets...)
	}
	if t.expo != nil {
		c.expo = t.expo.clone()
	}
	c.exemplars = slices.Clone(t.exemplars)
	return c
}

func (t *tally) widen(low, high float64) {
	if t.count == 0 {
		t.min, t.max = low, high
		return
	}
	t.min, t.max = min(t.min, low), max(t.max, high)
}

func (t *tally) explicit(f *family) []uint64 {
	if t.buckets == nil {
		t.buckets = make([]uint64, len(f.bounds)+1)
	}
	return t.buckets
}

func (t *tally) exponential() *exponential {
	if t.expo == nil {
		t.expo = newExponential()
	}
	return t.expo
}

// addFinite stops at the largest number, because a sum would stay infinite for ever.
func addFinite(a, b float64) float64 {
	return min(a+b, math.MaxFloat64)
}
