package rumbudgetprocessor

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// values returns what an instrument has counted, by its labels but that of the processor, which all have.
func values(t *testing.T, tel *componenttest.Telemetry, name string) map[string]float64 {
	t.Helper()
	m, err := tel.GetMetric("otelcol_rum_budget_" + name)
	require.NoError(t, err)
	all := map[string]float64{}
	labels := func(s attribute.Set) string {
		processor, _ := s.Value("processor")
		assert.Equal(t, "rum_budget", processor.AsString())
		others, _ := s.Filter(func(kv attribute.KeyValue) bool { return kv.Key != "processor" })
		return others.Encoded(attribute.DefaultEncoder())
	}
	switch d := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range d.DataPoints {
			all[labels(p.Attributes)] = float64(p.Value)
		}
	case metricdata.Sum[float64]:
		for _, p := range d.DataPoints {
			all[labels(p.Attributes)] = p.Value
		}
	case metricdata.Gauge[int64]:
		for _, p := range d.DataPoints {
			all[labels(p.Attributes)] = float64(p.Value)
		}
	case metricdata.Gauge[float64]:
		for _, p := range d.DataPoints {
			all[labels(p.Attributes)] = p.Value
		}
	}
	return all
}

func telemetryBench(t *testing.T, c *Config) (*bench, *componenttest.Telemetry) {
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.Background())) })
	b := newBenchWith(t, c)
	l, err := newLogsProcessor(component.NewID(metadata.Type), tel.NewTelemetrySettings(), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.shutdown(context.Background())) })
	l.now = b.l.now
	b.l = l
	return b, tel
}

func TestTelemetryOfLogs(t *testing.T) {
	s := defaultSampling()
	s.Mode = modeSticky
	s.State.MaxSessions = 1
	s.Drop = []DropConfig{{Name: "bots", Match: map[string]any{semconv.UserAgentSyntheticType: "bot"}}}
	s.Rules = []RuleConfig{
		{Name: "errors", Match: map[string]any{"event_name": semconv.EventException}, Keep: 1, Protect: true, Scope: scopeSession},
		{Name: "rare", Match: map[string]any{"event_name": semconv.EventClick}, Keep: minKeep},
		{Name: "broken", Condition: `Len(log.attributes["missing"]) > 0`, Keep: 1},
		{Name: "base", Keep: minKeep},
	}
	c := createDefaultConfig().(*Config)
	c.Sampling = configoptional.Some(s)
	b, tel := telemetryBench(t, c)

	b.send(semconv.EventException, map[string]any{semconv.SessionID: "a"})
	b.send(semconv.EventException, map[string]any{semconv.SamplingClientRate: 0.25})
	b.send(semconv.EventException, map[string]any{semconv.SessionID: "a", semconv.SamplingThreshold: "8", semconv.SamplingRandomness: "c0000000000000"})
	b.send(semconv.EventClick, map[string]any{semconv.SessionID: "b"})
	b.send(semconv.EventClick, map[string]any{semconv.SessionID: "c", semconv.UserAgentSyntheticType: "bot"})
	b.send(semconv.EventWebVital, lcp(100.0))
	b.send(semconv.EventWebVital, lcp(3000.0))
	b.send(semconv.EventWebVital, lcp(9000.0))
	b.send(semconv.EventWebVital, lcp("slow"))
	b.send(semconv.EventWebVital, lcp(1.0, semconv.WebVitalName, "made up by a stranger", semconv.SamplingClientRate, "half"))

	assert.Equal(t, map[string]float64{
		"outcome=kept,reason=errors": 1, "outcome=kept,reason=no_key": 1, "outcome=kept,reason=incoming": 1,
		"outcome=sampled,reason=rare": 1, "outcome=sampled,reason=base": 5, "outcome=dropped,reason=bots": 1,
	}, values(t, tel, "records"), "the books balance: ten records came")
	assert.Equal(t, map[string]float64{"level=within": 1, "level=exceeded": 1, "level=severe": 1}, values(t, tel, "evaluations"))
	assert.Equal(t, map[string]float64{"cause=wrong_type,metric=lcp": 1, "cause=unknown_vital,metric=unknown": 1}, values(t, tel, "invalid"))
	assert.Equal(t, map[string]float64{`rule=rule "broken"`: 9}, values(t, tel, "rule_errors"))
	assert.Equal(t, map[string]float64{"cause=client_rate": 1}, values(t, tel, "sampling_input_invalid"))
	assert.Equal(t, map[string]float64{"": 1 + 4 + 2 + 1 + 5}, values(t, tel, "sampling_weight_in"))
	assert.Equal(t, map[string]float64{"": 1 + 4 + 2}, values(t, tel, "sampling_weight_kept"))
	assert.InEpsilon(t, 6*(1/minKeep-1), values(t, tel, "sampling_weight_variance")[""], 1e-6, "of the six that had to be lucky, though none was kept")
	assert.Equal(t, map[string]float64{"protected=false": 1, "protected=true": 1}, values(t, tel, "sampling_probability_scale"))
	assert.Equal(t, map[string]float64{"": 3}, values(t, tel, "state_entries"))
	assert.Equal(t, map[string]float64{"": 0}, values(t, tel, "state_evictions"))
	assert.Len(t, values(t, tel, "sampling_fingerprint"), 1)
}

