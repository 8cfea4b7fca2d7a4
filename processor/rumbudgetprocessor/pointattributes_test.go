package rumbudgetprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// A budget by browser flags records. Points have no browser unless the receiver is asked for it, and then the default budget counts.
func TestABudgetThatNoPointCanMatchIsReportedOnce(t *testing.T) {
	c := createDefaultConfig().(*Config)
	c.Budgets = []BudgetConfig{
		{Name: "chrome", Match: map[string]any{"browser": "Chrome", "route": "/cart"}, Limits: map[string]any{"lcp": "1s", "cls": 0.05}},
		{Name: "again", Match: map[string]any{"browser": "Firefox"}, Limits: map[string]any{"lcp": "1s"}},
	}
	core, logs := observer.New(zap.WarnLevel)
	set := componenttest.NewNopTelemetrySettings()
	set.Logger = zap.New(core)
	m, err := newMetricsProcessor(component.NewID(metadata.Type), set, c)
	require.NoError(t, err)
	flush := func(vital string, points int, attributes map[string]any) {
		md := pmetric.NewMetrics()
		metric := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
		metric.SetName(semconv.MetricWebVitalPrefix + vital)
		metric.SetUnit("s")
		metric.SetEmptyHistogram()
		for range points {
			dp := metric.Histogram().DataPoints().AppendEmpty()
			require.NoError(t, dp.Attributes().FromRaw(attributes))
			dp.ExplicitBounds().FromRaw([]float64{1})
			dp.BucketCounts().FromRaw([]uint64{0, 0})
		}
		_, err := m.process(t.Context(), md)
		require.NoError(t, err)
	}
	route := map[string]any{semconv.URLTemplate: "/cart"}
	flush("cls", 1, map[string]any{semconv.URLTemplate: "/cart", semconv.UserAgentName: "Firefox"})
	flush("cls", 500, route)
	flush("lcp", pointsWithout-1, route)
	assert.Zero(t, logs.Len(), "the value may be unknown")
	flush("lcp", 300, route)
	require.Equal(t, 1, logs.Len())
	assert.Equal(t, map[string]any{"budget": "chrome", "metric": "browser.web_vital.lcp", "attribute": semconv.UserAgentName}, logs.All()[0].ContextMap())
}
