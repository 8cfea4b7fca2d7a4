package report

import (
	"cmp"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/streams"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// MetricRow is a vital from metrics: all measurements, before sampling, with their final value. The p75 is as exact
// as the buckets.
type MetricRow struct {
	Route  string `json:"route"`
	Device string `json:"device"`
	Score
}

// FromStreams reports the vitals of histograms, by route and device if the histograms have them. It is used if only
// metrics arrive.
func FromStreams(growth []streams.Growth, f Filter) []MetricRow {
	type key struct{ route, device, vital string }
	sums := map[key]*streams.Growth{}
	for _, g := range growth {
		if !isVitalMetric(g.Metric) || g.Count <= 0 || !passes(&g, f) {
			continue
		}
		k := key{cmp.Or(g.Label(semconv.URLTemplate), "all"), cmp.Or(g.Label(semconv.DeviceType), "all"), g.Metric[len(semconv.MetricWebVitalPrefix):]}
		if sums[k] == nil {
			sums[k] = &g
			continue
		}
		merge(sums[k], &g)
	}
	rows := make([]MetricRow, 0, len(sums))
	for k, g := range sums {
		rows = append(rows, MetricRow{k.route, k.device, histogramScore(k.vital, g)})
	}
	slices.SortFunc(rows, func(a, b MetricRow) int {
		return cmp.Or(cmp.Compare(b.Over, a.Over), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Route, b.Route),
			cmp.Compare(a.Device, b.Device), cmp.Compare(a.Name, b.Name))
	})
	return rows[:min(len(rows), maxGroups)]
}

// passes reports whether a stream is of what the filter selects. One without the attribute that is asked for is not, as nobody
// knows how much of it is. Bots have no vitals in the metrics.
func passes(g *streams.Growth, f Filter) bool {
	is := func(want, have string) bool { return want == "" || want == have }
	return is(f.Service, g.Service) && is(f.Version, g.Version) && is(f.Environment, g.Environment) &&
		is(f.Route, g.Label(semconv.URLTemplate)) && is(f.Device, g.Label(semconv.DeviceType)) && is(f.Browser, g.Label(semconv.UserAgentName)) &&
		is(f.Country, g.Label(semconv.GeoCountryISOCode)) && is(f.Connection, g.Label(semconv.ConnectionEffectiveType)) && is(f.Visitor, window.Person)
}

func merge(into, g *streams.Growth) {
	into.Count += g.Count
	if len(into.Buckets) == len(g.Buckets) && slices.Equal(into.Bounds, g.Bounds) {
		for i, n := range g.Buckets {
			into.Buckets[i] += n
		}
	}
}

// histogramScore reads p75 and the share over the limit within buckets as if values lay evenly there.
func histogramScore(vital string, g *streams.Growth) Score {
	scale := 1000.0 // metrics are in seconds
	if vital == "cls" {
		scale = 1
	}
	limit := usualLimits[vital] / scale
	total := 0.0
	for _, n := range g.Buckets {
		total += n
	}
	s := Score{Name: vital, Unit: unitOf(vital), Limit: usualLimits[vital], Count: round(g.Count), Records: int(g.Count), Effective: round(g.Count), Verdict: Unknown}
	if total == 0 {
		return s
	}
	s.P75 = quantileOf(g, total*Objective) * scale
	over := total - countUpTo(g, limit)
	s.Over = round(over)
	s.Verdict = judge(min(max(over/total, 0), 1), total)
	return s
}

// edges of bucket i; the last one has no end and counts as if it had no width.
func edges(g *streams.Growth, i int) (from, to float64) {
	if i > 0 {
		from = g.Bounds[i-1]
	}
	to = from
	if i < len(g.Bounds) {
		to = g.Bounds[i]
	}
	return from, to
}

func quantileOf(g *streams.Growth, rank float64) float64 {
	upTo := 0.0
	for i, n := range g.Buckets {
		if upTo+n >= rank && n > 0 {
			from, to := edges(g, i)
			return from + (to-from)*(rank-upTo)/n
		}
		upTo += n
	}
	from, _ := edges(g, len(g.Buckets)-1)
	return from
}

func countUpTo(g *streams.Growth, limit float64) float64 {
	sum := 0.0
	for i, n := range g.Buckets {
		switch from, to := edges(g, i); {
		case i < len(g.Bounds) && to <= limit:
			sum += n
		case from < limit && to > from:
			sum += n * (limit - from) / (to - from)
		}
	}
	return sum
}
