//go:build linux && !race

package rumreceiver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dear are bodies that cost as much as they can for the events that they are charged as, by protocol. Each holds
// %08d once, so that none is a retry.
func dear(t *testing.T) map[string][2]string {
	object := func(n int, value any) map[string]any {
		members := map[string]any{}
		for i := range n {
			members[fmt.Sprintf("%x", i)] = value
		}
		return members
	}
	many := func(n int, one any) []any {
		list := make([]any, n)
		for i := range list {
			list[i] = one
		}
		return list
	}
	text := func(body any) string {
		encoded, err := json.Marshal(body)
		require.NoError(t, err)
		return string(encoded)
	}
	at := noon.UnixMilli()
	native := func(events []any, tags any) string {
		return text(map[string]any{"v": 1, "id": "%08d", "t0": at, "now": 0, "session": map[string]any{"id": "s"}, "tags": tags,
			"pages": []any{map[string]any{"id": "p", "url": "https://shop.example/"}}, "events": events})
	}
	failure := func(stack string) map[string]any {
		return map[string]any{"k": "error", "t": 1, "n": "E", "m": "x", "s": stack}
	}
	pairs := func(n int, value string) (list []any) {
		for i := range n {
			list = append(list, map[string]any{"key": fmt.Sprintf("%x", i), "value": map[string]any{"stringValue": value}})
		}
		return list
	}
	valued := map[string]any{}
	for name, value := range object(64, 1) {
		valued[name] = map[string]any{"value": value, "type": "integer"}
	}
	frame := map[string]any{"filename": "https://shop.example/a.js?token=x", "function": "f%%40", "lineno": 1, "colno": 2}
	thrown := map[string]any{"type": "E", "value": "x", "stacktrace": map[string]any{"frames": many(128, frame)}}
	resources := map[string]any{}
	for i := range 1000 {
		resources[fmt.Sprintf("%x/jane%%%%2540mail.example?token=%x", i, i)] = "31,2,3,4"
	}
	return map[string][2]string{
		"sentry, attributes of logs": {"/api/42/envelope/", `{"sdk":{},"event_id":"%08d"}` + "\n" + `{"type":"log"}` + "\n" + text(map[string]any{"items": many(300, map[string]any{
			"timestamp": at / 1000, "level": "info", "body": "b", "attributes": valued})})},
		"sentry, frames": {"/api/42/envelope/", `{"sdk":{},"event_id":"%08d"}` + strings.Repeat("\n"+`{"type":"event"}`+"\n"+text(map[string]any{"timestamp": at / 1000,
			"exception": map[string]any{"values": []any{thrown}}, "tags": object(64, "v"), "extra": object(64, 1)}), 50)},
		"elastic, context": {"/intake/v2/rum/events", `{"metadata":{"service":{"name":"%08d"}}}` + strings.Repeat("\n"+text(map[string]any{"error": map[string]any{
			"id": "a", "timestamp": at * 1000, "exception": map[string]any{"message": "x", "stacktrace": many(50, frame)}, "context": map[string]any{"custom": object(64, 1), "tags": object(64, "v")}}}), 150)},
		"boomerang, resources": {"/boomerang", "pid=%08d&v=1&u=" + strings.ReplaceAll(url.QueryEscape("https://shop.example/"), "%", "%%") + "&rt.tstart=" + fmt.Sprint(at) + "&rt.end=" + fmt.Sprint(at) +
			"&restiming=" + strings.ReplaceAll(url.QueryEscape(strings.ReplaceAll(text(map[string]any{"https://a/": resources}), "%%", "%")), "%", "%%")},
		"boomerang, parameters":         {"/boomerang", "pid=%08d&v=1&u=" + strings.ReplaceAll(url.QueryEscape("https://shop.example/"), "%", "%%") + "&rt.end=" + fmt.Sprint(at) + "&" + strings.Repeat("a=%%2540&b%%40=1&", 50_000)},
		"native, attributes and tags":   {"/v1/rum", native(many(1000, map[string]any{"k": "click", "t": 1, "a": object(64, 1)}), object(64, "v"))},
		"native, escapes in stacks":     {"/v1/rum", native(many(58, failure(strings.Repeat("%%40", 5400))), nil)},
		"native, frames":                {"/v1/rum", native(many(58, failure(strings.Repeat("at f (https://shop.example/a.js?token=x:1:2)\n", 370))), nil)},
		"native, secrets in stacks":     {"/v1/rum", native(many(58, failure(strings.Repeat("password=hunter2 jane@mail.example ", 460))), nil)},
		"native, digits in stacks":      {"/v1/rum", native(many(58, failure(strings.Repeat("4111 1111 1111 111 ", 860))), nil)},
		"native, phones in stacks":      {"/v1/rum", native(many(58, failure(strings.Repeat("212 555 0187 ", 1250))), nil)},
		"native, paths in stacks":       {"/v1/rum", native(many(58, failure(strings.Repeat("https://a/1b2c3d4e5f/+4917012345/", 490))), nil)},
		"native, keys in stacks":        {"/v1/rum", native(many(58, failure(strings.Repeat("-AKIA", 3270))), nil)},
		"native, rows in stacks":        {"/v1/rum", native(many(58, failure(strings.Repeat(")01 23 45 67 89 ", 1020))), nil)},
		"native, cards in stacks":       {"/v1/rum", native(many(58, failure(strings.Repeat("4111 ", 3270))), nil)},
		"native, wide digits in stacks": {"/v1/rum", native(many(58, failure(strings.Repeat("203.0.113.?%%40%%１１１１", 600))), nil)},
		"native, bars in stacks":        {"/v1/rum", native(many(58, failure(strings.Repeat("4111 | 1111 | ", 1160))), nil)},
		"native, codes in stacks":       {"/v1/rum", native(many(58, failure(strings.Repeat("lat=5.12345 -key: a1 code: 12345 ", 490))), nil)},
		"native, signs in stacks":       {"/v1/rum", native(many(58, failure(strings.Repeat("a&#64;b [at] c [dot] d at e dot ", 420))), nil)},
		"native, homes in stacks":       {"/v1/rum", native(many(58, failure(strings.Repeat(`((/%%2e\Users\`, 1000))), nil)},
		"native, schemes in stacks":     {"/v1/rum", native(many(58, failure(strings.Repeat("(212)http:", 1630))), nil)},
		"native, words in stacks":       {"/v1/rum", native(many(58, failure(strings.Repeat("eyJhbGciOiJIUzI1NiJ9.AKIAIOSFODNN7 ", 460))), nil)},
		"native, escapes in attributes": {"/v1/rum", native(many(70, map[string]any{"k": "click", "t": 1, "a": object(14, strings.Repeat("%%40", 340))}), nil)},
		"array, tags": {"/v1/rum", text(append(many(999, map[string]any{"type": "metric", "name": "m", "value": 1, "timestamp": at, "sessionId": "s", "tags": object(64, "")}),
			map[string]any{"type": "metric", "name": "m", "value": 1, "timestamp": at, "sessionId": "%08d"}))},
		"faro, attributes": {"/faro/collect", text(map[string]any{
			"meta":   map[string]any{"app": map[string]any{"name": "a"}, "session": map[string]any{"id": "%08d", "attributes": object(64, "")}},
			"events": many(1000, map[string]any{"name": "e", "attributes": object(64, ""), "timestamp": noon.Format(time.RFC3339)})})},
		"faro, measurements": {"/faro/collect", text(map[string]any{
			"meta":         map[string]any{"app": map[string]any{"name": "%08d"}},
			"measurements": many(500, map[string]any{"type": "t", "values": object(2, 1), "context": object(64, ""), "timestamp": noon.Format(time.RFC3339)})})},
		"otlp, attributes": {"/v1/logs", text(map[string]any{"resourceLogs": []any{map[string]any{
			"resource":  map[string]any{"attributes": append(pairs(60, "v"), map[string]any{"key": "service.name", "value": map[string]any{"stringValue": "%08d"}})},
			"scopeLogs": []any{map[string]any{"logRecords": many(1000, map[string]any{"eventName": "e", "attributes": pairs(15, "")})}}}}})},
		"datadog, context": {"/datadog", strings.Repeat(text(map[string]any{"type": "action", "_dd": map[string]any{"format_version": 2}, "date": at, "session": map[string]any{"id": "%08d"},
			"view": map[string]any{"id": "v", "url": "https://shop.example/"}, "action": map[string]any{"id": "a", "type": "custom", "target": map[string]any{"name": "x"}},
			"context": object(64, 1)})+"\n", 700)},
		"web-vitals, attribution": {"/v1/web-vitals", text(append(many(999, map[string]any{"name": "INP", "value": 1, "id": "x", "attribution": object(60, "y")}),
			map[string]any{"name": "INP", "value": 1, "id": "%08d"}))},
	}
}

// ofThread is RUSAGE_THREAD, which the syscall package does not name.
// https://man7.org/linux/man-pages/man2/getrusage.2.html
const ofThread = 1

// cpu is what the thread has used by now.
func cpu(t *testing.T) time.Duration {
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(ofThread, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// withID puts the same id wherever the format wants one.
func withID(format string, id int) []byte {
	return []byte(strings.ReplaceAll(strings.ReplaceAll(format, "%08d", fmt.Sprintf("%08d", id)), "%%", "%"))
}

// costOf is the processor's time that a body of the format takes and its size on the wire, on average over some attempts.
func costOf(t *testing.T, handler http.Handler, path, format string, attempts int) (cost time.Duration, wire float64) {
	t.Helper()
	requests := make([]*http.Request, attempts)
	for i := range requests {
		zipped := gzipped(t, withID(format, rand.IntN(1e8)))
		wire += float64(len(zipped)) / float64(attempts)
		requests[i] = httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(zipped))
		requests[i].Header.Set("Content-Encoding", "gzip")
		requests[i].Header.Set("User-Agent", chrome)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	began := cpu(t)
	for _, request := range requests {
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, request)
		require.Less(t, response.Code, 300, response.Body)
	}
	return (cpu(t) - began) / time.Duration(attempts), wire
}

// chargeOf is how many events a body is charged as, rounded up to tens: so many seconds an application with ten events a
// second has to wait, which is answered up to an hour.
func chargeOf(t *testing.T, path, format string) int64 {
	t.Helper()
	b := newBench(t, withConfig(everyProtocol), shop(func(a *ApplicationConfig) { a.RateLimit = RateLimitConfig{EventsPerSecond: 10, Burst: 1} }))
	response, _ := b.request(path+"?key=new-key", string(withID(format, 1)), "", nil)
	require.Less(t, response.Code, 300, response.Body)
	response, _ = b.request(path+"?key=new-key", "[]", "", nil)
	require.Equal(t, http.StatusTooManyRequests, response.Code)
	charged, err := strconv.ParseInt(response.Header().Get("Retry-After"), 10, 64)
	require.NoError(t, err)
	require.Less(t, charged, int64(3600))
	return charged * 10
}

// A text that is looked at again, because something was in it or it was encoded, costs so much more.
func TestWhatIsLookedAtAgainIsCharged(t *testing.T) {
	bodies := dear(t)
	for name, least := range map[string]int64{"native, cards in stacks": 0, "native, rows in stacks": 4, "native, homes in stacks": 10} {
		path, body := bodies[name][0], bodies[name][1]
		charged, size := chargeOf(t, path, body), int64(len(withID(body, 1))/1024)
		assert.Greater(t, charged, least*size, name)
		assert.Less(t, charged, max(2, 3*least)*size, name)
	}
}

// What a body costs is what its sender is charged: no event that is charged costs more than four normal ones. It measures
// time, so it is for make bench.
func TestDearBodiesCostTheirSender(t *testing.T) {
	if os.Getenv("RUM_TIMES") == "" {
		t.Skip("set RUM_TIMES=1 on a quiet machine")
	}
	b := newBench(t, withConfig(everyProtocol))
	batch, err := os.ReadFile(benchBatch)
	require.NoError(t, err)
	ordinary := strings.Replace(strings.ReplaceAll(string(batch), "%", "%%"), `"b1"`, `"%08d"`, 1)
	batches, wire := costOf(t, b.front, "/v1/rum", ordinary, 300)
	normal := batches / benchSize
	t.Logf("a normal event: %v, %.3f ms per KiB of wire", normal, batches.Seconds()*1e3/(wire/1024))
	b.logs.Reset()
	for name, body := range dear(t) {
		t.Run(name, func(t *testing.T) {
			charged := chargeOf(t, body[0], body[1])
			ratio := math.Inf(1)
			for range 3 { // a busy machine may be slower for the one than for the other
				var cost time.Duration
				var wire float64
				for range 5 { // each to a receiver of its own, to which no text is known
					fresh := newBench(t, withConfig(everyProtocol))
					once, size := costOf(t, fresh.front, body[0], body[1], 1)
					cost, wire = cost+once/5, size
				}
				ratio = min(ratio, float64(cost)/float64(charged)/float64(normal))
				t.Logf("%v for %d KiB, %.1f as gzip: %.1f ms per KiB of wire, charged as %d events: %.1f × a normal one of %v",
					cost.Round(time.Microsecond), len(body[1])>>10, wire/1024, cost.Seconds()*1e3/(wire/1024), charged, ratio, normal)
				if ratio <= 4 {
					return
				}
				batches, _ := costOf(t, b.front, "/v1/rum", ordinary, 300)
				normal = max(normal, batches/benchSize)
			}
			t.Errorf("%.1f × a normal event", ratio)
		})
	}
}
