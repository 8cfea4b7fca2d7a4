package rumbudgetprocessor

import (
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// budgetGauges emit limits, objectives and burn rate limits, once per budget and metric that had a point, so that
// dashboards and alert rules need not repeat the configuration. They have no attributes of the points, because a
// limit has no route or country.
type budgetGauges struct {
	limits    []pmetric.Metric // one per unit
	objective pmetric.Metric
	burnRate  pmetric.Metric
	points    map[gaugeKey][]gaugePoint
}

type gaugeKey struct{ budget, metric, unit string }

// gaugePoint is the position of a point. A reference would become invalid when the slice grows.
type gaugePoint struct {
	gauge pmetric.Metric
	index int
}

func newBudgetGauges() *budgetGauges {
	g := &budgetGauges{
		objective: newMetric(semconv.MetricBudgetObjective, "1", "Share of measurements that must be within the limit."),
		burnRate:  newMetric(semconv.MetricBudgetBurnRate, "1", "Multiple of the violations that the objective allows, above which an alert ought to fire."),
		points:    map[gaugeKey][]gaugePoint{},
	}
	g.objective.SetEmptyGauge()
	g.burnRate.SetEmptyGauge()
	return g
}

// add creates the gauges if needed, and sets their time to that of the latest point.
func (g *budgetGauges) add(e evaluation) {
	key := gaugeKey{e.budget.Name, e.metric.Name, e.unit}
	at, ok := g.points[key]
	if !ok {
		at = g.create(e)
		g.points[key] = at
	}
	for _, p := range at {
		dp := p.gauge.Gauge().DataPoints().At(p.index)
		dp.SetTimestamp(max(dp.Timestamp(), e.point.time))
	}
}

func (g *budgetGauges) create(e evaluation) []gaugePoint {
	points := []gaugePoint{e.gauge(g.limitIn(e.unit), e.limit), e.gauge(g.objective, e.budget.Objective)}
	if e.budget.BurnRateLimit > 0 {
		points = append(points, e.gauge(g.burnRate, e.budget.BurnRateLimit))
	}
	return points
}

// gauge appends a point with the value of the evaluation's budget.
func (e *evaluation) gauge(m pmetric.Metric, value float64) gaugePoint {
	points := m.Gauge().DataPoints()
	dp := points.AppendEmpty()
	e.label(dp.Attributes())
	dp.SetDoubleValue(value)
	return gaugePoint{m, points.Len() - 1}
}

func (g *budgetGauges) limitIn(unit string) pmetric.Metric {
	for _, m := range g.limits {
		if m.Unit() == unit {
			return m
		}
	}
	m := newMetric(semconv.MetricBudgetLimit, unit, "Limit of a performance budget.")
	m.SetEmptyGauge()
	g.limits = append(g.limits, m)
	return m
}
