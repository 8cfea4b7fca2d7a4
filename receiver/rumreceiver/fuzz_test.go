package rumreceiver

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap/zaptest/observer"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/scrub"
)

// marker stands in every seed, wherever a stranger may write something.
const marker = "planted-5c1e"

// answerable are the statuses that the server may answer with, and whether such an answer names its
// reason.
var answerable = map[int]bool{
	200: false, 202: false, 204: false, 304: false,
	400: true, 401: true, 403: true, 404: true, 405: true, 413: true, 415: true, 429: true, 500: true, 503: true,
}

// closedReasons are all there are.
var closedReasons = []beacon.Reason{
	beacon.ReasonMethod, beacon.ReasonPath, beacon.ReasonUnauthorized, beacon.ReasonOrigin, beacon.ReasonRateLimited, beacon.ReasonBusy,
	beacon.ReasonTooLarge, beacon.ReasonEncoding, beacon.ReasonReadTimeout, beacon.ReasonIncomplete, beacon.ReasonEmptyBody, beacon.ReasonBadJSON, beacon.ReasonTooDeep,
	beacon.ReasonFormat, beacon.ReasonVersion, beacon.ReasonBadBatch, beacon.ReasonTooManyEvents, beacon.ReasonTooManyPages,
	beacon.ReasonBadEvent, beacon.ReasonUnknownType, beacon.ReasonMissingName, beacon.ReasonBadValue, beacon.ReasonBadTimestamp,
	beacon.ReasonUnavailable, beacon.ReasonThrottled, beacon.ReasonInvalid, beacon.ReasonUnauthenticated, beacon.ReasonDenied, beacon.ReasonUnsupported,
	beacon.ReasonPermanent, beacon.ReasonInternal, beacon.ReasonNoValidEvent, beacon.ReasonUnknownEncoding,
}

// fuzzed is one request, as the fuzzer makes it up.
type fuzzed struct {
	closed                                                      bool // to the receiver with applications
	fault                                                       byte // what the pipeline answers
	method, target, encoding, origin, key, forwarded, agent, ct string
	body                                                        []byte
}

// request is what net/http makes of it; nil when it would not come past net/http.
func (f *fuzzed) request() *http.Request {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\n", f.method, f.target)
	for name, value := range map[string]string{
		"Content-Encoding": f.encoding, "Origin": f.origin, "X-Api-Key": f.key, "X-Forwarded-For": f.forwarded, "Forwarded": f.forwarded,
		"User-Agent": f.agent, "Sec-Ch-Ua": f.agent, "Sec-Ch-Ua-Platform": f.agent, "Content-Type": f.ct,
	} {
		if value != "" {
			head += name + ": " + value + "\r\n"
		}
	}
	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head + "\r\n")))
	if err != nil {
		return nil
	}
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(f.body)), int64(len(f.body))
	if f.fault%2 == 1 {
		request.ContentLength = -1 // in chunks
	}
	request.RemoteAddr = "192.0.2.1:1"
	return request
}

// fuzzBench is a receiver that looks at everything that it emits.
type fuzzBench struct {
	*bench
	whole   http.Handler
	lines   *observer.ObservedLogs
	fault   byte
	records int
	errs    []error
}

func newFuzzBench(f *testing.F, closed bool) *fuzzBench {
	b := &fuzzBench{}
	logging, lines := observed()
	logs, err := newLogs(func(_ context.Context, logs plog.Logs) error { return b.consume(logs) })
	require.NoError(f, err)
	b.lines = lines
	b.bench = newBench(f, logging, withLogs(logs), everyEncoding, withConfig(func(cfg *Config) {
		cfg.Metrics.Temporality, cfg.Metrics.Tags = aggregate.Delta, []string{"plan"}
		cfg.TrustedProxies = []string{"192.0.2.0/24"}
		cfg.Privacy.ClientAddress, cfg.Privacy.AllowedQueryParameters = "truncate", []string{"page"}
		cfg.Routes.Templates = []string{"/product/{id}", "/docs/**"}
		cfg.Protocols.turnOn("web_vitals")
		cfg.Protocols.turnOn("otlp")
		cfg.Protocols.turnOn("faro")
		cfg.Protocols.turnOn("datadog")
		cfg.Protocols.turnOn("elastic")
		cfg.Protocols.turnOn("sentry")
		cfg.Protocols.turnOn("boomerang")
		if closed {
			cfg.Applications = []ApplicationConfig{{
				Name: "shop", Keys: []configopaque.String{"k"}, AllowedOrigins: []string{"https://*.shop.example"},
			}}
			cfg.Limits = LimitsConfig{MaxEvents: 8, MaxPages: 2, MaxAttributes: 3, MaxStringLength: 16, MaxURLLength: 32, MaxStackLength: 64, MaxStackFrames: 2}
			cfg.HTTP.MaxRequestBodySize = 16 << 10
		}
	}))
	b.whole = b.wholeServer()
	return b
}

