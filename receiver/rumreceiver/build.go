package rumreceiver

import (
	"maps"
	"math"
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

// build makes what the receiver is made of, from right to left: sinks, intake, front.
func (r *rumReceiver) build() error {
	var err error
	if r.gate, err = admit.New(r.cfg.gate()); err != nil {
		return err
	}
	if r.enricher, err = enrich.New(r.cfg.enrichment(r.settings.Logger)); err != nil {
		return err
	}
	r.connections = connections.New(r.cfg.connections())
	r.loads = beacon.NewLoads()
	sinks := r.sinks()
	r.memory = intake.NewMemory(r.cfg.Retries.MaxBatches, r.cfg.Retries.Window, len(sinks))
	in := intake.New(intake.Settings{
		Enricher: r.enricher, Loads: r.loads, Memory: r.memory, Sinks: sinks,
		MaxWeight: r.cfg.Limits.MaxWeight, MaxWeights: max(r.cfg.Limits.MaxWeight, beacon.DefaultLimits().MaxWeights),
		MaxRecords: r.cfg.maxRecords(), FreeRecords: freeRecords, RecordsPerWireByte: recordsPerWireByte, Identify: r.cfg.Logs.RecordUID, Now: r.clock,
	}, r.telemetry)
	settings, err := r.frontSettings()
	if err != nil {
		return err
	}
	r.front = front.New(settings, r.gate, in, r.telemetry)
	return r.observe()
}

// sinks are the pipelines that there are. Metrics come first: they take in no time.
func (r *rumReceiver) sinks() (sinks []intake.Sink) {
	if r.nextMetrics != nil {
		r.aggregate = aggregate.New(r.cfg.Metrics.settings(r.settings.BuildInfo.Version))
		sinks = append(sinks, &intake.Metrics{Aggregate: r.aggregate, Telemetry: r.telemetry})
	}
	if r.nextLogs != nil {
		sinks = append(sinks, &intake.Logs{Next: r.nextLogs, Report: r.obsreport, Translate: translate.Settings{
			EventNameAttribute: r.cfg.Logs.EventNameAttribute,
			TagAttributes:      r.cfg.Logs.TagAttributes,
			Version:            r.settings.BuildInfo.Version,
		}})
	}
	return sinks
}

func (r *rumReceiver) frontSettings() (front.Settings, error) {
	proxies, err := r.cfg.proxies()
	if err != nil {
		return front.Settings{}, err
	}
	algorithms := r.cfg.HTTP.CompressionAlgorithms // nil: all that confighttp knows
	pace := admit.DefaultPace()
	pace.Most = r.cfg.HTTP.ReadTimeout
	s := front.Settings{
		Pace:       pace,
		Keyed:      len(r.cfg.Applications) > 0,
		ScriptPath: r.cfg.Script.Path, Script: script.Handler(),
		MaxBody:      r.cfg.HTTP.MaxRequestBodySize,
		Decoders:     encoding.Decoders(algorithms...),
		SniffGzip:    algorithms == nil || slices.Contains(algorithms, "gzip"),
		Encodings:    encodings(algorithms),
		Limits:       r.cfg.Limits.limits(),
		Proxies:      proxies,
		WriteTimeout: r.cfg.HTTP.WriteTimeout,
		Now:          r.clock,
	}
	for _, p := range all.Protocols() {
		if section := r.cfg.Protocols[p.Name]; section.Enabled {
			s.Routes = append(s.Routes, front.Route{Protocol: p, Paths: section.Paths})
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

// maxExpansion is how many times as large as the largest body its records may be, each with the context
// of its page: by default 8 MiB, which is a thousand events with 8 KiB each.
const maxExpansion = 8

// What came bounds what it may become as well, so that nobody fills memory from little: a mebibyte is five hundred
// records of a page load, and 32 times is more than gzip and the repeated context make of honest batches.
const (
	freeRecords        = 1 << 20
	recordsPerWireByte = 32
)

// maxRecords is that in bytes.
func (c *Config) maxRecords() int {
	if c.HTTP.MaxRequestBodySize > math.MaxInt/maxExpansion {
		return math.MaxInt
	}
	return maxExpansion * int(c.HTTP.MaxRequestBodySize)
}

// maxWork is what the largest body and its records take.
func (c *Config) maxWork() int64 {
	records, body := int64(c.maxRecords()), c.HTTP.MaxRequestBodySize
	if records > math.MaxInt64-body {
		return math.MaxInt64
	}
	return records + body
}
