package rumreceiver

import "go.opentelemetry.io/otel/sdk/metric/metricdata"

// sumOf adds the points of a counter.
func sumOf(m metricdata.Metrics) (total int64) {
	if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
		for _, point := range sum.DataPoints {
			total += point.Value
		}
	}
	return total
}

// sumOfFloats is the sum of a histogram.
func sumOfFloats(m metricdata.Metrics) (total float64) {
	if histogram, ok := m.Data.(metricdata.Histogram[float64]); ok {
		for _, point := range histogram.DataPoints {
			total += point.Sum
		}
	}
	return total
}
