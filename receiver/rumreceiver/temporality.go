package rumreceiver

import (
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pipeline"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// cumulativeOnly are exporters that refuse deltas, or lose deltas between scrapes.
var cumulativeOnly = []string{"prometheus", "prometheus_remote_write", "prometheusremotewrite"}

// warnOfExporters warns of exporters of this collector that lose deltas, and of those that are scraped less often than
// metrics come. Whether a processor before one adds deltas up cannot be seen from here.
func (p *plan) warnOfExporters(host component.Host) {
	service, ok := host.(interface {
		GetExporters() map[pipeline.Signal]map[component.ID]component.Component
	})
	if !ok {
		return
	}
	m := &p.cfg.Metrics
	for id := range service.GetExporters()[pipeline.SignalMetrics] {
		exporter := id.Type().String()
		switch {
		case m.Temporality == aggregate.Delta && slices.Contains(cumulativeOnly, exporter):
			p.settings.Logger.Warn("A metrics exporter needs cumulative metrics, and 'metrics::temporality' is delta: remove "+
				"the option. For exporters that need deltas, put a cumulative_to_delta processor before them: delta_to_cumulative has no zeros "+
				"with which series begin, so a scraper does not see their first values", zap.Stringer("exporter", id))
		case m.Temporality == aggregate.Cumulative && exporter == "prometheus" && m.fewZeros():
			p.settings.Logger.Warn("New series are reported as zero for three flush intervals: scrapes that are less frequent do not see their "+
				"first values. Set 'metrics::zero_for' above the scrape interval", zap.Stringer("exporter", id), zap.Duration("flush_interval", m.FlushInterval))
		}
	}
}
