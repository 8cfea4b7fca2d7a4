package rumbudgetprocessor

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// bench is a logs processor whose clock the test holds.
type bench struct {
	t   *testing.T
	l   *logsProcessor
	now time.Time
}

func newBench(t *testing.T, change func(*SamplingConfig)) *bench {
	c := createDefaultConfig().(*Config)
	if change != nil {
		s := defaultSampling()
		change(&s)
		c.Sampling = configoptional.Some(s)
	}
	return newBenchWith(t, c)
}

func newBenchWith(t *testing.T, c *Config) *bench {
	require.NoError(t, c.Validate())
	l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
	require.NoError(t, err)
	b := &bench{t: t, l: l, now: time.Unix(1_764_000_000, 0)}
	l.now = func() time.Time { return b.now }
	return b
}

// send sends one record and returns its attributes, false when it did not come out.
func (b *bench) send(event string, attributes map[string]any) (map[string]any, bool) {
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	r.SetEventName(event)
	require.NoError(b.t, r.Attributes().FromRaw(attributes))
	out, err := b.l.process(context.Background(), ld)
	if err != nil {
		return nil, false
	}
	return out.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().AsRaw(), true
}

func lcp(value any, more ...any) map[string]any {
	a := map[string]any{semconv.SessionID: "s1", semconv.WebVitalName: "lcp", semconv.WebVitalValue: value}
	for i := 0; i < len(more); i += 2 {
		a[more[i].(string)] = more[i+1]
	}
	return a
}

func TestWithoutSamplingNothingIsLabelledOrDropped(t *testing.T) {
	b := newBench(t, nil)
	for _, event := range []string{semconv.EventWebVital, semconv.EventClick, ""} {
		out, ok := b.send(event, lcp(1.0))
		require.True(t, ok)
		for _, label := range []string{semconv.SamplingThreshold, semconv.SamplingRandomness, semconv.SamplingAdjustedCount, semconv.SamplingReason} {
			assert.NotContains(t, out, label)
		}
	}
}

func TestModeOffOnlyDrops(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) {
		s.Mode = modeOff
		s.Drop = []DropConfig{
			{Name: "bots", Match: map[string]any{semconv.UserAgentSyntheticType: []any{"bot", "test"}}},
			{Name: "implausible", Match: map[string]any{semconv.BudgetInvalid: "*"}},
			{Name: "slow", Condition: `log.attributes["browser.web_vital.value"] > 9000.0`},
		}
	})
	_, ok := b.send(semconv.EventException, map[string]any{semconv.UserAgentSyntheticType: "bot"})
	assert.False(t, ok)
	_, ok = b.send(semconv.EventWebVital, lcp("fast"))
	assert.False(t, ok, "a drop rule may ask for the verdict")
	_, ok = b.send(semconv.EventWebVital, lcp(9001.0))
	assert.False(t, ok)
	out, ok := b.send(semconv.EventWebVital, lcp(8999.0))
	require.True(t, ok)
	assert.NotContains(t, out, semconv.SamplingAdjustedCount)
	assert.Equal(t, "severe", out[semconv.BudgetLevel])
}

func TestStickySessionIsKeptFromItsFirstErrorOn(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Mode = modeSticky; s.State.TTL = time.Hour })
	// A session that neither base nor skeleton keeps, and a bot that shares its id.
	id := ""
	for i := range 100 {
		id = fmt.Sprint("session-", i)
		if _, kept := b.send(semconv.EventNavigation, map[string]any{semconv.SessionID: id}); !kept {
			break
		}
	}
	click := map[string]any{semconv.SessionID: id}
	_, kept := b.send(semconv.EventClick, click)
	assert.False(t, kept)
	_, kept = b.send(semconv.EventException, click)
	assert.True(t, kept)
	out, kept := b.send(semconv.EventClick, click)
	require.True(t, kept)
	assert.Equal(t, "errors", out[semconv.SamplingReason])
	assert.Equal(t, 1.0, out[semconv.SamplingAdjustedCount])
	b.now = b.now.Add(2 * time.Hour)
	_, kept = b.send(semconv.EventClick, click)
	assert.False(t, kept, "forgotten after the time to live")
}

