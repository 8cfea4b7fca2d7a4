package rumreceiver

import (
	"maps"
	"slices"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/connections"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/encoding"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/front"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/intake"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/script"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// parts are what the plan becomes. The zero value has none.
type parts struct {
	gate        *admit.Gate
	memory      *intake.Memory
	loads       *beacon.Loads
	enricher    *enrich.Enricher
	connections *connections.Connections
	aggregate   *aggregate.Aggregator // nil without a metrics pipeline
	front       *front.Front
}

// build makes the parts from right to left: sinks, intake, front.
func (p *plan) build() (made parts, err error) {
	if made.gate, err = admit.New(p.cfg.gate()); err != nil {
		return made, err
	}
	if made.enricher, err = enrich.New(p.cfg.enrichment(p.settings.Logger)); err != nil {
		return made, err
	}
	made.connections = connections.New(p.cfg.connections())
	made.loads = beacon.NewLoads()
	if p.nextMetrics != nil {
		settings := p.cfg.Metrics.settings(p.settings.BuildInfo.Version)
		if p.cfg.Metrics.Storage != nil { // so that a batch that is sent again to the next process counts once
			settings.MaxBatches, settings.RepeatedFor = p.cfg.Retries.MaxBatches, p.cfg.Retries.Window
		}
		made.aggregate = aggregate.New(settings)
	}
	sinks := p.sinks(made.aggregate)
	made.memory = intake.NewMemory(p.cfg.Retries.MaxBatches, p.cfg.Retries.Window, len(sinks))
	in := intake.New(intake.Settings{
		Enricher: made.enricher, Loads: made.loads, Memory: made.memory, Sinks: sinks,
		MaxWeight: p.cfg.Limits.MaxWeight, MaxWeights: max(p.cfg.Limits.MaxWeight, beacon.DefaultLimits().MaxWeights),
		MaxRecords: p.cfg.maxRecords(), FreeRecords: freeRecords, RecordsPerWireByte: recordsPerWireByte, Identify: p.cfg.Logs.RecordUID, Now: p.clock,
	}, p.telemetry)
	settings, err := p.frontSettings()
	if err != nil {
		return made, err
	}
	made.front = front.New(settings, made.gate, in, p.telemetry)
	return made, nil
}

// sinks are the pipelines that there are. Metrics come first: they take in no time.
func (p *plan) sinks(metrics *aggregate.Aggregator) (sinks []intake.Sink) {
	if metrics != nil {
		sinks = append(sinks, &intake.Metrics{Aggregate: metrics, Telemetry: p.telemetry})
	}
	if p.nextLogs != nil {
		sinks = append(sinks, &intake.Logs{Next: p.nextLogs, Report: p.obsreport, Translate: translate.Settings{
			EventNameAttribute: p.cfg.Logs.EventNameAttribute,
			TagAttributes:      p.cfg.Logs.TagAttributes,
			Version:            p.settings.BuildInfo.Version,
		}})
	}
	return sinks
}

func (p *plan) frontSettings() (front.Settings, error) {
	proxies, err := p.cfg.proxies()
	if err != nil {
		return front.Settings{}, err
	}
	algorithms := p.cfg.HTTP.CompressionAlgorithms // nil: all that confighttp knows
	pace := admit.DefaultPace()
	pace.Most = p.cfg.HTTP.ReadTimeout
	s := front.Settings{
		Pace:       pace,
		Keyed:      len(p.cfg.Applications) > 0,
		ScriptPath: p.cfg.Script.Path, Script: script.Handler(),
		MaxBody:      p.cfg.HTTP.MaxRequestBodySize,
		Decoders:     encoding.Decoders(algorithms...),
		SniffGzip:    algorithms == nil || slices.Contains(algorithms, "gzip"),
		Encodings:    encodings(algorithms),
		Limits:       p.cfg.Limits.limits(),
		Proxies:      proxies,
		WriteTimeout: p.cfg.HTTP.WriteTimeout,
		Now:          p.clock,
	}
	for _, known := range all.Protocols() {
		if section := p.cfg.Protocols[known.Name]; section.Enabled {
			s.Routes = append(s.Routes, front.Route{Protocol: known, Paths: section.Paths})
		}
	}
	return s, nil
}

// encodings that are taken, in the words of Accept-Encoding.
func encodings(algorithms []string) string {
	names := slices.Sorted(maps.Keys(encoding.Decoders(algorithms...)))
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	if len(names) == 0 {
		return "identity"
	}
	return strings.Join(names, ", ")
}
