package report

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// VitalReport is the detailed report of one vital.
type VitalReport struct {
	Score
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	// Bins of the distribution. The limit lies on an edge; the last one takes all that is larger.
	Bins []Bin `json:"bins"`
	// Minutes of the window, those without measurements too.
	Minutes []VitalMinute `json:"minutes"`
	// Dimensions has for each the values with most measurements over the limit.
	Dimensions map[string][]Group `json:"dimensions"`
	// Parts are the means of the vital's phases: of all measurements, and of those over the limit.
	Parts     []PartMean `json:"parts"`
	PartsOver []PartMean `json:"parts_over"`
	Elements  []Culprit  `json:"elements"`
	Resources []Culprit  `json:"resources"`
	Scripts   []Culprit  `json:"scripts"`
	Worst     []Example  `json:"worst"`
}

// Bin counts measurements of From < value <= To; To is 0 for the last one, which has no end.
type Bin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to,omitempty"`
	Count float64 `json:"count"`
}

// VitalMinute is the measurements of one minute.
type VitalMinute struct {
	Time  time.Time `json:"time"`
	P75   float64   `json:"p75"` // 0 without measurements
	Count float64   `json:"count"`
	Over  float64   `json:"over"` // those over their limit
}

// Group is the measurements with one value of a dimension.
type Group struct {
	Value string `json:"value"`
	Score
}

// Example is one measurement.
type Example struct {
	Time    time.Time `json:"time"`
	Value   float64   `json:"value"`
	Session string    `json:"session,omitempty"`
	Route   string    `json:"route"`
	Device  string    `json:"device"`
	Culprit string    `json:"culprit,omitempty"`
}

const (
	binsToLimit = 10 // bins from 0 to the limit
	maxBins     = 40
	maxExamples = 15
)

// NewVital reports on one vital between two times.
func NewVital(events []*window.Event, name string, from, to time.Time) VitalReport {
	ms := slices.DeleteFunc(measurements(events), func(m measurement) bool { return m.Vital.Name != name })
	var s scores
	for _, m := range ms {
		s.add(m)
	}
	bad := slices.DeleteFunc(slices.Clone(ms), func(m measurement) bool { return !m.over() })
	r := VitalReport{
		Score: s.score(name), P50: s.quantile(0.5), P95: s.quantile(0.95),
		Dimensions: map[string][]Group{},
		Parts:      means(ms, name), PartsOver: means(bad, name),
		Elements:  rank(ms, func(v *window.Vital) string { return v.Target }),
		Resources: rank(ms, func(v *window.Vital) string { return v.URL }),
		Scripts:   rank(ms, func(v *window.Vital) string { return v.Script }),
		Worst:     worst(ms),
	}
	if r.Limit == 0 {
		r.Limit = usualLimits[name]
	}
	r.Bins = bins(&s.sample, r.Limit)
	r.Minutes = vitalMinutes(ms, from, to)
	for _, dimension := range Dimensions {
		r.Dimensions[dimension] = groups(ms, name, dimension)
	}
	return r
}

func bins(s *sample, limit float64) []Bin {
	width := limit / binsToLimit
	n := min(max(int(math.Ceil(s.quantile(1)/width)), 2*binsToLimit), maxBins)
	list := make([]Bin, n+1)
	for i := range list {
		list[i].From = round(float64(i) * width)
		if i < n {
			list[i].To = round(float64(i+1) * width)
		}
	}
	for _, v := range s.values {
		// A value on an edge belongs below it: at the limit is within the limit.
		i := max(int(math.Ceil(round(v.value/width)))-1, 0)
		list[min(i, n)].Count += v.weight
	}
	for i := range list {
		list[i].Count = round(list[i].Count)
	}
	if list[n].Count == 0 {
		list = list[:n]
	}
	return list
}

func vitalMinutes(ms []measurement, from, to time.Time) []VitalMinute {
	all := newClock(from, to)
	samples := make([]sample, all.minutes)
	for _, m := range ms {
		samples[all.index(m.Time)].add(m.Vital.Value, m.Weight, m.over())
	}
	list := make([]VitalMinute, all.minutes)
	for i := range list {
		s := &samples[i]
		list[i] = VitalMinute{all.at(i), s.quantile(Objective), round(s.sum), round(s.over)}
	}
	return list
}

func groups(ms []measurement, name, dimension string) []Group {
	byValue := map[string]*scores{}
	for _, m := range ms {
		value := valueOf(m.Event, dimension)
		if byValue[value] == nil {
			byValue[value] = &scores{}
		}
		byValue[value].add(m)
	}
	list := make([]Group, 0, len(byValue))
	for value, s := range byValue {
		list = append(list, Group{value, s.score(name)})
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Over, a.Over), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list[:min(len(list), maxRanked)]
}

func worst(ms []measurement) []Example {
	sorted := slices.Clone(ms)
	slices.SortStableFunc(sorted, func(a, b measurement) int { return cmp.Compare(b.Vital.Value, a.Vital.Value) })
	list := []Example{}
	for _, m := range sorted[:min(len(sorted), maxExamples)] {
		list = append(list, Example{m.Time, m.Vital.Value, m.Session, valueOf(m.Event, "route"), valueOf(m.Event, "device"), culpritOf(m.Vital)})
	}
	return list
}
