package sampling

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

const replications = 2000

// Every design that is offered recovers event totals, strata and session counts; full, tiny and
// forgetful state alike.
func TestWeightsAreUnbiased(t *testing.T) {
	p := newPopulation(800)
	keys := sessionKeys(p.Sessions)
	for name, settings := range map[string]func() Settings{
		"stateless":                       func() Settings { return Settings{} },
		"sticky":                          func() Settings { return Settings{State: NewState(2000, time.Hour)} },
		"sticky, room for a few sessions": func() Settings { return Settings{State: NewState(40, time.Hour)} },
		"sticky, forgetful":               func() Settings { return Settings{State: NewState(2000, 5*time.Second)} },
		"sticky, common sessions": func() Settings {
			return Settings{State: NewState(2000, time.Hour), MaxRecordsPerSession: 5}
		},
		"stateless, target rate": func() Settings { return Settings{RecordsPerSecond: 1} },
		"sticky, target rate":    func() Settings { return Settings{State: NewState(2000, time.Hour), RecordsPerSecond: 2.3} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate.Replicate(p, kindNames, replications, func(salt string) simulate.Decider {
				return newReal(name+salt, settings(), keys)
			})
			t.Log("\n", s)
			assert.True(t, s.Unbiased())
			if settings().RecordsPerSecond > 0 {
				without := simulate.Replicate(p, kindNames, replications/20, func(salt string) simulate.Decider {
					plain := settings()
					plain.RecordsPerSecond = 0
					return newReal(name+salt, plain, keys)
				})
				assert.Less(t, s.Total.Kept, 0.95*without.Total.Kept, "the target lowers enough for a proof")
			}
		})
	}
}

// The interval that a user computes from one run holds the truth as often as it says, for the total, for
// the sessions and for every part of which there is enough.
func TestIntervalsCover(t *testing.T) {
	p := newPopulation(2500)
	keys := sessionKeys(p.Sessions)
	for name, settings := range map[string]func() Settings{
		"stateless": func() Settings { return Settings{} },
		"sticky":    func() Settings { return Settings{State: NewState(5000, time.Hour)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate.Replicate(p, kindNames, replications, func(salt string) simulate.Decider {
				return newReal(salt, settings(), keys)
			})
			t.Log("\n", s)
			for _, e := range s.All() {
				if e.Within == 0 {
					assert.Equal(t, 1.0, e.Coverage, "%s: all are kept", e.Name)
					continue
				}
				assert.Greater(t, e.Coverage, 0.93, e.Name)
				assert.Less(t, e.Coverage, 0.97, e.Name)
			}
		})
	}
}
