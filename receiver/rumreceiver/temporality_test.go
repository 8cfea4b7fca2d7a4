package rumreceiver

import (
	"testing"

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

func TestDeltasBesideAnExporterThatNeedsSumsAreWarnedOf(t *testing.T) {
	warnings := func(temporality aggregate.Temporality, exporters ...string) int {
		core, logs := observer.New(zap.WarnLevel)
		set := receivertest.NewNopSettings(metadata.Type)
		set.Logger = zap.New(core)
		cfg := NewFactory().CreateDefaultConfig().(*Config)
		cfg.Metrics.Temporality = temporality
		r, err := newReceiver(cfg, set)
		assert.NoError(t, err)
		r.warnOfDeltas(hostWith{componenttest.NewNopHost(), exporters})
		return logs.FilterMessageSnippet("delta_to_cumulative").Len()
	}
	assert.Equal(t, 2, warnings(aggregate.Delta, "prometheus", "prometheus_remote_write", "otlp_http"))
	assert.Zero(t, warnings(aggregate.Delta, "otlp_http"))
	assert.Zero(t, warnings(aggregate.Cumulative, "prometheus"))
}
