package simulate

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The formula by ranks is the sum over all pairs.
func TestVarianceIsThatOfAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 20 {
		weights, want := make([]float64, n), 0.0
		for i := range weights {
			weights[i] = []float64{1, 4, 20, 1 + rng.ExpFloat64()}[rng.IntN(4)]
		}
		for _, a := range weights {
			for _, b := range weights {
				want += a*b - max(a, b)
			}
		}
		var e Estimate
		e.add(&cluster{rate: 1, together: weights})
		assert.InDelta(t, want, e.Variance, 1e-9*(1+want))
	}
}

func TestEstimateOfAHandfulOfRecords(t *testing.T) {
	every := Trait{ClientRate: 1}
	p := &Population{Traits: []Trait{every, every, every}, Events: []Event{{Session: 0, Kind: 0}, {Session: 0, Kind: 1}, {Session: 2, Kind: 0}, {Session: 2, Kind: 0}}}
	p.count(2)
	assert.Equal(t, 2, p.Sessions)
	assert.Equal(t, []float64{3, 1}, p.Totals)
	est := p.Estimate(func(yield func(Kept)) {
		yield(Kept{Event: p.Events[0], Weight: 4})
		yield(Kept{Event: p.Events[1], Weight: 1})
		yield(Kept{Event: p.Events[2], Weight: 10, Alone: true})
	})
	valueAndVariance := func(e Estimate) [2]float64 { return [2]float64{e.Value, e.Variance} }
	assert.Equal(t, [2]float64{15, 5*5 - (4*3 + 1) + 90}, valueAndVariance(est.Total))
	assert.Equal(t, [2]float64{14, 12 + 90}, valueAndVariance(est.ByKind[0]))
	assert.Equal(t, [2]float64{1, 0}, valueAndVariance(est.ByKind[1]))
	assert.Equal(t, [2]float64{1, 0}, valueAndVariance(est.Sessions), "counted by its surest record; what was drawn alone counts no session")
	assert.Equal(t, []int{2, 1}, est.Kept)
	assert.True(t, est.Sessions.Covers(1, Normal95))
	assert.False(t, est.Sessions.Covers(2, Normal95))
}

func TestPopulation(t *testing.T) {
	d := Description{
		Sessions: 1000, EventsPerSession: 5, Shares: []float64{0.5, 0.5, 0}, TroubledShare: 0.5, TroubledShares: []float64{0, 0, 1},
		Spacing: time.Second, Gap: time.Minute,
	}
	p := New(d)
	assert.Equal(t, New(d), p)
	assert.InDelta(t, 5000, p.Total(), 300)
	single := d
	single.EventsPerSession = 1
	assert.Equal(t, 1000.0, New(single).Total())
	assert.InDelta(t, p.Total()/2, p.Totals[2], 500)
	rest := p.Without(func(kind int) bool { return kind == 2 })
	assert.InDelta(t, 500, rest.Sessions, 50)
	assert.Zero(t, rest.Totals[2])
	assert.Equal(t, p.Totals[0]+p.Totals[1], rest.Total())
}

func TestTableMarksWhatIsMoreThanChance(t *testing.T) {
	p := New(Description{Sessions: 50, EventsPerSession: 3, Shares: []float64{1}})
	biased := Replicate(p, []string{"kind"}, 20, func(string) Decider { return tooMuch{} })
	assert.False(t, biased.Unbiased())
	assert.Contains(t, biased.String(), "! 10.00 %")
	assert.False(t, biased.Total.ByChance())
}

type tooMuch struct{}

func (tooMuch) Decide(e Event, emit func(Kept)) {
	emit(Kept{Event: e, Weight: 1.1, Alone: e.Session < 0})
}
