package rumreceiver

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/go-json-experiment/json"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// chrome is the sender of every test beacon.
const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"

// bench is a receiver without a listener, between a browser and two sinks.
type bench struct {
	*rumReceiver
	t         testing.TB
	logs      *consumertest.LogsSink
	metrics   *consumertest.MetricsSink
	telemetry *componenttest.Telemetry
	handler   http.Handler

	// What the receiver is made of.
	settings    receiver.Settings
	nextLogs    consumer.Logs
	nextMetrics consumer.Metrics
	host        component.Host
	idle        bool // no server is started
}

// answer is the answer to a client.
type (
	answer     = protocol.Answer
	eventError = protocol.EventError
)

// option changes a bench before it starts.
type option func(*bench, *Config)

func withConfig(change func(*Config)) option { return func(_ *bench, cfg *Config) { change(cfg) } }

func withLogs(next consumer.Logs) option { return func(b *bench, _ *Config) { b.nextLogs = next } }

func withMetrics(next consumer.Metrics) option {
	return func(b *bench, _ *Config) { b.nextMetrics = next }
}

// newBench starts a receiver whose clock stands still at noon and that flushes only at its end.
func newBench(t testing.TB, options ...option) *bench {
	t.Helper()
	telemetry := componenttest.NewTelemetry()
	settings := receivertest.NewNopSettings(metadata.Type)
	settings.TelemetrySettings = telemetry.NewTelemetrySettings()
	settings.TracerProvider = noop.NewTracerProvider() // the other one keeps every span
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = "localhost:0"
	cfg.Metrics.FlushInterval, cfg.Metrics.Instance = time.Hour, "test"
	cfg.Metrics.Synthetic = syntheticInclude // Go's own client is no browser
	// All of a test comes from one address, at one moment.
	cfg.AddressLimit.EventsPerSecond, cfg.AddressLimit.MaxConcurrentRequests = 0, 0

	b := &bench{t: t, logs: new(consumertest.LogsSink), metrics: new(consumertest.MetricsSink), telemetry: telemetry, settings: settings, host: componenttest.NewNopHost()}
	b.nextLogs, b.nextMetrics = b.logs, b.metrics
	for _, change := range options {
		change(b, cfg)
	}
	r, err := newReceiver(cfg, b.settings)
	require.NoError(t, err)
	b.rumReceiver = r
	r.nextLogs, r.nextMetrics = b.nextLogs, b.nextMetrics
	r.now = func() time.Time { return noon }
	if b.idle {
		r.start.Do(func() { require.NoError(t, r.assemble()) })
	}
	require.NoError(t, r.Start(t.Context(), b.host))
	b.handler = r.front
	t.Cleanup(func() {
		require.NoError(t, b.Shutdown(context.WithoutCancel(t.Context())))
		require.NoError(t, telemetry.Shutdown(context.WithoutCancel(t.Context())))
	})
	return b
}

// post sends a body as a browser does and returns status and answer.
func (b *bench) post(body string) (int, answer) {
	b.t.Helper()
	response := b.send(http.MethodPost, "/v1/rum", body, "text/plain;charset=UTF-8")
	var a answer
	require.NoError(b.t, json.Unmarshal(response.Body.Bytes(), &a), response.Body.String())
	return response.Code, a
}

func (b *bench) send(method, path, body, contentType string) *httptest.ResponseRecorder {
	b.t.Helper()
	request := httptest.NewRequestWithContext(b.t.Context(), method, path, io.NopCloser(strings.NewReader(body)))
	request.Host = "127.0.0.1:4318" // as in the recorded visits, and not a public name as httptest's
	request.Header.Set("User-Agent", chrome)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response := httptest.NewRecorder()
	b.handler.ServeHTTP(response, request)
	return response
}

// wholeServer is the handler with all that confighttp and newServer put around it.
func (b *bench) wholeServer() http.Handler {
	b.t.Helper()
	server, err := b.newServer(b.t.Context(), b.front, nil)
	require.NoError(b.t, err)
	return server.Handler
}

// end shuts down, so that every metric is in the sink.
func (b *bench) end() {
	b.t.Helper()
	require.NoError(b.t, b.Shutdown(b.t.Context()))
}

// records of all deliveries.
func (b *bench) records() (all []plog.LogRecord) {
	for _, logs := range b.logs.AllLogs() {
		for _, resource := range logs.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					all = append(all, record)
				}
			}
		}
	}
	return all
}

// metric of the last delivery by name.
func (b *bench) metric(name string) (pmetric.Metric, bool) {
	deliveries := b.metrics.AllMetrics()
	if len(deliveries) == 0 {
		return pmetric.Metric{}, false
	}
	for _, resource := range deliveries[len(deliveries)-1].ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				if metric.Name() == name {
					return metric, true
				}
			}
		}
	}
	return pmetric.Metric{}, false
}

// count is how many values a histogram or sum has counted over all its series.
func (b *bench) count(name string) (total int64) {
	metric, ok := b.metric(name)
	if !ok {
		return 0
	}
	switch metric.Type() {
	case pmetric.MetricTypeHistogram:
		for _, point := range metric.Histogram().DataPoints().All() {
			total += int64(point.Count())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, point := range metric.ExponentialHistogram().DataPoints().All() {
			total += int64(point.Count())
		}
	case pmetric.MetricTypeSum:
		for _, point := range metric.Sum().DataPoints().All() {
			total += point.IntValue()
		}
	}
	return total
}

// counter is the value of one of the receiver's own counters, over all its attributes.
func (b *bench) counter(name string) (total int64) {
	b.t.Helper()
	got, err := b.telemetry.GetMetric("otelcol_rum_receiver_" + name)
	if err != nil {
		return 0
	}
	return sumOf(got)
}

var _ receiver.Logs = (*rumReceiver)(nil)
