package telemetry

import (
	"context"
	"net/http"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"
)

// RequestOptions are the options of otelhttp, with which confighttp makes the spans and metrics of requests. They name the server,
// because clients choose the header Host: invented hosts would become values of server.address. Spans are Discreet. If neither spans
// nor metrics are recorded, otelhttp only passes requests on: that is so in most Collectors, which export no spans of their own and
// drop these metrics below the level detailed, and what otelhttp does for a small beacon takes as long as to decode it.
func RequestOptions(settings component.TelemetrySettings, server string) []otelhttp.Option {
	spans := &watchedProvider{TracerProvider: Discreet(settings.TracerProvider)}
	metrics := recordsRequests(settings)
	return []otelhttp.Option{
		otelhttp.WithServerName(server),
		otelhttp.WithTracerProvider(spans),
		otelhttp.WithFilter(func(*http.Request) bool { return metrics || !spans.none.Load() }),
	}
}

// recordsRequests reports whether any metric of otelhttp is recorded. Views disable them, and the level sets views.
// https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-server
func recordsRequests(settings component.TelemetrySettings) bool {
	ctx, meter := context.Background(), settings.MeterProvider.Meter(otelhttp.ScopeName)
	duration, err := meter.Float64Histogram("http.server.request.duration")
	if err != nil || duration.Enabled(ctx) {
		return true
	}
	for _, name := range []string{"http.server.request.body.size", "http.server.response.body.size"} {
		size, err := meter.Int64Histogram(name)
		if err != nil || size.Enabled(ctx) {
			return true
		}
	}
	return false
}

// watchedProvider is a TracerProvider that finds out whether there are spans. It takes a span to know, so the first request is
// observed in any case.
type watchedProvider struct {
	trace.TracerProvider
	none atomic.Bool
}

// Tracer of that name.
func (p *watchedProvider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	return watchedTracer{Tracer: p.TracerProvider.Tracer(name, options...), of: p}
}

type watchedTracer struct {
	trace.Tracer
	of *watchedProvider
}

// Start a span. Even one that is not sampled has a valid context, unless there are no spans at all.
func (t watchedTracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, span := t.Tracer.Start(ctx, name, options...)
	if !span.SpanContext().IsValid() {
		t.of.none.Store(true)
	}
	return ctx, span
}
