package rumbudgetprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

// measurement is the value that a record reports.
type measurement struct {
	metric  budget.Metric
	value   float64
	invalid budget.Invalid
}

// form says where an event keeps what we read: the attribute, and the member of the body map in
// which older versions of the conventions had it.
type form struct {
	nameKey, bodyName   string
	valueKey, bodyValue string
}

var (
	vitalForm       = form{semconv.WebVitalName, "name", semconv.WebVitalValue, "value"}
	measurementForm = form{semconv.MeasurementName, "name", semconv.MeasurementValue, "value"}
)

// bodyNavigationType was the member of the older body map.
const bodyNavigationType = "navigation_type"

// measure reads a record; false means that it is not a measurement at all.
func measure(event string, s *logSource) (measurement, bool) {
	switch event {
	case semconv.EventWebVital:
		return measureVital(s), true
	case semconv.EventMeasurement:
		return measureCustom(s), true
	}
	return measurement{}, false
}

func measureVital(s *logSource) measurement {
	name, ok := s.field(vitalForm.nameKey, vitalForm.bodyName)
	if !ok || name.Type() != pcommon.ValueTypeStr || name.Str() == "" {
		return measurement{invalid: budget.MissingName}
	}
	metric, ok := budget.Vital(name.Str())
	if !ok {
		return measurement{invalid: budget.UnknownVital}
	}
	m := measureValue(metric, s, vitalForm)
	if m.invalid != budget.Valid {
		return m
	}
	navigation, ok := s.field(semconv.WebVitalNavigationType, bodyNavigationType)
	if ok && navigation.Type() == pcommon.ValueTypeStr && !budget.MeaningfulAfter(metric, navigation.Str()) {
		m.invalid = budget.NavigationType
	}
	return m
}

func measureCustom(s *logSource) measurement {
	name, ok := s.field(measurementForm.nameKey, measurementForm.bodyName)
	if !ok || name.Type() != pcommon.ValueTypeStr || name.Str() == "" {
		return measurement{metric: budget.Metric{Custom: true}, invalid: budget.MissingName}
	}
	return measureValue(budget.Custom(name.Str()), s, measurementForm)
}

// measureValue takes integers and doubles: SDKs send both for one vital, as the value happens to be.
func measureValue(metric budget.Metric, s *logSource, f form) measurement {
	m := measurement{metric: metric}
	v, ok := s.field(f.valueKey, f.bodyValue)
	if !ok {
		m.invalid = budget.MissingValue
		return m
	}
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		m.value = v.Double()
	case pcommon.ValueTypeInt:
		m.value = float64(v.Int())
	case pcommon.ValueTypeEmpty:
		m.invalid = budget.MissingValue
		return m
	default:
		m.invalid = budget.WrongType
		return m
	}
	m.invalid = budget.Check(metric, m.value)
	return m
}

// field finds an attribute of the record, else the member of a body map under its full or its short name, else an attribute of
// the resource, where groupbyattrs leaves what it groups by.
func (s *logSource) field(key, short string) (pcommon.Value, bool) {
	if v, ok := s.attributes.Get(key); ok {
		return v, true
	}
	if s.record.Body().Type() == pcommon.ValueTypeMap {
		body := s.record.Body().Map()
		if v, ok := body.Get(key); ok {
			return v, true
		}
		if v, ok := body.Get(short); ok {
			return v, true
		}
	}
	return s.resource.Get(key)
}
