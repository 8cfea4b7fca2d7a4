package sampling

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// Designs that look right and are not. Each is what somebody would build; the proof must refuse it, or
// it proves nothing.
func TestWrongDesignsFailTheProof(t *testing.T) {
	p := newPopulation(800)
	keys := sessionKeys(p.Sessions)
	for name, mutant := range map[string]func(salt string) simulate.Decider{
		"redraw per event":             func(salt string) simulate.Decider { return newRedraw(salt) },
		"forced keeps weigh as base":   func(salt string) simulate.Decider { return &forcedKeep{newReal(salt, Settings{}, keys)} },
		"forget unsampled first":       func(salt string) simulate.Decider { return newForgetUnsampled(salt, keys, 40) },
		"look back for unsampled only": func(salt string) simulate.Decider { return newLookBack(salt, keys) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate.Replicate(p, kindNames, replications/4, mutant)
			t.Log("\n", s)
			assert.False(t, s.Unbiased(), "the proof does not see what is wrong here")
		})
	}
}

// The wrong variance: records of a session, which share one random number, taken for drawn one by one.
// The totals are right, and the interval holds the truth far too seldom.
func TestUnclusteredVarianceFailsTheProof(t *testing.T) {
	p := newPopulation(1500)
	keys := sessionKeys(p.Sessions)
	s := simulate.Replicate(p, kindNames, replications/4, func(salt string) simulate.Decider {
		return &unclustered{newReal(salt, Settings{State: NewState(2000, time.Hour)}, keys)}
	})
	t.Log("\n", s)
	assert.True(t, s.Total.ByChance())
	assert.Less(t, s.Total.Coverage, 0.7)
}

type unclustered struct{ *real }

func (m *unclustered) Decide(e simulate.Event, emit func(simulate.Kept)) {
	m.real.Decide(e, func(k simulate.Kept) {
		k.Alone = true
		emit(k)
	})
}

// redraw gives each event of a session a new chance; a session once kept stays, at weight 1/p.
type redraw struct {
	rng     *rand.Rand
	sampled map[int]bool
}

func newRedraw(salt string) *redraw {
	return &redraw{rand.New(rand.NewPCG(newHasher(salt).seed, 1)), map[int]bool{}}
}

func (m *redraw) Decide(e simulate.Event, emit func(simulate.Kept)) {
	keep := newThresholds(defaultRules, 1, 1).probability(matchedBy[e.Kind])
	if m.sampled[e.Session] = m.sampled[e.Session] || m.rng.Float64() < keep; m.sampled[e.Session] {
		emit(simulate.Kept{Event: e, Weight: 1 / keep})
	}
}

// probability is that of the best matching rule.
func (t *thresholds) probability(matched RuleSet) float64 {
	return t.byRule[t.lowest(matched)].Probability()
}

// forcedKeep keeps errors and labels them as if they had been kept by the base rule.
type forcedKeep struct{ *real }

func (m *forcedKeep) Decide(e simulate.Event, emit func(simulate.Kept)) {
	if e.Kind == kindError {
		emit(simulate.Kept{Event: e, Weight: 1 / defaultRules[4].Keep})
		return
	}
	m.real.Decide(e, emit)
}

// forgetUnsampled remembers what sessions have earned, but when full forgets one that the base rule
// does not keep: what is remembered then depends on the draw.
type forgetUnsampled struct {
	keys   []string
	hash   hasher
	room   int
	order  []int
	earned map[int]RuleSet
}

func newForgetUnsampled(salt string, keys []string, room int) *forgetUnsampled {
	return &forgetUnsampled{keys: keys, hash: newHasher(salt), room: room, earned: map[int]RuleSet{}}
}

func (m *forgetUnsampled) Decide(e simulate.Event, emit func(simulate.Kept)) {
	if _, known := m.earned[e.Session]; !known {
		m.makeRoom()
		m.order = append(m.order, e.Session)
	}
	const sessionRules = 1<<0 | 1<<1 | 1<<2
	m.earned[e.Session] |= matchedBy[e.Kind] & sessionRules
	current := newThresholds(defaultRules, 1, 1)
	threshold := current.byRule[current.lowest(matchedBy[e.Kind]|m.earned[e.Session])]
	if threshold.ShouldSample(m.hash.randomness(m.keys[e.Session])) {
		emit(simulate.Kept{Event: e, Weight: threshold.AdjustedCount()})
	}
}

func (m *forgetUnsampled) makeRoom() {
	if len(m.order) < m.room {
		return
	}
	victim, base := 0, toThreshold(defaultRules[4].Keep)
	for i, session := range m.order {
		if !base.ShouldSample(m.hash.randomness(m.keys[session])) {
			victim = i
			break
		}
	}
	delete(m.earned, m.order[victim])
	m.order = append(m.order[:victim], m.order[victim+1:]...)
}

// lookBack sends the past of a session after its first error, at weight 1, if it had not been sampled.
type lookBack struct {
	*real
	past map[int][]simulate.Event
}

func newLookBack(salt string, keys []string) *lookBack {
	return &lookBack{newReal(salt, Settings{State: NewState(2000, time.Hour)}, keys), map[int][]simulate.Event{}}
}

func (m *lookBack) Decide(e simulate.Event, emit func(simulate.Kept)) {
	sampled := false
	m.real.Decide(e, func(k simulate.Kept) {
		sampled = true
		emit(k)
	})
	if !sampled {
		m.past[e.Session] = append(m.past[e.Session], e)
		return
	}
	if e.Kind == kindError {
		for _, earlier := range m.past[e.Session] {
			emit(simulate.Kept{Event: earlier, Weight: 1})
		}
		m.past[e.Session] = nil
	}
}
