package sampling

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// traffic is as it is: few sessions have most of the records, they come in bursts, their troubles swing.
func traffic(sessions int, tail float64, change func(*simulate.Description)) *simulate.Population {
	d := simulate.Description{
		Sessions: sessions, EventsPerSession: 8, Tail: tail, Longest: 3000,
		Shares:        []float64{0.62, 0.33, 0.03, 0.01, 0.01},
		TroubledShare: 0.33, TroubledShares: []float64{0.55, 0.25, 0.12, 0.04, 0.04},
		Start: epoch, Spacing: 250 * time.Millisecond, Gap: 5 * time.Second,
		Bursts: simulate.Bursts{Every: 10 * time.Minute, For: time.Minute, Factor: 5},
		Swings: simulate.Swings{Every: 4 * time.Minute, Points: 0.1},
	}
	if change != nil {
		change(&d)
	}
	return simulate.New(d)
}

func replicateTraffic(p *simulate.Population, times int, settings func() Settings) *simulate.Study {
	return replicateKeys(p, sessionKeys(len(p.Traits)), times, settings)
}

func replicateKeys(p *simulate.Population, keys []string, times int, settings func() Settings) *simulate.Study {
	return simulate.Replicate(p, kindNames, times, func(salt string) simulate.Decider {
		r := newReal(salt, settings(), keys)
		r.traits = p.Traits
		return r
	})
}

func together(most int, stateless bool) func() Settings {
	return func() Settings {
		return Settings{State: NewState(20_000, time.Hour), Stateless: stateless, MaxRecordsTogether: most}
	}
}

// Intervals hold with tails too, and where they would not, what was kept says so.
func TestIntervalsCoverTraffic(t *testing.T) {
	browsers := func(d *simulate.Description) {
		d.Clients = []simulate.Clients{{Share: 0.2, Rate: 0.5}, {Share: 0.1, Rate: 0.1}}
	}
	for name, c := range map[string]struct {
		population *simulate.Population
		settings   func() Settings
	}{
		"tail 1.6, stateless":                    {traffic(10_000, 1.6, nil), together(100, true)},
		"tail 1.6, sticky":                       {traffic(6000, 1.6, nil), together(100, false)},
		"tail 1.1, sticky":                       {traffic(6000, 1.1, nil), together(100, false)},
		"tail 1.1, stateless, few together":      {traffic(6000, 1.1, nil), together(20, true)},
		"tail 2.5, browsers that sample, sticky": {traffic(6000, 2.5, browsers), together(100, false)},
		"few sessions, stateless":                {traffic(1500, 1.6, nil), together(100, true)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := replicateTraffic(c.population, 200, c.settings)
			t.Log("\n", s)
			trusted, intervals := 0.0, 0.0
			for _, e := range s.All() {
				assert.True(t, e.ByChance(), e.Name)
				if e.Within == 0 {
					continue
				}
				trusted += e.Enough * e.Trusted
				intervals += e.Enough
				if e.Enough > 0.5 {
					assert.Greater(t, e.Trusted, 0.89, e.Name) // three standard errors below 93 %
				}
			}
			t.Logf("of %.1f intervals, %.1f %% hold", intervals, 100*trusted/intervals)
			slack := 0.0
			if intervals < 3 { // few say that they can be trusted, and chance has its way with them
				slack = 0.03
			}
			assert.Greater(t, trusted/intervals, 0.93-slack)
			assert.Less(t, trusted/intervals, 0.97+slack)
		})
	}
}

// An id that a fifth of the sessions share, be it a word for none or one that looks like others, ties nobody
// together: totals hold in every mode.
func TestSharedIDsAreRecognised(t *testing.T) {
	p := traffic(3000, 2.5, nil)
	for _, id := range []string{"null", "7c4a8d09"} {
		keys := sessionKeys(len(p.Traits))
		for i := range keys {
			if i%5 == 0 {
				keys[i] = id
			}
		}
		for mode, settings := range map[string]func() Settings{"stateless": together(100, true), "sticky": together(100, false)} {
			s := replicateKeys(p, keys, 100, settings)
			t.Log(id, mode, "\n", s)
			assert.True(t, s.Total.ByChance(), "%s, %s", id, mode)
			assert.Greater(t, s.Total.Coverage, 0.89, "%s, %s", id, mode)
		}
	}
}

