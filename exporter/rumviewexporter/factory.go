package rumviewexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/metadata"
)

// NewFactory returns the factory of the rum_view exporter. Pipelines of the same configuration share
// one exporter, so that the page shows what all of them bring.
func NewFactory() exporter.Factory {
	shared := newRegistry()
	return exporter.NewFactory(metadata.Type, createDefaultConfig,
		exporter.WithLogs(func(_ context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
			return shared.get(cfg.(*Config), set)
		}, metadata.LogsStability),
		exporter.WithMetrics(func(_ context.Context, set exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
			return shared.get(cfg.(*Config), set)
		}, metadata.MetricsStability))
}