func (b *fuzzBench) consume(logs plog.Logs) error {
	b.errs = append(b.errs, faultsOfLogs(logs, b.cfg)...)
	switch b.fault % 8 {
	case 4:
		return errors.New("queue is full")
	case 5:
		return consumererror.NewPermanent(errors.New("refused"))
	case 6:
		panic("a bug")
	}
	b.records += logs.LogRecordCount()
	return nil
}

// faultsOfLogs looks at what a pipeline is given.
func faultsOfLogs(logs plog.Logs, cfg *Config) (errs []error) {
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if size := int64(new(plog.ProtoMarshaler).LogsSize(logs)); size > maxExpansion*cfg.HTTP.MaxRequestBodySize {
		fault("%d bytes of records", size)
	}
	for _, resource := range logs.ResourceLogs().All() {
		errs = append(errs, faultsOfAttributes(resource.Resource().Attributes(), cfg)...)
		for _, scope := range resource.ScopeLogs().All() {
			if n := scope.LogRecords().Len(); n == 0 || n > cfg.Limits.MaxEvents {
				fault("%d records", n)
			}
			for _, record := range scope.LogRecords().All() {
				errs = append(errs, faultsOfAttributes(record.Attributes(), cfg)...)
				if at := record.Timestamp().AsTime(); at.After(noon) || at.Before(noon.Add(-24*time.Hour)) {
					fault("a time of %s", at)
				}
				if record.EventName() != "" && record.SeverityNumber() == 0 {
					fault("an event without severity")
				}
			}
		}
	}
	return errs
}

// ownAttributes is more than a record or resource has besides free attributes and tags.
const ownAttributes = 50

func faultsOfAttributes(attributes pcommon.Map, cfg *Config) (errs []error) {
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if n := attributes.Len(); n > ownAttributes+2*cfg.Limits.MaxAttributes {
		fault("%d attributes", n)
	}
	keys := make(map[string]bool, attributes.Len())
	for key, value := range attributes.All() {
		if keys[key] {
			fault("%q stands twice", key)
		}
		keys[key] = true
		// A header has 512 bytes, and what is redacted becomes a little longer. A URL may be joined of two.
		longest := 2*max(cfg.Limits.MaxStringLength, cfg.Limits.MaxURLLength, cfg.Limits.MaxStackLength) + 512
		if text := value.AsString(); !utf8.ValidString(key) || !utf8.ValidString(text) || len(key)+len(text) > longest {
			fault("%q: %q", key, text)
		} else if scrub.Clean(key) != key || scrub.Clean(text) != text {
			fault("%q: %q holds a control character", key, text)
		}
		if value.Type() == pcommon.ValueTypeDouble && !finite(value.Double()) {
			fault("%q is %v", key, value.Double())
		}
	}
	return errs
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// faultsOfMetrics looks at what the metrics pipeline is given.
func faultsOfMetrics(metrics pmetric.Metrics, cfg *Config) (errs []error) {
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, resource := range metrics.ResourceMetrics().All() {
		errs = append(errs, faultsOfAttributes(resource.Resource().Attributes(), cfg)...)
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				switch metric.Type() {
				case pmetric.MetricTypeHistogram:
					for _, point := range metric.Histogram().DataPoints().All() {
						errs = append(errs, faultsOfAttributes(point.Attributes(), cfg)...)
						if !finite(point.Sum()) || point.Sum() < 0 || point.Count() == 0 {
							fault("%s: sum %v of %d", metric.Name(), point.Sum(), point.Count())
						}
					}
				case pmetric.MetricTypeSum:
					for _, point := range metric.Sum().DataPoints().All() {
						errs = append(errs, faultsOfAttributes(point.Attributes(), cfg)...)
						if point.IntValue() <= 0 {
							fault("%s: %d", metric.Name(), point.IntValue())
						}
					}
				default:
					fault("%s is a %s", metric.Name(), metric.Type())
				}
			}
		}
	}
	return errs
}

