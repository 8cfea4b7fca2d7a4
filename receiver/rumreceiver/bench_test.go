package rumreceiver

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/native"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// The batch of ten events that performance figures are quoted for, in both forms: 5 vitals, 3
// resources, an exception with a stack, a click or interaction.
const (
	benchArray = testdata + "/bench/array.json"
	benchBatch = testdata + "/bench/beacon.json"
	benchSize  = 10
)

// decodeNative is a decoder that is made once.
var decodeNative = func() func([]byte) ([]beacon.Beacon, error) {
	decode := native.Protocol().New(nil)
	return func(body []byte) ([]beacon.Beacon, error) {
		return decode(protocol.Facts{}, body, beacon.DefaultLimits())
	}
}()

// decodeAndTranslate is the path from bytes to pdata; a nil enricher leaves out what the receiver
// adds and takes away in between.
func decodeAndTranslate(b *testing.B, enricher *enrich.Enricher, body []byte) plog.Logs {
	beacons, err := decodeNative(body)
	if err != nil || len(beacons) != 1 || len(beacons[0].Events) != benchSize {
		b.Fatal(len(beacons), err)
	}
	decoded := &beacons[0]
	beacon.Validate(decoded)
	if enricher != nil {
		enricher.Enrich(decoded, enrich.Sender{UserAgent: chrome}, noon)
	}
	return translate.Logs(decoded, translate.Settings{EventNameAttribute: true}, noon)
}

// benchBodies are the same ten events in the native forms, and as the otlp receiver takes them.
func benchBodies(b *testing.B, enricher *enrich.Enricher) map[string][]byte {
	array, err := os.ReadFile(benchArray)
	require.NoError(b, err)
	batch, err := os.ReadFile(benchBatch)
	require.NoError(b, err)
	logs := decodeAndTranslate(b, enricher, array)
	asJSON, err := new(plog.JSONMarshaler).MarshalLogs(logs)
	require.NoError(b, err)
	asProto, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(b, err)
	return map[string][]byte{"native-array": array, "native-batch": batch, "otlp-json": asJSON, "otlp-protobuf": asProto}
}

// BenchmarkDecodeAndTranslate compares the way from a body of ten events to pdata: both native forms,
// bare and enriched, and what the otlp receiver does with the same records as OTLP JSON and protobuf. The
// best time of each is what the gates compare: whatever else the machine does can only add.
func BenchmarkDecodeAndTranslate(b *testing.B) {
	enricher, err := enrich.New(enrich.Settings{})
	require.NoError(b, err)
	defer enricher.Close()
	bodies := benchBodies(b, enricher)
	for name, run := range map[string]func(){
		"native-array":          func() { decodeAndTranslate(b, nil, bodies["native-array"]) },
		"native-batch":          func() { decodeAndTranslate(b, nil, bodies["native-batch"]) },
		"native-array-enriched": func() { decodeAndTranslate(b, enricher, bodies["native-array"]) },
		"native-batch-enriched": func() { decodeAndTranslate(b, enricher, bodies["native-batch"]) },
		"otlp-json":             func() { mustUnmarshal(b, new(plog.JSONUnmarshaler), bodies["otlp-json"]) },
		"otlp-protobuf":         func() { mustUnmarshal(b, new(plog.ProtoUnmarshaler), bodies["otlp-protobuf"]) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			best := time.Duration(math.MaxInt64)
			for b.Loop() {
				began := time.Now()
				run()
				best = min(best, time.Since(began))
			}
			b.ReportMetric(float64(best.Nanoseconds()), "best-ns/op")
			perEvent(b)
		})
	}
}

// foreign are protocols and where recordings of their SDKs are sent.
var foreign = map[string]struct {
	sdk    string
	target func(recorded) string
}{
	"web_vitals": {"web-vitals-batch", func(recorded) string { return "/v1/web-vitals" }},
	"otlp":       {"otel", func(recorded) string { return "/v1/logs" }},
	"faro":       {"faro", func(recorded) string { return "/faro/collect" }},
	"datadog":    {"datadog", datadogTarget},
	"elastic":    {"elastic", func(r recorded) string { return r.Path }},
	"boomerang":  {"boomerang", boomerangTarget},
	"sentry":     {"sentry", func(recorded) string { return "/api/42/envelope/" }},
}

