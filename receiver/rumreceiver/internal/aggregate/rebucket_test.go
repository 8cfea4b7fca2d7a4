package aggregate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// What was not reported when the buckets changed is in the new ones, as slow as it can have been.
func TestSnapshot_WhatWasNotReportedGoesToTheNewBuckets(t *testing.T) {
	recorded := func(change func(*Settings)) *Aggregator {
		a := with(func(s *Settings) { s.ZeroFor = time.Minute; change(s) })
		for _, value := range []float64{0, .5, 1, 7, 30} {
			a.Record(shop(measured(value)), after(0))
		}
		a.Collect(after(0))
		return a
	}
	explicit := func(bounds ...float64) func(*Settings) {
		return func(s *Settings) { s.Buckets["rum.measurement"] = bounds }
	}
	exponential := func(s *Settings) { s.Histogram = Exponential }

	a := restarted(t, recorded(explicit(1, 10)), 0, explicit(1, 8, 20))
	holds(t, a.Collect(after(0)), "shop rum.measurement{rum.measurement.name=m,url.template=/p} n=5 sum=38.5 [1:3 20:1 inf:1]")

	a = restarted(t, recorded(exponential), 0, explicit(1, 8, 20))
	holds(t, a.Collect(after(0)), "shop rum.measurement{rum.measurement.name=m,url.template=/p} n=5 sum=38.5 [1:3 8:1 inf:1]")

	a = restarted(t, recorded(explicit(1, 10)), 0, exponential)
	m := firstMetric(a.Collect(after(0)))
	assert.Equal(t, pmetric.MetricTypeExponentialHistogram, m.Type())
	dp := m.ExponentialHistogram().DataPoints().At(0)
	counted := dp.ZeroCount()
	for _, n := range dp.Positive().BucketCounts().AsRaw() {
		counted += n
	}
	assert.EqualValues(t, []any{uint64(5), uint64(5), 38.5, 0.0, 30.0}, []any{dp.Count(), counted, dp.Sum(), dp.Min(), dp.Max()})
}
