package rumbudgetprocessor

import (
	"context"
	"sync"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottldatapoint"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// metricsProcessor appends budget counters next to the histograms from which they are computed. Incoming metrics are
// never changed. Safe for concurrent use.
type metricsProcessor struct {
	id         component.ID
	policy     *policy
	conditions conditions[*ottldatapoint.TransformContext]
	telemetry  *metadata.TelemetryBuilder
	attributes *pointAttributes
	scratch    sync.Pool
}

func newMetricsProcessor(id component.ID, set component.TelemetrySettings, c *Config) (*metricsProcessor, error) {
	p, err := compileBudgets(c)
	if err != nil {
		return nil, err
	}
	m := &metricsProcessor{id: id, policy: p}
	parser, err := pointParser(set)
	if err != nil {
		return nil, err
	}
	if m.conditions, err = compileConditions(parser, p.conditions); err != nil {
		return nil, err
	}
	if m.attributes, err = newPointAttributes(c.budgets(), set.Logger); err != nil {
		return nil, err
	}
	if m.telemetry, err = metadata.NewTelemetryBuilder(set); err != nil {
		return nil, err
	}
	m.scratch.New = func() any { return newPointScratch(m) }
	return m, nil
}

func (m *metricsProcessor) shutdown(context.Context) error {
	m.telemetry.Shutdown()
	return nil
}

// pointScratch is the working memory of one batch.
type pointScratch struct {
	source pointSource
	facts  *match.Facts
	tally  *tally
}

func newPointScratch(m *metricsProcessor) *pointScratch {
	s := &pointScratch{facts: match.NewFacts(&m.policy.compiler), tally: newTally(m.id)}
	s.source.conditions = &m.conditions
	s.source.onError = s.tally.errors.add
	return s
}

func (s *pointScratch) release() {
	s.source = pointSource{conditions: s.source.conditions, onError: s.source.onError}
	s.facts.Reset(nil)
}

func (m *metricsProcessor) process(ctx context.Context, md pmetric.Metrics) (pmetric.Metrics, error) {
	s := m.scratch.Get().(*pointScratch)
	s.source.ctx = ctx
	for _, rm := range md.ResourceMetrics().All() {
		s.source.resourceMetrics, s.source.resource = rm, rm.Resource().Attributes()
		for _, sm := range rm.ScopeMetrics().All() {
			s.source.scopeMetrics = sm
			m.processScope(s, sm.Metrics())
		}
	}
	s.tally.flush(ctx, m.telemetry)
	s.release()
	m.scratch.Put(s)
	return md, nil
}

// processScope processes the metrics that are present at its start, not those that it appends.
func (m *metricsProcessor) processScope(s *pointScratch, metrics pmetric.MetricSlice) {
	out := newBudgetMetrics(metrics)
	for i := range metrics.Len() {
		m.processMetric(s, metrics.At(i), out)
	}
	out.appendTo(metrics)
}

func (m *metricsProcessor) processMetric(s *pointScratch, metric pmetric.Metric, out *budgetMetrics) {
	vital, isVital := vitalOf(metric)
	if !isVital && metric.Name() != semconv.MetricMeasurement || isVital && !m.policy.budgets.Knows(vital) {
		return
	}
	all, temporality, ok := points(metric)
	if !ok {
		s.tally.addInvalid(vital, budget.UnsupportedMetric)
		return
	}
	s.source.metric = metric
	for i := range all {
		s.source.point, s.source.attributes = all[i].pdata, all[i].attributes
		s.facts.Reset(&s.source)
		m.processPoint(s, vital, &all[i], out.of(temporality))
	}
}

// processPoint evaluates one point against the budget that its attributes lead to.
func (m *metricsProcessor) processPoint(s *pointScratch, measured budget.Metric, p *point, out *budgetSums) {
	if measured.Name == "" {
		name, _ := s.source.Attribute(semconv.MeasurementName)
		measured = budget.Custom(name)
	}
	m.attributes.look(measured, &s.source)
	b, limit := m.policy.budgets.Find(measured, s.facts)
	if b == nil {
		return
	}
	navigation, _ := s.source.Attribute(semconv.WebVitalNavigationType)
	if !budget.MeaningfulAfter(measured, navigation) {
		s.tally.addInvalid(measured, budget.NavigationType)
		return
	}
	inUnit, ok := inUnitOf(s.source.metric, &s.source, measured, limit)
	if !ok {
		s.tally.addInvalid(measured, budget.UnknownUnit)
		return
	}
	e := evaluation{budget: b, metric: measured, limit: inUnit, unit: s.source.metric.Unit(), point: p}
	if !p.flags.NoRecordedValue() {
		count, invalid := p.countAbove(inUnit)
		if invalid != budget.Valid {
			s.tally.addInvalid(measured, invalid)
			return
		}
		e.count = count
		if count.Undecided > 0 {
			s.tally.offEdge.add(measured.Name)
		}
	}
	out.add(e)
}
