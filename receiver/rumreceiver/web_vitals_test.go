package rumreceiver

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var withWebVitals = withConfig(func(cfg *Config) { cfg.Protocols.turnOn("web_vitals") })

func TestARecordedVisitByTheWebVitalsLibraryGivesItsLastWords(t *testing.T) {
	for sdk, want := range map[string]struct {
		reports int
		last    map[string][]float64 // by vital, of each measurement the last report, in ms or score
	}{
		"web-vitals": {14, map[string][]float64{
			"lcp": {56, 444, 1108}, "fcp": {58.7, 256, 444}, "ttfb": {0, 111.5, 326.9}, "inp": {272}, "cls": {0, 0, 0.122596},
		}},
		"web-vitals-batch": {23, map[string][]float64{
			"lcp": {52.9, 73.1, 172, 234.3, 2052}, "fcp": {38.3, 52.9, 73.1, 172, 1124}, "ttfb": {0, 0, 0, 64, 131.4},
			"inp": {40, 304, 456}, "cls": {0, 0, 0, 0, 0.122596},
		}},
	} {
		for _, times := range []int{1, 2} {
			b := newBench(t, withWebVitals)
			for _, request := range recordings(t, sdk) {
				for range times {
					response := b.send(request.Method, "/v1/web-vitals", request.body, request.Headers["content-type"])
					require.Equal(t, http.StatusOK, response.Code, response.Body.String())
				}
			}
			b.end()
			b.balanced()
			require.Len(t, b.records(), want.reports, sdk)
			for _, record := range b.records() {
				require.Equal(t, semconv.EventWebVital, record.EventName())
				require.Equal(t, noon, record.Timestamp().AsTime(), "the library sends no times")
				path, _ := record.Attributes().Get(semconv.URLPath)
				assert.Contains(t, []string{"/", "/thanks", "/checkout", "/product/42"}, path.Str())
			}
			b.checkVitals(want.last)
		}
	}
}

func TestEqualReportsWithoutIDsAreOfTwoVisitors(t *testing.T) {
	b := newBench(t, withWebVitals)
	for range 2 {
		var a answer
		response := b.send(http.MethodPost, "/v1/web-vitals", `{"name":"CLS","value":0}`, "text/plain")
		require.NoError(t, json.Unmarshal(response.Body.Bytes(), &a))
		assert.Equal(t, 1, a.Received)
		assert.False(t, a.Duplicate)
	}
	b.end()
	assert.Len(t, b.records(), 2)
	assert.EqualValues(t, 2, b.count("browser.web_vital.cls"))
}

func TestWebVitalsAreTakenOnlyWhereTheyAreNamed(t *testing.T) {
	const report = `{"name":"LCP","value":1200,"id":"v6-1"}`
	b := newBench(t)
	assert.Equal(t, http.StatusNotFound, b.send(http.MethodPost, "/v1/web-vitals", report, "").Code)
	assert.Equal(t, http.StatusBadRequest, b.send(http.MethodPost, "/v1/rum", report, "").Code)

	b = newBench(t, withConfig(func(cfg *Config) {
		cfg.Protocols["web_vitals"] = ProtocolConfig{Enabled: true, Paths: []string{"/analytics"}}
		cfg.Applications = []ApplicationConfig{{Name: "shop", Keys: []configopaque.String{"k"}}}
	}))
	assert.Equal(t, http.StatusNotFound, b.send(http.MethodPost, "/v1/web-vitals", report, "").Code)
	assert.Equal(t, http.StatusUnauthorized, b.send(http.MethodPost, "/analytics", report, "").Code)
	assert.Equal(t, http.StatusOK, b.send(http.MethodPost, "/analytics?key=k", report, "").Code)
	assert.Equal(t, http.StatusOK, b.send(http.MethodPost, "/analytics/k", strings.Replace(report, "6-1", "6-2", 1), "").Code)
	assert.EqualValues(t, 2, b.labelled("requests", "protocol", "web_vitals")-1, "and one without a key")
	b.end()
	assert.Len(t, b.records(), 2)
}
