package rumbudgetprocessor

import (
	"cmp"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// simulation is a population and the rules to try on it; testdata/simulation.yaml explains the keys.
type simulation struct {
	Sessions             int               `mapstructure:"sessions"`
	EventsPerSession     float64           `mapstructure:"events_per_session"`
	SessionsPerSecond    float64           `mapstructure:"sessions_per_second"`
	SecondsBetweenEvents float64           `mapstructure:"seconds_between_events"`
	Replications         int               `mapstructure:"replications"`
	Troubled             float64           `mapstructure:"troubled"`
	Events               []simulationEvent `mapstructure:"events"`
	Sampling             SamplingConfig    `mapstructure:"sampling"`
}

type simulationEvent struct {
	Name       string            `mapstructure:"name"`
	Ordinary   float64           `mapstructure:"ordinary"`
	Troubled   float64           `mapstructure:"troubled"`
	Attributes map[string]string `mapstructure:"attributes"`
	Level      string            `mapstructure:"level"`
}

// Attribute and Condition answer the matchers.
func (e *simulationEvent) Attribute(key string) (string, bool) {
	v, ok := e.Attributes[key]
	return v, ok
}
func (e *simulationEvent) Condition(int) bool { return false }

// TestSimulation prints volume, bias and error of a described population under given rules, so that
// keep rates can be tried before they are used.
func TestSimulation(t *testing.T) {
	s := loadSimulation(t)
	p := &policy{}
	require.NoError(t, p.addSampling(&s.Sampling))
	matched := make([]sampling.RuleSet, len(s.Events))
	facts := match.NewFacts(&p.compiler)
	names := []string{}
	for i := range s.Events {
		facts.Reset(&s.Events[i])
		matched[i] = p.matching(facts, levelNamed(s.Events[i].Level))
		names = append(names, s.Events[i].Name)
	}
	study := simulate.Replicate(simulate.New(s.description()), names, s.Replications, func(salt string) simulate.Decider {
		return s.decider(salt, matched)
	})
	t.Logf("\n%s", study)
	assert.Less(t, math.Abs(study.Total.Z()), simulate.MaxZ)
	assert.Less(t, math.Abs(study.Sessions.Z()), simulate.MaxZ)
}

func loadSimulation(t *testing.T) *simulation {
	conf, err := confmaptest.LoadConf(cmp.Or(os.Getenv("SIMULATION"), "testdata/simulation.yaml"))
	require.NoError(t, err)
	s := &simulation{Sampling: defaultSampling()}
	require.NoError(t, conf.Unmarshal(s))
	require.NoError(t, confmap.Validate(s))
	return s
}

func (s *simulation) description() simulate.Description {
	d := simulate.Description{
		Sessions: s.Sessions, EventsPerSession: s.EventsPerSession, TroubledShare: s.Troubled,
		Start: time.Unix(1_764_000_000, 0), Spacing: seconds(1 / s.SessionsPerSecond), Gap: seconds(s.SecondsBetweenEvents),
	}
	for _, e := range s.Events {
		d.Shares, d.TroubledShares = append(d.Shares, e.Ordinary), append(d.TroubledShares, e.Troubled)
	}
	return d
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

type simulatedSampler struct {
	sampler *sampling.Sampler
	matched []sampling.RuleSet
}

func (s *simulation) decider(salt string, matched []sampling.RuleSet) simulate.Decider {
	settings := sampling.Settings{
		Rules: s.Sampling.samplerRules(), Salt: salt,
		MaxRecordsPerSession: s.Sampling.State.MaxRecordsPerSession, RecordsPerSecond: s.Sampling.Target.RecordsPerSecond,
	}
	if s.Sampling.Mode == modeSticky {
		settings.State = sampling.NewState(min(s.Sampling.State.MaxSessions, 2*s.Sessions), s.Sampling.State.TTL)
	}
	return &simulatedSampler{sampling.New(settings), matched}
}

func (s *simulatedSampler) Decide(e simulate.Event, emit func(simulate.Kept)) {
	d := s.sampler.Decide(sampling.Record{
		Key: strconv.Itoa(e.Session), Matched: s.matched[e.Kind], Incoming: sampling.Unsampled,
	}, e.At)
	if d.Keep {
		emit(simulate.Kept{Event: e, Weight: d.AdjustedCount, NoKey: d.Reason == sampling.ReasonNoKey})
	}
}
