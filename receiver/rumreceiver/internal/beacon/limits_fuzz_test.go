package beacon

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// FuzzWeights: whatever clients claim, what their events stand for stays within each bound and is never less than they
// are; what was believed once is believed again.
func FuzzWeights(f *testing.F) {
	f.Add(1e-9, 1000, 1000.0, 1e5)
	f.Add(math.NaN(), 1, 1.0, 0.0)
	f.Add(0.01, 0, 1e6, math.Inf(1))
	f.Add(-1.0, 3, 2.5, 1e-300)
	f.Fuzz(func(t *testing.T, rate float64, events int, limit, sum float64) {
		events = min(max(events, 0), 1e6)
		if !(limit >= 1) || !(sum >= 0) {
			t.Skip() // the configuration has neither
		}
		b := Beacon{Sampling: Sampling{Rate: rate}, Pages: make([]Page, 1)}
		if events > 0 {
			b.Events = []Event{{Count: events}}
		}
		before := b.Sampling.Weight()
		LimitWeight(&b, limit, sum)
		weight := b.Sampling.Weight()
		assert.GreaterOrEqual(t, weight, 1.0)
		assert.LessOrEqual(t, weight, min(before, limit, MaxWeight)*(1+1e-6)+1e-6)
		assert.LessOrEqual(t, weight*float64(events), max(sum, float64(events))*(1+1e-6)+1e-6)
		assert.Equal(t, weight < before, b.Trims[BoundWeight] == 1, "it is marked")
		LimitWeight(&b, limit, sum)
		assert.InEpsilon(t, weight, b.Sampling.Weight(), 1e-6)
	})
}
