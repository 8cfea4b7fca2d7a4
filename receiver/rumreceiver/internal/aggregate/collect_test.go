package aggregate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func delta() *Aggregator {
	return with(func(s *Settings) { s.Temporality = Delta })
}

func firstMetric(w Window) pmetric.Metric {
	return w.Metrics.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0)
}

func firstSum(w Window) pmetric.NumberDataPoint { return firstMetric(w).Sum().DataPoints().At(0) }

// sumOf is the sum of the first histogram, whatever its shape.
func sumOf(w Window) float64 {
	if m := firstMetric(w); m.Type() == pmetric.MetricTypeExponentialHistogram {
		return m.ExponentialHistogram().DataPoints().At(0).Sum()
	}
	return firstMetric(w).Histogram().DataPoints().At(0).Sum()
}

func TestCollect_EmptyHasNoPoints(t *testing.T) {
	a := New(testSettings())
	assert.Zero(t, a.Collect(after(0)).Metrics.DataPointCount())
	assert.Zero(t, a.CollectAll(after(0)).Metrics.DataPointCount())
}

func TestCumulative_RepeatsEverySeriesSinceItsStart(t *testing.T) {
	a := New(testSettings())
	story(a, time.Second, "shop/a")
	a.Collect(after(time.Minute))
	story(a, 90*time.Second, "shop/b", "shop/a")
	w := a.Collect(after(2 * time.Minute))
	holds(t, w, views("shop", "a", 2), views("shop", "b", 1))
	points := firstMetric(w).Sum().DataPoints()
	assert.Equal(t, after(time.Second), points.At(0).StartTimestamp().AsTime())
	assert.Equal(t, after(90*time.Second), points.At(1).StartTimestamp().AsTime())
	assert.Equal(t, after(2*time.Minute), points.At(0).Timestamp().AsTime())
	assert.Equal(t, pmetric.AggregationTemporalityCumulative, firstMetric(w).Sum().AggregationTemporality())
	holds(t, a.Collect(after(3*time.Minute)), views("shop", "a", 2), views("shop", "b", 1))
}

func TestCollect_NoPointStartsAfterItsEnd(t *testing.T) {
	a := New(testSettings())
	story(a, 2, "shop/a")
	assert.Equal(t, after(1), firstSum(a.Collect(after(1))).StartTimestamp().AsTime())
}

func TestCumulative_RestoreChangesNothing(t *testing.T) {
	a := New(testSettings())
	story(a, 0, "shop/a")
	a.Restore(a.Collect(after(1)))
	holds(t, a.Collect(after(2)), views("shop", "a", 1))
}

func TestCumulative_WindowIsNotTouchedByLaterEvents(t *testing.T) {
	for _, shape := range []Histogram{Explicit, Exponential} {
		a := with(func(s *Settings) { s.Histogram = shape })
		a.Record(shop(measured(5)), after(0))
		w := a.Collect(after(1))
		before := text(w.Metrics)
		a.Record(shop(measured(5), measured(500)), after(2))
		assert.Equal(t, before, text(w.Metrics))
	}
}

func TestDelta_HoldsOnlyWhatIsNew(t *testing.T) {
	a := delta()
	story(a, time.Second, "shop/a")
	w := a.Collect(after(time.Minute))
	holds(t, w, views("shop", "a", 1))
	assert.Equal(t, after(time.Second), firstSum(w).StartTimestamp().AsTime(), "its creation")

	holds(t, a.Collect(after(2*time.Minute)))

	story(a, 150*time.Second, "shop/a", "shop/a")
	w = a.Collect(after(3 * time.Minute))
	holds(t, w, views("shop", "a", 2))
	assert.Equal(t, after(time.Minute), firstSum(w).StartTimestamp().AsTime(), "the end of the point before, so that nothing is misaligned")
	assert.Equal(t, pmetric.AggregationTemporalityDelta, firstMetric(w).Sum().AggregationTemporality())
}

