package rumreceiver

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// These ten tests are the holes of ingest servers that stand in the open internet, each as a promise
// of ours.

// heapGrowth is how much more live heap there is after f than before.
func heapGrowth(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// bomb is size zeros, gzipped.
func bomb(t *testing.T, size int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := io.CopyN(w, zeros{}, size)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestAcceptance01_BombsAndOversizeEndIn413WithBoundedMemory(t *testing.T) {
	s := newServer(t)
	zipped := bomb(t, 200<<20)
	require.Less(t, len(zipped), 1<<20)
	for name, tc := range map[string]struct {
		body     func() io.Reader
		encoding string
	}{
		"Oversize": {func() io.Reader { return io.LimitReader(zeros{}, 20<<20+1) }, ""},
		"GzipBomb": {func() io.Reader { return io.MultiReader(bytes.NewReader(zipped)) }, "gzip"}, // chunked
	} {
		t.Run(name, func(t *testing.T) {
			told := 0
			growth := heapGrowth(func() {
				for range 5 {
					request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/v1/rum", tc.body())
					require.NoError(t, err)
					if tc.encoding != "" {
						request.Header.Set("Content-Encoding", tc.encoding)
					}
					response, err := http.DefaultClient.Do(request)
					if err != nil { // the connection ended while the client was still sending
						continue
					}
					told++
					assert.Equal(t, 413, response.StatusCode)
					_ = response.Body.Close()
				}
			})
			t.Logf("live heap grew by %d KiB; %d of 5 clients read the answer", growth>>10, told)
			assert.Positive(t, told)
			assert.Less(t, growth, int64(16<<20))
			status, _, _ := s.do(http.MethodPost, strings.NewReader(lcp(name, 1)), nil)
			assert.Equal(t, 200, status, "the server goes on")
		})
	}
}

func TestAcceptance02_AWrongKeyIsRefusedBeforeTheBodyIsRead(t *testing.T) {
	b := newBench(t, shop(nil))
	body := &meteredBody{Reader: bytes.NewReader(bomb(t, 64<<20))}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/rum?key=wrong", body)
	req.Header.Set("Content-Encoding", "gzip")
	response := httptest.NewRecorder()
	server, err := b.cfg.HTTP.ToServer(t.Context(), nil, b.settings.TelemetrySettings, b.handler, b.serverOptions()...)
	require.NoError(t, err)
	server.Handler.ServeHTTP(response, req)
	assert.Equal(t, 401, response.Code)
	assert.Zero(t, body.read, "not one byte, not even the header of the gzip stream")
}

func TestAcceptance03_AnyContentTypeIsTakenAndAForeignOriginIsNot(t *testing.T) {
	b := newBench(t, shop(nil))
	for i, contentType := range []string{"text/plain", "application/json; charset=utf-8", ""} {
		response, _ := b.request("/v1/rum/new-key", lcp(fmt.Sprint(i), 1), "", map[string]string{"Content-Type": contentType})
		assert.Equal(t, 200, response.Code, contentType)
	}
	response, _ := b.request("/v1/rum/new-key", lcp("x", 1), "", map[string]string{"Origin": "https://evil.example", "Content-Type": "text/plain"})
	assert.Equal(t, 403, response.Code)
}

func TestAcceptance04_RotatingAddressesAndInventedNamesCostNothing(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) {
		cfg.AddressLimit = AddressLimitConfig{RateLimitConfig: RateLimitConfig{EventsPerSecond: 1, Burst: 1}, MaxAddresses: 100}
		cfg.Metrics.MaxSeries = 50
	}))
	send := func(i int) int {
		body := strings.Replace(lcp(fmt.Sprint(i), 1), `"sessionId"`, fmt.Sprintf(`"tags":{"app":"app-%d"},"sessionId"`, i), 1)
		response, _ := b.request("/v1/rum", body, fmt.Sprintf("198.51.%d.%d:1", i/250, i%250), nil)
		return response.Code
	}
	allowed := 0
	growth := heapGrowth(func() {
		for i := range 10_000 {
			if send(i) == 200 {
				allowed++
			}
		}
	})
	b.logs.Reset()
	t.Logf("%d of 10000 addresses were served; live heap grew by %d KiB", allowed, growth>>10)
	assert.LessOrEqual(t, allowed, 100, "a new address inherits a spent bucket")
	assert.Equal(t, 100, b.gate.Stats().Addresses)
	assert.LessOrEqual(t, b.aggregate.Stats().Series, 3*50*4, "invented names end in the overflow series")
}

func TestAcceptance05_AfterAnErrorNothingIsDeliveredTwiceAndNothingLost(t *testing.T) {
	var delivered atomic.Int64
	outcomes := []error{errors.New("retry"), nil, consumererror.NewPermanent(errors.New("no")), nil}
	var calls atomic.Int64
	logs, err := newLogs(func(_ context.Context, ld plog.Logs) error {
		err := outcomes[int(calls.Add(1)-1)%len(outcomes)]
		if err == nil {
			delivered.Add(int64(ld.LogRecordCount()))
		}
		return err
	})
	require.NoError(t, err)
	b := newBench(t, withLogs(logs))
	var refused int64
	for i := range 40 {
		status := 503
		for try := 0; status == 503 && try < 5; try++ {
			status, _ = b.post(lcp(fmt.Sprint(i), 1000))
		}
		if status == 500 {
			refused++
		}
	}
	assert.Positive(t, refused)
	b.end()
	assert.Equal(t, 40-refused, delivered.Load())
	assert.Equal(t, 40-refused, b.count("browser.web_vital.lcp"), "the metrics hold what the logs accepted")
}

