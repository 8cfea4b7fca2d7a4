//nolint:bodyclose // responses are of recorders, which have nothing to close
package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/own"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/streams"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

func record(logs plog.Logs, name string, attributes map[string]any) {
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr(semconv.DeviceType, "mobile")
	r := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	r.SetEventName(name)
	_ = r.Attributes().FromRaw(attributes)
}

func newTest(n int) http.Handler {
	logs := plog.NewLogs()
	for i := range n {
		record(logs, semconv.EventWebVital, map[string]any{
			semconv.SessionID: fmt.Sprint("s", i), semconv.URLTemplate: "/" + hostile, semconv.WebVitalName: "lcp", semconv.WebVitalValue: 3000,
			semconv.WebVitalID: fmt.Sprint("v", i),
		})
		record(logs, semconv.EventException, map[string]any{semconv.SessionID: fmt.Sprint("s", i), semconv.ExceptionType: hostile, semconv.ExceptionMessage: hostile})
	}
	w := window.New(window.Limits{Age: time.Hour, Entries: 1 << 20, Bytes: 1 << 30})
	w.Add(window.Read(logs, noon), noon)
	return New(Sources{w, streams.New(time.Hour, 10), own.New("")}, time.Hour, func() time.Time { return noon })
}

func get(t *testing.T, h http.Handler, path string) (*http.Response, map[string]any) {
	t.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	body := map[string]any{}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &body), path)
	return recorder.Result(), body
}

func bodyOf(t *testing.T, h http.Handler, path string) map[string]any {
	t.Helper()
	response, body := get(t, h, path)
	require.NoError(t, response.Body.Close())
	return body
}

var queries = []string{"overview", "dimensions", "vitals/lcp", "errors", "requests", "events", "books"}

func TestEveryQueryAnswersWithAndWithoutData(t *testing.T) {
	for _, h := range []http.Handler{newTest(0), newTest(3)} {
		for _, query := range queries {
			response, body := get(t, h, "/api/v1/"+query)
			assert.Equal(t, http.StatusOK, response.StatusCode, query)
			assert.Contains(t, body, "frame", query)
			assert.NotContains(t, fmt.Sprint(body), "<nil>", query+": null where a list belongs")
		}
	}
	response, body := get(t, newTest(3), "/api/v1/sessions/s1")
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.InDelta(t, 2, body["total"], 0)
}

// Whoever tries the page with a headless browser must not see an empty one; among people bots stay out.
func TestBotsAreShownWhileNobodyElseWasHere(t *testing.T) {
	w := window.New(window.Limits{Age: time.Hour, Entries: 1 << 20, Bytes: 1 << 30})
	visit := func(kind string) {
		logs := plog.NewLogs()
		record(logs, semconv.EventNavigation, map[string]any{semconv.SessionID: "s" + kind})
		if kind != window.Person {
			logs.ResourceLogs().At(0).Resource().Attributes().PutStr(semconv.UserAgentSyntheticType, kind)
		}
		w.Add(window.Read(logs, noon), noon)
	}
	now := noon
	h := New(Sources{w, streams.New(time.Hour, 10), own.New("")}, time.Hour, func() time.Time { now = now.Add(time.Minute); return now })
	frame := func(query string) map[string]any {
		return bodyOf(t, h, "/api/v1/overview"+query)["frame"].(map[string]any)
	}
	assert.Equal(t, "person", frame("")["visitor"], "of nobody at all")
	visit(window.Bot)
	assert.Equal(t, "all", frame("")["visitor"])
	assert.InDelta(t, 1, frame("")["records"], 0)
	assert.InDelta(t, 0, frame("?visitor=person")["records"], 0)
	visit(window.Person)
	assert.Equal(t, "person", frame("")["visitor"])
	assert.InDelta(t, 1, frame("")["records"], 0, "the person's alone")
	assert.InDelta(t, 2, frame("?visitor=all")["records"], 0)
}