// books are the receiver's own counters of events.
type books struct{ received, emitted, refused, duplicate int64 }

func (b *bench) books() (all books) {
	b.t.Helper()
	var collected metricdata.ResourceMetrics
	require.NoError(b.t, b.telemetry.Reader.Collect(context.Background(), &collected))
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch strings.TrimPrefix(m.Name, "otelcol_rum_receiver_events_") {
			case "received":
				all.received = sumOf(m)
			case "emitted":
				all.emitted = sumOf(m)
			case "refused":
				all.refused = sumOf(m)
			case "duplicate":
				all.duplicate = sumOf(m)
			}
		}
	}
	return all
}

func FuzzHandler(f *testing.F) {
	for _, seed := range handlerSeeds(f) {
		f.Add(seed.closed, seed.fault, seed.method, seed.target, seed.encoding, seed.origin, seed.key, seed.forwarded, seed.agent, seed.ct, seed.body)
	}
	receivers := map[bool]*fuzzBench{false: newFuzzBench(f, false), true: newFuzzBench(f, true)}
	f.Fuzz(func(t *testing.T, closed bool, fault byte, method, target, encoding, origin, key, forwarded, agent, ct string, body []byte) {
		in := fuzzed{closed, fault, method, target, encoding, origin, key, forwarded, agent, ct, body}
		request := in.request()
		if request == nil {
			t.Skip("not a request")
		}
		b := receivers[closed]
		b.t = t
		before := b.books()
		b.fault, b.records, b.errs = fault, 0, nil

		began := time.Now()
		response := httptest.NewRecorder()
		b.whole.ServeHTTP(response, request)
		require.Less(t, time.Since(began), time.Minute)

		b.errs = append(b.errs, faultsOfMetrics(b.aggregate.CollectAll(noon).Metrics, b.cfg)...)
		require.NoError(t, errors.Join(b.errs...))
		b.checkAnswer(response, before)
		require.Zero(t, b.gate.Stats().Concurrent)
		for _, line := range b.lines.TakeAll() {
			require.NotContains(t, line.Message+fmt.Sprint(line.ContextMap()), marker)
		}
	})
}

// rejectedOf is how many records an answer of OTLP says were rejected; ok is false for any other answer.
func rejectedOf(response *httptest.ResponseRecorder) (rejected int64, ok bool) {
	said := plogotlp.NewExportResponse()
	switch {
	case response.Code != http.StatusOK:
	case response.Header().Get("Content-Type") == contentTypeProtobuf:
		ok = said.UnmarshalProto(response.Body.Bytes()) == nil
	case response.Code == http.StatusOK && strings.Contains(response.Body.String(), "partialSuccess"):
		ok = said.UnmarshalJSON(response.Body.Bytes()) == nil
	}
	return said.PartialSuccess().RejectedLogRecords(), ok
}

// reasonOfStatus is the one of a refusal in the words of OTLP; ok is false for any other answer.
func reasonOfStatus(response *httptest.ResponseRecorder) (reason beacon.Reason, ok bool) {
	var said rpc.Status
	switch body := response.Body.Bytes(); response.Header().Get("Content-Type") {
	case contentTypeProtobuf:
		ok = response.Code != http.StatusOK && proto.Unmarshal(body, &said) == nil
	case protocol.ContentTypeJSON:
		ok = protojson.Unmarshal(body, &said) == nil && said.GetCode() != 0
	}
	text, _, _ := strings.Cut(said.GetMessage(), ": ")
	return beacon.Reason(text), ok
}