func TestDroppedRecordsEarnNothing(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) {
		s.Mode = modeSticky
		s.Drop = []DropConfig{{Name: "bots", Match: map[string]any{semconv.UserAgentSyntheticType: "bot"}}}
	})
	b.send(semconv.EventException, map[string]any{semconv.SessionID: "s", semconv.UserAgentSyntheticType: "bot"})
	entries, _ := b.l.state.Stats()
	assert.Zero(t, entries)
}

func TestSeverityComesFromAnEarlierTier(t *testing.T) {
	c := createDefaultConfig().(*Config)
	c.DefaultBudget = false
	b := newBenchWith(t, withSampling(c, modeStateless))
	for i := range 50 {
		out, kept := b.send(semconv.EventWebVital, lcp(9000.0, semconv.SessionID, "s"+fmt.Sprint(i), semconv.BudgetLevel, "severe"))
		require.True(t, kept)
		assert.Equal(t, "severe", out[semconv.SamplingReason])
	}
}

// A record has one verdict, whatever earlier tiers with other budgets or clients have written.
func TestAVerdictReplacesAnEarlierOne(t *testing.T) {
	b := newBench(t, nil)
	out, _ := b.send(semconv.EventWebVital, lcp(1.0, semconv.BudgetInvalid, "too_large", semconv.BudgetExceeded, true, semconv.BudgetExceededBy, 7.0))
	assert.NotContains(t, out, semconv.BudgetInvalid)
	assert.NotContains(t, out, semconv.BudgetExceededBy)
	assert.Equal(t, false, out[semconv.BudgetExceeded])

	flagged, _ := b.send(semconv.EventWebVital, lcp(9000.0))
	assert.Equal(t, "severe", flagged[semconv.BudgetLevel])
	flagged[semconv.WebVitalValue] = "slow"
	assert.Len(t, flagged, 3+len(flags))
	out, _ = b.send(semconv.EventWebVital, flagged)
	assert.Equal(t, lcp("slow", semconv.BudgetInvalid, "wrong_type"), out)
}

// Rules and drop rules see the verdict before it is written.
func TestRulesMayAskForTheVerdict(t *testing.T) {
	for key, value := range map[string]any{
		semconv.BudgetName: "default", semconv.BudgetMetric: "lcp", semconv.BudgetLevel: []any{"exceeded", "severe"}, semconv.BudgetExceeded: true,
	} {
		b := newBench(t, func(s *SamplingConfig) {
			s.Mode, s.Drop = modeOff, []DropConfig{{Name: "asked", Match: map[string]any{key: value}}}
		})
		_, passed := b.send(semconv.EventWebVital, lcp(3000.0))
		assert.False(t, passed, key)
		_, passed = b.send(semconv.EventClick, lcp(3000.0))
		assert.True(t, passed, key)
	}
}

// Noise of extensions and browsers makes no session worth keeping.
func TestNoiseIsNoReasonToKeep(t *testing.T) {
	for _, mode := range []string{modeStateless, modeSticky} {
		b := newBench(t, func(s *SamplingConfig) { s.Mode = mode })
		noise, own := 0, 0
		for i := range 1000 {
			if out, kept := b.send(semconv.EventException, map[string]any{semconv.SessionID: fmt.Sprint("n", i), semconv.ExceptionNoise: "resize_observer"}); kept {
				assert.Equal(t, "base", out[semconv.SamplingReason])
				noise++
			}
			if _, kept := b.send(semconv.EventException, map[string]any{semconv.SessionID: fmt.Sprint("o", i)}); kept {
				own++
			}
		}
		assert.InDelta(t, 50, noise, 30, mode)
		assert.Equal(t, 1000, own, mode)
	}
}

func TestImplausibleIsNotKeptAsSevere(t *testing.T) {
	b := newBench(t, func(*SamplingConfig) {})
	kept := 0
	for i := range 200 {
		if _, ok := b.send(semconv.EventWebVital, lcp(1e12, semconv.SessionID, "s"+fmt.Sprint(i))); ok {
			kept++
		}
	}
	assert.Less(t, kept, 100)
}

