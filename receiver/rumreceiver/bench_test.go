package rumreceiver

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/native"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// The batch of ten events that performance figures are quoted for, in both forms: 5 vitals, 3
// resources, an exception with a stack, a click or interaction.
const (
	benchArray = testdata + "/bench/array.json"
	benchBatch = testdata + "/bench/beacon.json"
	benchSize  = 10
)

// decodeAndTranslate is the path from bytes to pdata; a nil enricher leaves out what the receiver
// adds and takes away in between.
func decodeAndTranslate(b *testing.B, enricher *enrich.Enricher, body []byte) plog.Logs {
	decoded, err := native.Decode(body, beacon.DefaultLimits())
	if err != nil || len(decoded.Events) != benchSize {
		b.Fatal(len(decoded.Events), err, decoded.Refused)
	}
	beacon.Validate(&decoded)
	if enricher != nil {
		enricher.Enrich(&decoded, enrich.Sender{UserAgent: chrome}, noon)
	}
	return translate.Logs(&decoded, translate.Settings{EventNameAttribute: true}, noon)
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
// bare and enriched, and what the otlp receiver does with the same records as OTLP JSON and protobuf.
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
			for b.Loop() {
				run()
			}
			perEvent(b)
		})
	}
}

func mustUnmarshal(b *testing.B, unmarshaler plog.Unmarshaler, body []byte) {
	if _, err := unmarshaler.UnmarshalLogs(body); err != nil {
		b.Fatal(err)
	}
}

func perEvent(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSize, "ns/event")
}

// BenchmarkHandler is the whole request without the network: accepted, with logs and metrics on, and
// refused for reasons of rising cost.
func BenchmarkHandler(b *testing.B) {
	batch, err := os.ReadFile(benchBatch)
	require.NoError(b, err)
	cfg := createDefaultConfig().(*Config)
	cfg.AddressLimit.EventsPerSecond = 0 // a benchmark is one address that sends too much
	r, err := newReceiver(cfg, receivertest.NewNopSettings(metadata.Type))
	require.NoError(b, err)
	r.nextLogs, r.nextMetrics = consumertest.NewNop(), consumertest.NewNop()
	require.NoError(b, r.remember())
	handler := newHandler(r)
	b.Cleanup(func() { require.NoError(b, r.Shutdown(b.Context())) })
	require.NotNil(b, componenttest.NewNopHost())

	before, after, found := strings.Cut(string(batch), `"id": "b`)
	require.True(b, found)
	n := 0
	for name, request := range map[string]func() (method, path, body string){
		"accepted": func() (string, string, string) {
			n++
			return http.MethodPost, "/v1/rum", before + `"id": "b` + strconv.Itoa(n) + after
		},
		"duplicate":  func() (string, string, string) { return http.MethodPost, "/v1/rum", string(batch) },
		"bad-json":   func() (string, string, string) { return http.MethodPost, "/v1/rum", string(batch[:len(batch)/2]) },
		"wrong-path": func() (string, string, string) { return http.MethodPost, "/", string(batch) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				method, path, body := request()
				req := httptest.NewRequestWithContext(b.Context(), method, path, io.NopCloser(strings.NewReader(body)))
				handler.ServeHTTP(httptest.NewRecorder(), req)
			}
			perEvent(b)
		})
	}
}
