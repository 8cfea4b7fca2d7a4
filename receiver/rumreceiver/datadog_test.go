package rumreceiver

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

var withDatadog = withConfig(func(cfg *Config) { cfg.Protocols.turnOn("datadog") })

// datadogTarget is where a recorded request goes, with a proxy that is a text.
func datadogTarget(request recorded) string {
	return strings.Replace(request.target(), "/dd-proxy", "/datadog", 1)
}

func TestARecordedVisitByDatadogGivesTheGroundTruth(t *testing.T) {
	for _, times := range []int{1, 2} {
		b := newBench(t, withDatadog)
		for _, request := range recordings(t, "datadog") {
			for range times {
				response := b.send(request.Method, datadogTarget(request), request.body, request.Headers["content-type"])
				require.Equal(t, http.StatusAccepted, response.Code, response.Body.String())
			}
		}
		b.end()
		b.balanced()
		checkDatadogVisit(t, b)
		assert.EqualValues(t, 14*times, b.counter("events_left_out"), "what the SDK reports of itself")
		assert.Zero(t, b.counter("events_refused"))
	}
}

func checkDatadogVisit(t *testing.T, b *bench) {
	t.Helper()
	v := b.tally("/", "/thanks", "/checkout", "/product/42")
	assert.Zero(t, v.anonymous+v.viewless)
	delete(v.events, semconv.EventWebVital) // as often as a view was reported
	assert.Equal(t, map[string]int{
		semconv.EventException: 7, semconv.EventNavigation: 5, semconv.EventResourceTiming: 19, semconv.EventClick: 11, semconv.EventMeasurement: 1,
		semconv.EventLongFrame: 13, semconv.EventNavigationTiming: 4, // of each load the network's part, and the rest
		"add_to_cart": 2, "survey_opened": 1,
	}, v.events)
	assert.Equal(t, map[string]int{
		"TypeError error": 1, "CouponError error": 1, "ApiError manual": 1, "console.error manual": 1, "Error error": 3, // opaque ones, and a rejected text
	}, v.types)
	assert.Equal(t, map[string]int{
		"navigate /": 1, "soft-navigation /product/42": 1, "soft-navigation /checkout": 1, "navigate /thanks": 1, "back-forward-cache /checkout": 1,
		"product_list_ready": 1,
	}, v.names)
	b.checkSums(map[string][]float64{"lcp": {396, 1884}, "fcp": {396, 748}, "ttfb": {126.5, 306.3}, "inp": {48, 80, 80, 320}, "cls": {0, 0, 0, 0, 0.1039}})
	for metric, want := range map[string]int64{
		"rum.page_load.total": 2, "rum.page_load.dns": 1, "rum.page_load.ttfb": 2, "rum.resources.duration": 19, "rum.long_tasks.duration": 13,
		"rum.measurement": 1, "rum.exceptions": 5, "rum.noise_exceptions": 2, "rum.page_views": 5, "rum.sessions": 1, "rum.sessions_with_error": 1,
	} {
		assert.Equal(t, want, b.count(metric), metric)
	}
}

