package aggregate

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// picture draws a histogram: its scale, and its counts from index 0 on, ø for none. A picture of
// another offset says where it starts.
type picture struct {
	scale int32
	from  int32
	bkt   string
}

func (p picture) draw(t *testing.T) *exponential {
	t.Helper()
	h := &exponential{scale: p.scale, offset: p.from}
	for _, field := range strings.Fields(p.bkt) {
		n := 0
		if field != "ø" {
			var err error
			n, err = strconv.Atoi(field)
			require.NoError(t, err)
		}
		h.counts = append(h.counts, uint64(n))
	}
	return h
}

func looksLike(t *testing.T, want picture, got *exponential) {
	t.Helper()
	drawn := want.draw(t)
	assert.Equal(t, drawn.scale, got.scale, "scale")
	assert.Equal(t, drawn.offset, got.offset, "offset")
	assert.Equal(t, drawn.counts, got.counts, "counts")
}

func TestExponential_DownscaleMergesPairs(t *testing.T) {
	pictures := []picture{
		{scale: 2, from: 0, bkt: "ø ø 1 1 1 1 1 1 1 1 1 1"},
		{scale: 1, from: 0, bkt: " ø   2   2   2   2   2 "},
		{scale: 0, from: 0, bkt: "   2       4       4   "},
		{scale: -1, from: 0, bkt: "      6           4    "},
	}
	for i, finer := range pictures {
		for shift, coarser := range pictures[i:] {
			h := finer.draw(t)
			h.downscale(uint(shift))
			looksLike(t, coarser, h)
		}
	}
}

func TestExponential_DownscaleKeepsPairsAcrossZeroAndOddOffsets(t *testing.T) {
	for name, c := range map[string]struct{ finer, coarser picture }{
		"Negative": {
			picture{scale: 1, from: -4, bkt: "1 2 3 4 5 6"},
			picture{scale: 0, from: -2, bkt: " 3   7  11 "},
		},
		"OddStart": {
			picture{scale: 1, from: -3, bkt: "  2 3 4 5"},
			picture{scale: 0, from: -2, bkt: "2   7   5"},
		},
		"OddEnd": {
			picture{scale: 1, from: 1, bkt: "  1 2 3 4 5"},
			picture{scale: 0, from: 0, bkt: "1   5   9  "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := c.finer.draw(t)
			h.downscale(1)
			looksLike(t, c.coarser, h)
		})
	}
}

func TestExponential_MergeTakesTheCoarserScale(t *testing.T) {
	fine := picture{scale: 1, from: 2, bkt: "1 1 1 1"}
	coarse := picture{scale: 0, from: 0, bkt: "5 ø ø 1"}
	both := picture{scale: 0, from: 0, bkt: "5 2 2 1"}

	h := fine.draw(t)
	h.merge(coarse.draw(t))
	looksLike(t, both, h)

	h = coarse.draw(t)
	h.merge(fine.draw(t))
	looksLike(t, both, h)

	h = newExponential()
	h.merge(fine.draw(t))
	looksLike(t, fine, h)

	h = fine.draw(t)
	h.merge(newExponential())
	looksLike(t, fine, h)
}

func TestExponential_MergeLowersTheScaleToHoldBoth(t *testing.T) {
	low, high := newExponential(), newExponential()
	low.add(0.001, 1)
	high.add(1000, 2)
	high.add(0, 3)
	low.merge(high)
	assert.LessOrEqual(t, len(low.counts), maxBuckets)
	assert.EqualValues(t, 3, low.zero)
	assert.EqualValues(t, 1, low.counts[bucketIndex(0.001, low.scale)-low.offset])
	assert.EqualValues(t, 2, low.counts[bucketIndex(1000, low.scale)-low.offset])
}

func TestExponential_BoundsBelongToTheLowerBucket(t *testing.T) {
	for _, scale := range []int32{-2, -1, 0, 1, 3, 10, maxScale} {
		for exponent := int32(-20); exponent <= 20; exponent++ {
			bound := math.Ldexp(1, int(exponent))
			index := bucketIndex(bound, scale)
			assert.Equal(t, index+1, bucketIndex(math.Nextafter(bound, math.Inf(1)), scale)+boundInside(exponent, scale),
				"2^%d at scale %d", exponent, scale)
		}
	}
}

// boundInside is 1 where a power of two is no bound of a bucket: below scale 0 only some are.
func boundInside(exponent, scale int32) int32 {
	if scale < 0 && exponent&(1<<-scale-1) != 0 {
		return 1
	}
	return 0
}

func TestExponential_IndexAgreesWithItsBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		v := math.Exp(random.NormFloat64() * 5)
		scale := int32(random.IntN(12) - 4)
		base := math.Pow(2, -float64(scale)) // log2 of the base
		index := float64(bucketIndex(v, scale))
		assert.LessOrEqual(t, math.Exp2(index*base), v*(1+1e-12))
		assert.GreaterOrEqual(t, math.Exp2((index+1)*base), v*(1-1e-12))
	}
}

func TestExponential_HoldsEveryFloatInItsSize(t *testing.T) {
	h := newExponential()
	for _, v := range []float64{1, math.MaxFloat64, math.SmallestNonzeroFloat64, 0, 2.5, 1e-300, 2 * zeroThreshold} {
		h.add(v, 1)
		assert.LessOrEqual(t, len(h.counts), maxBuckets)
	}
	assert.EqualValues(t, 3, h.zero)
	assert.EqualValues(t, 4, total(h.counts))
}

// A page can send any number: buckets stay a fifth wide at most.
func TestExponential_ATinyValueDoesNotMakeBucketsWide(t *testing.T) {
	h := newExponential()
	for _, v := range []float64{1e-300, zeroThreshold, 2 * zeroThreshold, 2.5, 3600} {
		h.add(v, 1)
	}
	assert.GreaterOrEqual(t, h.scale, int32(2))
	assert.EqualValues(t, 2, h.zero)
}

func TestExponential_IsFineForOneValue(t *testing.T) {
	h := newExponential()
	h.add(2.5, 3)
	looksLike(t, picture{scale: maxScale, from: bucketIndex(2.5, maxScale), bkt: "3"}, h)
}

func total(counts []uint64) (sum uint64) {
	for _, n := range counts {
		sum += n
	}
	return sum
}
