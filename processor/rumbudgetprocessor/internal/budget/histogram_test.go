package budget

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExplicitCountAbove(t *testing.T) {
	nan := math.NaN()
	h := func(bounds []float64, counts []uint64, max float64) Explicit {
		return Explicit{Bounds: bounds, Counts: counts, Total: sum(counts), Max: max}
	}
	for name, c := range map[string]struct {
		h     Explicit
		limit float64
		want  Count
	}{
		"limit on an edge is exact":                       {h([]float64{1, 2.5, 4}, []uint64{3, 4, 5, 6}, nan), 2.5, Count{18, 11, 0, true}},
		"limit on an edge but for rounding":               {h([]float64{1, 2.5, 4}, []uint64{3, 4, 5, 6}, nan), 2.5 + 1e-12, Count{18, 11, 0, true}},
		"limit on the last edge":                          {h([]float64{1, 2.5, 4}, []uint64{3, 4, 5, 6}, nan), 4, Count{18, 6, 0, true}},
		"limit inside a bucket: nothing is alleged of it": {h([]float64{1, 2, 4}, []uint64{3, 4, 8, 6}, nan), 2.5, Count{21, 6, 8, false}},
		"limit inside an empty bucket":                    {h([]float64{1, 2, 4}, []uint64{3, 4, 0, 6}, nan), 2.5, Count{13, 6, 0, false}},
		"limit inside the first bucket":                   {h([]float64{1, 2}, []uint64{4, 1, 1}, nan), 0.25, Count{6, 2, 4, false}},
		"no upper edge: nothing is alleged":               {h([]float64{1, 2}, []uint64{1, 1, 8}, nan), 3, Count{10, 0, 8, false}},
		"max is the upper edge":                           {h([]float64{1, 2}, []uint64{1, 1, 8}, 4), 3, Count{10, 0, 8, false}},
		"max at the limit: none is above":                 {h([]float64{1, 2}, []uint64{1, 1, 8}, 3), 3, Count{10, 0, 0, false}},
		"max below the limit decides in a bucket":         {h([]float64{1, 2, 4}, []uint64{1, 1, 8, 0}, 2.4), 2.5, Count{10, 0, 0, false}},
		"empty":                   {h([]float64{1, 2}, []uint64{0, 0, 0}, nan), 1, Count{0, 0, 0, true}},
		"negative first bound":    {h([]float64{-1, 2}, []uint64{7, 0, 1}, nan), 2, Count{8, 1, 0, true}},
		"bounds that end in +Inf": {h([]float64{1, math.Inf(1)}, []uint64{2, 3, 0}, nan), 1, Count{5, 3, 0, true}},
		"bounds that begin with -Inf: nothing is alleged": {h([]float64{math.Inf(-1), 5, 8}, []uint64{0, 4, 1, 0}, nan), 2.5, Count{5, 1, 4, false}},
		"max below what the buckets hold is not believed": {h([]float64{1, 2, 4}, []uint64{1, 1, 8, 6}, 1.5), 2, Count{16, 14, 0, true}},
		"max on the edge of the last that is used":        {h([]float64{1, 2, 4}, []uint64{1, 1, 8, 0}, 2+1e-12), 1, Count{10, 9, 0, true}},
		"as many as can be counted":                       {h([]float64{1, 2}, []uint64{0, math.MaxUint64, 0}, nan), math.Nextafter(1, 2), Count{math.MaxUint64, math.MaxUint64, 0, true}},
		"as many undecided":                               {h([]float64{1, 2e18}, []uint64{0, math.MaxUint64, 0}, nan), 2, Count{math.MaxUint64, 0, math.MaxUint64, false}},
	} {
		got, invalid := c.h.CountAbove(c.limit)
		assert.Equal(t, Valid, invalid, name)
		assert.Equal(t, c.want, got, name)
	}
}

func TestExplicitRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		h    Explicit
		want Invalid
	}{
		"no bounds":          {Explicit{}, NoBuckets},
		"one bucket":         {Explicit{Counts: []uint64{5}, Total: 5}, NoBuckets},
		"only +Inf":          {Explicit{Bounds: []float64{math.Inf(1)}, Counts: []uint64{5, 0}, Total: 5}, NoBuckets},
		"too few counts":     {Explicit{Bounds: []float64{1, 2}, Counts: []uint64{5, 0}, Total: 5}, MalformedBuckets},
		"no counts":          {Explicit{Bounds: []float64{1, 2}, Total: 5}, MalformedBuckets},
		"counts do not add":  {Explicit{Bounds: []float64{1}, Counts: []uint64{5, 0}, Total: 6}, MalformedBuckets},
		"counts overflow":    {Explicit{Bounds: []float64{1}, Counts: []uint64{1 << 63, 1 << 63}, Total: 0}, MalformedBuckets},
		"bounds not rising":  {Explicit{Bounds: []float64{2, 1}, Counts: []uint64{1, 1, 1}, Total: 3}, MalformedBuckets},
		"bounds with NaN":    {Explicit{Bounds: []float64{math.NaN()}, Counts: []uint64{1, 1}, Total: 2}, MalformedBuckets},
		"bounds repeat":      {Explicit{Bounds: []float64{1, 1}, Counts: []uint64{1, 1, 1}, Total: 3}, MalformedBuckets},
		"NaN after a number": {Explicit{Bounds: []float64{1, math.NaN()}, Counts: []uint64{1, 1, 1}, Total: 3}, MalformedBuckets},
	} {
		_, invalid := c.h.CountAbove(1)
		assert.Equal(t, c.want, invalid, name)
	}
}

