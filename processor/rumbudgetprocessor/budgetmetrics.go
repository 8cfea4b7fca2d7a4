package rumbudgetprocessor

import (
	"math"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatautil"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

// evaluation is one histogram point compared with one budget.
type evaluation struct {
	budget *budget.Budget
	metric budget.Metric
	limit  float64 // in unit
	unit   string
	count  budget.Count
	point  *point
}

// budgetMetrics collects the metrics to append to one scope.
//
// Points that the scope already has, from an earlier pass, are not added again. They are recognised by their
// attributes and time. Budgets with other names in a second pass are added.
type budgetMetrics struct {
	existing map[pointKey]struct{}
	sums     []*budgetSums
	gauges   *budgetGauges
}

type pointKey struct {
	metric     string
	attributes [16]byte
	time       pcommon.Timestamp
}

func newBudgetMetrics(metrics pmetric.MetricSlice) *budgetMetrics {
	b := &budgetMetrics{existing: map[pointKey]struct{}{}, gauges: newBudgetGauges()}
	for _, m := range metrics.All() {
		switch m.Name() {
		case semconv.MetricBudgetEvaluations, semconv.MetricBudgetViolations, semconv.MetricBudgetUndecided:
			if m.Type() == pmetric.MetricTypeSum {
				b.addExisting(m.Name(), m.Sum().DataPoints())
			}
		case semconv.MetricBudgetLimit, semconv.MetricBudgetObjective, semconv.MetricBudgetBurnRate:
			if m.Type() == pmetric.MetricTypeGauge {
				b.addExisting(m.Name(), m.Gauge().DataPoints())
			}
		}
	}
	return b
}

func (b *budgetMetrics) addExisting(metric string, dps pmetric.NumberDataPointSlice) {
	for _, dp := range dps.All() {
		b.existing[keyOf(metric, dp)] = struct{}{}
	}
}

func keyOf(metric string, dp pmetric.NumberDataPoint) pointKey {
	return pointKey{metric, pdatautil.MapHash(dp.Attributes()), dp.Timestamp()}
}

// of returns the counters of one temporality, because a metric cannot have two.
func (b *budgetMetrics) of(t pmetric.AggregationTemporality) *budgetSums {
	for _, s := range b.sums {
		if s.evaluations.Sum().AggregationTemporality() == t {
			return s
		}
	}
	s := &budgetSums{
		evaluations: newSum(semconv.MetricBudgetEvaluations, "{evaluation}", "Measurements that were held against a performance budget.", t),
		violations:  newSum(semconv.MetricBudgetViolations, "{violation}", "Measurements that exceeded the limit of their performance budget.", t),
		undecided:   newSum(semconv.MetricBudgetUndecided, "{evaluation}", "Measurements of which the buckets do not tell whether they exceeded the limit, which lies within one.", t),
		parent:      b,
	}
	b.sums = append(b.sums, s)
	return s
}

// appendTo appends the metrics that have points.
func (b *budgetMetrics) appendTo(metrics pmetric.MetricSlice) {
	for _, s := range b.sums {
		b.appendNew(metrics, s.evaluations, s.evaluations.Sum().DataPoints())
		b.appendNew(metrics, s.violations, s.violations.Sum().DataPoints())
		b.appendNew(metrics, s.undecided, s.undecided.Sum().DataPoints())
	}
	for _, g := range b.gauges.limits {
		b.appendNew(metrics, g, g.Gauge().DataPoints())
	}
	b.appendNew(metrics, b.gauges.objective, b.gauges.objective.Gauge().DataPoints())
	b.appendNew(metrics, b.gauges.burnRate, b.gauges.burnRate.Gauge().DataPoints())
}

func (b *budgetMetrics) appendNew(metrics pmetric.MetricSlice, m pmetric.Metric, dps pmetric.NumberDataPointSlice) {
	if len(b.existing) > 0 {
		dps.RemoveIf(func(dp pmetric.NumberDataPoint) bool {
			_, known := b.existing[keyOf(m.Name(), dp)]
			return known
		})
	}
	if dps.Len() > 0 {
		m.MoveTo(metrics.AppendEmpty())
	}
}

// budgetSums are the two counters of the verdict; they can be summed over time and replicas. If a limit lies within a
// bucket, the second counter is the lower bound of violations, and the second plus the third the upper bound.
type budgetSums struct {
	evaluations, violations, undecided pmetric.Metric
	parent                             *budgetMetrics
}

func newSum(name, unit, description string, t pmetric.AggregationTemporality) pmetric.Metric {
	m := newMetric(name, unit, description)
	m.SetEmptySum().SetIsMonotonic(true)
	m.Sum().SetAggregationTemporality(t)
	return m
}

func newMetric(name, unit, description string) pmetric.Metric {
	m := pmetric.NewMetric()
	m.SetName(name)
	m.SetUnit(unit)
	m.SetDescription(description)
	return m
}

func (s *budgetSums) add(e evaluation) {
	e.appendCount(s.evaluations, e.count.Total)
	e.appendCount(s.violations, e.count.Above)
	if !e.count.OnEdge && !e.point.flags.NoRecordedValue() {
		e.appendCount(s.undecided, e.count.Undecided)
	}
	s.parent.gauges.add(e)
}

func (e *evaluation) appendCount(m pmetric.Metric, n uint64) {
	dp := m.Sum().DataPoints().AppendEmpty()
	e.point.attributes.CopyTo(dp.Attributes())
	e.label(dp.Attributes())
	dp.SetStartTimestamp(e.point.start)
	dp.SetTimestamp(e.point.time)
	dp.SetFlags(e.point.flags)
	dp.SetIntValue(int64(min(n, math.MaxInt64)))
}

func (e *evaluation) label(a pcommon.Map) {
	a.PutStr(semconv.BudgetName, e.budget.Name)
	a.PutStr(semconv.BudgetMetric, e.metric.Name)
}
