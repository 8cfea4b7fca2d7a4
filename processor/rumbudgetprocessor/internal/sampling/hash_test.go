package sampling

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// ids are the kinds of session id that clients make.
func ids(n int) map[string][]string {
	rng := rand.New(rand.NewPCG(3, 4))
	kinds := map[string][]string{}
	for i := range n {
		var uuid [16]byte
		for j := range uuid {
			uuid[j] = byte(rng.Uint32())
		}
		kinds["random"] = append(kinds["random"], hex.EncodeToString(uuid[:]))
		kinds["sequential"] = append(kinds["sequential"], fmt.Sprint(i))
		kinds["time-ordered"] = append(kinds["time-ordered"], fmt.Sprintf("%012x-7%03x", 1_764_000_000_000+i, rng.Uint32()&0xfff))
	}
	return kinds
}

// χ² over 256 cells has 255 degrees of freedom, a mean of 255 and a standard deviation of 22.6; five
// of these either way. Too even would be as wrong as too uneven.
func TestRandomnessIsUniform(t *testing.T) {
	const n, cells = 100_000, 256
	for kind, keys := range ids(n) {
		for _, salt := range []string{"", "salt", "another"} {
			var counts [cells]int
			h := newHasher(salt)
			for _, k := range keys {
				counts[h.randomness(k).Unsigned()>>48]++
			}
			chi2 := 0.0
			for _, c := range counts {
				d := float64(c) - n/cells
				chi2 += d * d / (float64(n) / cells)
			}
			assert.InDelta(t, 255, chi2, 5*math.Sqrt(2*255), "%s ids, salt %q", kind, salt)
		}
	}
}

func TestKeepRateIsTheProbability(t *testing.T) {
	const n = 100_000
	for kind, keys := range ids(n) {
		for _, p := range []float64{0.001, 0.01, 0.05, 0.25, 0.5, 0.9} {
			h, threshold, kept := newHasher("keep rate"), toThreshold(p), 0
			for _, k := range keys {
				if threshold.ShouldSample(h.randomness(k)) {
					kept++
				}
			}
			assert.InDelta(t, n*p, kept, 4.9*math.Sqrt(n*p*(1-p)), "%s ids, keep %v", kind, p)
		}
	}
}

// Two salts must give independent decisions, or a second tier would not sample at all.
func TestSaltsAreIndependent(t *testing.T) {
	const n, p = 100_000, 0.25
	a, b, threshold, both := newHasher("a"), newHasher("b"), toThreshold(p), 0
	for _, k := range ids(n)["sequential"] {
		if threshold.ShouldSample(a.randomness(k)) && threshold.ShouldSample(b.randomness(k)) {
			both++
		}
	}
	assert.InDelta(t, n*p*p, both, 4.9*math.Sqrt(n*p*p*(1-p*p)))
}

func TestToThresholdStaysInRange(t *testing.T) {
	assert.Equal(t, 1.0, toThreshold(2).Probability())
	assert.Positive(t, toThreshold(0).Probability())
	assert.Positive(t, toThreshold(1e-30).Probability())
	assert.Equal(t, 1.0, toThreshold(math.NaN()).Probability())
}
