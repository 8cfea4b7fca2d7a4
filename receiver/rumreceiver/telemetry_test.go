package rumreceiver

import (
	"fmt"
	"strings"
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

// telemetryPoints is how many points the receiver's own metrics have, those of its HTTP server included.
func (b *bench) telemetryPoints() (points int) {
	b.t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(b.t, b.telemetry.Reader.Collect(b.t.Context(), &all))
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				points += len(data.DataPoints)
			case metricdata.Gauge[int64]:
				points += len(data.DataPoints)
			case metricdata.Histogram[int64]:
				points += len(data.DataPoints)
			case metricdata.Histogram[float64]:
				points += len(data.DataPoints)
			default:
				require.Fail(b.t, "points of an unknown kind", "%s: %T", m.Name, m.Data)
			}
		}
	}
	return points
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

func TestWhateverIsRememberedHasASize(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.SettleAfter = 0; cfg.Routes.MaxTemplates = 1 }))
	b.post(batch("one", `{"k":"vital","n":"FCP","v":900,"i":"v1","t":1},{"k":"measure","n":"cart","v":3,"t":1}`))
	b.post(`[{"type":"metric","name":"LCP","value":1,"timestamp":1795425166114,"url":"https://shop.example/a/b","sessionId":"s"}]`)
	for name, size := range map[string]int64{
		"batches": 2, "page_views": 1, "user_agents": 1, "routes": 1, "routes_overflowed": 1,
		"measurements_pending": 1, "measurements_remembered": 0, "names": 1, "sessions": 1,
	} {
		assert.Equal(t, size, b.size(name), name)
	}
}

// size reads what the receiver publishes by itself: a gauge, or a counter of what it holds.
func (b *bench) size(name string) (total int64) {
	b.t.Helper()
	m, err := b.telemetry.GetMetric("otelcol_rum_receiver_" + name)
	require.NoError(b.t, err, name)
	gauge, ok := m.Data.(metricdata.Gauge[int64])
	if !ok {
		return sumOf(m)
	}
	for _, point := range gauge.DataPoints {
		total += point.Value
	}
	return total
}

func TestWhatClientsSayTheyLostNeverFalls(t *testing.T) {
	b := newBench(t)
	last := int64(0)
	for i := range 70 {
		body := batch(fmt.Sprint("lost", i), `{"k":"view","t":1}`)
		status, _ := b.post(strings.Replace(body, `"v":1,`, `"v":1,"lost":{"full":9007199254740992,"old":-5,"full2":9007199254740991},`, 1))
		assert.Equal(t, 200, status)
		now := b.counter("events_client_lost")
		assert.GreaterOrEqual(t, now, last)
		last = now
	}
	assert.EqualValues(t, 70*2_000_000, last)
}

// everyMetric is all that is counted, with its attributes, as text.
func (b *bench) everyMetric() (all []string) {
	var collected metricdata.ResourceMetrics
	require.NoError(b.t, b.telemetry.Reader.Collect(b.t.Context(), &collected))
	for _, scope := range collected.ScopeMetrics {
		for _, metric := range scope.Metrics {
			all = append(all, fmt.Sprintf("%s %+v", metric.Name, metric.Data))
		}
	}
	return all
}
