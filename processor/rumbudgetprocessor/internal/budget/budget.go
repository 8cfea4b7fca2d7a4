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
	// Duration: the limit of a custom metric is a time, in ms.
	Duration bool
}

// In converts the limit of a custom metric to the unit of the values; false for a time that is held against a unit
// of no time. Values without a unit are taken for ms, in which browsers measure.
func (l Limit) In(unit string) (Limit, bool) {
	if !l.Duration {
		return l, true
	}
	perMillisecond, ok := perMillisecond[unit]
	l.Value, l.Severe = l.Value/perMillisecond, l.Severe/perMillisecond
	return l, ok
}

// perMillisecond is how many ms the units of time have.
var perMillisecond = map[string]float64{"": 1, "ms": 1, "s": 1000, "us": 0.001}

// Judge returns the level of a value. A value at the limit is within, as the web-vitals rating "good" includes its
// threshold.
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
	candidates map[Metric]*candidates
}

// candidates are the budgets that name one metric, in their order.
type candidates struct {
	budgets []*Budget
	limits  []Limit
	index   *match.Index
}

// NewSet indexes budgets by metric.
func NewSet(budgets []*Budget) *Set {
	s := &Set{candidates: map[Metric]*candidates{}}
	for _, b := range budgets {
		for m, l := range b.Limits {
			c := s.candidates[m]
			if c == nil {
				c = &candidates{}
				s.candidates[m] = c
			}
			c.budgets, c.limits = append(c.budgets, b), append(c.limits, l)
		}
	}
	for _, c := range s.candidates {
		matchers := make([]*match.Matcher, 0, len(c.budgets))
		for _, b := range c.budgets {
			matchers = append(matchers, &b.Matcher)
		}
		c.index = match.NewIndex(matchers)
	}
	return s
}

// Knows reports whether any budget has a limit for the metric.
func (s *Set) Knows(m Metric) bool { return s.candidates[m] != nil }

// Find returns the first budget that has a limit for the metric and matches, or nil.
func (s *Set) Find(m Metric, f *match.Facts) (*Budget, Limit) {
	c := s.candidates[m]
	if c == nil {
		return nil, Limit{}
	}
	i := c.index.First(f)
	if i < 0 {
		return nil, Limit{}
	}
	return c.budgets[i], c.limits[i]
}
