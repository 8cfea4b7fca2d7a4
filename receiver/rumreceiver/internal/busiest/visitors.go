package busiest

import (
	"math"
	"math/bits"
)

// registers is the size of a sketch: the number of visitors is known to some 13 %, and exactly enough for few.
const registers = 64

// visitors is a HyperLogLog sketch of the present window and one of the window before.
// https://algo.inria.fr/flajolet/Publications/FlFuGaMe07.pdf
type visitors struct {
	now, before [registers]uint8
}

func (v *visitors) add(visitor uint64) {
	r := &v.now[visitor%registers]
	*r = max(*r, uint8(bits.LeadingZeros64(visitor|registers-1))+1)
}

func (v visitors) with(visitor uint64) visitors {
	v.add(visitor)
	return v
}

func (v *visitors) turn() { v.before, v.now = v.now, [registers]uint8{} }

// estimate is how many distinct visitors both windows saw.
func (v *visitors) estimate() float64 {
	sum, empty := 0.0, 0
	for i := range v.now {
		rank := max(v.now[i], v.before[i])
		if rank == 0 {
			empty++
		}
		sum += math.Ldexp(1, -int(rank))
	}
	if estimate := 0.709 * registers * registers / sum; estimate > 2.5*registers || empty == 0 {
		return estimate
	}
	return registers * math.Log(registers/float64(empty))
}
