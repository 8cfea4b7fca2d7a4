package rumbudgetprocessor

import (
	"slices"
	"sync/atomic"

	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// pointAttributes notices attributes that budgets match and that the points of their metric lack. Records have more attributes than
// points, so such a budget applies to records only, and the two disagree. Safe for concurrent use.
type pointAttributes struct {
	logger  *zap.Logger
	watched map[budget.Metric][]*watchedAttribute
}

// pointsWithout an attribute, before it is said to be missing: some points lack one because its value is unknown.
const pointsWithout = 100

type watchedAttribute struct {
	name, budget string       // the first budget that matches it
	absent       atomic.Int64 // points without it
	settled      atomic.Bool  // some point has it, or it was reported
}

func newPointAttributes(budgets []BudgetConfig, logger *zap.Logger) (*pointAttributes, error) {
	p := &pointAttributes{logger: logger, watched: map[budget.Metric][]*watchedAttribute{}}
	for i := range budgets {
		b := &budgets[i]
		patterns, err := parseMatch(b.Match)
		if err != nil {
			return nil, err
		}
		limits, err := b.parseLimits()
		if err != nil {
			return nil, err
		}
		for metric := range limits {
			p.watch(metric, b.Name, patterns)
		}
	}
	return p, nil
}

func (p *pointAttributes) watch(metric budget.Metric, budget string, patterns match.Patterns) {
	for _, name := range sortedKeys(patterns) {
		if !slices.ContainsFunc(p.watched[metric], func(w *watchedAttribute) bool { return w.name == name }) {
			p.watched[metric] = append(p.watched[metric], &watchedAttribute{name: name, budget: budget})
		}
	}
}

// look at a point of the metric.
func (p *pointAttributes) look(metric budget.Metric, s *pointSource) {
	for _, w := range p.watched[metric] {
		if w.settled.Load() {
			continue
		}
		if _, has := s.Attribute(w.name); has {
			w.settled.Store(true)
		} else if w.absent.Add(1) == pointsWithout {
			w.settled.Store(true)
			p.logger.Warn("No point of a metric has the attribute that a budget matches: to metrics, unlike records, the next budget applies. "+
				"Add the attribute to the metric in 'metrics::attributes' of the rum receiver",
				zap.String("budget", w.budget), zap.String("metric", metricName(metric)), zap.String("attribute", w.name))
		}
	}
}

// metricName is that of the histogram with the values of a metric.
func metricName(m budget.Metric) string {
	if m.Custom {
		return semconv.MetricMeasurement
	}
	return semconv.MetricWebVitalPrefix + m.Name
}
