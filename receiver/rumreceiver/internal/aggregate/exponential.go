package aggregate

import "math"

// The limits of an exponential histogram.
const (
	// maxBuckets is the size that the specification recommends.
	// https://opentelemetry.io/docs/specs/otel/metrics/sdk/#base2-exponential-bucket-histogram-aggregation
	maxBuckets = 160
	// maxScale is the scale at which every histogram starts; finer buckets than 2^(2^-20) cannot be distinguished.
	maxScale = 20
	// zeroThreshold: values up to it are in the bucket of zero. Nothing that a browser measures is so small, but a page can send
	// any number, and one of 1e-300 would make buckets so wide that no quantile of the series means anything. From here to an
	// hour in seconds it takes 154 buckets of scale 2.
	zeroThreshold = 1e-8
)

// exponential is the positive half of a base-2 exponential histogram; there is no negative half,
// because no value is negative. At scale s bucket i holds the values in (b^i, b^(i+1)] with
// b = 2^(2^-s). When the values span more than maxBuckets, the scale falls and pairs of buckets
// become one:
//
//	scale 1    index 2 3 4 5 6        counts 1 2 3 4 5
//	scale 0    index  1   2  3        counts  3   7  5
//
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
type exponential struct {
	scale  int32
	offset int32 // index of counts[0]
	counts []uint64
	zero   uint64 // values up to zeroThreshold
}

func newExponential() *exponential { return &exponential{scale: maxScale} }

// add counts the value n times. The value must be finite and at least 0.
func (h *exponential) add(v float64, n uint64) {
	if v <= zeroThreshold {
		h.zero += n
		return
	}
	h.addAt(bucketIndex(v, h.scale), n)
}

// addAt counts at an index of the present scale. It lowers the scale if necessary.
func (h *exponential) addAt(index int32, n uint64) {
	if shift := h.shiftToHold(index, index); shift > 0 {
		h.downscale(shift)
		index >>= shift
	}
	h.extend(index)
	h.counts[index-h.offset] += n
}

// merge adds all values of the other one, which does not change.
func (h *exponential) merge(other *exponential) {
	h.zero += other.zero
	if len(other.counts) == 0 {
		return
	}
	if other.scale < h.scale {
		h.downscale(uint(h.scale - other.scale))
	}
	shift := uint(other.scale - h.scale)
	last := other.offset + int32(len(other.counts)) - 1
	more := h.shiftToHold(other.offset>>shift, last>>shift)
	h.downscale(more)
	for i, n := range other.counts {
		h.addAt((other.offset+int32(i))>>(shift+more), n)
	}
}

func (h *exponential) clone() *exponential {
	c := *h
	c.counts = append([]uint64(nil), h.counts...)
	return &c
}

// shiftToHold is by how much the scale must fall to have room for the indexes low to high and the present ones.
func (h *exponential) shiftToHold(low, high int32) (shift uint) {
	if len(h.counts) > 0 {
		low = min(low, h.offset)
		high = max(high, h.offset+int32(len(h.counts))-1)
	}
	for high-low >= maxBuckets {
		low, high = low>>1, high>>1
		shift++
	}
	return shift
}

// downscale merges 2^shift buckets into one. An arithmetic shift rounds down, so that the pairs are
// (-2,-1), (0,1), (2,3) as the formula of the bounds wants.
func (h *exponential) downscale(shift uint) {
	if shift == 0 {
		return
	}
	h.scale -= int32(shift)
	if len(h.counts) == 0 {
		h.offset = 0
		return
	}
	offset := h.offset >> shift
	length := (h.offset+int32(len(h.counts))-1)>>shift - offset + 1
	counts := make([]uint64, length)
	for i, n := range h.counts {
		counts[(h.offset+int32(i))>>shift-offset] += n
	}
	h.offset, h.counts = offset, counts
}

// extend makes room for the index.
func (h *exponential) extend(index int32) {
	switch {
	case len(h.counts) == 0:
		h.offset = index
		h.counts = append(h.counts, 0)
	case index < h.offset:
		missing := make([]uint64, h.offset-index, int(h.offset-index)+len(h.counts))
		h.counts = append(missing, h.counts...)
		h.offset = index
	default:
		for int(index-h.offset) >= len(h.counts) {
			h.counts = append(h.counts, 0)
		}
	}
}

// bucketIndex is the bucket of v > 0, by the exponent alone for scales up to 0 and by the logarithm
// above. Powers of two, where the logarithm would be off by a rounding error, have the mantissa 0.5
// exactly and belong to the lower bucket, whose bound they are.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#all-scales-use-the-logarithm-function
func bucketIndex(v float64, scale int32) int32 {
	mantissa, exponent := math.Frexp(v) // v = mantissa × 2^exponent, mantissa in [0.5, 1)
	if mantissa == 0.5 {
		exponent-- // v = 2^exponent
		if scale <= 0 {
			return int32(exponent-1) >> -scale
		}
		return int32(exponent)<<scale - 1
	}
	if scale <= 0 {
		return int32(exponent-1) >> -scale
	}
	within := math.Log2(mantissa) * float64(int64(1)<<scale) // in (-2^scale, 0)
	return int32(exponent)<<scale + int32(math.Ceil(within)) - 1
}
