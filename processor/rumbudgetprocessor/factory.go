package rumbudgetprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.uber.org/zap"

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
	return processorhelper.NewLogs(ctx, set, cfg, next, l.process,
		processorhelper.WithCapabilities(capabilities),
		processorhelper.WithStart(func(ctx context.Context, host component.Host) error {
			warn(set.Logger, c)
			return l.start(ctx, host)
		}),
		processorhelper.WithShutdown(l.shutdown))
}

func createMetrics(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	c := cfg.(*Config)
	m, err := newMetricsProcessor(set.TelemetrySettings, c)
	if err != nil {
		return nil, err
	}
	return processorhelper.NewMetrics(ctx, set, cfg, next, m.process,
		processorhelper.WithCapabilities(capabilities),
		processorhelper.WithStart(func(context.Context, component.Host) error {
			warn(set.Logger, c)
			return nil
		}),
		processorhelper.WithShutdown(m.shutdown))
}

// warn tells of what is allowed but hardly meant.
func warn(logger *zap.Logger, c *Config) {
	for _, text := range append(c.shadowed(), c.unreachable()...) {
		logger.Warn(text)
	}
	if s := c.Sampling; s.HasValue() && s.Get().Mode != modeOff && s.Get().HashSalt == "" {
		logger.Warn("sampling without 'hash_salt': clients can choose session ids that are always kept")
	}
}