// The alarm that users watch: over many records the weight that is kept is the weight that came, give
// or take what the variance says. Ten records of a session share one random number, so it has ten times
// the variance of single ones.
func TestTelemetryWeightsBalance(t *testing.T) {
	b, tel := telemetryBench(t, withSampling(createDefaultConfig().(*Config), modeSticky))
	for i := range 3000 {
		_, _ = b.l.process(context.Background(), pageView(fmt.Sprint("session-", i), i%8 == 0))
	}
	in, kept, variance := values(t, tel, "sampling_weight_in")[""], values(t, tel, "sampling_weight_kept")[""], values(t, tel, "sampling_weight_variance")[""]
	assert.InEpsilon(t, in, kept, 0.1)
	assert.InDelta(t, in, kept, 3*math.Sqrt(10*variance))
	assert.Less(t, math.Sqrt(10*variance), 0.1*in)
}

// What cannot be tied to a session is distinguished: no key at all, or one that too many share.
func TestTelemetryOfSharedKeys(t *testing.T) {
	c := withSampling(createDefaultConfig().(*Config), modeSticky)
	c.Sampling.Get().State.MaxRecordsPerSession = 2
	b, tel := telemetryBench(t, c)
	for range 5 {
		out, kept := b.send(semconv.EventException, map[string]any{semconv.SessionID: "everybody"})
		require.True(t, kept)
		assert.Contains(t, []any{"errors", "no_key"}, out[semconv.SamplingReason])
	}
	b.send(semconv.EventException, nil)
	assert.Equal(t, map[string]float64{
		"outcome=kept,reason=errors": 2, "outcome=kept,reason=shared_key": 3, "outcome=kept,reason=no_key": 1,
	}, values(t, tel, "records"))
}

// Two pipelines may have one processor: its metrics are of both.
func TestTelemetryOfTwoPipelinesAddsUp(t *testing.T) {
	c := withSampling(createDefaultConfig().(*Config), modeSticky)
	b, tel := telemetryBench(t, c)
	second, err := newLogsProcessor(component.NewID(metadata.Type), tel.NewTelemetrySettings(), c)
	require.NoError(t, err)
	first := b.l
	for i := range 30 {
		b.l = first
		if i%3 == 0 {
			b.l = second
		}
		b.send(semconv.EventException, map[string]any{semconv.SessionID: "s" + fmt.Sprint(i)})
	}
	assert.Equal(t, map[string]float64{"": 30}, values(t, tel, "state_entries"))
	assert.Equal(t, map[string]float64{"outcome=kept,reason=errors": 30}, values(t, tel, "records"))
	require.NoError(t, second.shutdown(context.Background()))
	assert.Equal(t, map[string]float64{"": 20}, values(t, tel, "state_entries"), "a pipeline that has ended is not counted")
}

func TestTelemetryOfMetrics(t *testing.T) {
	tel := componenttest.NewTelemetry()
	defer func() { require.NoError(t, tel.Shutdown(context.Background())) }()
	for _, folder := range []string{"odd", "explicit"} {
		input, err := golden.ReadMetrics("testdata/metrics/" + folder + "/input.yaml")
		require.NoError(t, err)
		m, err := newMetricsProcessor(component.NewID(metadata.Type), tel.NewTelemetrySettings(), configIn(t, "testdata/metrics/"+folder))
		require.NoError(t, err)
		_, err = m.process(context.Background(), input)
		require.NoError(t, err)
		require.NoError(t, m.shutdown(context.Background()))
	}
	assert.Equal(t, map[string]float64{
		"cause=no_buckets,metric=lcp": 1, "cause=malformed_histogram,metric=lcp": 1, "cause=unknown_unit,metric=fcp": 1,
		"cause=unsupported_type,metric=inp": 1, "cause=unsupported_type,metric=ttfb": 1, "cause=navigation_type,metric=ttfb": 1,
	}, values(t, tel, "invalid"))
	assert.Equal(t, map[string]float64{"metric=lcp": 1}, values(t, tel, "limit_off_edge"))
}

func TestTelemetryCountsWithoutSamplingToo(t *testing.T) {
	b, tel := telemetryBench(t, createDefaultConfig().(*Config))
	b.sendAll(lcp(1.0), lcp(2.0))
	assert.Equal(t, map[string]float64{"outcome=kept": 2}, values(t, tel, "records"))
	_, err := tel.GetMetric("otelcol_rum_budget_state_entries")
	assert.Error(t, err)
}

func TestProcessesThatDecideAlikeHaveOneFingerprint(t *testing.T) {
	of := func(change func(c *SamplingConfig), budgets ...BudgetConfig) int64 {
		c := defaultSampling()
		c.HashSalt = "the same on all"
		change(&c)
		return c.fingerprint(budgets)
	}
	same := of(func(*SamplingConfig) {})
	assert.Equal(t, same, of(func(c *SamplingConfig) { c.State.MaxSessions, c.Rules = 7, defaultRules() }))
	assert.NotEqual(t, same, of(func(c *SamplingConfig) { c.HashSalt = "another" }))
	assert.NotEqual(t, same, of(func(c *SamplingConfig) { c.Key = []string{"user.id"} }))
	assert.NotEqual(t, same, of(func(c *SamplingConfig) { c.Mode = modeStateless }))
	assert.NotEqual(t, same, of(func(c *SamplingConfig) { c.Rules = []RuleConfig{{Name: "all", Keep: 0.5}} }))
	assert.NotEqual(t, same, of(func(c *SamplingConfig) { c.Drop = []DropConfig{{Name: "noise"}} }))
	// What exceeds a limit is kept by another rule.
	strict := BudgetConfig{Name: "strict", Limits: map[string]any{"lcp": "1s"}, Match: map[string]any{"route": []any{"/a", "/b"}, "device": "mobile"}}
	assert.NotEqual(t, same, of(func(*SamplingConfig) {}, strict))
	assert.Equal(t, of(func(*SamplingConfig) {}, strict), of(func(*SamplingConfig) {}, strict))
}
