package rumreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
)

type hostWith struct {
	component.Host
	exporters []string
}

func (h hostWith) GetExporters() map[pipeline.Signal]map[component.ID]component.Component {
	all := map[component.ID]component.Component{}
	for _, exporter := range h.exporters {
		all[component.MustNewID(exporter)] = nil
	}
	return map[pipeline.Signal]map[component.ID]component.Component{pipeline.SignalMetrics: all}
}

func TestExportersThatWouldLoseSomethingAreWarnedOf(t *testing.T) {
	warnings := func(about string, change func(*MetricsConfig), exporters ...string) int {
		core, logs := observer.New(zap.WarnLevel)
		set := receivertest.NewNopSettings(metadata.Type)
		set.Logger = zap.New(core)
		cfg := NewFactory().CreateDefaultConfig().(*Config)
		change(&cfg.Metrics)
		r, err := newReceiver(cfg, set)
		assert.NoError(t, err)
		r.warnOfExporters(hostWith{componenttest.NewNopHost(), exporters})
		return logs.FilterMessageSnippet(about).Len()
	}
	defaults := func(*MetricsConfig) {}
	delta := func(m *MetricsConfig) { m.Temporality = aggregate.Delta }
	assert.Equal(t, 2, warnings("cumulative_to_delta", delta, "prometheus", "prometheus_remote_write", "otlp_http"))
	assert.Zero(t, warnings("cumulative_to_delta", delta, "otlp_http"))
	assert.Zero(t, warnings("", defaults, "prometheus"))

	often := func(m *MetricsConfig) { m.FlushInterval = time.Second }
	assert.Equal(t, 1, warnings("metrics::zero_for", often, "prometheus", "otlp_http"))
	assert.Zero(t, warnings("", often, "otlp_http", "prometheus_remote_write"))
	assert.Zero(t, warnings("", func(m *MetricsConfig) { often(m); m.zeroForSet = true }, "prometheus"))
}
