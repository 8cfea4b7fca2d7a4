package rumbudgetprocessor

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// vitalHistograms is one flush: the six vitals of so many streams each, as the receiver emits them.
func vitalHistograms(streams int) pmetric.Metrics {
	md := pmetric.NewMetrics()
	rm := md.ResourceMetrics().AppendEmpty()
	rm.Resource().Attributes().PutStr(semconv.ServiceName, "shop")
	metrics := rm.ScopeMetrics().AppendEmpty().Metrics()
	for _, vital := range []string{"lcp", "inp", "cls", "fcp", "ttfb", "fid"} {
		m := metrics.AppendEmpty()
		m.SetName(semconv.MetricWebVitalPrefix + vital)
		m.SetUnit("s")
		m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		for i := range streams {
			dp := m.Histogram().DataPoints().AppendEmpty()
			for key, value := range map[string]string{
				semconv.URLTemplate: fmt.Sprintf("/area-%d/x", i%50), semconv.DeviceType: "mobile", semconv.UserAgentName: "Chrome",
				semconv.GeoCountryISOCode: fmt.Sprint("C", i/50), semconv.ConnectionEffectiveType: "4g", semconv.WebVitalNavigationType: "navigate",
			} {
				dp.Attributes().PutStr(key, value)
			}
			dp.ExplicitBounds().FromRaw([]float64{0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 1.8, 2, 2.5, 3, 4, 5, 8})
			dp.BucketCounts().FromRaw([]uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2})
			dp.SetCount(80)
		}
	}
	return md
}

func BenchmarkMetrics(b *testing.B) {
	m, err := newMetricsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), twentyBudgets())
	require.NoError(b, err)
	const streams = 500
	input := vitalHistograms(streams)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		md := pmetric.NewMetrics()
		input.CopyTo(md)
		b.StartTimer()
		_, _ = m.process(context.Background(), md)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*streams*6), "ns/point")
}
