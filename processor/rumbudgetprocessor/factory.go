package rumbudgetprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

var capabilities = consumer.Capabilities{MutatesData: true}

// NewFactory returns the factory of the rum_budget processor.
func NewFactory() processor.Factory {
	return processor.NewFactory(metadata.Type, createDefaultConfig,
		processor.WithLogs(createLogs, metadata.LogsStability),
		processor.WithMetrics(createMetrics, metadata.MetricsStability))
}

func createDefaultConfig() component.Config {
	return &Config{
		DefaultBudget:   true,
		ViolationEvents: configoptional.Default(ViolationEventsConfig{MaxMeasurements: 100_000}),
		Sampling:        configoptional.Default(defaultSampling()),
	}
}

func createLogs(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	c := cfg.(*Config)
	l, err := newLogsProcessor(set.ID, set.TelemetrySettings, c)
	if err != nil {
		return nil, err
	}
	p, err := processorhelper.NewLogs(ctx, set, cfg, next, l.process,
		processorhelper.WithCapabilities(capabilities),
		processorhelper.WithStart(func(ctx context.Context, host component.Host) error {
			c.warnOfLogs(set.Logger)
			return l.start(ctx, host)
		}),
		processorhelper.WithShutdown(l.shutdown))
	if err != nil {
		return nil, err
	}
	return &deliveredLogs{p, l}, nil
}

func createMetrics(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	c := cfg.(*Config)
	m, err := newMetricsProcessor(set.ID, set.TelemetrySettings, c)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewMetrics(ctx, set, cfg, next, m.process,
		processorhelper.WithCapabilities(capabilities),
		processorhelper.WithStart(func(context.Context, component.Host) error {
			c.warnOfMetrics(set.Logger)
			return nil
		}),
		processorhelper.WithShutdown(m.shutdown))
}