func TestAcceptance06_EveryEventIsAccountedFor(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) { cfg.Limits.MaxEvents = 8; cfg.Limits.MaxPages = 2 }))
	page := func(url string) string { return strings.Replace(lcpEvent(url, 1), "https://shop.example/", url, 1) }
	everyCause := []string{
		page("a"), page("b"),
		page("c"), // too_many_pages
		`7`,       // bad_event
		`{"type":"purchase","name":"x","value":1,"timestamp":1764000000000}`,                            // unknown_type
		`{"type":"metric","value":1,"timestamp":1764000000000}`,                                         // missing_name
		`{"type":"metric","name":"LCP","value":-1,"timestamp":1764000000000,"url":"a","sessionId":"s"}`, // bad_value
		`{"type":"metric","name":"LCP","value":1,"url":"a","sessionId":"s"}`,                            // bad_timestamp
		page("a"), // too_many_events
	}
	_, got := b.post("[" + strings.Join(everyCause, ",") + "]")
	assert.Equal(t, 2, got.Received)
	b.post("[" + strings.Join(everyCause, ",") + "]") // a retry
	reasons := map[string]bool{}
	for _, refusal := range got.Errors {
		assert.False(t, reasons[string(refusal.Reason)], "%s twice", refusal.Reason)
		reasons[string(refusal.Reason)] = true
	}
	assert.Len(t, reasons, 7, "each cause once")
	sent := int64(2 * len(everyCause))
	assert.Equal(t, sent, b.counter("events_received"))
	assert.Equal(t, sent, b.counter("events_emitted")+b.counter("events_refused")+b.counter("events_duplicate"))
	assert.EqualValues(t, 2, b.counter("events_duplicate"))
}

func TestAcceptance07_AMeasurementThatIsReportedFiveTimesCountsOnce(t *testing.T) {
	b := newBench(t)
	for value := range 4 {
		b.post(lcp("one", float64(1000+value)))
	}
	b.post(lcp("one", 1003)) // the same bytes: a retry
	b.end()
	assert.EqualValues(t, 1, b.count("browser.web_vital.lcp"))
}

func TestAcceptance08_WrongClocksKeepTheirOrderAndAreBounded(t *testing.T) {
	for name, wrong := range map[string]time.Duration{"Ahead": 2 * time.Hour, "Behind": -72 * time.Hour, "FarAhead": 10 * 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			t0 := noon.Add(wrong - time.Minute).UnixMilli()
			b.post(fmt.Sprintf(`{"v":1,"id":"x","t0":%d,"now":60000,"session":{"id":"s"},"pages":[{"id":"p","url":"u"}],
				"events":[{"k":"view","t":1000},{"k":"measure","t":2000,"n":"m","v":1}]}`, t0))
			records := b.records()
			first, second := records[0].Timestamp().AsTime(), records[1].Timestamp().AsTime()
			assert.Equal(t, time.Second, second.Sub(first), "order and distance stay")
			assert.Equal(t, noon.Add(-58*time.Second), second.In(time.UTC))
			skew, err := b.telemetry.GetMetric("otelcol_rum_receiver_clock_skew")
			require.NoError(t, err)
			assert.InDelta(t, -wrong.Seconds(), sumOfFloats(skew), 1, "the skew is published")
		})
	}
}

func TestAcceptance09_NoLogLineHoldsPayloadText(t *testing.T) {
	core, lines := observer.New(zap.DebugLevel)
	failing, err := newLogs(func(context.Context, plog.Logs) error { return errors.New("queue is full") })
	require.NoError(t, err)
	b := newBench(t, withLogs(failing), func(b *bench, _ *Config) { b.settings.Logger = zap.New(core) })
	const secret = "s3cret-payload-text"
	for _, body := range []string{
		lcp(secret, 1), "[" + secret, `{"v":1,"id":"` + secret + `"}`, `[{"type":"` + secret + `"}]`,
		`{"` + secret + `":`, strings.Repeat(secret, 1000),
	} {
		response := b.send(http.MethodPost, "/v1/rum", body, secret)
		assert.NotContains(t, response.Body.String(), secret, "nor does an answer")
	}
	for _, request := range recordings(t) {
		b.send(request.Method, request.Path, request.body, "")
	}
	for _, line := range lines.All() {
		text := line.Message + fmt.Sprint(line.ContextMap())
		assert.NotContains(t, text, secret)
		assert.NotContains(t, text, "jane.doe")
	}
}

func TestAcceptance10_NoPayloadCausesAConnection(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var connections atomic.Int64
	accepted := make(chan struct{})
	go func() {
		defer close(accepted)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			_ = connection.Close()
		}
	}()
	b := newBench(t)
	trap := "http://" + listener.Addr().String() + "/app.js"
	b.post(fmt.Sprintf(`[{"type":"error","name":"E","timestamp":%d,"url":%[2]q,"metadata":{"stack":"E\n at f (%[2]s:1:2)","filename":%[2]q,"referrer":%[2]q}},
		{"type":"resource","name":%[2]q,"value":1,"timestamp":%[1]d}]`, noon.UnixMilli(), trap))
	assert.Len(t, b.records(), 2)
	b.end()
	require.NoError(t, listener.Close())
	<-accepted
	assert.Zero(t, connections.Load())
}
