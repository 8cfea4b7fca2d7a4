package rumreceiver

import (
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// warnings are of options that contradict each other, or a process that has that many bytes of memory.
func (m *MetricsConfig) warnings(memory int64) (warnings []string) {
	warn := func(when bool, text string, values ...any) {
		if when {
			warnings = append(warnings, fmt.Sprintf(text, values...))
		}
	}
	warn(m.Histogram == aggregate.Exponential && len(m.Buckets) > 0, "'metrics::buckets' have no effect: 'metrics::histogram' is exponential")
	warn(m.Temporality == aggregate.Delta && m.zeroForSet, "'metrics::zero_for' has no effect: 'metrics::temporality' is delta")
	labels := map[string]string{}
	for _, tag := range m.Tags {
		label := prometheusLabel(semconv.TagPrefix + tag)
		other, taken := labels[label]
		warn(taken, "'metrics::tags' %q and %q are one label in Prometheus, %s: its exporter drops what has both. Rename one of them", other, tag, label)
		labels[label] = tag
	}
	if m.Histogram == aggregate.Explicit {
		for _, metric := range slices.Sorted(maps.Keys(m.Buckets)) {
			if missing := missingEdges(metric, m.Buckets[metric]); missing != "" {
				warn(true, "'metrics::buckets' of %s lack %s: the number of measurements over that limit is known between bounds only", metric, missing)
			}
		}
	}
	const devices = 3 // desktop, mobile, tablet
	warn(m.MaxRoutes*devices > m.MaxSeries, "'metrics::max_routes' of %d are more series than 'metrics::max_series' of %d: by device, pages "+
		"would share otel.metric.overflow. Raise it to %d", m.MaxRoutes, m.MaxSeries, m.MaxRoutes*devices)
	series := aggregate.MaxBytes(m.MaxSeries)
	warn(series > memory/2, "'metrics::max_series' of %d may take %d MiB, more than half of the memory of the process (%d MiB)", m.MaxSeries, series>>20, memory>>20)
	return warnings
}

// prometheusLabel is the name of an attribute in Prometheus, which knows letters, digits and single underscores.
func prometheusLabel(attribute string) string {
	return strings.Join(strings.FieldsFunc(attribute, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}), "_")
}

// missingEdges are the thresholds of a vital that are no bound, in the unit of the metric.
func missingEdges(metric string, bounds []float64) string {
	name := metric[strings.LastIndexByte(metric, '.')+1:]
	good, poor, ok := beacon.VitalThresholds(name)
	if !ok || aggregate.DefaultBuckets(metric) == nil {
		return ""
	}
	if name != beacon.CLS {
		good, poor = good/1000, poor/1000
	}
	var missing []string
	for _, threshold := range []float64{good, poor} {
		if !slices.Contains(bounds, threshold) {
			missing = append(missing, fmt.Sprint(threshold))
		}
	}
	return strings.Join(missing, " and ")
}

// memoryOfProcess is what the process may have, as GOMEMLIMIT, the control group and the machine say; the largest number when none
// does.
func memoryOfProcess() int64 {
	limit := debug.SetMemoryLimit(-1)
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
			limit = min(limit, n)
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kilobytes int64
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kilobytes); err == nil {
			limit = min(limit, kilobytes<<10)
		}
	}
	return max(limit, 1)
}
