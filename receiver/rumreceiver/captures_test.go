package rumreceiver

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

// recorded is one request of a real browser.
type recorded struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Query   [][2]string       `json:"query"`
	Headers map[string]string `json:"headers"`
	file    string
	body    string
}

// target is path and query, as they were sent.
func (r *recorded) target() string {
	query := url.Values{}
	for _, parameter := range r.Query {
		query.Add(parameter[0], parameter[1])
	}
	if len(query) == 0 {
		return r.Path
	}
	return r.Path + "?" + query.Encode()
}

// plain is the body out of its encoding.
func (r *recorded) plain(t testing.TB) string {
	t.Helper()
	if r.Headers["content-encoding"] != "gzip" {
		return r.body
	}
	decoder, err := gzip.NewReader(strings.NewReader(r.body))
	require.NoError(t, err)
	body, err := io.ReadAll(decoder)
	require.NoError(t, err)
	return string(body)
}

// goldens are the bodies of the files below testdata that the patterns match.
func goldens(t testing.TB, patterns ...string) (bodies []string) {
	t.Helper()
	for _, pattern := range patterns {
		for _, body := range protocoltest.Files(t, filepath.Join(testdata, pattern)) {
			bodies = append(bodies, string(body))
		}
	}
	return bodies
}

// recordings of the requests that have a body, in the order in which they arrived, by one library or by
// all of them ("*"): see testdata/captures/README.md.
func recordings(t testing.TB, sdk string) (visit []recorded) {
	t.Helper()
	bodies, err := filepath.Glob(filepath.Join(testdata, "captures", sdk, "chromium", "*.body"))
	require.NoError(t, err)
	require.NotEmpty(t, bodies)
	for _, path := range bodies {
		request := recorded{file: path}
		meta, err := os.ReadFile(path[:len(path)-len(".body")] + ".meta.json")
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(meta, &request))
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		request.body = string(body)
		visit = append(visit, request)
	}
	return visit
}

func TestARecordedVisitGivesTheGroundTruth(t *testing.T) {
	visit := recordings(t, "naive")
	require.Len(t, visit, 12)
	for _, times := range []int{1, 2} {
		t.Run(fmt.Sprintf("EveryBodyPosted%dTimes", times), func(t *testing.T) {
			b := newBench(t)
			for _, request := range visit {
				for range times {
					response := b.send(request.Method, request.Path, request.body, request.Headers["content-type"])
					require.Equal(t, http.StatusOK, response.Code, response.Body.String())
				}
			}
			b.end()
			checkLogs(t, b)
			checkMetrics(t, b)
		})
	}
}

// finalVitals are the last reports of each measurement of the visit, by vital, in ms or score: INP was
// reported as 16 and then as 328 under one id.
var finalVitals = map[string][]float64{
	"lcp": {58.6, 172, 1792}, "fcp": {58.7, 172, 764}, "ttfb": {0, 74.2, 231.3}, "inp": {328}, "cls": {0, 0, 0.103944},
}

// lastVitals are the last reports of each measurement, by vital, in ascending order.
func (b *bench) lastVitals() map[string][]float64 {
	b.t.Helper()
	last := map[[2]string]float64{} // by name and id
	for _, record := range b.records() {
		if record.EventName() == semconv.EventWebVital {
			name, _ := record.Attributes().Get(semconv.WebVitalName)
			id, _ := record.Attributes().Get(semconv.WebVitalID)
			value, _ := record.Attributes().Get(semconv.WebVitalValue)
			last[[2]string{name.Str(), id.Str()}] = value.Double()
		}
	}
	values := map[string][]float64{}
	for key, value := range last {
		values[key[0]] = append(values[key[0]], value)
	}
	for _, of := range values {
		slices.Sort(of)
	}
	return values
}

// checkVitals compares them, and holds that each counts once in the metrics: loading vitals of returns from the
// back/forward cache apart, without a first byte for which nobody waited.
func (b *bench) checkVitals(want map[string][]float64) {
	b.t.Helper()
	got := b.lastVitals()
	assert.Len(b.t, got, len(want))
	for name, values := range want {
		assert.InDeltaSlice(b.t, values, got[name], 0.06, name)
		want := len(values)
		if name == "ttfb" {
			want -= b.unawaited("ttfb")
		}
		assert.EqualValues(b.t, want, b.count(semconv.MetricWebVitalPrefix+name)+b.count(semconv.MetricReturnPrefix+name), name)
	}
}

// checkSums holds that each vital counts once in the metrics, with its last value: ms, and the score of CLS.
func (b *bench) checkSums(want map[string][]float64) {
	b.t.Helper()
	for name, values := range want {
		sum := 0.0
		for _, value := range values {
			if name != "cls" {
				value /= 1000
			}
			sum += value
		}
		metric, _ := b.metric(semconv.MetricWebVitalPrefix + name)
		assert.InDelta(b.t, sum, sumOfHistogram(metric), 1e-6, name)
		assert.EqualValues(b.t, len(values), b.count(semconv.MetricWebVitalPrefix+name), name)
	}
}