func TestKeyAttributes(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Key = []string{semconv.SessionID, semconv.UserID} })
	reason := func(attributes map[string]any) any {
		out, kept := b.send(semconv.EventException, attributes)
		require.True(t, kept)
		return out[semconv.SamplingReason]
	}
	assert.Equal(t, "errors", reason(map[string]any{semconv.SessionID: "a"}))
	assert.Equal(t, "errors", reason(map[string]any{semconv.SessionID: "", semconv.UserID: "u"}))
	assert.Equal(t, "errors", reason(map[string]any{semconv.SessionID: 17}))
	assert.Equal(t, "no_key", reason(map[string]any{semconv.SessionID: ""}))
	assert.Equal(t, "no_key", reason(nil))
}

func TestSaltChangesWhoIsKept(t *testing.T) {
	kept := func(salt string) (ids []int) {
		b := newBench(t, func(s *SamplingConfig) { s.HashSalt = configopaque.String(salt) })
		for i := range 400 {
			if _, ok := b.send(semconv.EventNavigation, map[string]any{semconv.SessionID: "s" + fmt.Sprint(i)}); ok {
				ids = append(ids, i)
			}
		}
		return ids
	}
	assert.Equal(t, kept("a"), kept("a"))
	assert.NotEqual(t, kept("a"), kept("b"))
}

func TestOTelLabelsCanBeLeftOut(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.OTelThreshold = false })
	out, kept := b.send(semconv.EventException, map[string]any{
		semconv.SessionID: "a", semconv.SamplingThreshold: "8", semconv.SamplingRandomness: "c0000000000000",
	})
	require.True(t, kept)
	assert.NotContains(t, out, semconv.SamplingThreshold)
	assert.NotContains(t, out, semconv.SamplingRandomness)
	assert.Equal(t, 2.0, out[semconv.SamplingAdjustedCount])
}

func TestRulesMayHaveConditions(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) {
		s.Rules = []RuleConfig{
			{Name: "vip", Condition: `log.attributes["rum.tag.tier"] == "gold"`, Keep: 1},
			{Name: "broken", Condition: `Len(log.attributes["missing"]) > 0`, Keep: 1},
			{Name: "base", Keep: 0.000001},
		}
	})
	out, kept := b.send(semconv.EventClick, map[string]any{semconv.SessionID: "s", "rum.tag.tier": "gold"})
	require.True(t, kept)
	assert.Equal(t, "vip", out[semconv.SamplingReason])
	_, kept = b.send(semconv.EventClick, map[string]any{semconv.SessionID: "s"})
	assert.False(t, kept, "a rule in error does not match")
}

func TestTargetRateLowersTheProbability(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) {
		s.Rules = []RuleConfig{{Name: "all", Keep: 1}}
		s.Target.RecordsPerSecond = 10
	})
	kept, weight, n := 0, 0.0, 0
	for second := range 60 {
		b.now = b.now.Add(time.Second)
		for range 100 {
			n++
			out, ok := b.send(semconv.EventClick, map[string]any{semconv.SessionID: "s" + fmt.Sprint(n)})
			if ok && second >= 20 {
				kept++
				weight += out[semconv.SamplingAdjustedCount].(float64)
			}
		}
	}
	assert.InDelta(t, 400, kept, 100)
	assert.InDelta(t, 4000, weight, 1000)
}

func TestEmptyBatchesAndScopesPass(t *testing.T) {
	c := withSampling(createDefaultConfig().(*Config), modeStateless)
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	assert.Equal(t, 1, runLogs(t, c, ld).ResourceLogs().Len(), "what was empty before is none of our business")
}

func TestWhatIsEmptiedGoesAway(t *testing.T) {
	s := defaultSampling()
	s.Mode, s.Drop = modeOff, []DropConfig{{Name: "all", Match: map[string]any{"event_name": "**"}}}
	c := createDefaultConfig().(*Config)
	c.Sampling = configoptional.Some(s)
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().SetEventName("a")
	rl := ld.ResourceLogs().AppendEmpty()
	rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().SetEventName("b")
	rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("no event")
	out := runLogs(t, c, ld)
	require.Equal(t, 1, out.ResourceLogs().Len())
	assert.Equal(t, 1, out.ResourceLogs().At(0).ScopeLogs().Len())

	ld = plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().SetEventName("a")
	sink := new(consumertest.LogsSink)
	p, err := NewFactory().CreateLogs(context.Background(), processortest.NewNopSettings(metadata.Type), c, sink)
	require.NoError(t, err)
	require.NoError(t, p.ConsumeLogs(context.Background(), ld))
	assert.Empty(t, sink.AllLogs())
	require.NoError(t, p.Shutdown(context.Background()))
}

