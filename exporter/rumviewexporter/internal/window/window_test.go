package window

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func vitals(n int, value string) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr(semconv.ServiceName, "shop")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		r := records.AppendEmpty()
		r.SetEventName(semconv.EventWebVital)
		r.Attributes().PutStr(semconv.SessionID, fmt.Sprint("session", i))
		r.Attributes().PutStr(semconv.WebVitalName, "LCP")
		r.Attributes().PutInt(semconv.WebVitalValue, 1200)
		r.Attributes().PutStr("rum.web_vital.lcp.target", value)
	}
	return logs
}

func balance(t *testing.T, b Books) {
	t.Helper()
	assert.Equal(t, b.Received, b.Entries+b.Expired+b.EvictedEntries+b.EvictedBytes)
}

func TestEventsLeaveWithAge(t *testing.T) {
	w := New(Limits{time.Minute, 100, 1 << 20})
	w.Add(Read(vitals(2, "#hero"), noon), noon)
	w.Add(Read(vitals(3, "#hero"), noon.Add(40*time.Second)), noon.Add(40*time.Second))
	assert.Len(t, w.Events(noon.Add(time.Minute)), 5)
	assert.Len(t, w.Events(noon.Add(61*time.Second)), 3)
	b := w.Books(noon.Add(time.Hour))
	assert.Equal(t, Books{Received: 5, Expired: 5, Oldest: noon.Add(time.Hour)}, b)
}

func TestTheOldestLeaveWhenThereAreTooMany(t *testing.T) {
	w := New(Limits{time.Hour, 10, 1 << 20})
	for i := range 7 {
		now := noon.Add(time.Duration(i) * time.Second)
		w.Add(Read(vitals(3, "#hero"), now), now)
	}
	events := w.Events(noon.Add(time.Minute))
	assert.Len(t, events, 10)
	assert.Equal(t, noon.Add(3*time.Second), events[0].Arrived)
	b := w.Books(noon.Add(time.Minute))
	assert.EqualValues(t, 11, b.EvictedEntries)
	balance(t, b)
}

func TestTheOldestLeaveWhenTheyAreTooLarge(t *testing.T) {
	w := New(Limits{time.Hour, 1000, 100_000})
	w.Add(Read(vitals(50, strings.Repeat("x", 10_000)), noon), noon)
	b := w.Books(noon)
	assert.LessOrEqual(t, b.Bytes, int64(100_000))
	assert.Positive(t, b.EvictedBytes)
	balance(t, b)
}

// The bound on bytes is one on memory, whatever comes: all texts differ, and none is shared.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("makes many events")
	}
	const limit = 16 << 20
	w := New(Limits{time.Hour, 1 << 30, limit})
	for i := range 300 {
		w.Add(Read(vitals(500, fmt.Sprintf("%0300d", i)), noon), noon)
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	assert.Less(t, m.HeapAlloc, uint64(3*limit))
	balance(t, w.Books(noon))
	runtime.KeepAlive(w)
}

func TestARecordIsReadOnce(t *testing.T) {
	logs := vitals(1, "#hero")
	r := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes()
	r.PutDouble(semconv.SamplingAdjustedCount, 20)
	r.PutStr(semconv.URLTemplate, "/product/{id}")
	r.PutDouble("rum.web_vital.lcp.resource_load_duration", 700)
	r.PutStr("rum.web_vital.url", "https://cdn.example/hero.jpg")
	e := Read(logs, noon)[0]
	assert.Equal(t, "shop", e.Service)
	assert.Equal(t, "/product/{id}", e.Route)
	assert.InDelta(t, 20, e.Weight, 0)
	assert.Equal(t, noon, e.Time, "a record without time is of now")
	require.NotNil(t, e.Vital)
	assert.Equal(t, Vital{Name: "lcp", Value: 1200, Parts: []Part{{"resource_load_duration", 700}}, Target: "#hero", URL: "https://cdn.example/hero.jpg"}, *e.Vital)
}

func TestWhatCannotBeAWeightCountsAsOne(t *testing.T) {
	for _, put := range []func(plog.LogRecord){
		func(r plog.LogRecord) { r.Attributes().PutDouble(semconv.SamplingAdjustedCount, -3) },
		func(r plog.LogRecord) { r.Attributes().PutDouble(semconv.SamplingAdjustedCount, 1e300) },
		func(r plog.LogRecord) { r.Attributes().PutStr(semconv.SamplingAdjustedCount, "many") },
	} {
		logs := vitals(1, "x")
		put(logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0))
		assert.InDelta(t, 1, Read(logs, noon)[0].Weight, 0)
	}
}

func TestForeignAndBrokenRecordsAreKept(t *testing.T) {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr("a line of a server \xff")
	records.AppendEmpty().SetEventName(semconv.EventWebVital)
	many := records.AppendEmpty()
	for i := range 500 {
		many.Attributes().PutStr(fmt.Sprint("key", i), strings.Repeat("v", 100))
	}
	records.AppendEmpty().Attributes().PutStr("long", strings.Repeat("é", 1<<20))
	events := Read(logs, noon)
	require.Len(t, events, 4)
	assert.Equal(t, "a line of a server \uFFFD", events[0].Get("body"))
	assert.Len(t, events[2].Attributes, maxAttributes)
	assert.LessOrEqual(t, len(events[3].Get("long")), maxText+len("\uFFFD"))
}

func TestTheWindowIsUsedConcurrently(t *testing.T) {
	w := New(Limits{time.Minute, 1000, 1 << 20})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range 50 {
				now := noon.Add(time.Duration(i) * time.Second)
				w.Add(Read(vitals(10, "x"), now), now)
				for _, e := range w.Events(now) {
					_ = e.Session
				}
			}
		})
	}
	wait.Wait()
	balance(t, w.Books(noon.Add(time.Hour)))
}

func TestOnlyVitalsThatAreOfNoLoadAreApart(t *testing.T) {
	for navigation, apart := range map[string]string{
		"back-forward-cache": "lcp FCP ttfb", "back_forward_cache": "lcp FCP ttfb", "prerender": "ttfb", "soft-navigation": "ttfb", "navigate": "",
	} {
		for _, name := range []string{"lcp", "FCP", "ttfb", "inp", "cls"} {
			logs := vitals(1, "x")
			a := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes()
			a.PutStr(semconv.WebVitalName, name)
			a.PutStr(semconv.WebVitalNavigationType, navigation)
			assert.Equal(t, strings.Contains(apart, name), Read(logs, noon)[0].Vital.Apart, navigation+" "+name)
		}
	}
}