// checkAnswer holds the answer against what it may be, and the books against the answer.
func (b *fuzzBench) checkAnswer(response *httptest.ResponseRecorder, before books) {
	t := b.t
	named, known := answerable[response.Code]
	require.True(t, known, "status %d", response.Code)
	headers := response.Header().Clone()
	headers.Del("Access-Control-Allow-Origin") // an allowed origin is said so
	require.NotContains(t, response.Body.String()+fmt.Sprint(headers), marker)

	now := b.books()
	require.Equal(t, now.received, now.emitted+now.refused+now.duplicate)
	if rejected, ok := rejectedOf(response); ok {
		require.LessOrEqual(t, rejected, now.refused-before.refused)
		require.Equal(t, now.emitted == before.emitted, b.records == 0)
		return
	}
	if reason, ok := reasonOfStatus(response); ok {
		require.True(t, named)
		require.Contains(t, closedReasons, reason)
		require.Equal(t, before.emitted, now.emitted)
		return
	}
	if response.Code == http.StatusNoContent && now.received > before.received { // as boomerang asks
		require.Equal(t, now.emitted == before.emitted, b.records == 0)
		return
	}
	if response.Header().Get("Content-Type") != "application/json" { // the client, or a preflight
		require.False(t, named, response.Body.String())
		require.Equal(t, before, now)
		return
	}
	var a answer
	require.NoError(t, json.Unmarshal(response.Body.Bytes(), &a))
	require.Equal(t, named, a.Reason != "")
	require.Equal(t, named, a.Error != "")
	for _, refusal := range append(a.Errors, eventError{Reason: a.Reason}) {
		require.True(t, refusal.Reason == "" || slices.Contains(closedReasons, refusal.Reason), refusal.Reason)
	}
	if response.Code == 429 || response.Code == 503 {
		require.NotEmpty(t, response.Header().Get("Retry-After"))
	}
	if response.Code != 200 && response.Code != 202 {
		require.Zero(t, a.Received)
		require.Equal(t, before.emitted, now.emitted)
		require.Zero(t, b.records)
		return
	}
	require.EqualValues(t, a.Rejected, now.refused-before.refused)
	if a.Duplicate {
		require.Equal(t, before.emitted, now.emitted)
		require.Zero(t, b.records)
		return
	}
	emitted := now.emitted - before.emitted
	require.EqualValues(t, a.Received, emitted+now.duplicate-before.duplicate) // a view of Datadog may have been reported before
	require.LessOrEqual(t, b.records, 8*int(emitted))                          // a view with its page load and vitals
	require.Equal(t, emitted == 0, b.records == 0)
}

