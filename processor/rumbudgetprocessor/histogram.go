package rumbudgetprocessor

import (
	"math"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

// point is a histogram point of either kind, with the fields that budgets need.
type point struct {
	attributes  pcommon.Map
	start, time pcommon.Timestamp
	flags       pmetric.DataPointFlags
	countAbove  func(limit float64) (budget.Count, budget.Invalid)
	pdata       any
}

// points returns the points of a histogram; false for a metric of another kind.
func points(m pmetric.Metric) ([]point, pmetric.AggregationTemporality, bool) {
	switch m.Type() {
	case pmetric.MetricTypeHistogram:
		return explicitPoints(m.Histogram().DataPoints()), m.Histogram().AggregationTemporality(), true
	case pmetric.MetricTypeExponentialHistogram:
		h := m.ExponentialHistogram()
		return exponentialPoints(h.DataPoints()), h.AggregationTemporality(), true
	}
	return nil, pmetric.AggregationTemporalityUnspecified, false
}

func explicitPoints(dps pmetric.HistogramDataPointSlice) []point {
	all := make([]point, 0, dps.Len())
	for _, dp := range dps.All() {
		all = append(all, point{
			attributes: dp.Attributes(), start: dp.StartTimestamp(), time: dp.Timestamp(), flags: dp.Flags(), pdata: dp,
			countAbove: func(limit float64) (budget.Count, budget.Invalid) {
				return budget.Explicit{
					Bounds: dp.ExplicitBounds().AsRaw(), Counts: dp.BucketCounts().AsRaw(),
					Total: dp.Count(), Max: orNaN(dp.Max(), dp.HasMax()),
				}.CountAbove(limit)
			},
		})
	}
	return all
}

func exponentialPoints(dps pmetric.ExponentialHistogramDataPointSlice) []point {
	all := make([]point, 0, dps.Len())
	for _, dp := range dps.All() {
		all = append(all, point{
			attributes: dp.Attributes(), start: dp.StartTimestamp(), time: dp.Timestamp(), flags: dp.Flags(), pdata: dp,
			countAbove: func(limit float64) (budget.Count, budget.Invalid) {
				return budget.Exponential{
					Scale: dp.Scale(), Offset: dp.Positive().Offset(), Counts: dp.Positive().BucketCounts().AsRaw(),
					Total: dp.Count(), Zeros: dp.ZeroCount(), ZeroThreshold: dp.ZeroThreshold(),
					Negative: dp.Negative().BucketCounts().AsRaw(), Max: orNaN(dp.Max(), dp.HasMax()),
				}.CountAbove(limit)
			},
		})
	}
	return all
}

func orNaN(value float64, known bool) float64 {
	if known {
		return value
	}
	return math.NaN()
}

// vitalOf returns the vital that a metric measures.
func vitalOf(m pmetric.Metric) (budget.Metric, bool) {
	name, ok := strings.CutPrefix(m.Name(), semconv.MetricWebVitalPrefix)
	if !ok {
		return budget.Metric{}, false
	}
	return budget.Vital(name)
}

// inUnitOf converts a limit from ms, score or the application's unit to the unit of a metric. The unit of a
// measurement is on the metric or on the point.
func inUnitOf(m pmetric.Metric, s *pointSource, measured budget.Metric, limit budget.Limit) (float64, bool) {
	unit := m.Unit()
	if measured.Custom {
		if unit == "" {
			unit, _ = s.Attribute(semconv.MeasurementUnit)
		}
		limit, ok := limit.In(unit)
		return limit.Value, ok
	}
	if !measured.IsDuration() {
		return limit.Value, true
	}
	switch unit {
	case "s":
		return limit.Value / 1000, true // division, so that 2500 ms becomes exactly the bucket edge 2.5
	case "ms":
		return limit.Value, true
	}
	return 0, false
}
