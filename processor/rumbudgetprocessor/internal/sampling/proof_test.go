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
		"sticky, target rate":    func() Settings { return Settings{State: NewState(2000, time.Hour), RecordsPerSecond: 2} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate.Replicate(p, kindNames, replications, func(salt string) simulate.Decider {
				return newReal(name+salt, settings(), keys)
			})
			t.Log(s)
			assert.True(t, s.Unbiased())
		})
	}
}

func TestIntervalsCover(t *testing.T) {
	p := newPopulation(1500)
	keys := sessionKeys(p.Sessions)
	s := simulate.Replicate(p, kindNames, replications, func(salt string) simulate.Decider {
		return newReal(salt, Settings{State: NewState(2000, time.Hour)}, keys)
	})
	t.Log(s)
	assert.Greater(t, s.Coverage, 0.93)
	assert.Less(t, s.Coverage, 0.97)
}
