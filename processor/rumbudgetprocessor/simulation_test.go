package rumbudgetprocessor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// population is a description of visitors; testdata/simulation/population.yaml explains the keys.
type population struct {
	Sessions             int               `mapstructure:"sessions"`
	SessionsPerSecond    float64           `mapstructure:"sessions_per_second"`
	EventsPerSession     float64           `mapstructure:"events_per_session"`
	SecondsBetweenEvents float64           `mapstructure:"seconds_between_events"`
	Troubled             float64           `mapstructure:"troubled"`
	Tail                 float64           `mapstructure:"tail"`
	Longest              int               `mapstructure:"longest"`
	Bursts               burstsOption      `mapstructure:"bursts"`
	Swings               swingsOption      `mapstructure:"swings"`
	WithoutID            float64           `mapstructure:"without_id"`
	Clients              []clientsOption   `mapstructure:"clients"`
	Refused              float64           `mapstructure:"refused"`
	Runs                 int               `mapstructure:"runs"`
	Resource             map[string]any    `mapstructure:"resource"`
	Events               []populationEvent `mapstructure:"events"`
}

type burstsOption struct {
	EverySeconds float64 `mapstructure:"every_seconds"`
	ForSeconds   float64 `mapstructure:"for_seconds"`
	Factor       float64 `mapstructure:"factor"`
}

type swingsOption struct {
	EverySeconds float64 `mapstructure:"every_seconds"`
	Points       float64 `mapstructure:"points"`
}

type clientsOption struct {
	Share float64 `mapstructure:"share"`
	Rate  float64 `mapstructure:"rate"`
}

type populationEvent struct {
	Name       string         `mapstructure:"name"`
	Ordinary   float64        `mapstructure:"ordinary"`
	Troubled   float64        `mapstructure:"troubled"`
	Event      string         `mapstructure:"event"`
	Attributes map[string]any `mapstructure:"attributes"`
}

// TestSimulation is also a command, `make sim`: it samples a described population by the rules of a
// configuration, in both modes, and prints volume, bias and intervals, so that keep rates can be tried
// before they are used. SIMULATION, SIMULATION_CONFIG and SIMULATION_PROCESSOR name the population, the
// configuration of a Collector and the processor in it.
func TestSimulation(t *testing.T) {
	file, asked := os.LookupEnv("SIMULATION")
	p, err := loadPopulation(cmp.Or(file, "testdata/simulation/population.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := loadProcessor(os.Getenv("SIMULATION_CONFIG"), cmp.Or(os.Getenv("SIMULATION_PROCESSOR"), "rum_budget"))
	if err != nil {
		t.Fatal(err)
	}
	if !asked {
		p.Runs = 50
	}
	report, studies, err := simulation(p, c)
	if err != nil {
		t.Fatal(err)
	}
	if asked {
		fmt.Println(report)
	} else {
		t.Log("\n" + report)
	}
	for _, s := range studies {
		for _, e := range s.All() {
			assert.True(t, e.ByChance(), "%s: off by more than chance", e.Name)
		}
	}
}

func TestSimulationTakesTheConfigurationOfACollector(t *testing.T) {
	p, err := loadPopulation("testdata/simulation/population.yaml")
	require.NoError(t, err)
	p.Runs = 2
	t.Setenv("KEEP", "0.5")
	c, err := loadProcessor("testdata/simulation/collector.yaml", "rum_budget/shop")
	require.NoError(t, err)
	report, studies, err := simulation(p, c)
	require.NoError(t, err)
	assert.Contains(t, report, "base 0.5", "variables of the environment are put in")
	assert.Contains(t, report, "sticky, as configured")
	assert.Contains(t, report, "dropped by errors-of-scripts")
	for _, e := range studies[0].All() {
		assert.NotEqual(t, "error", e.Name)
		if e.Name == "bad LCP" {
			assert.Equal(t, e.Truth, e.Kept, "budgets and conditions of the configuration are in force")
		}
	}
}

func TestSimulationSaysWhatIsMissing(t *testing.T) {
	_, err := loadProcessor("testdata/simulation/collector.yaml", "rum_budget")
	assert.EqualError(t, err, "testdata/simulation/collector.yaml has no processor rum_budget, only [batch rum_budget/off rum_budget/plain rum_budget/shop]; name one with PROCESSOR=")
	_, err = loadProcessor("testdata/simulation/collector.yaml", "rum_budget/plain")
	assert.ErrorContains(t, err, "samples nothing")
	_, err = loadProcessor("testdata/simulation/collector.yaml", "rum_budget/off")
	assert.ErrorContains(t, err, "samples nothing")
	_, err = loadProcessor("testdata/simulation/nowhere.yaml", "rum_budget")
	assert.ErrorContains(t, err, "nowhere.yaml")
	p := population{Events: []populationEvent{{Name: "a", Ordinary: 0.5, Troubled: 1.2}}}
	assert.EqualError(t, p.validate(), strings.Join([]string{
		"'sessions' must be at least 1 (got 0)", "'runs' must be at least 2 (got 0)", "'events_per_session' must be at least 1 (got 0)",
		"'sessions_per_second' must be above 0 (got 0)", "'ordinary' shares must add to 1 (got 0.5)", "'troubled' shares must add to 1 (got 1.2)",
	}, "\n"))
}

func resolve(file string) (*confmap.Conf, error) {
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:              []string{"file:" + file},
		ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory()},
		DefaultScheme:     "env",
	})
	if err != nil {
		return nil, err
	}
	return resolver.Resolve(context.Background())
}

