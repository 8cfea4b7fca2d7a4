// Package interop sends what rum_budget has sampled through contrib's probabilistic_sampler.
package interop

import (
	"context"
	"strconv"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor"
)

const (
	sessions = 20_000
	records  = 4 * sessions
)

// population is four records per session: an error in every tenth, a view and two clicks.
func population() plog.Logs {
	ld := plog.NewLogs()
	out := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i := range sessions {
		first := "browser.navigation"
		if i%10 == 0 {
			first = "exception"
		}
		for _, event := range []string{first, "browser.navigation", "browser.user_action.click", "browser.user_action.click"} {
			r := out.AppendEmpty()
			r.SetEventName(event)
			r.Attributes().PutStr("session.id", "session-"+strconv.Itoa(i))
			// A trace id of its own, as probabilistic_sampler takes randomness from there when it knows no better.
			r.SetTraceID(pcommon.TraceID{1, byte(i >> 16), byte(i >> 8), byte(i), 9: byte(i * 7), 12: byte(out.Len()), 15: 1})
		}
	}
	return ld
}

// through sends logs through a processor and returns what comes out.
func through(t *testing.T, f processor.Factory, config map[string]any, ld plog.Logs) plog.Logs {
	c := f.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(config).Unmarshal(c))
	require.NoError(t, confmap.Validate(c))
	sink := new(consumertest.LogsSink)
	p, err := f.CreateLogs(context.Background(), processortest.NewNopSettings(f.Type()), c, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(context.Background(), componenttest.NewNopHost()))
	require.NoError(t, p.ConsumeLogs(context.Background(), ld))
	require.NoError(t, p.Shutdown(context.Background()))
	if len(sink.AllLogs()) == 0 {
		return plog.NewLogs()
	}
	return sink.AllLogs()[0]
}

func budget(t *testing.T, more map[string]any, ld plog.Logs) plog.Logs {
	section := map[string]any{"hash_salt": "interop"}
	for k, v := range more {
		section[k] = v
	}
	return through(t, rumbudgetprocessor.NewFactory(), map[string]any{"sampling": section}, ld)
}

func probabilistic(t *testing.T, mode string, percentage float64, ld plog.Logs) plog.Logs {
	return through(t, probabilisticsamplerprocessor.NewFactory(), map[string]any{"mode": mode, "sampling_percentage": percentage}, ld)
}

// byThreshold is the total by the thresholds.
func byThreshold(t *testing.T, ld plog.Logs) (total float64) {
	each(ld, func(a pcommon.Map) {
		v, ok := a.Get("sampling.threshold")
		require.True(t, ok)
		threshold, err := sampling.TValueToThreshold(v.Str())
		require.NoError(t, err)
		total += threshold.AdjustedCount()
	})
	return total
}

// byCount is the total by our own label.
func byCount(ld plog.Logs) (total float64) {
	each(ld, func(a pcommon.Map) {
		v, _ := a.Get("rum.sampling.adjusted_count")
		total += v.Double()
	})
	return total
}

func each(ld plog.Logs, visit func(pcommon.Map)) {
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, r := range sl.LogRecords().All() {
				visit(r.Attributes())
			}
		}
	}
}

func TestOursAlone(t *testing.T) {
	out := budget(t, nil, population())
	assert.InEpsilon(t, records, byCount(out), 0.05)
	assert.InEpsilon(t, records, byThreshold(t, out), 0.05)
}

// These two modes understand the labels: totals by threshold stay right.
func TestConsistentModesKeepTotals(t *testing.T) {
	for _, mode := range []string{"equalizing", "proportional"} {
		before := budget(t, nil, population())
		n := before.LogRecordCount()
		out := probabilistic(t, mode, 20, before)
		assert.Less(t, out.LogRecordCount(), n, mode)
		assert.InEpsilon(t, records, byThreshold(t, out), 0.1, mode)
	}
}

// And back again: a rum_budget behind them multiplies nothing in twice.
func TestOursBehindConsistentModes(t *testing.T) {
	for _, mode := range []string{"equalizing", "proportional"} {
		out := budget(t, nil, probabilistic(t, mode, 20, budget(t, nil, population())))
		assert.InEpsilon(t, records, byCount(out), 0.1, mode)
	}
}

// One that keeps all writes the counts anew that they have left as they were.
func TestOursThatKeepsAllRenewsTheCounts(t *testing.T) {
	for _, mode := range []string{"equalizing", "proportional"} {
		sampled := probabilistic(t, mode, 20, budget(t, nil, population()))
		n := sampled.LogRecordCount()
		assert.Less(t, byCount(sampled), 0.9*records, "the counts are of before")
		out := budget(t, map[string]any{"rules": []any{map[string]any{"name": "all", "keep": 1}}}, sampled)
		assert.Equal(t, n, out.LogRecordCount(), mode)
		assert.InEpsilon(t, records, byCount(out), 0.1, mode)
		assert.InEpsilon(t, byThreshold(t, out), byCount(out), 1e-9, mode)
	}
}

// A probabilistic_sampler before ours labels with a threshold; the randomness is that of the trace id.
func TestOursBehindASamplerOfItsOwn(t *testing.T) {
	for _, mode := range []string{"equalizing", "proportional"} {
		out := budget(t, nil, probabilistic(t, mode, 50, population()))
		assert.InEpsilon(t, records, byCount(out), 0.1, mode)
	}
}

// The default mode drops every record that carries the labels. That is why they can be left out.
func TestHashSeedNeedsTheLabelsLeftOut(t *testing.T) {
	labelled := budget(t, nil, population())
	require.Positive(t, labelled.LogRecordCount())
	assert.Zero(t, probabilistic(t, "hash_seed", 50, labelled).LogRecordCount())

	plain := budget(t, map[string]any{"otel_threshold": false}, population())
	n := plain.LogRecordCount()
	assert.InEpsilon(t, n/2, probabilistic(t, "hash_seed", 50, plain).LogRecordCount(), 0.1)
}