// datadogVisit is the lines of the recorded visit.
func datadogVisit(t *testing.T) (lines []string) {
	t.Helper()
	for _, request := range recordings(t, "datadog") {
		for line := range strings.SplitSeq(request.body, "\n") {
			if line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func TestHoweverAVisitByDatadogIsCutAndOrderedItsOutputIsTheSame(t *testing.T) {
	lines := datadogVisit(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		b := newBench(t, withDatadog)
		shuffled := slices.Clone(lines)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for len(shuffled) > 0 {
			n := 1 + random.IntN(len(shuffled))
			body := "\n" + strings.Join(shuffled[:n], "\n\n")
			shuffled = shuffled[n:]
			response := b.send(http.MethodPost, "/datadog?ddforward=%2Fapi%2Fv2%2Frum", body, "")
			require.Equal(t, http.StatusAccepted, response.Code, response.Body.String())
		}
		b.end()
		b.balanced()
		checkDatadogVisit(t, b)
	}
}

func TestAViewIsReportedOnceAndAgainOnlyToASinkThatLacksIt(t *testing.T) {
	const view = `{"type":"view","_dd":{"document_version":%d},"date":%d,"service":"shop","session":{"id":"s"},
		"view":{"id":"v1","url":"https://shop.example/","loading_type":"initial_load","time_spent":%d000000%s}}`
	document := func(version int, more string) string {
		return strings.ReplaceAll(fmt.Sprintf(view, version, noon.Add(-time.Minute).UnixMilli(), version*1000, more), "\n", "")
	}
	refusing := true
	logs, err := newLogs(func(context.Context, plog.Logs) error {
		if refusing {
			return errors.New("queue is full")
		}
		return nil
	})
	require.NoError(t, err)
	b := newBench(t, withDatadog, withLogs(logs))
	post := func(body string) int { return b.send(http.MethodPost, "/datadog", body, "").Code }
	assert.Equal(t, 503, post(document(2, `,"first_byte":5000000`)))
	refusing = false
	assert.Equal(t, 202, post(document(2, `,"first_byte":5000000`)), "the retry brings the logs what the metrics have")
	assert.Equal(t, 202, post(document(1, "")), "a document that comes late, and has nothing to add")
	assert.Equal(t, 202, post(document(3, `,"first_byte":5000000,"interaction_to_next_paint":40000000,"interaction_to_next_paint_time":1`)))
	b.balanced()
	b.end()
	assert.EqualValues(t, 1, b.count("rum.page_views"))
	assert.EqualValues(t, 1, b.count("browser.web_vital.ttfb"))
	assert.EqualValues(t, 1, b.count("browser.web_vital.inp"))
}

func TestWhatDatadogSendsBesidesEventsCostsNothing(t *testing.T) {
	b := newBench(t, withDatadog)
	whole := b.wholeServer()
	post := func(target, contentType string, body []byte) (int, answer) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, bytes.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		response := httptest.NewRecorder()
		whole.ServeHTTP(response, req)
		var a answer
		require.NoError(t, json.Unmarshal(response.Body.Bytes(), &a))
		return response.Code, a
	}
	segment := append([]byte("--x\r\nContent-Disposition: form-data; name=\"segment\"\r\n\r\n\x78\x9c"), make([]byte, 60_000)...)
	for i, target := range []string{
		"/datadog?ddforward=%2Fapi%2Fv2%2Freplay%3Fdd-api-key%3Dpub1", "/datadog/api/v2/replay?dd-api-key=pub1", "/datadog/api/v2/profile/",
	} {
		status, _ := post(target, "multipart/form-data; boundary=x", segment)
		assert.Equal(t, 202, status, target)
		assert.EqualValues(t, i+1, b.counter("events_left_out"))
	}
	var deflated bytes.Buffer
	w := zlib.NewWriter(&deflated)
	_, _ = w.Write([]byte(datadogVisit(t)[0]))
	require.NoError(t, w.Close())
	for _, target := range []string{"/datadog?ddforward=%2Fapi%2Fv2%2Frum%3Fdd-evp-encoding%3Ddeflate", "/datadog/api/v2/rum?dd-evp-encoding=deflate&again"} {
		status, a := post(target, "text/plain", deflated.Bytes())
		assert.Equal(t, 202, status)
		assert.Equal(t, 1, a.Received)
	}
	status, a := post("/datadog/api/v2/rum?dd-evp-encoding=deflate", "text/plain", zlibBomb(t))
	assert.Equal(t, 413, status)
	assert.Equal(t, beacon.ReasonTooLarge, a.Reason)
}

// The profiler asks before it makes profiles, which are left out.
func TestTheProfilerOfDatadogIsAskedToRest(t *testing.T) {
	b := newBench(t, withDatadog, withConfig(func(cfg *Config) {
		cfg.Applications = []ApplicationConfig{{Name: "shop", Keys: []configopaque.String{"pub1"}}}
	}))
	whole := b.wholeServer()
	for target, want := range map[string]int{
		"/datadog?ddforward=%2Fapi%2Fv2%2Fprofiling%2Fquota%3Fsession_id%3Ds1&ddforwardSubdomain=quota": 200, "/datadog/api/v2/profiling/quota?session_id=s1": 200,
		"/datadog/api/v2/rum": 400, "/datadog": 400,
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
		request.Header.Set("DD-CLIENT-TOKEN", "pub1")
		response := httptest.NewRecorder()
		whole.ServeHTTP(response, request)
		assert.Equal(t, want, response.Code, target)
		if want == 200 {
			assert.JSONEq(t, `{"data":{"attributes":{"admitted":false,"reason":"quota_exceeded"}}}`, response.Body.String())
		}
	}
	assert.Zero(t, b.counter("events_left_out"))
}

func zlibBomb(t *testing.T) []byte {
	t.Helper()
	var bomb bytes.Buffer
	w := zlib.NewWriter(&bomb)
	_, _ = w.Write(make([]byte, 64<<20))
	require.NoError(t, w.Close())
	return bomb.Bytes()
}

func TestAClientTokenOfDatadogIsAKey(t *testing.T) {
	b := newBench(t, withDatadog, withConfig(func(cfg *Config) {
		cfg.Applications = []ApplicationConfig{{Name: "shop", Keys: []configopaque.String{"pub1"}}}
	}))
	line := datadogVisit(t)[0]
	for target, want := range map[string]int{
		"/datadog?ddforward=%2Fapi%2Fv2%2Frum%3Fdd-api-key%3Dpub1": 202, "/datadog/api/v2/rum?dd-api-key=pub1": 202, "/datadog/pub1/api/v2/rum?dd-api-key=pub2": 202,
		"/datadog?key=pub1&ddforward=%2Fapi%2Fv2%2Frum%3Fdd-api-key%3Dpub2": 202, "/datadog/pub1?ddforward=%2Fapi%2Fv2%2Frum": 202,
		"/datadog?ddforward=%2Fapi%2Fv2%2Frum%3Fdd-api-key%3Dpub2": 401, "/datadog/api/v2/rum": 401, "/datadog?ddforward=%": 401,
	} {
		assert.Equal(t, want, b.send(http.MethodPost, target, line, "").Code, target)
	}
	b.end()
	require.NotEmpty(t, b.logs.AllLogs())
	for _, logs := range b.logs.AllLogs() {
		service, _ := logs.ResourceLogs().At(0).Resource().Attributes().Get(semconv.ServiceName)
		assert.Equal(t, "shop", service.Str())
	}
}

func TestSessionsThatADatadogTestDrivesAreNoPeople(t *testing.T) {
	view := datadogVisit(t)[9]
	require.Contains(t, view, `"type":"view"`)
	for kind, want := range map[string]int64{"user": 1, "synthetics": 0, "ci_test": 0} {
		b := newBench(t, withDatadog, withConfig(func(cfg *Config) { cfg.Metrics.Synthetic = syntheticExclude }))
		b.send(http.MethodPost, "/datadog", strings.Replace(view, `"type":"user"`, `"type":"`+kind+`"`, 1), "")
		b.end()
		assert.Equal(t, want, b.count("rum.page_views"), kind)
		_, isSynthetic := b.logs.AllLogs()[0].ResourceLogs().At(0).Resource().Attributes().Get(semconv.UserAgentSyntheticType)
		assert.Equal(t, want == 0, isSynthetic, kind)
	}
}
