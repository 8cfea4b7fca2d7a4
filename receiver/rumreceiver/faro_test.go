package rumreceiver

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var withFaro = withConfig(func(cfg *Config) { cfg.Protocols.turnOn("faro") })

func TestARecordedVisitByFaroGivesTheGroundTruth(t *testing.T) {
	for _, times := range []int{1, 2} {
		b := newBench(t, withFaro)
		for _, request := range recordings(t, "faro") {
			for range times {
				response := b.send(request.Method, "/faro/collect", request.body, request.Headers["content-type"])
				require.Equal(t, http.StatusAccepted, response.Code, response.Body.String())
			}
		}
		b.end()
		b.balanced()
		checkFaroVisit(t, b)
		assert.Zero(t, b.labelled("events_refused", "reason", "unknown_type"))
	}
}

func checkFaroVisit(t *testing.T, b *bench) {
	t.Helper()
	v := b.tally("/", "/thanks", "/checkout", "/product/42", "/cart")
	assert.Zero(t, v.anonymous)
	assert.Equal(t, map[string]int{
		semconv.EventWebVital: 15, semconv.EventException: 7, semconv.EventNavigation: 2, semconv.EventNavigationTiming: 2, semconv.EventResourceTiming: 19,
		semconv.EventInteraction: 1, semconv.EventMeasurement: 1, semconv.EventSessionStart: 1,
		"add_to_cart": 2, "survey_opened": 1, "": 1, // what the application pushed, and a line of a log
	}, v.events)
	assert.Equal(t, map[string]int{
		"Error error": 2, "TypeError error": 1, "CouponError error": 1, "ApiError error": 1, "UnhandledRejection unhandledrejection": 1, "console.error manual": 1,
	}, v.types)
	assert.Equal(t, map[string]int{
		"navigate /": 1, "navigate /thanks": 1, "product_list_ready": 1, "open-product": 1, "product_list_ready took 584.0999999996275": 1, // a line of a log
	}, v.names)
	b.checkVitals(map[string][]float64{
		"lcp": {53, 156, 1552}, "fcp": {52.5, 156, 600}, "ttfb": {0, 63.1, 197.8}, "inp": {72, 344}, "cls": {0, 0, 0.103944},
	})
	for metric, want := range map[string]int64{
		"rum.page_load.total": 2, "rum.page_load.dns": 2, "rum.resources.duration": 19, "rum.interactions.duration": 1,
		"rum.measurement": 1, "rum.exceptions": 5, "rum.noise_exceptions": 2, "rum.page_views": 2, "rum.sessions": 1,
	} {
		assert.Equal(t, want, b.count(metric), metric)
	}
}