func TestDelta_RestoreGivesEverythingBack(t *testing.T) {
	for _, shape := range []Histogram{Explicit, Exponential} {
		a := with(func(s *Settings) { s.Temporality, s.Histogram = Delta, shape })
		b := with(func(s *Settings) { s.Temporality, s.Histogram = Delta, shape })
		first := shop(pageView(), measured(0), measured(5), measured(0.01))
		second := shop(pageView(), measured(500), measured(7))
		for _, one := range []*Aggregator{a, b} {
			one.Record(first, after(time.Second))
		}
		refused := a.Collect(after(time.Minute))
		for _, one := range []*Aggregator{a, b} {
			one.Record(second, after(61*time.Second))
		}
		a.Restore(refused)
		assert.Equal(t, exact(t, b.Collect(after(2*time.Minute))), exact(t, a.Collect(after(2*time.Minute))), shape)
	}
}

// exact is the whole of a Window, times included.
func exact(t *testing.T, w Window) string {
	t.Helper()
	json, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(w.Metrics)
	assert.NoError(t, err)
	return string(json)
}

func TestDelta_RestoreOpensADroppedSeriesAgain(t *testing.T) {
	a := delta()
	story(a, 0, "shop/a")
	refused := a.Collect(after(time.Minute))
	a.Collect(after(time.Hour))
	assert.Zero(t, a.Stats().Series)
	a.Restore(refused)
	w := a.Collect(after(2 * time.Hour))
	holds(t, w, views("shop", "a", 1))
	assert.Equal(t, after(0), firstSum(w).StartTimestamp().AsTime())
}

func TestDelta_RestoreKeepsOverflowAndItsBound(t *testing.T) {
	a := with(func(s *Settings) { s.Temporality, s.MaxSeries = Delta, 1 })
	story(a, 0, "shop/a", "shop/b")
	refused := a.Collect(after(time.Minute))
	a.Restore(refused)
	again := a.Collect(after(2 * time.Minute))
	holds(t, again, overflowViews("shop", 1), views("shop", "a", 1))

	a.Collect(after(2 * time.Hour)) // drops both
	story(a, 2*time.Hour, "blog/a")
	a.Restore(again)
	holds(t, a.Collect(after(2*time.Hour)), overflowViews("-", 2), views("blog", "a", 1))
}

func TestCollect_SortsByResourceMetricAndAttributes(t *testing.T) {
	run := func() string {
		a := New(testSettings())
		for _, app := range []string{"wiki", "blog", "shop"} {
			for _, route := range []string{"/c", "/a", "/b"} {
				a.Record(of(app, at(route, shop(measured(1), pageView(), lcpOf(route, 100, 0)))), after(0))
			}
		}
		return exact(t, a.CollectAll(after(1)))
	}
	want := run()
	for range 5 {
		assert.Equal(t, want, run())
	}
}

func TestCollect_DescribesResourceScopeAndMetric(t *testing.T) {
	a := with(func(s *Settings) { s.Version = "1.2.3" })
	b := shop(lcpOf("", 1500, 0), lcpOf("", 500, 0))
	b.App = beacon.App{Version: "7", Environment: "test"}
	a.Record(b, after(0))
	w := a.Collect(after(1))
	rm := w.Metrics.ResourceMetrics().At(0)
	assert.Equal(t, map[string]any{
		"service.name": "unknown_service", "service.version": "7", "deployment.environment.name": "test",
	}, rm.Resource().Attributes().AsRaw())
	scope := rm.ScopeMetrics().At(0).Scope()
	assert.Equal(t, "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver", scope.Name())
	assert.Equal(t, "1.2.3", scope.Version())
	assert.Equal(t, "s", firstMetric(w).Unit())
	assert.NotEmpty(t, firstMetric(w).Description())
	dp := firstMetric(w).Histogram().DataPoints().At(0)
	assert.Equal(t, []any{0.5, 1.5}, []any{dp.Min(), dp.Max()})
}

func TestCollect_ExponentialHoldsTheSameValues(t *testing.T) {
	a := with(func(s *Settings) { s.Histogram = Exponential })
	a.Record(shop(measured(0), measured(1), measured(4)), after(0))
	w := a.Collect(after(1))
	dp := firstMetric(w).ExponentialHistogram().DataPoints().At(0)
	assert.EqualValues(t, 3, dp.Count())
	assert.EqualValues(t, 1, dp.ZeroCount())
	assert.EqualValues(t, 2, total(dp.Positive().BucketCounts().AsRaw()))
	assert.Equal(t, []any{5.0, 0.0, 4.0}, []any{dp.Sum(), dp.Min(), dp.Max()})
	assert.Equal(t, pmetric.AggregationTemporalityCumulative, firstMetric(w).ExponentialHistogram().AggregationTemporality())
}
