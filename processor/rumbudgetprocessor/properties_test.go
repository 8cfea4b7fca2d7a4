package rumbudgetprocessor

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// exceeded ⇔ value > limit, and what else the flags say follows from the two.
func TestFlagsFollowFromValueAndLimit(t *testing.T) {
	b := newBench(t, nil)
	rng := rand.New(rand.NewPCG(1, 2))
	limits := budget.Defaults()
	for range 5000 {
		name := budget.Vitals()[rng.IntN(len(budget.Vitals()))]
		limit := limits[budget.Metric{Name: name}]
		value := limit.Value * []float64{0, rng.Float64(), 1, math.Nextafter(1, 2), 1 + 3*rng.Float64()}[rng.IntN(5)]
		out, _ := b.send(semconv.EventWebVital, lcp(value, semconv.WebVitalName, strings.ToUpper(name)))
		require.Equal(t, value > limit.Value, out[semconv.BudgetExceeded], "%s = %v", name, value)
		require.Equal(t, limit.Value, out[semconv.BudgetLimit])
		require.Equal(t, value/limit.Value, out[semconv.BudgetUtilization])
		if value > limit.Value {
			require.Equal(t, value-limit.Value, out[semconv.BudgetExceededBy])
		} else {
			require.NotContains(t, out, semconv.BudgetExceededBy)
		}
		require.Equal(t, limit.Judge(value).String(), out[semconv.BudgetLevel])
	}
}

// What is kept without a state depends on each record alone: not on the order, nor on how records come
// together in batches, resources and scopes, nor on which of several collectors gets them.
func TestStatelessIsIndependentOfBatches(t *testing.T) {
	all := plog.NewLogs()
	for i := range 60 {
		pageView(fmt.Sprint("session-", i), i%8 == 0).ResourceLogs().MoveAndAppendTo(all.ResourceLogs())
	}
	n := 0
	eachRecord(all, func(r plog.LogRecord) { r.Attributes().PutInt("test.number", int64(n)); n++ })
	want := keptOf(t, []plog.Logs{all}, 1)
	assert.Greater(t, len(want), n/10)
	assert.Less(t, len(want), n/2)

	single := oneByOne(all)
	require.Len(t, single, n)
	assert.Equal(t, want, keptOf(t, single, 1), "each by itself")
	assert.Equal(t, want, keptOf(t, single, 3), "over three collectors")
	rand.New(rand.NewPCG(3, 4)).Shuffle(n, func(i, j int) { single[i], single[j] = single[j], single[i] })
	assert.Equal(t, want, keptOf(t, single, 1), "in any order")
	together := plog.NewLogs()
	for _, ld := range single {
		ld.ResourceLogs().At(0).CopyTo(together.ResourceLogs().AppendEmpty())
	}
	assert.Equal(t, want, keptOf(t, []plog.Logs{together}, 1), "a resource for each")
}

// keptOf sends batches to so many collectors in turn and returns the weights of the records that come
// out, by their number.
func keptOf(t *testing.T, batches []plog.Logs, collectors int) map[int64]float64 {
	c := withSampling(twentyBudgets(), modeStateless)
	var processors []*logsProcessor
	for range collectors {
		l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
		require.NoError(t, err)
		processors = append(processors, l)
	}
	kept := map[int64]float64{}
	for i, ld := range batches {
		batch := plog.NewLogs()
		ld.CopyTo(batch)
		out, err := processors[i%collectors].process(context.Background(), batch)
		if err != nil {
			continue // nothing of it was kept
		}
		eachRecord(out, func(r plog.LogRecord) {
			number, _ := r.Attributes().Get("test.number")
			weight, _ := r.Attributes().Get(semconv.SamplingAdjustedCount)
			kept[number.Int()] = weight.Double()
		})
	}
	return kept
}

func oneByOne(all plog.Logs) (single []plog.Logs) {
	for _, rl := range all.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, r := range sl.LogRecords().All() {
				ld := plog.NewLogs()
				one := ld.ResourceLogs().AppendEmpty()
				rl.Resource().CopyTo(one.Resource())
				r.CopyTo(one.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
				single = append(single, ld)
			}
		}
	}
	return single
}

// Session ids of any length and kind are one number of 64 bits to the sampler, and come out as they were.
func TestEnormousSessionIDs(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Mode = modeSticky; s.Rules = []RuleConfig{{Name: "all", Keep: 1}} })
	enormous := strings.Repeat("0123456789abcdef", 1<<16)
	nested := map[string]any{}
	for i := range 1000 {
		nested[fmt.Sprint(i)] = []any{map[string]any{"deep": fmt.Sprint(i)}}
	}
	for _, id := range []any{enormous, enormous + "x", "\xff\xfe", "\x00", []byte(enormous), nested, math.Inf(-1), math.MaxInt64} {
		out, kept := b.send(semconv.EventClick, map[string]any{semconv.SessionID: id})
		require.True(t, kept)
		assert.Equal(t, "all", out[semconv.SamplingReason])
		want := pcommon.NewValueEmpty()
		require.NoError(t, want.FromRaw(id))
		assert.Equal(t, want.AsRaw(), out[semconv.SessionID])
	}
	entries, _ := b.l.state.Stats()
	assert.Equal(t, 8, entries)
	out, _ := b.send(semconv.EventClick, map[string]any{semconv.SessionID: math.NaN()})
	assert.Equal(t, "no_key", out[semconv.SamplingReason])
}
