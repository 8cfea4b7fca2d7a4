package sampling

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Designs that look right and are not. Each is what somebody would build; the proof must refuse it, or
// it proves nothing.
func TestWrongDesignsFailTheProof(t *testing.T) {
	p := newPopulation(800)
	keys := sessionKeys(p.sessions)
	for name, mutant := range map[string]func(salt string) decider{
		"redraw per event":             func(salt string) decider { return newRedraw(salt) },
		"forced keeps weigh as base":   func(salt string) decider { return &forcedKeep{newReal(salt, Settings{}, keys)} },
		"forget unsampled first":       func(salt string) decider { return newForgetUnsampled(salt, keys, 40) },
		"look back for unsampled only": func(salt string) decider { return newLookBack(salt, keys) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := replicate(&p, replications/4, mutant)
			s.log(t)
			assert.False(t, s.unbiased(), "the proof does not see what is wrong here")
		})
	}
}

// redraw gives each event of a session a new chance; a session once kept stays, at weight 1/p.
type redraw struct {
	rng     *rand.Rand
	sampled map[int]bool
}

func newRedraw(salt string) *redraw {
	return &redraw{rand.New(rand.NewPCG(newHasher(salt).seed, 1)), map[int]bool{}}
}

func (m *redraw) decide(e event, emit func(kept)) {
	keep := newThresholds(defaultRules, 1, 1).probability(matchedBy[e.kind])
	if m.sampled[e.session] = m.sampled[e.session] || m.rng.Float64() < keep; m.sampled[e.session] {
		emit(kept{event: e, weight: 1 / keep})
	}
}

// probability is that of the best matching rule.
func (t *thresholds) probability(matched RuleSet) float64 {
	return t.byRule[t.lowest(matched)].Probability()
}

// forcedKeep keeps errors and labels them as if they had been kept by the base rule.
type forcedKeep struct{ *real }

func (m *forcedKeep) decide(e event, emit func(kept)) {
	if e.kind == kindError {
		emit(kept{event: e, weight: 1 / defaultRules[4].Keep})
		return
	}
	m.real.decide(e, emit)
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

func (m *forgetUnsampled) decide(e event, emit func(kept)) {
	if _, known := m.earned[e.session]; !known {
		m.makeRoom()
		m.order = append(m.order, e.session)
	}
	const sessionRules = 1<<0 | 1<<1 | 1<<2
	m.earned[e.session] |= matchedBy[e.kind] & sessionRules
	current := newThresholds(defaultRules, 1, 1)
	threshold := current.byRule[current.lowest(matchedBy[e.kind]|m.earned[e.session])]
	if threshold.ShouldSample(m.hash.randomness(m.keys[e.session])) {
		emit(kept{event: e, weight: threshold.AdjustedCount()})
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
	past map[int][]event
}

func newLookBack(salt string, keys []string) *lookBack {
	return &lookBack{newReal(salt, Settings{State: NewState(2000, time.Hour)}, keys), map[int][]event{}}
}

func (m *lookBack) decide(e event, emit func(kept)) {
	sampled := false
	m.real.decide(e, func(k kept) {
		sampled = true
		emit(k)
	})
	if !sampled {
		m.past[e.session] = append(m.past[e.session], e)
		return
	}
	if e.kind == kindError {
		for _, earlier := range m.past[e.session] {
			emit(kept{event: earlier, weight: 1})
		}
		m.past[e.session] = nil
	}
}
