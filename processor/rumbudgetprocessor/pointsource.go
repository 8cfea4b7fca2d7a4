package rumbudgetprocessor

import (
	"context"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottldatapoint"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// pointSource gives matchers the attributes of one histogram point.
type pointSource struct {
	ctx        context.Context
	conditions *conditions[*ottldatapoint.TransformContext]
	onError    func(owner string)

	resourceMetrics pmetric.ResourceMetrics
	scopeMetrics    pmetric.ScopeMetrics
	metric          pmetric.Metric
	resource        pcommon.Map
	point           any // pmetric.HistogramDataPoint or pmetric.ExponentialHistogramDataPoint
	attributes      pcommon.Map
}

// Attribute looks at the point first, then at the resource.
func (s *pointSource) Attribute(key string) (string, bool) {
	if v, ok := s.attributes.Get(key); ok {
		return text(v), true
	}
	if v, ok := s.resource.Get(key); ok {
		return text(v), true
	}
	return "", false
}

func (s *pointSource) Condition(number int) bool {
	subject := ottldatapoint.NewTransformContext(s.resourceMetrics, s.scopeMetrics, s.metric, s.point)
	defer subject.Close()
	return s.conditions.eval(s.ctx, number, subject, s.onError)
}