// BenchmarkDecodeForeign compares, for a recorded visit by each SDK, the way from its bodies to pdata with what the otlp
// receiver does with the same records as OTLP JSON.
func BenchmarkDecodeForeign(b *testing.B) {
	for _, p := range all.Protocols() {
		visit, ok := foreign[p.Name]
		if !ok {
			continue
		}
		decode, requests := p.New(p.DefaultPaths), recordings(b, visit.sdk)
		var asJSON, bodies [][]byte
		for _, request := range requests {
			bodies = append(bodies, []byte(request.plain(b)))
		}
		run := func(keep bool) {
			for i, request := range requests {
				path, query, _ := strings.Cut(visit.target(request), "?")
				facts := protocol.Facts{Method: request.Method, Path: path, Query: query, Header: http.Header{}}
				beacons, err := decode(facts, bodies[i], beacon.DefaultLimits())
				require.NoError(b, err)
				for i := range beacons {
					logs := translate.Logs(&beacons[i], translate.Settings{EventNameAttribute: true}, noon)
					if keep && logs.LogRecordCount() > 0 {
						text, err := new(plog.JSONMarshaler).MarshalLogs(logs)
						require.NoError(b, err)
						asJSON = append(asJSON, text)
					}
				}
			}
		}
		run(true)
		bestOf(b, p.Name, func() { run(false) })
		bestOf(b, p.Name+"-otlp-json", func() {
			for _, body := range asJSON {
				mustUnmarshal(b, new(plog.JSONUnmarshaler), body)
			}
		})
	}
}

// bestOf runs a benchmark and reports its best time.
func bestOf(b *testing.B, name string, run func()) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		best := time.Duration(math.MaxInt64)
		for b.Loop() {
			began := time.Now()
			run()
			best = min(best, time.Since(began))
		}
		b.ReportMetric(float64(best.Nanoseconds()), "best-ns/op")
	})
}

func mustUnmarshal(b *testing.B, unmarshaler plog.Unmarshaler, body []byte) {
	if _, err := unmarshaler.UnmarshalLogs(body); err != nil {
		b.Fatal(err)
	}
}

func perEvent(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSize, "ns/event")
}

// BenchmarkHandler is the whole request without HTTP: accepted, with logs and metrics on, and refused
// for reasons of rising cost. The first ones are settled before the body is read.
func BenchmarkHandler(b *testing.B) {
	batch, err := os.ReadFile(benchBatch)
	require.NoError(b, err)
	handler := benchHandler(b)
	const ids = "b%08d"
	batch = bytes.Replace(batch, []byte(`"b1"`), fmt.Appendf(nil, `"`+ids+`"`, 0), 1)
	fresh := bytes.Index(batch, fmt.Appendf(nil, ids, 0))
	require.Positive(b, fresh)
	number := 0
	for _, test := range []struct {
		name, method, path string
		body               []byte
		status             int
	}{
		{"accepted", http.MethodPost, "/v1/rum?key=open", batch, http.StatusOK},
		{"method", http.MethodPut, "/v1/rum?key=open", batch, http.StatusMethodNotAllowed},
		{"path", http.MethodPost, "/", batch, http.StatusNotFound},
		{"declared-size", http.MethodPost, "/v1/rum?key=open", make([]byte, 2<<20), http.StatusRequestEntityTooLarge},
		{"key", http.MethodPost, "/v1/rum?key=wrong", batch, http.StatusUnauthorized},
		{"origin", http.MethodPost, "/v1/rum?key=elsewhere", batch, http.StatusForbidden},
		{"rate", http.MethodPost, "/v1/rum?key=spent", batch, http.StatusTooManyRequests},
		{"empty", http.MethodPost, "/v1/rum?key=open", nil, http.StatusBadRequest},
		{"broken-body", http.MethodPost, "/v1/rum?key=open", batch[:len(batch)/2], http.StatusBadRequest},
		{"duplicate", http.MethodPost, "/v1/rum?key=open", slices.Clone(batch), http.StatusOK},
	} {
		request := httptest.NewRequestWithContext(b.Context(), test.method, test.path, bytes.NewReader(test.body))
		request.Header.Set("Origin", "https://shop.example")
		request.Header.Set("User-Agent", chrome)
		reader := bytes.NewReader(nil)
		request.Body = io.NopCloser(reader)
		answer := discarded{header: http.Header{}}
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if test.name == "accepted" {
					number++
					copy(batch[fresh:], fmt.Appendf(nil, ids, number))
				}
				reader.Reset(test.body)
				clear(answer.header)
				handler.ServeHTTP(&answer, request)
			}
			require.Equal(b, test.status, answer.status)
		})
	}
}