// handlerSeeds are all bodies of the corpus, each with the marker in it, and requests that try what else
// there is.
func handlerSeeds(f *testing.F) (seeds []fuzzed) {
	post := fuzzed{method: http.MethodPost, target: "/v1/rum?key=k&x=" + marker, origin: "https://" + marker + ".shop.example", agent: chrome + " " + marker, ct: "text/plain"}
	with := func(change func(*fuzzed)) {
		seed := post
		change(&seed)
		seeds = append(seeds, seed)
	}
	for _, golden := range goldens(f, "beacon/*/beacon.json", "beacon/reject/*/beacon.json", "array/*/array.json") {
		body := planted([]byte(golden))
		with(func(s *fuzzed) { s.body = body })
		with(func(s *fuzzed) { s.body, s.closed = body, true })
	}
	for i, request := range recordings(f, "*") {
		with(func(s *fuzzed) {
			s.body, s.closed, s.agent, s.ct = planted([]byte(request.body)), i%2 == 0, request.Headers["user-agent"], request.Headers["content-type"]
		})
	}
	for i, request := range recordings(f, "web-vitals*") {
		with(func(s *fuzzed) {
			s.target, s.body, s.closed = "/v1/web-vitals?key=k", planted([]byte(request.body)), i%2 == 0
		})
	}
	for i, request := range recordings(f, "otel") {
		for _, body := range []string{request.body, binaryOf(f, request.body)} {
			with(func(s *fuzzed) { s.target, s.body, s.closed = "/v1/logs?key=k", planted([]byte(body)), i%2 == 0 })
		}
	}
	for i, request := range recordings(f, "faro") {
		with(func(s *fuzzed) {
			s.target, s.body, s.closed = "/faro/collect?key=k", planted([]byte(request.body)), i%2 == 0
		})
	}
	for i, request := range recordings(f, "elastic") {
		with(func(s *fuzzed) {
			s.target, s.body, s.closed = "/intake/v3/rum/events?key=k", planted([]byte(request.plain(f))), i%2 == 0
		})
	}
	for i, request := range recordings(f, "boomerang") {
		with(func(s *fuzzed) {
			s.target, s.body, s.closed = "/boomerang?key=k", planted([]byte(request.body)), i%2 == 0
		})
	}
	for i, request := range queries(f) {
		with(func(s *fuzzed) {
			s.method, s.target, s.body, s.closed = http.MethodGet, boomerangTarget(request)+"&key=k", nil, i%2 == 0
		})
	}
	for i, request := range recordings(f, "datadog") {
		with(func(s *fuzzed) {
			s.target, s.body, s.closed = datadogTarget(request)+"&key=k", planted([]byte(request.body)), i%2 == 0
		})
	}
	for i, request := range recordings(f, "sentry") {
		with(func(s *fuzzed) {
			s.target, s.body, s.closed = "/api/42/envelope/?sentry_key=k", planted([]byte(request.body)), i%2 == 0
		})
		with(func(s *fuzzed) {
			s.target, s.body, s.closed = "/api/"+marker+"/envelope/", bytes.Replace([]byte(request.body), []byte("abcdef0123456789abcdef0123456789"), []byte("k"), 1), true
		})
	}
	long := strings.Repeat(marker+" ", 100)
	for _, body := range []string{
		"[" + errorEvent(`"message":"`+long+`","stack":"`+strings.ReplaceAll(long, " ", `\n`)+`","a":1,"b":"`+long+`","a":{"b":{"c":{"d":1}},"`+long+`":2},"a":2,"a.b.c":3`) + "]",
		strings.Replace(lcp(long, 1), `"sessionId"`, `"tags":{"plan":"`+long+`","`+long+`":1,"plan":[],"app":true},"sessionId"`, 1),
		strings.Replace(lcp(marker, 1), "shop.example/", "shop.example/\xff\xed\xa0\x80?email="+marker+"&"+long, 1),
		batch(marker, `{"k":"budget","n":"LCP","v":1e308,"b":-1e308,"t":1},{"k":"measure","n":"m","v":-1e308,"t":1e300},{"k":"resource","u":"/`+long+`","v":1,"t":-1,"trace":"00-`+long+`"}`),
		`[{"type":"navigation","name":"nav_dns","value":1e308,"timestamp":1},{"type":"navigation","name":"nav_dns","value":-0,"timestamp":9e15}]`,
	} {
		with(func(s *fuzzed) { s.body = []byte(body) })
		with(func(s *fuzzed) { s.body, s.closed = []byte(body), true })
	}
	body := planted([]byte(lcp("x", 1200)))
	for fault := range byte(8) {
		with(func(s *fuzzed) {
			s.fault, s.body = fault, bytes.Replace(body, []byte("1200"), fmt.Append(nil, fault), 1)
		})
	}
	for encoding, encoded := range map[string][]byte{
		"gzip": gzipped(f, body), "": gzipped(f, body), "zstd": zstandard(f, body), "snappy": snappy.Encode(nil, body), "lz4": {0x04, 0x22, 0x4d, 0x18}, marker: body,
		"zlib": {0x78, 0x9c}, "x-snappy-framed": []byte("\xff\x06\x00\x00sNaPpY"),
	} {
		with(func(s *fuzzed) { s.encoding, s.body = encoding, encoded })
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodOptions, marker} {
		for _, target := range []string{"/v1/rum", "/rum.js", "/" + marker, "//" + marker + "/../x", "/v1/rum/" + marker, "/api/rum/collect/k", "http://" + marker + "/v1/rum", "*"} {
			with(func(s *fuzzed) { s.method, s.target, s.closed, s.body = method, target, method == http.MethodPut, body })
		}
	}
	for _, forwarded := range []string{"198.51.100.1, " + marker, "for=\"[2001:db8::1]:1\";by=" + marker, strings.Repeat("192.0.2.1,", 300)} {
		with(func(s *fuzzed) { s.forwarded, s.body = forwarded, body })
	}
	for _, key := range []string{"", "k", marker, strings.Repeat("k", 300)} {
		with(func(s *fuzzed) { s.target, s.key, s.closed, s.body = "/v1/rum", key, true, body })
	}
	return seeds
}

// planted has the marker in the names of hosts and applications, and so in URLs, stacks, tags and messages.
func planted(body []byte) []byte {
	for _, place := range []string{"shop", "localhost"} {
		body = bytes.ReplaceAll(body, []byte(place), []byte(place+"-"+marker))
	}
	return body
}

func gzipped(f testing.TB, plain []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(plain)
	require.NoError(f, err)
	require.NoError(f, w.Close())
	return out.Bytes()
}

func zstandard(f testing.TB, plain []byte) []byte {
	encoder, err := zstd.NewWriter(nil)
	require.NoError(f, err)
	return encoder.EncodeAll(plain, nil)
}
