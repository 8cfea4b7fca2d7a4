package aggregate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// build sorts the points and turns them into metrics: by resource, then by metric, then by attributes.
func (a *Aggregator) build(points []point, now time.Time) pmetric.Metrics {
	slices.SortFunc(points, comparePoints)
	metrics := pmetric.NewMetrics()
	var scope pmetric.ScopeMetrics
	var metric pmetric.Metric
	for i := range points {
		p := &points[i]
		newResource := i == 0 || p.resource != points[i-1].resource
		if newResource {
			scope = a.appendScope(metrics, p.resource)
		}
		if newResource || p.family != points[i-1].family {
			metric = a.appendMetric(scope, p.family)
		}
		a.appendPoint(metric, p, pcommon.NewTimestampFromTime(now))
	}
	return metrics
}

func comparePoints(a, b point) int {
	return cmp.Or(
		strings.Compare(a.resource, b.resource),
		cmp.Compare(a.family.id, b.family.id),
		strings.Compare(a.key, b.key),
	)
}

func (a *Aggregator) appendScope(metrics pmetric.Metrics, resource string) pmetric.ScopeMetrics {
	rm := metrics.ResourceMetrics().AppendEmpty()
	rm.SetSchemaUrl(semconv.SchemaURL) // not on the scope, where it would be one more label of each series in Prometheus
	putLabels(rm.Resource().Attributes(), resource, resourceLabels)
	if a.settings.Instance != "" {
		rm.Resource().Attributes().PutStr(semconv.ServiceInstanceID, instanceID(a.settings.Instance, resource))
	}
	scope := rm.ScopeMetrics().AppendEmpty()
	scope.Scope().SetName(translate.ScopeName)
	scope.Scope().SetVersion(a.settings.Version)
	return scope
}

func (a *Aggregator) appendMetric(scope pmetric.ScopeMetrics, f *family) pmetric.Metric {
	metric := scope.Metrics().AppendEmpty()
	metric.SetName(f.name)
	metric.SetUnit(f.unit)
	metric.SetDescription(f.description)
	temporality := pmetric.AggregationTemporalityCumulative
	if a.settings.Temporality == Delta {
		temporality = pmetric.AggregationTemporalityDelta
	}
	switch f.shape {
	case shapeSum:
		sum := metric.SetEmptySum()
		sum.SetIsMonotonic(true)
		sum.SetAggregationTemporality(temporality)
	case shapeExponential:
		metric.SetEmptyExponentialHistogram().SetAggregationTemporality(temporality)
	default:
		metric.SetEmptyHistogram().SetAggregationTemporality(temporality)
	}
	return metric
}

func (a *Aggregator) appendPoint(metric pmetric.Metric, p *point, now pcommon.Timestamp) {
	var attributes pcommon.Map
	switch start := pcommon.Timestamp(p.start); p.family.shape {
	case shapeSum:
		dp := metric.Sum().DataPoints().AppendEmpty()
		dp.SetStartTimestamp(start)
		dp.SetTimestamp(now)
		dp.SetIntValue(int64(p.tally.count))
		attributes = dp.Attributes()
	case shapeExponential:
		dp := metric.ExponentialHistogram().DataPoints().AppendEmpty()
		dp.SetStartTimestamp(start)
		dp.SetTimestamp(now)
		p.tally.fillExponential(dp)
		p.tally.fillExemplars(dp.Exemplars())
		attributes = dp.Attributes()
	default:
		dp := metric.Histogram().DataPoints().AppendEmpty()
		dp.SetStartTimestamp(start)
		dp.SetTimestamp(now)
		p.tally.fillExplicit(dp, p.family.bounds)
		p.tally.fillExemplars(dp.Exemplars())
		attributes = dp.Attributes()
	}
	a.putAttributes(attributes, p)
}

func (t *tally) fillExplicit(dp pmetric.HistogramDataPoint, bounds []float64) {
	dp.SetCount(t.count)
	dp.SetSum(t.sum)
	dp.ExplicitBounds().FromRaw(bounds)
	if t.count == 0 {
		dp.BucketCounts().FromRaw(make([]uint64, len(bounds)+1))
		return
	}
	dp.SetMin(t.min)
	dp.SetMax(t.max)
	dp.BucketCounts().FromRaw(t.buckets)
}

func (t *tally) fillExponential(dp pmetric.ExponentialHistogramDataPoint) {
	dp.SetCount(t.count)
	dp.SetSum(t.sum)
	dp.SetZeroThreshold(zeroThreshold)
	if t.count == 0 {
		// Who takes the difference of two points, as Prometheus' rate does, brings all to the lowest scale among them.
		dp.SetScale(maxScale)
		return
	}
	dp.SetMin(t.min)
	dp.SetMax(t.max)
	dp.SetScale(t.expo.scale)
	dp.SetZeroCount(t.expo.zero)
	dp.Positive().SetOffset(t.expo.offset)
	dp.Positive().BucketCounts().FromRaw(t.expo.counts)
}

func (a *Aggregator) putAttributes(attributes pcommon.Map, p *point) {
	if len(p.key) == len(p.resource) {
		attributes.PutBool(semconv.MetricOverflow, true)
		return
	}
	attributes.EnsureCapacity(len(p.family.chosen))
	putLabels(attributes, p.key[len(p.resource):], p.family.chosen)
}

// putLabels reads the values of the labels from the key and writes those that are not empty. An empty key has none: it is the
// resource of the overflow series without resource.
func putLabels(attributes pcommon.Map, key string, labels []label) {
	for _, l := range labels {
		if key == "" {
			return
		}
		var value string
		value, key = nextLabel(key)
		switch {
		case value == "":
		case l.boolean:
			attributes.PutBool(l.name, value == "true")
		default:
			attributes.PutStr(l.name, value)
		}
	}
}
