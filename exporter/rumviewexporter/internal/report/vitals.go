package report

import (
	"cmp"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// vitalNames in the order in which they are shown.
var vitalNames = []string{"lcp", "inp", "cls", "fcp", "ttfb", "fid"}

// usualLimits are the limits of web.dev, in milliseconds except CLS, for vitals without a budget.
// https://web.dev/articles/defining-core-web-vitals-thresholds
var usualLimits = map[string]float64{"lcp": 2500, "inp": 200, "cls": 0.1, "fcp": 1800, "ttfb": 800, "fid": 100}

// measurement is the latest report of one vital.
type measurement struct {
	*window.Event
	limit float64
}

func (m measurement) over() bool { return m.limit > 0 && m.Vital.Value > m.limit }

// measurements returns the last report of each measurement (by id) that arrived; for LCP and CLS, which only grow,
// the largest. Names that are not vitals, and loading vitals of returns from the back/forward cache, are left out, as
// in the metrics. Oldest first.
func measurements(events []*window.Event) []measurement {
	seen := make(map[string]int) // where in last
	var last []measurement
	for _, e := range slices.Backward(events) {
		if e.Vital == nil || usualLimits[e.Vital.Name] == 0 || e.Vital.Apart {
			continue
		}
		m := measurement{e, cmp.Or(max(e.Vital.Limit, 0), usualLimits[e.Vital.Name])}
		if id := e.Vital.ID; id != "" {
			key := e.Vital.Name + " " + id
			if i, ok := seen[key]; ok {
				if neverFalls(e.Vital.Name) && e.Vital.Value > last[i].Vital.Value {
					last[i] = m
				}
				continue
			}
			seen[key] = len(last)
		}
		last = append(last, m)
	}
	slices.Reverse(last)
	return last
}

// neverFalls lists vitals that only grow: a smaller report is older and arrived late.
func neverFalls(vital string) bool { return vital == "lcp" || vital == "cls" }

// Score summarises a set of measurements of one vital.
type Score struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"` // ms or score
	P75     float64 `json:"p75"`
	Limit   float64 `json:"limit"` // the one that most were judged by
	Count   float64 `json:"count"` // measurements, weighted
	Records int     `json:"records"`
	// Effective is how many records of equal weight would say as much.
	Effective float64 `json:"effective"`
	Over      float64 `json:"over"` // measurements over their limit, weighted
	Verdict   Verdict `json:"verdict"`
}

// scores collects measurements of one vital.
type scores struct {
	sample
	limits map[float64]float64 // weight by limit
}

func (s *scores) add(m measurement) {
	if s.limits == nil {
		s.limits = map[float64]float64{}
	}
	s.limits[m.limit] += m.Weight
	s.sample.add(m.Vital.Value, m.Weight, m.over())
}

func (s *scores) limit() float64 {
	limit, most := 0.0, -1.0
	for l, weight := range s.limits {
		if weight > most || weight == most && l > limit {
			limit, most = l, weight
		}
	}
	return limit
}

func (s *scores) score(name string) Score {
	return Score{
		Name: name, Unit: unitOf(name), P75: s.quantile(Objective), Limit: s.limit(), Count: round(s.sum),
		Records: len(s.values), Effective: round(s.effective()), Over: round(s.over), Verdict: s.verdict(),
	}
}

func unitOf(vital string) string {
	if vital == "cls" {
		return "score"
	}
	return "ms"
}

// IsVital reports whether the name is a vital's.
func IsVital(name string) bool { return usualLimits[name] > 0 }
