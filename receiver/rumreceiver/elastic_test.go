package rumreceiver

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var withElastic = withConfig(func(cfg *Config) { cfg.Protocols.turnOn("elastic") })

func (b *bench) sendGzip(path, body string) *httptest.ResponseRecorder {
	b.t.Helper()
	request := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-ndjson")
	request.Header.Set("Content-Encoding", "gzip")
	request.Header.Set("User-Agent", chrome)
	response := httptest.NewRecorder()
	b.handler.ServeHTTP(response, request)
	return response
}

func TestARecordedVisitByElasticGivesTheGroundTruth(t *testing.T) {
	for _, times := range []int{1, 2} {
		b := newBench(t, withElastic)
		for _, request := range recordings(t, "elastic") {
			for range times {
				response := b.sendGzip(request.target(), request.body)
				require.Equal(t, http.StatusAccepted, response.Code, response.Body.String())
			}
		}
		b.end()
		b.balanced()
		checkElasticVisit(t, b)
		assert.EqualValues(t, 13*times, b.counter("events_left_out"), "transactions and spans without further data")
		assert.Zero(t, b.counter("events_refused"))
	}
}

func checkElasticVisit(t *testing.T, b *bench) {
	t.Helper()
	v := b.tally("/", "/thanks", "/checkout", "/product/42")
	assert.Equal(t, map[string]int{
		semconv.EventException: 6, semconv.EventNavigation: 4, semconv.EventNavigationTiming: 2, semconv.EventWebVital: 9,
		semconv.EventResourceTiming: 16, semconv.EventLongTask: 3, semconv.EventInteraction: 2,
	}, v.events)
	assert.Equal(t, map[string]int{
		"TypeError error": 1, "CouponError unhandledrejection": 1, "Error unhandledrejection": 1, "ApiError manual": 1, "Error error": 2, // opaque
	}, v.types)
	assert.Equal(t, map[string]int{"navigate /": 1, "navigate /thanks": 1, "soft-navigation /product/42": 1, "soft-navigation /checkout": 1, "Click - button": 1, "product-list": 1}, v.names)
	b.checkSums(map[string][]float64{"lcp": {2092, 204}, "fcp": {1186, 193}, "ttfb": {404, 89}, "inp": {328}, "cls": {0.04039433770179749, 0}})
	for metric, want := range map[string]int64{
		"rum.page_load.total": 2, "rum.page_load.dns": 2, "rum.page_load.ttfb": 2, "rum.resources.duration": 16, "rum.long_tasks.duration": 3,
		"rum.exceptions": 4, "rum.noise_exceptions": 2, "rum.page_views": 4, "rum.sessions": 1,
	} {
		assert.Equal(t, want, b.count(metric), metric)
	}
}

func TestALineOfElasticSentAloneGivesTheSame(t *testing.T) {
	b := newBench(t, withElastic)
	for _, request := range recordings(t, "elastic") {
		var metadata string
		for line := range strings.Lines(request.plain(t)) {
			if metadata == "" {
				metadata = line
				continue
			}
			response := b.send(http.MethodPost, "/intake/v2/rum/events", metadata+line, "application/x-ndjson")
			require.Equal(t, http.StatusAccepted, response.Code, response.Body.String())
		}
	}
	b.end()
	b.balanced()
	checkElasticVisit(t, b)
}

func TestABombForElasticIsRefused(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	_, _ = w.Write(bytes.Repeat([]byte(`{"x":{"t":"app","n":"a","d":1}}`+"\n"), 1<<20))
	require.NoError(t, w.Close())
	b := newBench(t, withElastic)
	whole := b.wholeServer()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/intake/v3/rum/events", &bomb)
	request.Header.Set("Content-Encoding", "gzip")
	response := httptest.NewRecorder()
	whole.ServeHTTP(response, request)
	assert.Equal(t, http.StatusRequestEntityTooLarge, response.Code)
}

func TestAnElasticAgentHasItsConfigurationAndItsKey(t *testing.T) {
	b := newBench(t, withElastic, withConfig(func(cfg *Config) {
		cfg.Applications = []ApplicationConfig{{Name: "shop", Keys: []configopaque.String{"k1"}}}
	}))
	line := `{"x":{"t":"app","n":"a","d":1}}`
	for path, want := range map[string]int{"/intake/v3/rum/events/k1": 202, "/intake/v2/rum/events?key=k1": 202, "/intake/v3/rum/events/k2": 401, "/intake/v3/rum/events": 401} {
		assert.Equal(t, want, b.send(http.MethodPost, path, line, "application/x-ndjson").Code, path)
	}
	for path, want := range map[string]int{"/config/v1/rum/agents?service.name=x&key=k1": 200, "/config/v1/rum/agents?service.name=x": 401} {
		response := b.send(http.MethodGet, path, "", "")
		assert.Equal(t, want, response.Code, path)
		assert.Equal(t, want == 200, response.Header().Get("Access-Control-Expose-Headers") == "ETag", "else a browser complains: the agent looks for one")
	}
}
