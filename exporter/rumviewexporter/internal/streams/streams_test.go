package streams

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// one is a metric of that name, alone.
func one(name string) (pmetric.Metrics, pmetric.Metric) {
	metrics := pmetric.NewMetrics()
	m := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName(name)
	return metrics, m
}

func sum(value int64, start time.Time, route string) pmetric.Metrics {
	metrics, m := one("rum.page_views")
	m.SetEmptySum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := m.Sum().DataPoints().AppendEmpty()
	p.SetIntValue(value)
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	p.Attributes().PutStr("url.template", route)
	return metrics
}

func total(s *Streams, now time.Time) float64 {
	sum := 0.0
	for _, g := range s.Growth(now) {
		sum += g.Count
	}
	return sum
}

func explicitHistogram(count int64, start time.Time) pmetric.Metrics {
	metrics, m := one("browser.web_vital.lcp")
	m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := m.Histogram().DataPoints().AppendEmpty()
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	p.SetCount(uint64(count))
	p.ExplicitBounds().FromRaw([]float64{1, 2.5})
	p.BucketCounts().FromRaw([]uint64{0, uint64(count), 0})
	return metrics
}

func exponentialHistogram(count int64, start time.Time) pmetric.Metrics {
	metrics, m := one("browser.web_vital.lcp")
	m.SetEmptyExponentialHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := m.ExponentialHistogram().DataPoints().AppendEmpty()
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	p.SetCount(uint64(count))
	p.Positive().BucketCounts().FromRaw([]uint64{uint64(count)})
	return metrics
}

func TestOnlyWhatGrewWithinTheWindowCounts(t *testing.T) {
	for name, metric := range map[string]func(value int64, start time.Time) pmetric.Metrics{
		"Sum":                  func(value int64, start time.Time) pmetric.Metrics { return sum(value, start, "/") },
		"Histogram":            explicitHistogram,
		"ExponentialHistogram": exponentialHistogram,
	} {
		t.Run(name, func(t *testing.T) {
			s := New(30*time.Minute, 10)
			s.Add(metric(100, noon.Add(-time.Hour)), noon) // began before the window: how much of it is new is unknown
			assert.InDelta(t, 0, total(s, noon), 0)
			s.Add(metric(103, noon.Add(-time.Hour)), noon.Add(time.Minute))
			assert.InDelta(t, 3, total(s, noon.Add(time.Minute)), 0)
			s.Add(metric(2, noon.Add(2*time.Minute)), noon.Add(3*time.Minute)) // a restart
			assert.InDelta(t, 5, total(s, noon.Add(3*time.Minute)), 0)
			assert.InDelta(t, 2, total(s, noon.Add(32*time.Minute)), 0)
			assert.InDelta(t, 0, total(s, noon.Add(40*time.Minute)), 0)
		})
	}
}

func TestAStreamThatBeganWithinTheWindowCountsWhole(t *testing.T) {
	s := New(30*time.Minute, 10)
	s.Add(sum(7, noon.Add(-time.Minute), "/"), noon)
	assert.InDelta(t, 7, total(s, noon), 0)
}

func TestStreamsPastTheBoundAreCounted(t *testing.T) {
	s := New(30*time.Minute, 1)
	s.Add(sum(1, noon, "/a"), noon)
	s.Add(sum(1, noon, "/b"), noon)
	assert.Equal(t, Books{Points: 2, Ignored: 1, Streams: 1}, s.Books())
	s.Add(pmetric.NewMetrics(), noon.Add(2*time.Hour))
	assert.Equal(t, 0, s.Books().Streams, "silent streams are forgotten")
}

func TestHistogramsKeepTheirBuckets(t *testing.T) {
	metrics, m := one("browser.web_vital.lcp")
	m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	p := m.Histogram().DataPoints().AppendEmpty()
	p.SetCount(4)
	p.ExplicitBounds().FromRaw([]float64{1, 2.5})
	p.BucketCounts().FromRaw([]uint64{1, 2, 1})
	s := New(30*time.Minute, 10)
	s.Add(metrics, noon)
	s.Add(metrics, noon.Add(time.Minute))
	growth := s.Growth(noon.Add(time.Minute))
	require.Len(t, growth, 1)
	assert.Equal(t, []float64{2, 4, 2}, growth[0].Buckets)
}

func TestExponentialHistogramsAreReadIntoBounds(t *testing.T) {
	p := pmetric.NewExponentialHistogramDataPoint()
	p.SetScale(2)
	p.SetZeroCount(3)
	p.Positive().SetOffset(4) // 2^(4/4) = 2 up to 2^(5/4)
	p.Positive().BucketCounts().FromRaw([]uint64{5})
	bounds, buckets := explicit(p)
	assert.EqualValues(t, 3, buckets[0])
	for i, n := range buckets[1:] {
		if n > 0 {
			assert.EqualValues(t, 5, n)
			assert.InDelta(t, 2, bounds[i], 1e-9)
		}
	}
}
