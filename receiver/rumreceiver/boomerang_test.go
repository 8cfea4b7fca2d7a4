package rumreceiver

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var withBoomerang = withConfig(func(cfg *Config) { cfg.Protocols.turnOn("boomerang") })

// boomerangTarget is where a recorded request goes.
func boomerangTarget(request recorded) string {
	return strings.Replace(request.target(), "/beacon/", "/boomerang/", 1)
}

// queries are the recorded beacons that were sent by GET, which have no bodies.
func queries(t testing.TB) (visit []recorded) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(testdata, "captures", "boomerang-get", "chromium", "*.meta.json"))
	require.NoError(t, err)
	require.Len(t, paths, 7)
	for _, path := range paths {
		meta, err := os.ReadFile(path)
		require.NoError(t, err)
		request := recorded{file: path}
		require.NoError(t, json.Unmarshal(meta, &request))
		visit = append(visit, request)
	}
	return visit
}

func TestARecordedVisitByBoomerangGivesTheGroundTruth(t *testing.T) {
	for name, tc := range map[string]struct {
		visit []recorded
		truth boomerangTruth
	}{
		"POST": {recordings(t, "boomerang"), boomerangTruth{lcp: []float64{1480, 340}, fcp: []float64{524, 320}, ttfb: []float64{149, 112}, inp: []float64{336, 80}, cls: []float64{0.104, 0, 0}, tasks: 10}},
		"GET":  {queries(t), boomerangTruth{lcp: []float64{1312, 320}, fcp: []float64{380, 320}, ttfb: []float64{58, 124}, inp: []float64{328, 80}, cls: []float64{0.123, 0, 0}, tasks: 14}},
	} {
		for _, times := range []int{1, 2} {
			b := newBench(t, withBoomerang)
			for _, request := range tc.visit {
				for range times {
					response := b.send(request.Method, boomerangTarget(request), request.body, request.Headers["content-type"])
					require.Equal(t, http.StatusNoContent, response.Code, response.Body.String())
					assert.Empty(t, response.Body.String())
				}
			}
			b.end()
			b.balanced()
			t.Run(name, func(t *testing.T) { checkBoomerangVisit(t, b, tc.truth) })
			assert.Zero(t, b.counter("events_refused"))
		}
	}
}

// boomerangTruth are numbers in which two visits differ. The score is in thousandths.
type boomerangTruth struct {
	lcp, fcp, ttfb, inp, cls []float64
	tasks                    int
}

func checkBoomerangVisit(t *testing.T, b *bench, truth boomerangTruth) {
	t.Helper()
	v := b.tally("/", "/thanks", "/checkout", "/product/42")
	assert.Zero(t, v.anonymous)
	assert.Equal(t, map[string]int{
		semconv.EventException: 7, semconv.EventNavigation: 5, semconv.EventNavigationTiming: 2, semconv.EventResourceTiming: 19,
		semconv.EventLongTask: truth.tasks, semconv.EventWebVital: 15,
	}, v.events)
	assert.Equal(t, map[string]int{
		"TypeError error": 1, "Error unhandledrejection": 2, "ApiError manual": 1, "console.error manual": 1, "Error error": 2, // opaque
	}, v.types)
	assert.Equal(t, map[string]int{
		"navigate /": 1, "soft-navigation /product/42": 1, "soft-navigation /checkout": 1, "navigate /thanks": 1, "back-forward-cache /checkout": 1,
	}, v.names)
	b.checkSums(map[string][]float64{"lcp": truth.lcp, "fcp": truth.fcp, "ttfb": truth.ttfb, "inp": truth.inp, "cls": truth.cls})
	for metric, want := range map[string]int64{
		"rum.resources.duration": 19, "browser.web_vital.fid": 2, "rum.page_load.total": 2, "rum.page_load.ttfb": 2, "rum.exceptions": 5, "rum.noise_exceptions": 2, "rum.page_views": 5, "rum.sessions": 1, "rum.sessions_with_error": 1,
	} {
		assert.Equal(t, want, b.count(metric), metric)
	}
}

func TestBoomerangsEarlyAndLateBeaconsOfOnePageCountOnce(t *testing.T) {
	b := newBench(t, withBoomerang)
	values := url.Values{"u": {"https://shop.example/"}, "v": {"1.815.1"}, "pid": {"p1"}, "n": {"1"}, "rt.si": {"s1"}, "early": {"1"}, "pt.fcp": {"100"}}
	post := func() int {
		return b.send(http.MethodPost, "/boomerang", values.Encode(), "application/x-www-form-urlencoded").Code
	}
	assert.Equal(t, 204, post())
	values.Del("early")
	values.Set("n", "2")
	values.Set("pt.lcp", "200")
	assert.Equal(t, 204, post())
	b.end()
	b.balanced()
	assert.EqualValues(t, 1, b.count("rum.page_views"))
	assert.EqualValues(t, 1, b.count("browser.web_vital.fcp"))
	assert.EqualValues(t, 1, b.count("browser.web_vital.lcp"))
}

func TestBoomerangHasItsKeyInItsAddress(t *testing.T) {
	b := newBench(t, withBoomerang, withConfig(func(cfg *Config) {
		cfg.Applications = []ApplicationConfig{{Name: "shop", Keys: []configopaque.String{"k1"}}}
	}))
	whole := b.wholeServer()
	get := func(target string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
		response := httptest.NewRecorder()
		whole.ServeHTTP(response, request)
		return response
	}
	const beacon = "u=https%3A%2F%2Fshop.example%2F&v=1&pid=p&n=1"
	for target, want := range map[string]int{"/boomerang?key=k1&" + beacon: 204, "/boomerang/k1?n=2&" + beacon: 204, "/boomerang?" + beacon: 401, "/boomerang?key=k1": 400} {
		response := get(target)
		assert.Equal(t, want, response.Code, target)
		if want == 204 {
			assert.Empty(t, response.Header().Values("Content-Type"))
		}
	}
	for token, want := range map[string]int{"k1": 204, "Bearer k1": 204, "Basic k1": 401} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/boomerang", strings.NewReader(beacon+"&n=3"))
		request.Header.Set("Authorization", token)
		response := httptest.NewRecorder()
		whole.ServeHTTP(response, request)
		assert.Equal(t, want, response.Code, "beacon_auth_token is %s", token)
	}
	b.end()
	require.NotEmpty(t, b.records())
	for _, record := range b.records() {
		_, isTag := record.Attributes().Get("rum.tag.key")
		assert.False(t, isTag, "a key is no tag")
	}
}