// tally is how many records of a visit there are of each kind.
type tally struct {
	events map[string]int // by name
	types  map[string]int // of errors: type and source
	names  map[string]int // of measurements and interactions, of views with their path, of lines of a log
	// anonymous are those without a session, viewless those without a page view.
	anonymous, viewless int
}

// tally counts the records. Those of a page must be of one of the paths, if any are given.
func (b *bench) tally(paths ...string) tally {
	b.t.Helper()
	v := tally{events: map[string]int{}, types: map[string]int{}, names: map[string]int{}}
	for _, record := range b.records() {
		name := record.EventName()
		v.events[name]++
		attribute := func(key string) string {
			if value, ok := record.Attributes().Get(key); ok {
				return value.AsString()
			}
			return ""
		}
		if attribute(semconv.SessionID) == "" {
			v.anonymous++
		}
		if attribute(semconv.PageViewID) == "" {
			v.viewless++
		}
		if path := attribute(semconv.URLPath); len(paths) > 0 && path != "" {
			assert.Contains(b.t, paths, path, name)
		}
		switch name {
		case semconv.EventException:
			v.types[attribute(semconv.ExceptionType)+" "+attribute(semconv.ExceptionSource)]++
		case semconv.EventMeasurement:
			v.names[attribute(semconv.MeasurementName)]++
		case semconv.EventInteraction:
			v.names[attribute(semconv.InteractionName)]++
		case semconv.EventNavigation:
			v.names[attribute(semconv.NavigationType)+" "+attribute(semconv.URLPath)]++
		case "":
			v.names[record.Body().AsString()]++
		}
	}
	return v
}

// unawaited is how many measurements of a vital are of a return from the back/forward cache, or of a soft navigation.
func (b *bench) unawaited(vital string) int {
	ids := map[string]bool{}
	for _, record := range b.records() {
		attributes := record.Attributes().AsRaw()
		if navigation := attributes[semconv.WebVitalNavigationType]; attributes[semconv.WebVitalName] == vital && (navigation == "back-forward-cache" || navigation == "soft-navigation") {
			ids[fmt.Sprint(attributes[semconv.WebVitalID])] = true
		}
	}
	return len(ids)
}

func checkLogs(t *testing.T, b *bench) {
	t.Helper()
	events, measurements, sources := map[string]int{}, map[string]int{}, map[string]int{}
	for _, record := range b.records() {
		events[record.EventName()]++
		attribute := func(key string) string {
			value, _ := record.Attributes().Get(key)
			return value.AsString()
		}
		switch record.EventName() {
		case semconv.EventMeasurement:
			measurements[attribute(semconv.MeasurementName)]++
		case semconv.EventException:
			sources[attribute(semconv.ExceptionSource)]++
		}
	}
	assert.Equal(t, map[string]int{
		semconv.EventWebVital: 14, semconv.EventException: 6, semconv.EventNavigation: 4, semconv.EventResourceTiming: 19,
		semconv.EventInteraction: 14, semconv.EventLongTask: 6, semconv.EventMeasurement: 4,
		semconv.EventNavigationTiming: 3, // two page loads; the client split the phases of one over two bodies
	}, events)
	assert.Equal(t, map[string]int{"add_to_cart": 2, "product_list_ready": 1, "survey_opened": 1}, measurements)
	assert.Equal(t, map[string]int{"error": 4, "unhandledrejection": 1, "manual": 1}, sources, "5 uncaught, 1 handled")
	b.checkVitals(finalVitals)
}

func checkMetrics(t *testing.T, b *bench) {
	t.Helper()
	for metric, want := range map[string]int64{
		"browser.web_vital.lcp": 2, "browser.web_vital.fcp": 2, "browser.web_vital.ttfb": 2, "browser.web_vital.inp": 1, "browser.web_vital.cls": 3,
		"rum.back_forward_cache.lcp": 1, "rum.back_forward_cache.fcp": 1, "rum.page_load.dns": 2, "rum.page_load.total": 2, "rum.resources.duration": 19,
		"rum.long_tasks.duration": 6, "rum.interactions.duration": 14, "rum.measurement": 4,
		"rum.exceptions": 4, "rum.noise_exceptions": 2, "rum.page_views": 4, "rum.sessions": 1, "rum.sessions_with_error": 1,
	} {
		assert.Equal(t, want, b.count(metric), metric)
	}
	for name, values := range finalVitals {
		want, scale := 0.0, 1000.0
		if name == "cls" {
			scale = 1
		}
		for _, value := range values {
			want += value / scale
		}
		metric, _ := b.metric(semconv.MetricWebVitalPrefix + name)
		got := sumOfHistogram(metric)
		if returns, ok := b.metric(semconv.MetricReturnPrefix + name); ok {
			got += sumOfHistogram(returns)
		}
		assert.InDelta(t, want, got, 1e-3, name)
	}
}

func sumOfHistogram(metric pmetric.Metric) (sum float64) {
	for _, point := range metric.Histogram().DataPoints().All() {
		sum += point.Sum()
	}
	return sum
}