// Without a bound on what shares a draw one session decides the totals, and the intervals say that they are
// not to be trusted.
func TestIntervalsSayWhenTheyCannot(t *testing.T) {
	s := replicateTraffic(traffic(3000, 1.1, nil), 60, together(0, true))
	t.Log("\n", s)
	assert.Less(t, s.Total.Enough, 0.5)
	assert.Contains(t, s.String(), "too few")
}

// Records that are refused and sent again, long sessions, sessions without id: totals and session counts stay
// right.
func TestTrafficIsUnbiased(t *testing.T) {
	p := traffic(800, 1.6, func(d *simulate.Description) {
		d.WithoutID, d.Refused = 0.2, 0.5
		d.Clients = []simulate.Clients{{Share: 0.3, Rate: 0.5}}
	})
	for name, settings := range map[string]func() Settings{
		"stateless": together(10, true), "sticky": together(10, false),
	} {
		s := replicateTraffic(p, 500, settings)
		t.Log("\n", s)
		for _, e := range s.All() {
			assert.True(t, e.ByChance(), "%s, %s", name, e.Name)
		}
	}
}

// Designs that look right on sessions of a few records each, and are not.
func TestWrongDesignsFailOnTraffic(t *testing.T) {
	p := traffic(800, 1.6, func(d *simulate.Description) { d.WithoutID, d.Refused = 0.2, 0.5 })
	keys := sessionKeys(len(p.Traits))
	for name, mutant := range map[string]func(*real) simulate.Decider{
		"a new draw at each attempt":                 func(r *real) simulate.Decider { return &redrawAttempts{r} },
		"session counts by records drawn one by one": func(r *real) simulate.Decider { return &unclusteredSessions{r} },
	} {
		s := simulate.Replicate(p, kindNames, 300, func(salt string) simulate.Decider {
			r := newReal(salt, together(10, true)(), keys)
			r.traits = p.Traits
			return mutant(r)
		})
		t.Log(name, "\n", s)
		assert.False(t, s.Unbiased(), name)
	}
}

// redrawAttempts forgets what a record says: a draw of random bits for each attempt.
type redrawAttempts struct{ *real }

func (m *redrawAttempts) Decide(e simulate.Event, emit func(simulate.Kept)) {
	r := m.record(e)
	r.Content = nil
	if d := m.sampler.Decide(r, e.At); d.Keep {
		emit(simulate.Kept{Event: e, Weight: d.AdjustedCount, Alone: d.Unit != UnitSession})
	}
}

func (m *redrawAttempts) Refuse(e simulate.Event) bool {
	r := m.record(e)
	r.Content = nil
	b := m.sampler.Begin()
	defer b.Discard()
	return b.Decide(r, e.At).Keep
}

// unclusteredSessions takes a session for kept when any of its records is, whoever it was drawn with.
type unclusteredSessions struct{ *real }

func (m *unclusteredSessions) Decide(e simulate.Event, emit func(simulate.Kept)) {
	m.real.Decide(e, func(k simulate.Kept) {
		k.Alone = false
		emit(k)
	})
}

// A target far below what comes costs width, not truth: a fifth of it is for rules that are not protected, so that
// there is always something to tell totals from.
func TestTargetInASpike(t *testing.T) {
	for name, target := range map[string]float64{"a fifth of what would be kept": 3, "a twentieth": 0.8} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := traffic(4000, 2.5, func(d *simulate.Description) { d.Tail, d.Bursts.Factor = 0, 10 })
			s := replicateTraffic(p, 100, func() Settings {
				c := together(100, false)()
				c.RecordsPerSecond = target
				return c
			})
			t.Logf("%.1f records a second come, %.1f go on\n%s", p.Total()/p.Length.Seconds(), s.Total.Kept/p.Length.Seconds(), s)
			trusted, intervals := 0.0, 0.0
			for _, e := range s.All() {
				assert.True(t, e.ByChance(), e.Name)
				trusted += e.Enough * e.Trusted
				intervals += e.Enough
				assert.Greater(t, e.Coverage, 0.75, e.Name) // 0.2 to 0.6 without the reserve
			}
			t.Logf("of %.1f intervals that say they can be trusted, %.1f %% hold", intervals, 100*trusted/intervals)
			assert.Greater(t, trusted/intervals, 0.9)
		})
	}
}