// Odd values of every attribute that is read: nothing panics, nothing is changed.
func TestOddAttributesAreLeftAsTheyAre(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Mode = modeSticky; s.Rules = []RuleConfig{{Name: "all", Keep: 1}} })
	keys := []string{
		semconv.SessionID, semconv.WebVitalName, semconv.WebVitalValue, semconv.WebVitalNavigationType, semconv.EventName,
		semconv.MeasurementName, semconv.MeasurementValue, semconv.BudgetLevel, semconv.SamplingClientRate,
	}
	odd := []any{nil, true, 1, -1.5, "x", "", []any{1}, map[string]any{"a": 1}, []byte{1}}
	for _, event := range []string{semconv.EventWebVital, semconv.EventMeasurement, ""} {
		for _, key := range keys {
			for _, value := range odd {
				out, kept := b.send(event, lcp(1.0, key, value))
				require.True(t, kept)
				if key != semconv.BudgetLevel {
					want := pcommon.NewMap()
					require.NoError(t, want.FromRaw(map[string]any{key: value}))
					assert.Equal(t, want.AsRaw()[key], out[key], "%s = %v", key, value)
				}
			}
		}
	}
}

func TestConditionForTheOtherSignalIsRefusedAtCreation(t *testing.T) {
	c := createDefaultConfig().(*Config)
	c.Budgets = []BudgetConfig{{Name: "a", Condition: `datapoint.attributes["x"] == "y"`, Limits: map[string]any{"lcp": "1s"}}}
	require.NoError(t, c.Validate())
	_, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
	assert.ErrorContains(t, err, `condition of budget "a"`)
	_, err = newMetricsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
	assert.NoError(t, err)
}

func TestWarningsAtStart(t *testing.T) {
	c := validConfig(t, "rum_budget/doubtful")
	core, logs := observer.New(zap.WarnLevel)
	set := processortest.NewNopSettings(metadata.Type)
	set.Logger = zap.New(core)
	said := func(p component.Component, err error) (texts []string) {
		require.NoError(t, err)
		require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, p.Shutdown(t.Context()))
		for _, entry := range logs.TakeAll() {
			texts = append(texts, entry.Message)
		}
		return texts
	}
	const (
		shadowed = `limit of "lcp" in budget "second" is never reached: budget "first" matches first`
		isName   = ` is treated as the name of an attribute: the short names are browser, connection, country, device, environment, event_name, navigation_type, os, route, service, version`
	)
	p, err := NewFactory().CreateLogs(t.Context(), set, c, consumertest.NewNop())
	assert.Equal(t, []string{
		shadowed,
		`'match::rout' of budget "second"` + isName,
		`'match::events' of rule "errors"` + isName,
		`scope session of rule "errors" has no effect in mode stateless: only sticky remembers sessions`,
		`'match::bot' of drop rule "bots"` + isName,
		"'sampling::state::storage' and 'max_measurements' have no effect in mode stateless: only sticky remembers what sessions have earned",
		"'sampling::hash_salt' is empty: clients can choose session ids that are always kept",
	}, said(p, err))
	m, err := NewFactory().CreateMetrics(t.Context(), set, c, consumertest.NewNop())
	assert.Equal(t, []string{
		shadowed,
		`'match::rout' of budget "second"` + isName,
		"'burn_rate_limit' 14.4 of budget \"first\" is never passed: with objective 0.75 the burn rate is at most 4",
	}, said(m, err))

	for _, fine := range []string{"rum_budget/empty", "rum_budget/full"} {
		p, err := NewFactory().CreateMetrics(t.Context(), set, validConfig(t, fine), consumertest.NewNop())
		assert.Empty(t, said(p, err), fine)
	}
}

func TestConcurrentBatches(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Mode = modeSticky; s.Target.RecordsPerSecond = 1000 })
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 50 {
				_, _ = b.l.process(context.Background(), pageView(fmt.Sprint(worker, i%10), i%5 == 0))
			}
		})
	}
	wg.Wait()
	entries, _ := b.l.state.Stats()
	assert.Equal(t, 40, entries)
}
