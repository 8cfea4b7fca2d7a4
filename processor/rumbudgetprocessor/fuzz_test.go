package rumbudgetprocessor

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// FuzzLogs: whatever an OTLP client sends, nothing panics, and a second pass keeps what the first kept.
func FuzzLogs(f *testing.F) {
	for _, input := range goldenInputs(f, "logs") {
		ld, err := golden.ReadLogs(input)
		require.NoError(f, err)
		seed, err := new(plog.ProtoMarshaler).MarshalLogs(ld)
		require.NoError(f, err)
		f.Add(seed)
	}
	c := withViolationEvents(withSampling(twentyBudgets(), modeStateless), 1000)
	l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		ld, err := new(plog.ProtoUnmarshaler).UnmarshalLogs(body)
		if err != nil {
			return
		}
		once, err := l.process(context.Background(), ld)
		if err != nil {
			return
		}
		n := once.LogRecordCount()
		twice, _ := l.process(context.Background(), once)
		require.Equal(t, n, twice.LogRecordCount())
	})
}

// FuzzMetrics: nothing panics, what came in is still there, unchanged and first, no more is violated than
// evaluated, and a second pass adds nothing.
func FuzzMetrics(f *testing.F) {
	for _, input := range goldenInputs(f, "metrics") {
		md, err := golden.ReadMetrics(input)
		require.NoError(f, err)
		seed, err := new(pmetric.ProtoMarshaler).MarshalMetrics(md)
		require.NoError(f, err)
		f.Add(seed)
	}
	m, err := newMetricsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), twentyBudgets())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		md, err := new(pmetric.ProtoUnmarshaler).UnmarshalMetrics(body)
		if err != nil {
			return
		}
		before := pmetric.NewMetrics()
		md.CopyTo(before)
		md, err = m.process(context.Background(), md)
		require.NoError(t, err)
		requirePrefix(t, before, md)
		requireNoMoreViolations(t, before, md)
		n := md.DataPointCount()
		md, err = m.process(context.Background(), md)
		require.NoError(t, err)
		require.Equal(t, n, md.DataPointCount())
	})
}

// requireNoMoreViolations looks at what was appended: the points of both counters are in one order, if none
// was there before.
func requireNoMoreViolations(t *testing.T, before, after pmetric.Metrics) {
	for i, rm := range after.ResourceMetrics().All() {
		for j, sm := range rm.ScopeMetrics().All() {
			metrics, first := sm.Metrics(), before.ResourceMetrics().At(i).ScopeMetrics().At(j).Metrics().Len()
			for k := first; k < metrics.Len(); k++ {
				if metrics.At(k).Name() != semconv.MetricBudgetViolations || metrics.At(k-1).Name() != semconv.MetricBudgetEvaluations {
					continue
				}
				violations, evaluations := metrics.At(k).Sum().DataPoints(), metrics.At(k-1).Sum().DataPoints()
				for n := 0; violations.Len() == evaluations.Len() && !hasCounters(before) && n < violations.Len(); n++ {
					require.LessOrEqual(t, violations.At(n).IntValue(), evaluations.At(n).IntValue())
				}
			}
		}
	}
}

func hasCounters(md pmetric.Metrics) bool {
	for _, rm := range md.ResourceMetrics().All() {
		for _, sm := range rm.ScopeMetrics().All() {
			for _, m := range sm.Metrics().All() {
				if m.Name() == semconv.MetricBudgetViolations || m.Name() == semconv.MetricBudgetEvaluations {
					return true
				}
			}
		}
	}
	return false
}

// requirePrefix compares by encoding, which NaN does not disturb.
func requirePrefix(t *testing.T, before, after pmetric.Metrics) {
	cut := pmetric.NewMetrics()
	after.CopyTo(cut)
	for i, rm := range before.ResourceMetrics().All() {
		for j, sm := range rm.ScopeMetrics().All() {
			n := 0
			cut.ResourceMetrics().At(i).ScopeMetrics().At(j).Metrics().RemoveIf(func(pmetric.Metric) bool { n++; return n > sm.Metrics().Len() })
		}
	}
	want, err := new(pmetric.ProtoMarshaler).MarshalMetrics(before)
	require.NoError(t, err)
	got, err := new(pmetric.ProtoMarshaler).MarshalMetrics(cut)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func goldenInputs(f *testing.F, signal string) []string {
	inputs, err := filepath.Glob(filepath.Join("testdata", signal, "*", "input.yaml"))
	require.NoError(f, err)
	require.NotEmpty(f, inputs)
	return inputs
}
