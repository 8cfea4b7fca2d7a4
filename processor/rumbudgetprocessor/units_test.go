package rumbudgetprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

func withLimit(name string, limit any) *Config {
	c := createDefaultConfig().(*Config)
	c.Budgets = []BudgetConfig{{Name: "own", Limits: map[string]any{name: limit}}}
	return c
}

// A duration is held against values in whatever unit of time they are.
func TestDurationsOfMeasurementsKnowTheirUnit(t *testing.T) {
	b := newBenchWith(t, withLimit("cart", "2s"))
	for unit, c := range map[string]struct {
		value float64
		level any
	}{"ms": {1900, "within"}, "s": {2.1, "exceeded"}, "us": {1.9e6, "within"}, "": {2100, "exceeded"}, "By": {2100, nil}} {
		r := map[string]any{semconv.MeasurementName: "cart", semconv.MeasurementValue: c.value}
		if unit != "" {
			r[semconv.MeasurementUnit] = unit
		}
		got, _ := b.send(semconv.EventMeasurement, r)
		assert.Equal(t, c.level, got[semconv.BudgetLevel], unit)
		if c.level == nil {
			assert.Equal(t, "unknown_unit", got[semconv.BudgetInvalid])
		}
	}
}

// groupbyattrs moves what it groups by to the resource.
func TestAMeasurementMayBeGroupedByItsName(t *testing.T) {
	b := newBenchWith(t, createDefaultConfig().(*Config))
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr(semconv.WebVitalName, "lcp")
	record := rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetEventName(semconv.EventWebVital)
	record.Attributes().PutDouble(semconv.WebVitalValue, 9000)
	_, err := b.l.process(t.Context(), ld)
	require.NoError(t, err)
	level, _ := record.Attributes().Get(semconv.BudgetLevel)
	assert.Equal(t, "severe", level.AsString(), "%v", record.Attributes().AsRaw())
}

// In a histogram too; a bare 2000 that was meant as ms is not held against seconds that end at 60.
func TestLimitsAndHistogramsOfDifferentUnits(t *testing.T) {
	for name, c := range map[string]struct {
		limit      any
		unit       string
		violations int64
		none       bool
	}{
		"a duration and seconds": {limit: "2s", unit: "s", violations: 3},
		"a duration and nothing": {limit: "2s", unit: "", none: true}, // taken for ms, beyond all bounds
		"a number meant as ms":   {limit: 2000, unit: "s", none: true},
		"a number of the unit":   {limit: 2, unit: "s", violations: 3},
		"a duration and bytes":   {limit: "2s", unit: "By", none: true},
		"far below":              {limit: 0.01, unit: "s", none: true},
	} {
		m, err := newMetricsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), withLimit("cart", c.limit))
		require.NoError(t, err)
		md := pmetric.NewMetrics()
		metric := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
		metric.SetName(semconv.MetricMeasurement)
		metric.SetUnit(c.unit)
		dp := metric.SetEmptyHistogram().DataPoints().AppendEmpty()
		dp.Attributes().PutStr(semconv.MeasurementName, "cart")
		dp.ExplicitBounds().FromRaw([]float64{0.5, 2, 60})
		dp.BucketCounts().FromRaw([]uint64{4, 2, 3, 0})
		dp.SetCount(9)
		_, err = m.process(t.Context(), md)
		require.NoError(t, err)
		found := false
		for _, sum := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
			if sum.Name() == semconv.MetricBudgetViolations {
				found = true
				assert.Equal(t, c.violations, sum.Sum().DataPoints().At(0).IntValue(), name)
			}
		}
		assert.Equal(t, !c.none, found, name)
	}
}
