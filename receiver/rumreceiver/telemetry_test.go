package rumreceiver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

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

// labelled reads one point of a counter of the receiver; 0 if there is none.
func (b *bench) labelled(name, key, value string) (total int64) {
	b.t.Helper()
	m, err := b.telemetry.GetMetric("otelcol_rum_receiver_" + name)
	if err != nil {
		return 0
	}
	sum, ok := m.Data.(metricdata.Sum[int64])
	require.True(b.t, ok, name)
	for _, point := range sum.DataPoints {
		if got, ok := point.Attributes.Value(attribute.Key(key)); ok && got.AsString() == value {
			total += point.Value
		}
	}
	return total
}

func TestImplausibleValuesAreCountedByCause(t *testing.T) {
	b := newBench(t)
	vital := func(name, value string) string {
		return `{"k":"vital","n":"` + name + `","v":` + value + `,"t":1}`
	}
	b.post(batch("one", vital("FCP", "900")))
	assert.Zero(t, b.labelled("implausible", "cause", "fcp_after_lcp"))
	b.post(batch("two", vital("LCP", "100")+","+vital("INP", "1e9")))
	assert.EqualValues(t, 1, b.labelled("implausible", "cause", "fcp_after_lcp"), "compared with the batch before")
	assert.EqualValues(t, 1, b.labelled("implausible", "cause", "out_of_range"))
	assert.EqualValues(t, 2, b.counter("implausible"))
	b.end()
	assert.EqualValues(t, 1, b.count("browser.web_vital.lcp"), "flagged, and counted all the same")
	assert.Zero(t, b.count("browser.web_vital.inp"), "out of range is in no metric")
}
