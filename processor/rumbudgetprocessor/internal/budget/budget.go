package budget

import (
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// Level says how a value stands to its limit.
type Level uint8

const (
	Within Level = iota
	Exceeded
	Severe
)

func (l Level) String() string {
	return [...]string{"within", "exceeded", "severe"}[l]
}

// Limit is the bound of one metric, in ms (CLS: score; custom metrics: as sent).
type Limit struct {
	Value float64
	// Severe is at least Value, +Inf when the budget knows no severe values.
	Severe float64
}

// Judge compares strictly: a value at the limit is within, as a web-vitals rating of "good" includes
// its threshold.
func (l Limit) Judge(value float64) Level {
	switch {
	case value > l.Severe:
		return Severe
	case value > l.Value:
		return Exceeded
	}
	return Within
}

// Budget is a compiled budget.
type Budget struct {
	Name    string
	Matcher match.Matcher
	Limits  map[Metric]Limit
	// Objective is the share of measurements that must be within the limit, in (0, 1).
	Objective float64
	// BurnRateLimit is a multiple of 1-Objective, above 1; 0 for none.
	BurnRateLimit float64
}

// Set finds the budget of a measurement. Immutable, safe for concurrent use.
type Set struct {
	candidates map[Metric][]candidate
}

type candidate struct {
	budget *Budget
	limit  Limit
}

// NewSet indexes budgets by metric, in their order.
func NewSet(budgets []*Budget) *Set {
	s := &Set{candidates: map[Metric][]candidate{}}
	for _, b := range budgets {
		for m, l := range b.Limits {
			s.candidates[m] = append(s.candidates[m], candidate{b, l})
		}
	}
	return s
}

// Knows reports whether any budget names the metric.
func (s *Set) Knows(m Metric) bool { return len(s.candidates[m]) > 0 }

// Find returns the first budget that names the metric and matches, nil when none does.
func (s *Set) Find(m Metric, f *match.Facts) (*Budget, Limit) {
	candidates := s.candidates[m]
	for i := range candidates {
		if candidates[i].budget.Matcher.Matches(f) {
			return candidates[i].budget, candidates[i].limit
		}
	}
	return nil, Limit{}
}
