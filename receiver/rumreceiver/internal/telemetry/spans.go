package telemetry

import (
	"context"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
)

// allowedInSpans lists the attributes that spans of the server may have. The client's address, its user agent, and the path,
// which may hold a key, are not among them: data that is removed from records must not be in the Collector's own
// telemetry.
var allowedInSpans = []attribute.Key{
	"http.request.method", "http.route", "http.request.body.size", "http.response.body.size", "http.response.status_code",
	"url.scheme", "server.address", "server.port", "network.protocol.name", "network.protocol.version",
}

// Discreet returns tracers whose spans have only attributes of a fixed list, and are not part of the trace of a page: otherwise a
// page would decide which traces the Collector samples of itself.
func Discreet(of trace.TracerProvider) trace.TracerProvider { return discreetProvider{of: of} }

type discreetProvider struct {
	embedded.TracerProvider
	of trace.TracerProvider
}

// Tracer of that name.
func (p discreetProvider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	return discreetTracer{of: p.of.Tracer(name, options...)}
}

type discreetTracer struct {
	embedded.Tracer
	of trace.Tracer
}

// The spans of the server, and those that leave the trace of the page.
var (
	ofServer     = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer)}
	apartOfPages = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot()}
)

// Start a span now, without links, because they are the client's. Most Collectors record no spans of their own, so attributes are
// filtered only for a span that is recorded.
func (t discreetTracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	kept := ofServer
	if trace.SpanContextFromContext(ctx).IsRemote() {
		kept = apartOfPages
	}
	ctx, span := t.of.Start(ctx, name, kept...)
	if !span.IsRecording() {
		return ctx, span
	}
	config := trace.NewSpanStartConfig(options...)
	span.SetAttributes(discreet(config.Attributes())...)
	return ctx, discreetSpan{span}
}

// discreetSpan also filters attributes that are set later.
type discreetSpan struct{ trace.Span }

func (s discreetSpan) SetAttributes(attributes ...attribute.KeyValue) {
	s.Span.SetAttributes(discreet(attributes)...)
}

// RecordError leaves out the text, which may hold addresses.
func (s discreetSpan) RecordError(error, ...trace.EventOption) { s.AddEvent("exception") }

func discreet(attributes []attribute.KeyValue) []attribute.KeyValue {
	kept := make([]attribute.KeyValue, 0, min(len(attributes), len(allowedInSpans)))
	for i := range attributes {
		if slices.Contains(allowedInSpans, attributes[i].Key) {
			kept = append(kept, attributes[i])
		}
	}
	return kept
}
