package telemetry

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
)

// view of the metrics of otelhttp whose name matches.
func view(name string, aggregation sdkmetric.Aggregation) sdkmetric.Option {
	return sdkmetric.WithView(sdkmetric.NewView(
		sdkmetric.Instrument{Name: name, Scope: instrumentation.Scope{Name: otelhttp.ScopeName}}, sdkmetric.Stream{Aggregation: aggregation}))
}

func TestRequestsAreObservedOnlyIfSomethingIsRecorded(t *testing.T) {
	dropped := view("*", sdkmetric.AggregationDrop{})
	for name, test := range map[string]struct {
		spans    trace.TracerProvider
		metrics  metric.MeterProvider
		observed bool
	}{
		"Nothing":       {nooptrace.NewTracerProvider(), noopmetric.NewMeterProvider(), false},
		"DroppedByView": {nooptrace.NewTracerProvider(), sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()), dropped), false},
		"Metrics":       {nooptrace.NewTracerProvider(), sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())), true},
		"OneMetric": {nooptrace.NewTracerProvider(), sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()),
			view("http.server.request.duration", sdkmetric.AggregationDrop{}), view("http.server.response.body.size", sdkmetric.AggregationDrop{})), true},
		"Spans":          {sdktrace.NewTracerProvider(), noopmetric.NewMeterProvider(), true},
		"SpansUnsampled": {sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample())), noopmetric.NewMeterProvider(), true},
	} {
		t.Run(name, func(t *testing.T) {
			settings := componenttest.NewNopTelemetrySettings()
			settings.TracerProvider, settings.MeterProvider = test.spans, test.metrics
			var observed bool
			var response *httptest.ResponseRecorder
			handler := otelhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				observed = w != http.ResponseWriter(response)
			}), "", RequestOptions(settings, "localhost:4318")...)
			for range 2 { // the first one shows whether there are spans
				response = httptest.NewRecorder()
				handler.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody))
			}
			assert.Equal(t, test.observed, observed)
		})
	}
}

func TestSpansNameTheServerNotTheHeaderHost(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	settings := componenttest.NewNopTelemetrySettings()
	settings.TracerProvider = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	handler := otelhttp.NewHandler(http.NotFoundHandler(), "", RequestOptions(settings, "localhost:4318")...)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
	request.Host = "invented.example:77"
	handler.ServeHTTP(httptest.NewRecorder(), request)
	attributes := recorder.Ended()[0].Attributes()
	assert.Contains(t, attributes, attribute.String("server.address", "localhost"))
	assert.Contains(t, attributes, attribute.Int("server.port", 4318))
}