func loadPopulation(file string) (*population, error) {
	conf, err := resolve(file)
	if err != nil {
		return nil, err
	}
	p := &population{}
	if err := conf.Unmarshal(p); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, under(file, p.validate())
}

func (p *population) validate() error {
	var errs []error
	atLeast := func(key string, value, least float64) {
		if !(value >= least) {
			errs = append(errs, fmt.Errorf("'%s' must be at least %v (got %v)", key, least, value))
		}
	}
	atLeast("sessions", float64(p.Sessions), 1)
	atLeast("runs", float64(p.Runs), 2)
	atLeast("events_per_session", p.EventsPerSession, 1)
	if !(p.SessionsPerSecond > 0) {
		errs = append(errs, fmt.Errorf("'sessions_per_second' must be above 0 (got %v)", p.SessionsPerSecond))
	}
	if p.Tail != 0 {
		if !(p.Tail > 1) {
			errs = append(errs, fmt.Errorf("'tail' must be above 1, or 0 for none (got %v)", p.Tail))
		}
		atLeast("longest", float64(p.Longest), 1)
	}
	if p.Bursts.EverySeconds > 0 && !(p.Bursts.ForSeconds > 0 && p.Bursts.ForSeconds < p.Bursts.EverySeconds && p.Bursts.Factor > 1) {
		errs = append(errs, fmt.Errorf("'bursts' must have 'for_seconds' above 0 and below 'every_seconds', and a 'factor' above 1 (got %+v)", p.Bursts))
	}
	if !(p.Refused >= 0 && p.Refused < 1) {
		errs = append(errs, fmt.Errorf("'refused' must be from 0 to below 1 (got %v)", p.Refused))
	}
	if !(p.WithoutID >= 0 && p.WithoutID <= 1) {
		errs = append(errs, fmt.Errorf("'without_id' must be from 0 to 1 (got %v)", p.WithoutID))
	}
	sampled := 0.0
	for _, c := range p.Clients {
		sampled += c.Share
		if !(c.Rate > 0 && c.Rate <= 1) {
			errs = append(errs, fmt.Errorf("'clients::rate' must be above 0 and at most 1 (got %v)", c.Rate))
		}
	}
	if sampled > 1 {
		errs = append(errs, fmt.Errorf("'clients::share' must add to 1 at most (got %v)", sampled))
	}
	ordinary, troubled := 0.0, 0.0
	for _, e := range p.Events {
		ordinary += e.Ordinary
		troubled += e.Troubled
	}
	addToOne := func(key string, sum float64) {
		if math.Abs(sum-1) > 1e-6 {
			errs = append(errs, fmt.Errorf("'%s' shares must add to 1 (got %v)", key, sum))
		}
	}
	addToOne("ordinary", ordinary)
	addToOne("troubled", troubled)
	return errors.Join(errs...)
}

