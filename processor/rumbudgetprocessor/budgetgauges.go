package rumbudgetprocessor

import (
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// budgetGauges tell limits and objectives, once per budget and metric that had a point, so that a
// dashboard or an alert rule need not repeat the configuration. They carry no attributes of the
// points: a limit has no route or country.
type budgetGauges struct {
	limits    []pmetric.Metric // one per unit
	objective pmetric.Metric
	points    map[gaugeKey]gaugePoints
}

type gaugeKey struct{ budget, metric, unit string }

// gaugePoints are positions rather than points, which move when their slice grows.
type gaugePoints struct {
	limitMetric pmetric.Metric
	limit       int
	objective   int
}

func newBudgetGauges() *budgetGauges {
	g := &budgetGauges{
		objective: newMetric(semconv.MetricBudgetObjective, "1", "Share of measurements that must be within the limit."),
		points:    map[gaugeKey]gaugePoints{},
	}
	g.objective.SetEmptyGauge()
	return g
}

// add makes sure of both gauges and moves their time to that of the latest point.
func (g *budgetGauges) add(e evaluation) {
	key := gaugeKey{e.budget.Name, e.metric.Name, e.unit}
	at, ok := g.points[key]
	if !ok {
		at = g.create(e)
		g.points[key] = at
	}
	for _, dp := range []pmetric.NumberDataPoint{
		at.limitMetric.Gauge().DataPoints().At(at.limit),
		g.objective.Gauge().DataPoints().At(at.objective),
	} {
		dp.SetTimestamp(max(dp.Timestamp(), e.point.time))
	}
}

func (g *budgetGauges) create(e evaluation) gaugePoints {
	limit := g.limitIn(e.unit)
	at := gaugePoints{limitMetric: limit, limit: limit.Gauge().DataPoints().Len(), objective: g.objective.Gauge().DataPoints().Len()}
	dp := limit.Gauge().DataPoints().AppendEmpty()
	e.label(dp.Attributes())
	dp.SetDoubleValue(e.limit)
	dp = g.objective.Gauge().DataPoints().AppendEmpty()
	e.label(dp.Attributes())
	dp.SetDoubleValue(e.budget.Objective)
	return at
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
