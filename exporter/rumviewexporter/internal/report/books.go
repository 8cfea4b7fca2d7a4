package report

import (
	"cmp"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/streams"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Books list what arrived, the sum of weights, and whether logs and metrics agree.
type Books struct {
	Metrics streams.Books `json:"metrics"`
	Events  []BookLine    `json:"events"` // by event name
	Kept    []BookLine    `json:"kept"`   // by the rule of the sampler that kept the record
	Compare []Comparison  `json:"compare"`
}

// BookLine is a number of records and the number of events that they stand for.
type BookLine struct {
	Name    string  `json:"name"`
	Records int     `json:"records"`
	Events  float64 `json:"events"`
}

// Comparison compares the sum of the records' weights with the metrics, which are counted before sampling.
type Comparison struct {
	Name    string  `json:"name"`
	Logs    float64 `json:"logs"`
	Records int     `json:"records"`
	Metrics float64 `json:"metrics"`
}

// NewBooks reports on the events that a filter selects. The comparison with the metrics, which cannot be filtered like events and
// have no bots, is of all people.
func NewBooks(events, all []*window.Event, growth []streams.Growth, metrics streams.Books) Books {
	names, kept := map[string]*BookLine{}, map[string]*BookLine{}
	count := func(lines map[string]*BookLine, name string, weight float64) {
		if lines[name] == nil {
			lines[name] = &BookLine{Name: name}
		}
		lines[name].Records++
		lines[name].Events += weight
	}
	for _, e := range events {
		count(names, eventName(e), e.Weight)
		count(kept, cmp.Or(e.Kept, "not sampled"), e.Weight)
	}
	people := Filter{Visitor: window.Person}
	return Books{Metrics: metrics, Events: lines(names), Kept: lines(kept), Compare: compare(people.Apply(all), growth)}
}

func lines(byName map[string]*BookLine) []BookLine {
	list := make([]BookLine, 0, len(byName))
	for _, line := range byName {
		line.Events = round(line.Events)
		list = append(list, *line)
	}
	slices.SortFunc(list, func(a, b BookLine) int { return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Name, b.Name)) })
	return list
}

// compare lists what both signals count.
func compare(events []*window.Event, growth []streams.Growth) []Comparison {
	logs := map[string]*Comparison{}
	add := func(name string, weight float64) {
		if logs[name] == nil {
			logs[name] = &Comparison{Name: name}
		}
		logs[name].Records++
		logs[name].Logs += weight
	}
	for _, e := range events {
		switch {
		case e.Name == semconv.EventNavigation:
			add(semconv.MetricPageViews, e.Weight)
		case e.Error != nil:
			add(semconv.MetricExceptions, e.Weight)
		}
	}
	for _, m := range measurements(events) {
		add(semconv.MetricWebVitalPrefix+m.Vital.Name, m.Weight)
	}
	for _, g := range growth {
		switch {
		case logs[g.Metric] != nil:
		case g.Metric == semconv.MetricPageViews, g.Metric == semconv.MetricExceptions, isVitalMetric(g.Metric):
			logs[g.Metric] = &Comparison{Name: g.Metric}
		default:
			continue
		}
		logs[g.Metric].Metrics += g.Count
	}
	list := make([]Comparison, 0, len(logs))
	for _, c := range logs {
		c.Logs, c.Metrics = round(c.Logs), round(c.Metrics)
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Comparison) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func isVitalMetric(name string) bool {
	const prefix = semconv.MetricWebVitalPrefix
	return len(name) > len(prefix) && name[:len(prefix)] == prefix && IsVital(name[len(prefix):])
}
