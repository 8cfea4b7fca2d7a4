package rumreceiver

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
)

// NewFactory makes receivers of type rum. Logs and metrics of one configuration share one server.
func NewFactory() receiver.Factory {
	shared := newRegistry()
	return receiver.NewFactory(
		metadata.Type,
		createDefaultConfig,
		receiver.WithLogs(func(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
			r, err := shared.get(cfg.(*Config), set)
			if err != nil {
				return nil, err
			}
			r.nextLogs = next
			return r, nil
		}, metadata.LogsStability),
		receiver.WithMetrics(func(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Metrics) (receiver.Metrics, error) {
			r, err := shared.get(cfg.(*Config), set)
			if err != nil {
				return nil, err
			}
			r.nextMetrics = next
			return r, nil
		}, metadata.MetricsStability),
	)
}