func TestWrongQueriesAreRefusedInWords(t *testing.T) {
	h := newTest(1)
	for path, want := range map[string]string{
		"overview?rout=/":            `unknown parameter "rout"`,
		"overview?route=/a&route=/b": `"route" is given 2 times`,
		"overview?limit=0":           "limit must be a number from 1 to 1000",
		"overview?limit=x":           "limit must be a number from 1 to 1000",
		"overview?visitor=me":        "visitor must be person, bot, test or all",
		"errors?limit=5":             `unknown parameter "limit"`,
		"vitals/speed":               `no vital "speed"`,
		"sessions/none":              "no record of this session",
		"events?q=" + many("x", 300): "at most 200 bytes",
		"nothing":                    "no such query",
	} {
		response, body := get(t, h, "/api/v1/"+path)
		assert.Contains(t, []int{400, 404}, response.StatusCode, path)
		assert.Contains(t, body["error"], want, path)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/api/v1/overview", http.NoBody))
	assert.Equal(t, http.StatusMethodNotAllowed, recorder.Code)
	recorder = httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(http.MethodDelete, "/", http.NoBody))
	assert.Equal(t, http.StatusMethodNotAllowed, recorder.Code)
}

func many(s string, n int) string { return strings.Repeat(s, n) }

func TestTheFilterAppliesToEveryQuery(t *testing.T) {
	h := newTest(3)
	for _, query := range queries {
		_, body := get(t, h, "/api/v1/"+query+"?device=desktop")
		assert.InDelta(t, 0, body["frame"].(map[string]any)["records"], 0, query)
		_, body = get(t, h, "/api/v1/"+query+"?device=mobile")
		assert.InDelta(t, 6, body["frame"].(map[string]any)["records"], 0, query)
	}
}

// What strangers wrote leaves only as JSON that no browser takes for anything else.
func TestHostileContentIsInert(t *testing.T) {
	h := newTest(2)
	for _, query := range queries {
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/api/v1/"+query, http.NoBody))
		header := recorder.Header()
		assert.Equal(t, "application/json; charset=utf-8", header.Get("Content-Type"))
		assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
		assert.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
		assert.NotContains(t, header.Get("Content-Security-Policy"), "unsafe")
		assert.NotContains(t, recorder.Body.String(), "<script", query)
	}
}

// Strangers decide how large an answer is; what is remembered of answers is bounded all the same.
func TestLargeAnswersAreNotRemembered(t *testing.T) {
	m := newRecent()
	for i, size := range []int{10, maxRemembered, maxRemembered + 1} {
		uri := fmt.Sprint("/", i)
		m.put(uri, noon, http.StatusOK, make([]byte, size))
		assert.Equal(t, size <= maxRemembered, m.get(uri, noon, httptest.NewRecorder()), size)
	}
	for i := range 1000 {
		m.put(fmt.Sprint(i), noon, http.StatusOK, nil)
	}
	assert.LessOrEqual(t, len(m.answers), maxRecent)
}

func TestThePageIsServedWithItsFilesAndAsksNobodyElse(t *testing.T) {
	h := newTest(0)
	elsewhere := regexp.MustCompile(`(src|href)=["'](https?:)?//|@import|url\(|innerHTML|insertAdjacentHTML|\beval\b`)
	for path, kind := range map[string]string{
		"/": "text/html", "/main.js": "text/javascript", "/views/overview.js": "text/javascript", "/style.css": "text/css", "/vendor/uplot.js": "text/javascript", "/vendor/uplot.css": "text/css", "/icon.svg": "image/svg+xml",
	} {
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		assert.Equal(t, http.StatusOK, recorder.Code, path)
		assert.Contains(t, recorder.Header().Get("Content-Type"), kind, path)
		assert.False(t, elsewhere.MatchString(recorder.Body.String()), path)
	}
}

func TestTheDescriptionHasEveryQuery(t *testing.T) {
	text, err := os.ReadFile("../page/site/openapi.yaml")
	require.NoError(t, err)
	for _, query := range []string{"overview", "dimensions", "vitals/{vital}", "errors", "sessions/{session}", "requests", "events", "books"} {
		assert.Contains(t, string(text), "\n  /api/v1/"+query+":\n")
	}
}

func TestManyAskAtOnce(t *testing.T) {
	server := httptest.NewServer(newTest(500))
	defer server.Close()
	var wait sync.WaitGroup
	for range 30 {
		wait.Go(func() {
			for _, query := range queries {
				response, err := http.Get(server.URL + "/api/v1/" + query)
				if assert.NoError(t, err) {
					_, err = io.Copy(io.Discard, response.Body)
					assert.NoError(t, err)
					assert.Equal(t, http.StatusOK, response.StatusCode)
					_ = response.Body.Close()
				}
			}
		})
	}
	wait.Wait()
}

func BenchmarkOverview(b *testing.B) {
	h := newTest(50_000)        // a full window
	for i := 0; b.Loop(); i++ { // another query each time: an answer is given again for a second
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, fmt.Sprint("/api/v1/overview?limit=", i%1000+1), http.NoBody))
	}
}
