package rumreceiver

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var withSentry = withConfig(func(cfg *Config) { cfg.Protocols.turnOn("sentry") })

func TestARecordedVisitBySentryGivesTheGroundTruth(t *testing.T) {
	for _, times := range []int{1, 2} {
		b := newBench(t, withSentry)
		for _, request := range recordings(t, "sentry") {
			for range times {
				response := b.send(request.Method, "/api/42/envelope/", request.body, request.Headers["content-type"])
				require.Equal(t, http.StatusOK, response.Code, response.Body.String())
			}
		}
		b.end()
		b.balanced()
		checkSentryVisit(t, b)
		assert.Zero(t, b.counter("events_refused"))
		assert.EqualValues(t, times, b.counter("events_client_lost"))
	}
}

func checkSentryVisit(t *testing.T, b *bench) {
	t.Helper()
	v := b.tally("/", "/thanks", "/checkout", "/product/42")
	assert.Equal(t, map[string]int{
		semconv.EventWebVital: 18, semconv.EventException: 6, semconv.EventNavigation: 5, semconv.EventNavigationTiming: 2, semconv.EventResourceTiming: 21,
		semconv.EventLongFrame: 4, semconv.EventMeasurement: 4, semconv.EventSessionStart: 2, "": 5,
	}, v.events)
	assert.Equal(t, map[string]int{ // the SDK wraps timers, and so knows what is opaque to others
		"ReferenceError error": 2, "TypeError error": 1, "CouponError unhandledrejection": 1, "ApiError manual": 1, "UnhandledRejection unhandledrejection": 1,
	}, v.types)
	assert.Equal(t, map[string]int{
		"navigate /": 1, "soft-navigation /product/42": 1, "soft-navigation /checkout": 1, "navigate /thanks": 1, "back-forward-cache /checkout": 1,
		"product_list_ready": 1, "shop.add_to_cart": 2, "shop.survey_opened": 1, // metrics
		"add_to_cart": 1, "survey_opened": 1, "custom event add_to_cart": 2, "custom event survey_opened": 1, // messages, and lines of a log
	}, v.names)
	b.checkVitals(map[string][]float64{
		"lcp": {56.4, 182.9, 380, 462.4, 1476}, "fcp": {380, 608}, "ttfb": {145, 246.2}, "inp": {8, 280, 296}, "cls": {0, 0, 0, 0, 0.1226},
	})
	for metric, want := range map[string]int64{
		"rum.page_load.total": 2, "rum.page_load.dns": 2, "rum.page_load.ttfb": 2, "rum.resources.duration": 21, "rum.long_tasks.duration": 4,
		"rum.measurement": 4, "rum.exceptions": 6, "rum.page_views": 5, "rum.sessions": 2,
	} {
		assert.Equal(t, want, b.count(metric), metric)
	}
}

// envelope of a header and items, each with a header of its own.
func envelope(header string, items ...string) string {
	return header + "\n" + strings.Join(items, "\n")
}

const sentryMessage = `{"type":"event"}` + "\n" + `{"timestamp":1795425519.268,"level":"info","message":"hello","event_id":"9ce8306126fe4392b7ec40651c20b913"}`

func TestAnEnvelopeIsAnsweredAsSentryDoes(t *testing.T) {
	b := newBench(t, withSentry)
	response := b.send(http.MethodPost, "/api/42/envelope/?sentry_version=7", envelope(`{"event_id":"9ce8306126fe4392b7ec40651c20b913","dsn":"https://k@shop.example/42"}`, sentryMessage), "")
	assert.Equal(t, 200, response.Code)
	assert.JSONEq(t, `{"id":"9ce8306126fe4392b7ec40651c20b913","received":1}`, response.Body.String())
	assert.Equal(t, "X-Sentry-Rate-Limits, Retry-After", response.Header().Get("Access-Control-Expose-Headers"))

	response = b.send(http.MethodPost, "/api/42/envelope/", envelope(`{"event_id":"<script>"}`, sentryMessage), "")
	assert.JSONEq(t, `{"received":1}`, response.Body.String(), "nothing but an id is repeated")
	for path, want := range map[string]int{"/api/42/store/": 404, "/api/envelope": 404, "/api//envelope": 404, "/api/42/43/envelope": 404, "/api/42/envelope": 200, "/api/a%2Fb/envelope/": 200, "/sentry": 404} {
		assert.Equal(t, want, b.send(http.MethodPost, path, envelope(`{"sdk":{}}`), "").Code, path)
	}
}

