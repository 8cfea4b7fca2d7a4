package aggregate

import "go.opentelemetry.io/collector/pdata/pmetric"

// Parts splits the Window into some with at most that many data points each, in the same order. A metric whose points fit into
// one part is in one part. The Window has no metrics afterwards.
//
// One that is refused can be restored alone. With cumulative temporality this gives back all zeros of the Window, so that
// series of other parts may be reported as zero for longer.
func (w Window) Parts(most int) []Window {
	if w.Metrics.DataPointCount() <= most {
		return []Window{w}
	}
	p := parting{from: w, most: most}
	p.begin()
	for _, rm := range w.Metrics.ResourceMetrics().All() {
		for _, sm := range rm.ScopeMetrics().All() {
			p.scope(rm, sm)
		}
	}
	return p.parts
}

// parting is one call of Parts.
type parting struct {
	from  Window
	most  int
	parts []Window
	to    pmetric.Metrics // the last part
	room  int             // data points that the last part may still get
	taken int             // data points of all parts
}

// begin begins a part.
func (p *parting) begin() {
	p.to, p.room = pmetric.NewMetrics(), p.most
	p.parts = append(p.parts, Window{Metrics: p.to, zeros: p.from.zeros})
}

func (p *parting) scope(rm pmetric.ResourceMetrics, sm pmetric.ScopeMetrics) {
	var to pmetric.ScopeMetrics
	open := false
	for _, m := range sm.Metrics().All() {
		points := pointsOf(m)
		for first := 0; first < points; {
			left := points - first
			if p.room == 0 || left > p.room && left <= p.most {
				p.begin()
				open = false
			}
			if !open {
				to, open = headOf(rm, sm, p.to), true
			}
			n := min(left, p.room)
			movePoints(m, first, n, to.Metrics().AppendEmpty())
			p.count(n)
			first += n
		}
	}
}

// count gives the last part its share of what Restore needs.
func (p *parting) count(n int) {
	p.taken += n
	p.room -= n
	if len(p.from.points) > 0 {
		last := &p.parts[len(p.parts)-1]
		begin := p.taken - n - len(last.points)
		last.points = p.from.points[begin:p.taken]
	}
}

// headOf appends resource and scope without metrics.
func headOf(rm pmetric.ResourceMetrics, sm pmetric.ScopeMetrics, to pmetric.Metrics) pmetric.ScopeMetrics {
	resource := to.ResourceMetrics().AppendEmpty()
	resource.SetSchemaUrl(rm.SchemaUrl())
	rm.Resource().CopyTo(resource.Resource())
	scope := resource.ScopeMetrics().AppendEmpty()
	scope.SetSchemaUrl(sm.SchemaUrl())
	sm.Scope().CopyTo(scope.Scope())
	return scope
}

func pointsOf(m pmetric.Metric) int {
	switch m.Type() {
	case pmetric.MetricTypeSum:
		return m.Sum().DataPoints().Len()
	case pmetric.MetricTypeExponentialHistogram:
		return m.ExponentialHistogram().DataPoints().Len()
	default: // build makes no others
		return m.Histogram().DataPoints().Len()
	}
}

// movePoints moves n data points, from the first one on, into an empty metric.
func movePoints(m pmetric.Metric, first, n int, to pmetric.Metric) {
	to.SetName(m.Name())
	to.SetUnit(m.Unit())
	to.SetDescription(m.Description())
	switch m.Type() {
	case pmetric.MetricTypeSum:
		sum := to.SetEmptySum()
		sum.SetIsMonotonic(m.Sum().IsMonotonic())
		sum.SetAggregationTemporality(m.Sum().AggregationTemporality())
		sum.DataPoints().EnsureCapacity(n)
		for i := first; i < first+n; i++ {
			m.Sum().DataPoints().At(i).MoveTo(sum.DataPoints().AppendEmpty())
		}
	case pmetric.MetricTypeExponentialHistogram:
		histogram := to.SetEmptyExponentialHistogram()
		histogram.SetAggregationTemporality(m.ExponentialHistogram().AggregationTemporality())
		histogram.DataPoints().EnsureCapacity(n)
		for i := first; i < first+n; i++ {
			m.ExponentialHistogram().DataPoints().At(i).MoveTo(histogram.DataPoints().AppendEmpty())
		}
	default:
		histogram := to.SetEmptyHistogram()
		histogram.SetAggregationTemporality(m.Histogram().AggregationTemporality())
		histogram.DataPoints().EnsureCapacity(n)
		for i := first; i < first+n; i++ {
			m.Histogram().DataPoints().At(i).MoveTo(histogram.DataPoints().AppendEmpty())
		}
	}
}
