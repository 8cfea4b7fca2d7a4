package rumreceiver

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var withFaro = withConfig(func(cfg *Config) { cfg.Protocols.Faro.GetOrInsertDefault() })

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
		assert.EqualValues(t, times, b.labelled("events_refused", "reason", "unknown_type"), "a line of a log")
	}
}

func checkFaroVisit(t *testing.T, b *bench) {
	t.Helper()
	events, types, names := map[string]int{}, map[string]int{}, map[string]int{}
	for _, record := range b.records() {
		events[record.EventName()]++
		attribute := func(key string) string {
			value, _ := record.Attributes().Get(key)
			return value.AsString()
		}
		assert.NotEmpty(t, attribute(semconv.SessionID))
		assert.Contains(t, []string{"/", "/thanks", "/checkout", "/product/42", "/cart"}, attribute(semconv.URLPath))
		switch record.EventName() {
		case semconv.EventException:
			types[attribute(semconv.ExceptionType)+" "+attribute(semconv.ExceptionSource)]++
		case semconv.EventMeasurement:
			names[attribute(semconv.MeasurementName)]++
		case semconv.EventInteraction:
			names[attribute(semconv.InteractionName)]++
		}
	}
	assert.Equal(t, map[string]int{
		semconv.EventWebVital: 15, semconv.EventException: 7, semconv.EventNavigation: 2, semconv.EventNavigationTiming: 2, semconv.EventResourceTiming: 19,
		semconv.EventInteraction: 1, semconv.EventMeasurement: 4, semconv.EventSessionStart: 1,
	}, events)
	assert.Equal(t, map[string]int{
		"Error error": 2, "TypeError error": 1, "CouponError error": 1, "ApiError error": 1, "UnhandledRejection unhandledrejection": 1, "console.error manual": 1,
	}, types)
	assert.Equal(t, map[string]int{"add_to_cart": 2, "survey_opened": 1, "product_list_ready": 1, "open-product": 1}, names)
	b.checkVitals(map[string][]float64{
		"lcp": {53, 156, 1552}, "fcp": {52.5, 156, 600}, "ttfb": {0, 63.1, 197.8}, "inp": {72, 344}, "cls": {0, 0, 0.103944},
	})
	for metric, want := range map[string]int64{
		"browser.navigation_timing.total": 2, "browser.navigation_timing.dns": 2, "browser.resource_timing.duration": 19, "rum.interaction.duration": 1,
		"rum.measurement": 4, "rum.exceptions": 7, "rum.page_views": 2, "rum.sessions": 1,
	} {
		assert.Equal(t, want, b.count(metric), metric)
	}
}
