package rumviewexporter

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// observe registers own metrics that read from the books.
func (e *viewExporter) observe() error {
	exporter := attribute.String("exporter", e.settings.ID.String())
	own := metric.WithAttributeSet(attribute.NewSet(exporter))
	bound := func(name string) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(exporter, attribute.String("bound", name)))
	}
	entries, bytes := bound("max_entries"), bound("max_bytes")
	return errors.Join(
		e.telemetry.RegisterRumViewEventsCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(e.events.Books(time.Now()).Entries, own)
			return nil
		}),
		e.telemetry.RegisterRumViewBytesCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(e.events.Books(time.Now()).Bytes, own)
			return nil
		}),
		e.telemetry.RegisterRumViewEvictedCallback(func(_ context.Context, o metric.Int64Observer) error {
			books := e.events.Books(time.Now())
			o.Observe(books.EvictedEntries, entries)
			o.Observe(books.EvictedBytes, bytes)
			return nil
		}),
		e.telemetry.RegisterRumViewStreamsIgnoredCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(e.streams.Books().Ignored, own)
			return nil
		}),
	)
}