// BenchmarkVisit is the whole request without HTTP for a visit as pages really send it, with logs and metrics on.
func BenchmarkVisit(b *testing.B) {
	handler := benchHandler(b)
	number := 0
	for _, events := range []int{1, 10, 100} {
		for _, form := range []string{"array", "batch"} {
			body := visitBody{events}.bodies(b)["native-"+form]
			parts := strings.Split(string(body), visitID)
			b.Run(fmt.Sprintf("%s/events=%d", form, events), func(b *testing.B) {
				request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/rum?key=open", nil)
				request.Header.Set("Origin", "https://shop.example")
				request.Header.Set("User-Agent", chrome)
				reader := bytes.NewReader(nil)
				request.Body = io.NopCloser(reader)
				answer := discarded{header: http.Header{}}
				b.ReportAllocs()
				best := time.Duration(math.MaxInt64)
				for b.Loop() {
					number++
					body = body[:0]
					for i, part := range parts {
						if i > 0 {
							body = fmt.Appendf(body, "%012d", number)
						}
						body = append(body, part...)
					}
					reader.Reset(body)
					clear(answer.header)
					began := time.Now()
					handler.ServeHTTP(&answer, request)
					best = min(best, time.Since(began))
				}
				require.Equal(b, http.StatusOK, answer.status)
				b.ReportMetric(float64(best.Nanoseconds()), "best-ns/op")
			})
		}
	}
}

// benchHandler has applications that take everything, take no page, and have used up their rate.
func benchHandler(b *testing.B) http.Handler {
	cfg := createDefaultConfig().(*Config)
	cfg.AddressLimit.EventsPerSecond = 0 // a benchmark is one address that sends too much
	cfg.Applications = []ApplicationConfig{
		{Name: "shop", Keys: []configopaque.String{"open"}, AllowedOrigins: []string{"https://shop.example"}},
		{Name: "docs", Keys: []configopaque.String{"elsewhere"}, AllowedOrigins: []string{"https://docs.example"}},
		{Name: "blog", Keys: []configopaque.String{"spent"}, RateLimit: RateLimitConfig{EventsPerSecond: 1e-9, Burst: 1}},
	}
	require.NoError(b, cfg.Validate())
	r, err := newReceiver(cfg, receivertest.NewNopSettings(metadata.Type))
	require.NoError(b, err)
	r.nextLogs, r.nextMetrics = consumertest.NewNop(), consumertest.NewNop()
	require.NoError(b, r.assemble())
	b.Cleanup(func() { require.NoError(b, r.Shutdown(b.Context())) })
	handler := r.front
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/rum?key=spent", strings.NewReader(lcp("spent", 1))))
	return handler
}

// discarded is an answer that only remembers its status.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header            { return d.header }
func (d *discarded) Write(body []byte) (int, error) { return len(body), nil }
func (d *discarded) WriteHeader(status int)         { d.status = status }

// SetReadDeadline is what the server's own writers have.
func (d *discarded) SetReadDeadline(time.Time) error { return nil }
