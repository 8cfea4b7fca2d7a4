package report

import (
	"cmp"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// Why is the likeliest cause of measurements over their limit.
type Why struct {
	Vital string `json:"vital"`
	// Culprit is the element, resource or script that most of them name; Share of those over the
	// limit that do.
	Culprit string  `json:"culprit,omitempty"`
	Share   float64 `json:"share,omitempty"`
	// Part is the phase that takes most of the time, PartShare of it.
	Part      string  `json:"part,omitempty"`
	PartShare float64 `json:"part_share,omitempty"`
	// Version has nearly all of those over the limit, though there are others; empty if none has.
	Version string `json:"version,omitempty"`
}

// why examines the vital with the highest share of measurements over the limit.
func why(ms []measurement) *Why {
	over := map[string]float64{}
	for _, m := range ms {
		if m.over() {
			over[m.Vital.Name] += m.Weight
		}
	}
	worst := ""
	for _, name := range vitalNames { // in a fixed order, so that ties are always the same
		if over[name] > over[worst] {
			worst = name
		}
	}
	if worst == "" {
		return nil
	}
	w := &Why{Vital: worst}
	bad := slices.DeleteFunc(slices.Clone(ms), func(m measurement) bool { return m.Vital.Name != worst || !m.over() })
	if culprits := rank(bad, culpritOf); len(culprits) > 0 {
		w.Culprit, w.Share = culprits[0].Name, round(culprits[0].Over/over[worst])
	}
	w.Version = guilty(ms, bad, over[worst])
	total := 0.0
	for _, part := range means(bad, worst) {
		total += part.Mean
		if part.Mean > w.PartShare {
			w.Part, w.PartShare = part.Name, part.Mean
		}
	}
	if total > 0 {
		w.PartShare = round(w.PartShare / total)
	}
	return w
}

// nearlyAll is the share of the measurements over the limit at which a version is named as the cause, if its share of
// all measurements is much smaller.
const nearlyAll = 0.8

func guilty(all, bad []measurement, over float64) string {
	share := func(ms []measurement, version string) (part, whole float64) {
		for _, m := range ms {
			whole += m.Weight
			if m.Version == version {
				part += m.Weight
			}
		}
		return part, whole
	}
	for _, m := range bad {
		part, _ := share(bad, m.Version)
		if part < nearlyAll*over {
			continue
		}
		if of, whole := share(all, m.Version); of < nearlyAll*whole && m.Version != "" {
			return m.Version
		}
		return ""
	}
	return ""
}

func culpritOf(v *window.Vital) string {
	return cmp.Or(v.Target, v.URL, v.Script)
}

// PartMean is the mean of one phase.
type PartMean struct {
	Name string  `json:"name"`
	Mean float64 `json:"mean"` // milliseconds, of the measurements that have it
}

// means of a vital's phases, in order of time; empty if no record has them.
func means(ms []measurement, vital string) []PartMean {
	sums, weights := map[string]float64{}, map[string]float64{}
	for _, m := range ms {
		for _, part := range m.Vital.Parts {
			sums[part.Name] += part.Value * m.Weight
			weights[part.Name] += m.Weight
		}
	}
	list := []PartMean{}
	for _, name := range window.Parts(vital) {
		if weights[name] > 0 {
			list = append(list, PartMean{name, round(sums[name] / weights[name])})
		}
	}
	return list
}

// Culprit is an element, resource or script and the measurements that name it.
type Culprit struct {
	Name  string  `json:"name"`
	Count float64 `json:"count"` // measurements, weighted
	Over  float64 `json:"over"`  // those over their limit
	P75   float64 `json:"p75"`
}

// maxRanked is how many elements, resources or scripts an answer lists.
const maxRanked = 20

// rank lists the elements, resources or scripts that measurements name, those with most over the limit first.
func rank(ms []measurement, name func(*window.Vital) string) []Culprit {
	samples := map[string]*sample{}
	for _, m := range ms {
		if key := name(m.Vital); key != "" {
			if samples[key] == nil {
				samples[key] = &sample{}
			}
			samples[key].add(m.Vital.Value, m.Weight, m.over())
		}
	}
	list := make([]Culprit, 0, len(samples))
	for key, s := range samples {
		list = append(list, Culprit{key, round(s.sum), round(s.over), s.quantile(Objective)})
	}
	slices.SortFunc(list, func(a, b Culprit) int {
		return cmp.Or(cmp.Compare(b.Over, a.Over), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return list[:min(len(list), maxRanked)]
}