func TestAPauseIsAnsweredInTheWordsOfSentry(t *testing.T) {
	b := newBench(t, withSentry, shop(func(a *ApplicationConfig) { a.RateLimit = RateLimitConfig{EventsPerSecond: 0.1, Burst: 1} }))
	var response *httptest.ResponseRecorder
	for i := range 3 {
		body := envelope(`{"sdk":{}}`, strings.Replace(sentryMessage, "hello", fmt.Sprint(i), 1))
		response = b.send(http.MethodPost, "/api/42/envelope/?sentry_key=new-key", body, "")
	}
	require.Equal(t, 429, response.Code)
	assert.Equal(t, response.Header().Get("Retry-After")+"::organization", response.Header().Get("X-Sentry-Rate-Limits"))
}

func TestTheKeyOfADSNIsAKey(t *testing.T) {
	b := newBench(t, withSentry, withConfig(func(cfg *Config) {
		cfg.Applications = []ApplicationConfig{{Name: "shop", Keys: []configopaque.String{"k1"}}}
	}))
	whole := b.wholeServer()
	post := func(target, auth, body string) int {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, io.NopCloser(iotest.OneByteReader(strings.NewReader(body))))
		if auth != "" {
			req.Header.Set("X-Sentry-Auth", auth)
		}
		response := httptest.NewRecorder()
		whole.ServeHTTP(response, req)
		return response.Code
	}
	bare, named := envelope(`{"sdk":{}}`, sentryMessage), envelope(`{"sdk":{"name":"x"},"dsn":"https://k1@collector.example/42"}`, sentryMessage)
	for _, tc := range []struct {
		target, auth, body string
		want               int
	}{
		{"/api/42/envelope/?sentry_version=7&sentry_key=k1", "", bare, 200}, {"/api/42/envelope/", "Sentry sentry_version=7, sentry_key=k1", bare, 200},
		{"/api/42/envelope/k1", "", bare, 200}, {"/api/42/envelope/?key=k1", "", bare, 200}, {"/api/42/envelope/", "", named, 200},
		{"/api/42/envelope/?sentry_key=k2", "", named, 401}, {"/api/42/envelope/", "", strings.Replace(named, "k1", "k2", 1), 401},
		{"/api/42/envelope/", "", bare, 401}, {"/api/42/envelope/", "", strings.Repeat("x", 10_000), 401}, {"/api/42/envelope/", "", "", 401},
	} {
		assert.Equal(t, tc.want, post(tc.target, tc.auth, tc.body), tc)
	}
	assert.EqualValues(t, 5, b.counter("events_received"))
}

func TestPagesGetTheURLThatAnotherEnvelopeReports(t *testing.T) {
	const vital = `{"type":"span","item_count":1}` + "\n" + `{"version":2,"items":[{"trace_id":"16e30b4ed3f641a78e0384c8933dfa1d","span_id":"b6fb952a3490004d","start_timestamp":1795425511,"end_timestamp":1795425512,"attributes":{
		"sentry.op":{"value":"ui.webvital.lcp"},"browser.web_vital.lcp.value":{"value":900},"sentry.segment.id":{"value":"b6fb952a3490004c"}}}]}`
	const load = `{"type":"span","item_count":1}` + "\n" + `{"version":2,"items":[{"trace_id":"16e30b4ed3f641a78e0384c8933dfa1d","span_id":"b6fb952a3490004c","is_segment":true,"start_timestamp":1795425511,"end_timestamp":1795425512,"attributes":{
		"sentry.op":{"value":"pageload"},"url.full":{"value":"https://shop.example/cart"},"sentry.segment.id":{"value":"b6fb952a3490004c"}}}]}`
	one := func(item string) string { return strings.ReplaceAll(item, "\n\t\t", "") }
	b := newBench(t, withSentry)
	for _, item := range []string{one(load), one(vital)} {
		response := b.send(http.MethodPost, "/api/42/envelope/", envelope(`{"sdk":{}}`, item), "")
		require.Equal(t, 200, response.Code, response.Body)
	}
	records := b.records()
	require.Len(t, records, 2)
	for _, record := range records {
		path, _ := record.Attributes().Get(semconv.URLPath)
		assert.Equal(t, "/cart", path.Str())
	}
}