// loadProcessor takes the section of a processor out of the configuration of a Collector. Without a file
// it is the processor that samples by its defaults.
func loadProcessor(file, id string) (*Config, error) {
	section := confmap.NewFromStringMap(map[string]any{"sampling": nil})
	if file != "" {
		all, err := resolve(file)
		if err != nil {
			return nil, err
		}
		processors, err := all.Sub("processors")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		names := sortedKeys(processors.ToStringMap())
		if !slices.Contains(names, id) {
			return nil, fmt.Errorf("%s has no processor %s, only %v; name one with PROCESSOR=", file, id, names)
		}
		if section, err = processors.Sub(id); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	c := createDefaultConfig().(*Config)
	if err := section.Unmarshal(c); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := confmap.Validate(c); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if !c.Sampling.HasValue() || c.Sampling.Get().Mode == modeOff {
		return nil, fmt.Errorf("%s: processor %s samples nothing: it has no section sampling, or mode off", file, id)
	}
	return c, nil
}

// simulation samples the population in both modes.
func simulation(p *population, c *Config) (report string, studies []*simulate.Study, err error) {
	kinds, err := p.kinds(c)
	if err != nil {
		return "", nil, err
	}
	people := simulate.New(p.description()).Without(func(kind int) bool { return kinds[kind].droppedBy != "" })
	names := []string{}
	for _, e := range p.Events {
		names = append(names, e.Name)
	}
	configured := c.Sampling.Get()
	modes := []string{modeStateless, modeSticky}
	for i, mode := range modes {
		studies = append(studies, simulate.Replicate(people, names, p.Runs, func(salt string) simulate.Decider {
			return newSimulatedSampler(configured, mode, salt, people, kinds)
		}))
		if mode == configured.Mode {
			modes[i] += ", as configured"
		}
	}
	return p.report(people, configured, kinds, simulate.Table(modes, studies...), studies) + p.stories(people, configured, kinds), studies, nil
}

// stories say how much there is to read of sessions with an event that is kept for certain.
func (p *population) stories(people *simulate.Population, c *SamplingConfig, kinds []eventKind) string {
	var b strings.Builder
	for kind, k := range kinds {
		if p.keep(c, k) < 1 || people.Totals[kind] == 0 {
			continue
		}
		for _, mode := range []string{modeStateless, modeSticky} {
			s := people.Stories(newSimulatedSampler(c, mode, "stories", people, kinds), kind)
			fmt.Fprintf(&b, "Sessions with %s, %s: %.0f %% of their records go on, %.0f %% of those from the first one on; %.0f %% of these sessions are whole.\n",
				p.Events[kind].Name, mode, 100*s.Records, 100*s.Since, 100*s.Whole)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n" + b.String()
}

// keep is the highest probability of the rules that a kind of event matches.
func (p *population) keep(c *SamplingConfig, k eventKind) (most float64) {
	for i, r := range c.rules() {
		if k.droppedBy == "" && k.record.Matched&(1<<i) != 0 {
			most = max(most, r.Keep)
		}
	}
	return most
}

func (p *population) report(people *simulate.Population, c *SamplingConfig, kinds []eventKind, table string, studies []*simulate.Study) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d sessions in %v with %.0f records, %.0f %% of them troubled, sampled %d times, each with another salt.\n",
		people.Sessions, people.Length.Round(time.Second), people.Total(), 100*p.Troubled, p.Runs)
	b.WriteString("Keep:")
	for i, r := range c.rules() {
		fmt.Fprintf(&b, "%s %s %v", strings.Repeat(",", min(i, 1)), r.Name, r.Keep)
	}
	b.WriteString(".\n\n" + table + "\n")
	for i, k := range kinds {
		if k.droppedBy != "" {
			fmt.Fprintf(&b, "%-20s dropped by %s, not counted\n", p.Events[i].Name, k.droppedBy)
		}
	}
	perSecond := func(records float64) float64 { return records / max(people.Length.Seconds(), 1) }
	fmt.Fprintf(&b, "Records per second: %.1f come, %.1f go on in stateless mode, %.1f in sticky mode.\n\n",
		perSecond(people.Total()), perSecond(studies[0].Total.Kept), perSecond(studies[1].Total.Kept))
	return b.String() + simulate.Legend
}

func (p *population) description() simulate.Description {
	seconds := func(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
	d := simulate.Description{
		Sessions: p.Sessions, EventsPerSession: p.EventsPerSession, TroubledShare: p.Troubled,
		Start: time.Unix(1_764_000_000, 0), Spacing: seconds(1 / p.SessionsPerSecond), Gap: seconds(p.SecondsBetweenEvents),
		Tail: p.Tail, Longest: p.Longest, WithoutID: p.WithoutID, Refused: p.Refused,
		Bursts: simulate.Bursts{Every: seconds(p.Bursts.EverySeconds), For: seconds(p.Bursts.ForSeconds), Factor: p.Bursts.Factor},
		Swings: simulate.Swings{Every: seconds(p.Swings.EverySeconds), Points: p.Swings.Points},
	}
	for _, c := range p.Clients {
		d.Clients = append(d.Clients, simulate.Clients(c))
	}
	for _, e := range p.Events {
		d.Shares, d.TroubledShares = append(d.Shares, e.Ordinary), append(d.TroubledShares, e.Troubled)
	}
	return d
}

// eventKind is what the configuration makes of a kind of event.
type eventKind struct {
	droppedBy string
	record    sampling.Record // without a key
}

// kinds shows one record of each kind to the processor. What it matches does not depend on the session.
func (p *population) kinds(c *Config) ([]eventKind, error) {
	l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
	if err != nil {
		return nil, err
	}
	s := newLogScratch(l)
	s.source.ctx = context.Background()
	var kinds []eventKind
	for _, e := range p.Events {
		rl := plog.NewLogs().ResourceLogs().AppendEmpty()
		sl := rl.ScopeLogs().AppendEmpty()
		record := sl.LogRecords().AppendEmpty()
		record.SetEventName(e.Event)
		if err := errors.Join(rl.Resource().Attributes().FromRaw(p.Resource), record.Attributes().FromRaw(e.Attributes)); err != nil {
			return nil, fmt.Errorf("event %q: %w", e.Name, err)
		}
		s.source.resourceLogs, s.source.resource, s.source.scopeLogs = rl, rl.Resource().Attributes(), sl
		v := l.look(s, record)
		rule, _ := l.policy.dropped(s.facts)
		kinds = append(kinds, eventKind{rule, l.samplerRecord(s, v)})
	}
	return kinds, nil
}

type simulatedSampler struct {
	sampler *sampling.Sampler
	traits  []simulate.Trait
	kinds   []eventKind
}

func newSimulatedSampler(c *SamplingConfig, mode, salt string, people *simulate.Population, kinds []eventKind) simulate.Decider {
	chosen := *c
	chosen.Mode, chosen.HashSalt = mode, configopaque.String(salt)
	settings := chosen.samplerSettings(sampling.NewState(min(c.State.MaxSessions, 2*len(people.Traits)), c.State.TTL))
	return &simulatedSampler{sampling.New(settings), people.Traits, kinds}
}

func (s *simulatedSampler) Decide(e simulate.Event, emit func(simulate.Kept)) {
	if d := s.sampler.Decide(s.record(e), e.At); d.Keep {
		emit(simulate.Kept{Event: e, Weight: d.AdjustedCount, Alone: d.Unit != sampling.UnitSession})
	}
}

// Refuse is a batch of one record.
func (s *simulatedSampler) Refuse(e simulate.Event) bool {
	b := s.sampler.Begin()
	if b.Decide(s.record(e), e.At).Keep {
		b.Discard()
		return true
	}
	b.Commit(e.At)
	return false
}

func (s *simulatedSampler) record(e simulate.Event) sampling.Record {
	r, trait := s.kinds[e.Kind].record, s.traits[e.Session]
	r.Content = func() uint64 { return uint64(e.Session)<<40 ^ uint64(e.At.UnixNano()) ^ uint64(e.Kind) }
	r.Incoming.ClientRate = trait.ClientRate
	if !trait.WithoutID {
		r.Key = "s" + strconv.Itoa(e.Session)
	}
	return r
}
