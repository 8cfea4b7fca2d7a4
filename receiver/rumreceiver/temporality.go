package rumreceiver

import (
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pipeline"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// cumulativeOnly are exporters that refuse deltas, or lose what comes between their pauses.
var cumulativeOnly = []string{"prometheus", "prometheus_remote_write", "prometheusremotewrite"}

// warnOfDeltas tells of exporters of this collector that deltas do not reach whole. Whether a processor before one adds
// them up cannot be seen from here.
func (r *rumReceiver) warnOfDeltas(host component.Host) {
	if r.cfg.Metrics.Temporality != aggregate.Delta {
		return
	}
	service, ok := host.(interface {
		GetExporters() map[pipeline.Signal]map[component.ID]component.Component
	})
	if !ok {
		return
	}
	for id := range service.GetExporters()[pipeline.SignalMetrics] {
		if slices.Contains(cumulativeOnly, id.Type().String()) {
			r.settings.Logger.Warn("An exporter of metrics needs cumulative ones, and 'metrics::temporality' is delta: remove "+
				"the option, or put a delta_to_cumulative processor before the exporter", zap.Stringer("exporter", id))
		}
	}
}