func TestExponentialCountAbove(t *testing.T) {
	nan := math.NaN()
	// Scale 0: buckets (1,2], (2,4], (4,8].
	h := Exponential{Counts: []uint64{3, 8, 5}, Total: 18, Zeros: 1, Negative: []uint64{0, 1}, Max: nan}
	above := func(limit float64) Count {
		c, invalid := h.CountAbove(limit)
		assert.Equal(t, Valid, invalid)
		return c
	}
	assert.Equal(t, Count{18, 13, 0, true}, above(2))
	assert.Equal(t, Count{18, 5, 8, false}, above(2.5))
	assert.Equal(t, Count{18, 16, 0, false}, above(0.1))
	assert.Equal(t, Count{18, 0, 0, true}, above(8))
	h.Max = 5
	assert.Equal(t, Count{18, 0, 5, false}, above(4.0001))
	assert.Equal(t, Count{18, 0, 0, false}, above(5))
	h.Max = 2.5 // five values are above 4
	assert.Equal(t, Count{18, 5, 8, false}, above(2.5))
	h.Max = nan

	// Values are counted as zero up to the threshold; one above the limit makes it a bucket like others.
	h.ZeroThreshold, h.Zeros, h.Total = 4, 8, 25
	assert.Equal(t, Count{25, 13, 8, true}, above(2))
	h.ZeroThreshold = 2
	assert.Equal(t, Count{25, 13, 0, true}, above(2))

	// Scale 20, the finest there is, and a limit that is an edge only up to rounding.
	fine := Exponential{Scale: 20, Offset: 1 << 20, Counts: []uint64{1, 1}, Total: 2, Max: nan}
	got, _ := fine.CountAbove(2)
	assert.Equal(t, Count{2, 2, 0, true}, got)
	// Scale -10: one bucket ends at the largest number, and nothing overflows.
	coarse := Exponential{Scale: -10, Offset: -2, Counts: []uint64{1, 4, 6, 1}, Total: 12, Max: nan}
	got, _ = coarse.CountAbove(2.5)
	assert.Equal(t, uint64(1), got.Above)
	assert.Equal(t, uint64(6), got.Undecided)

	for _, malformed := range []Exponential{
		{Counts: []uint64{1}, Total: 3},
		{Counts: []uint64{3}, Total: 2},
		{Zeros: 3, Total: 2},
		{Counts: []uint64{1 << 63, 1 << 63}},
		{Counts: []uint64{1 << 63}, Negative: []uint64{1 << 63}, Total: 0},
	} {
		_, invalid := malformed.CountAbove(1)
		assert.Equal(t, MalformedBuckets, invalid, malformed)
	}
}

// Scales and offsets that nobody means are numbers still.
func TestExponentialExtremes(t *testing.T) {
	for _, scale := range []int32{math.MinInt32, -11, -1, 0, 20, 21, math.MaxInt32} {
		for _, offset := range []int32{math.MinInt32, -1, 0, 1, math.MaxInt32} {
			for _, threshold := range []float64{0, 1, math.Inf(1), math.NaN(), -1} {
				h := Exponential{Scale: scale, Offset: offset, Counts: []uint64{1, 0, 2}, Zeros: 4, Total: 7, ZeroThreshold: threshold, Max: math.NaN()}
				got, invalid := h.CountAbove(2.5)
				assert.Equal(t, Valid, invalid)
				assert.EqualValues(t, 7, got.Total)
				assert.LessOrEqual(t, got.Above, uint64(3), "scale %d, offset %d, zeros up to %v", scale, offset, threshold)
			}
		}
	}
}

// What is above the limit in a histogram is what is above it in the values, exactly on an edge and
// between the bounds elsewhere.
func TestCountAboveAgreesWithTheValues(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	bounds := []float64{0.05, 0.1, 0.25, 0.5, 0.8, 1, 1.8, 2.5, 4, 8}
	for range 200 {
		counts, values := make([]uint64, len(bounds)+1), make([]float64, 500)
		for i := range values {
			values[i] = math.Exp(rng.NormFloat64())
			counts[bucketOf(bounds, values[i])]++
		}
		h := Explicit{Bounds: bounds, Counts: counts, Total: 500, Max: math.NaN()}
		for _, edge := range bounds {
			got, _ := h.CountAbove(edge)
			assert.Equal(t, Count{500, countAbove(values, edge), 0, true}, got)
		}
		limit := rng.Float64() * 8
		got, _ := h.CountAbove(limit)
		above := countAbove(values, limit)
		assert.GreaterOrEqual(t, above, got.Above)
		assert.LessOrEqual(t, above, got.Above+got.Undecided)
		assert.Equal(t, counts[bucketOf(bounds, limit)], got.Undecided)
	}
}

// The bounds that OpenTelemetry's SDKs have by default, made for milliseconds, filled with seconds: a tenth of the
// loads takes longer than the limit, and half of them would by interpolation.
func TestWideBucketsAllegeNothing(t *testing.T) {
	bounds := []float64{0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000}
	counts := make([]uint64, len(bounds)+1)
	counts[1], counts[2] = 9900, 100
	got, invalid := Explicit{Bounds: bounds, Counts: counts, Total: 10_000, Max: math.NaN()}.CountAbove(2.5)
	assert.Equal(t, Valid, invalid)
	assert.Equal(t, Count{10_000, 100, 9900, false}, got)
}

func bucketOf(bounds []float64, value float64) int {
	for i, b := range bounds {
		if value <= b {
			return i
		}
	}
	return len(bounds)
}

func countAbove(values []float64, limit float64) uint64 {
	var n uint64
	for _, v := range values {
		if v > limit {
			n++
		}
	}
	return n
}

func sum(counts []uint64) uint64 {
	var total uint64
	for _, n := range counts {
		total += n
	}
	return total
}
