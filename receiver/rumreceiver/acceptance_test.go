package rumreceiver

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/encoding"
)

// These ten tests are the holes of ingest servers that stand in the open internet, each as a promise
// of ours.

// heapGrowth is how much more live heap there is after f than before.
func heapGrowth(f func()) int64 {
	before := liveHeap()
	f()
	return liveHeap() - before
}

// liveHeap is how many bytes are in use, without what is in pools: those outlive one collection.
func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// bombs are bodies below 1 MiB in each content encoding that become as much as their format can make of
// that, at least 16 MiB: mostly repetitions of one compressed mebibyte of zeros.
func bombs(t *testing.T) map[string][]byte {
	t.Helper()
	const piece = 1 << 20
	zeros := make([]byte, piece)
	of := func(newWriter func(io.Writer) io.WriteCloser) []byte {
		var out bytes.Buffer
		w := newWriter(&out)
		_, err := w.Write(zeros)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return out.Bytes()
	}
	gzipped := of(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	var deflated bytes.Buffer // one block that ends at a byte and can be repeated inside a stream
	w, err := flate.NewWriter(&deflated, flate.BestSpeed)
	require.NoError(t, err)
	_, err = w.Write(zeros)
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	zlib := append([]byte{0x78, 0x01}, bytes.Repeat(deflated.Bytes(), 180)...)
	framed := of(func(w io.Writer) io.WriteCloser { return snappy.NewBufferedWriter(w) })
	const stream = 10 // bytes of the stream identifier
	return map[string][]byte{
		"gzip":   bytes.Repeat(gzipped, 800),
		"x-gzip": bytes.Repeat(gzipped, 200),
		"zlib":   zlib, "deflate": zlib,
		"zstd": bytes.Repeat(of(func(w io.Writer) io.WriteCloser {
			encoder, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
			require.NoError(t, err)
			return encoder
		}), 2000),
		"lz4":             bytes.Repeat(of(func(w io.Writer) io.WriteCloser { return lz4.NewWriter(w) }), 200),
		"snappy":          snappy.Encode(nil, make([]byte, 20*piece)), // one copy of at most 64 bytes takes three
		"x-snappy-framed": append(framed[:stream:stream], bytes.Repeat(framed[stream:], 16)...),
	}
}

// everyEncoding makes the receiver take all that it can.
func everyEncoding(_ *bench, cfg *Config) { cfg.HTTP.CompressionAlgorithms = nil }

func TestAcceptance01_BombsAndOversizeEndIn413WithBoundedMemory(t *testing.T) {
	s := newServer(t, everyEncoding)
	attacks := bombs(t)
	require.Len(t, attacks, len(encoding.Decoders()), "an encoding without a bomb")
	attacks[""] = make([]byte, 20<<20+1)
	for name, body := range attacks {
		t.Run("Encoding"+name, func(t *testing.T) {
			require.True(t, name == "" || len(body) < 1<<20, "%d bytes", len(body))
			const clients = 5
			answered, reused := 0, 0
			var grown int64
			growth := heapGrowth(func() {
				grown = allocated(func() {
					for range clients {
						status, sameConnection := s.attack(body, name)
						if status == 0 { // the connection ended while the client was still sending
							continue
						}
						answered++
						assert.Equal(t, 413, status)
						if sameConnection {
							reused++
						}
					}
				})
			})
			t.Logf("%7d bytes: live heap grew by %5d KiB, each request allocated %5d KiB; %d of %d clients read the answer, %d on the same connection",
				len(body), growth>>10, grown/clients>>10, answered, clients, reused)
			assert.Less(t, growth, int64(1<<20))
			assert.Less(t, grown/clients, int64(32<<20))
			if name == "" {
				assert.Positive(t, answered)
			} else {
				assert.Equal(t, clients, answered)
			}
			if len(body) < 240<<10 { // what net/http reads of a body that nobody wanted
				assert.GreaterOrEqual(t, reused, clients-1, "the connection goes on")
			}
			status, _, _ := s.do(http.MethodPost, strings.NewReader(lcp(name, 1)), nil)
			assert.Equal(t, 200, status, "the server goes on")
		})
	}
}

// attack sends the body in chunks, without a length, and without a key. The status is 0 when the
// connection broke.
func (s *server) attack(body []byte, encoding string) (status int, sameConnection bool) {
	s.t.Helper()
	ctx := httptrace.WithClientTrace(s.t.Context(), &httptrace.ClientTrace{
		GotConn: func(connection httptrace.GotConnInfo) { sameConnection = connection.Reused },
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+"/v1/rum", io.MultiReader(bytes.NewReader(body)))
	require.NoError(s.t, err)
	if encoding != "" {
		request.Header.Set("Content-Encoding", encoding)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, false
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode, sameConnection
}

func TestAcceptance02_AWrongKeyIsRefusedBeforeTheBodyIsRead(t *testing.T) {
	for name, bomb := range bombs(t) {
		for _, path := range []string{"/v1/rum", "/v1/rum?key=wrong", "/v1/rum/wrong"} {
			b := newBench(t, shop(nil), everyEncoding)
			body := &meteredBody{Reader: bytes.NewReader(bomb)}
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
			req.Header.Set("Content-Encoding", name)
			response := httptest.NewRecorder()
			b.wholeServer().ServeHTTP(response, req)
			assert.Equal(t, 401, response.Code)
			assert.Contains(t, response.Body.String(), `"reason":"unauthorized"`)
			assert.Zero(t, body.read, "not one byte, not even the header of the %s stream", name)
		}
	}
	t.Run("OverTheNetworkTheServerGoesOn", func(t *testing.T) {
		s := newServer(t, shop(nil), everyEncoding)
		for name, bomb := range bombs(t) {
			growth := heapGrowth(func() {
				for range 5 {
					status, _ := s.attack(bomb, name)
					assert.Contains(t, []int{401, 0}, status)
				}
			})
			t.Logf("%s: live heap grew by %d KiB", name, growth>>10)
			assert.Less(t, growth, int64(4<<20))
			status, _, _ := s.do(http.MethodPost, strings.NewReader(lcp(name, 1)), map[string]string{"X-Api-Key": "new-key"})
			assert.Equal(t, 200, status)
		}
	})
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
	t.Run("Addresses", func(t *testing.T) {
		const remembered = 1000
		b := newBench(t, withConfig(func(cfg *Config) {
			cfg.AddressLimit = AddressLimitConfig{RateLimitConfig: RateLimitConfig{EventsPerSecond: 1, Burst: 1}, MaxAddresses: remembered}
		}))
		allowed := 0
		send := func(from string) {
			if response, _ := b.request("/v1/rum", lcp("same", 1), from, nil); response.Code == 200 {
				allowed++
			} else {
				assert.Equal(t, 429, response.Code)
			}
		}
		rotate := func(first, last int) {
			for i := first; i < last; i++ {
				send(fmt.Sprintf("198.51.%d.%d:1", i/250, i%250))
				send(fmt.Sprintf("[2001:db8:%x:%x::1]:1", i/60000, i%60000)) // a /64 each
			}
		}
		rotate(0, remembered)
		points := b.telemetryPoints()
		growth := heapGrowth(func() { rotate(remembered, remembered+10_001) })
		t.Logf("%d of 22002 addresses were served; live heap grew by %d KiB once %d were known", allowed, growth>>10, remembered)
		assert.Equal(t, remembered, allowed, "a new address inherits a spent bucket")
		assert.Equal(t, remembered, b.gate.Stats().Addresses)
		assert.Less(t, growth, int64(512<<10))
		assert.Equal(t, points, b.telemetryPoints(), "no address makes a series of our own metrics")
	})
	t.Run("NamesOfApplications", func(t *testing.T) {
		next, err := newLogs(func(context.Context, plog.Logs) error { return nil })
		require.NoError(t, err)
		b := newBench(t, withLogs(next), withConfig(func(cfg *Config) {
			cfg.Metrics.MaxSeries, cfg.Metrics.MaxNames, cfg.Retries.MaxBatches, cfg.Routes.MaxTemplates = 50, 20, 500, 100
		}))
		invent := func(first, last int) {
			for i := first; i < last; i++ {
				body := fmt.Sprintf(`{"v":1,"id":"%[1]d","t0":%[2]d,"now":0,"app":{"name":"app-%[1]d","version":"%[1]d","env":"env-%[1]d"},"session":{"id":"s-%[1]d"},
					"pages":[{"id":"page-%[1]d","url":"https://shop.example/path-%[1]d","type":"type-%[1]d"}],"events":[
					{"k":"session","t":1},{"k":"view","t":1},{"k":"measure","n":"name-%[1]d","u":"unit-%[1]d","v":1,"t":1},{"k":"action","n":"name-%[1]d","v":1,"t":1},
					{"k":"error","n":"Error-%[1]d","m":"m","t":1},{"k":"resource","u":"/%[1]d","it":"type-%[1]d","v":1,"t":1},{"k":"task","v":60,"t":1}]}`, i, noon.UnixMilli())
				status, got := b.post(body)
				require.Equal(t, 200, status)
				require.Equal(t, 7, got.Received, got)
			}
		}
		invent(0, 1000)
		b.aggregate.Collect(noon)
		points, series := b.telemetryPoints(), b.aggregate.Stats().Series
		growth := heapGrowth(func() { invent(1000, 11_000) })
		t.Logf("live heap grew by %d KiB over 10000 invented applications, pages and names; %d series", growth>>10, series)
		assert.Less(t, growth, int64(1<<20))
		assert.Equal(t, series, b.aggregate.Stats().Series, "invented names end in the overflow series")
		assert.LessOrEqual(t, series, 7*(50+1), "of seven metrics")
		assert.Equal(t, points, b.telemetryPoints())
	})
	t.Run("WhateverElseARequestHas", func(t *testing.T) {
		b := newBench(t, shop(nil))
		whole := b.wholeServer()
		send := func(i int) {
			method := []string{http.MethodPost, http.MethodGet, fmt.Sprintf("METHOD%d", i)}[i%3]
			path := []string{"/v1/rum/new-key", "/v1/rum", fmt.Sprintf("/path/%d", i), fmt.Sprintf("/v1/rum?key=%d", i)}[i%4]
			req := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(lcp("same", 1)))
			req.Host = fmt.Sprintf("host-%d.example:%d", i, 1+i)
			for header, value := range map[string]string{
				"Origin": []string{"", "https://www.shop.example", fmt.Sprintf("https://%d.example", i)}[i%3], "User-Agent": fmt.Sprintf("Agent-%d/%d.0", i, i),
				"Content-Type": fmt.Sprintf("type/%d", i), "X-Forwarded-Proto": fmt.Sprintf("proto%d", i), "Traceparent": fmt.Sprintf("00-%032x-%016x-01", i+1, i+1),
			} {
				if value != "" {
					req.Header.Set(header, value)
				}
			}
			whole.ServeHTTP(httptest.NewRecorder(), req)
		}
		for i := range 120 {
			send(i)
		}
		points := b.telemetryPoints()
		for i := range 3000 {
			send(120 + i)
		}
		assert.Equal(t, points, b.telemetryPoints())
		t.Logf("%d points of our own metrics, before and after", points)
	})
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
	assert.EqualValues(t, 40, b.count("browser.web_vital.lcp"), "the metrics hold each once, whatever the logs pipeline made of it")
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
	logging, lines := observed()
	failing, err := newLogs(func(context.Context, plog.Logs) error { return errors.New("queue is full") })
	require.NoError(t, err)
	b := newBench(t, withLogs(failing), logging)
	const secret = "s3cret-payload-text"
	for _, body := range []string{
		lcp(secret, 1), "[" + secret, `{"v":1,"id":"` + secret + `"}`, `[{"type":"` + secret + `"}]`,
		`{"` + secret + `":`, strings.Repeat(secret, 1000),
	} {
		response := b.send(http.MethodPost, "/v1/rum", body, secret)
		assert.NotContains(t, response.Body.String(), secret, "nor does an answer")
	}
	for _, request := range recordings(t, "*") {
		b.send(request.Method, request.target(), request.body, "")
		b.send(request.Method, "/v1/rum", request.body, "")
	}
	text := logged(lines)
	assert.NotContains(t, text, secret)
	for _, planted := range plantedInCaptures {
		assert.NotContains(t, text, planted)
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
