package rumbudgetprocessor

import (
	"slices"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// verdict is the result of the budgets for a record. The zero value means that no budget applies.
type verdict struct {
	measurement
	budget *budget.Budget // nil when none applies
	limit  budget.Limit
	level  budget.Level
}

func (v *verdict) judged() bool { return v.budget != nil }

// judge returns the verdict on a record without writing it: most records are sampled away, so this saves allocations.
func (p *policy) judge(s *logSource, f *match.Facts) verdict {
	m, ok := measure(s.eventName(), s)
	if !ok {
		return verdict{}
	}
	if m.invalid != budget.Valid {
		if m.metric.Custom && !p.budgets.Knows(m.metric) {
			return verdict{} // no budget applies, so its value does not matter
		}
		return verdict{measurement: m}
	}
	b, limit := p.budgets.Find(m.metric, f)
	if b == nil {
		return verdict{}
	}
	if limit.Duration {
		unit, _ := s.Attribute(semconv.MeasurementUnit)
		if limit, ok = limit.In(unit); !ok {
			m.invalid = budget.UnknownUnit
			return verdict{measurement: m}
		}
	}
	return verdict{measurement: m, budget: b, limit: limit, level: limit.Judge(m.value)}
}

// flags is the largest number of attributes that write adds.
var flags = []string{
	semconv.BudgetName, semconv.BudgetMetric, semconv.BudgetLimit, semconv.BudgetExceeded,
	semconv.BudgetExceededBy, semconv.BudgetUtilization, semconv.BudgetLevel,
}

// write puts the verdict onto the record, in place of that of an earlier pass. The value itself is never
// changed. Writing is by key, so a second pass with the same budgets changes nothing. There will be room
// for so many more attributes beside: growing twice would cost more than all the rest.
func (v *verdict) write(a pcommon.Map, more int) {
	if v.judged() {
		more += len(flags)
		if v.level == budget.Within {
			more-- // BudgetExceededBy
		}
	}
	if more > 0 {
		a.EnsureCapacity(a.Len() + more)
	}
	if v.invalid != budget.Valid {
		a.RemoveIf(func(key string, _ pcommon.Value) bool { return slices.Contains(flags, key) })
		a.PutStr(semconv.BudgetInvalid, string(v.invalid))
		return
	}
	if !v.judged() {
		return
	}
	exceeded := v.level > budget.Within
	a.PutStr(semconv.BudgetName, v.budget.Name)
	a.PutStr(semconv.BudgetMetric, v.metric.Name)
	a.PutDouble(semconv.BudgetLimit, v.limit.Value)
	a.PutBool(semconv.BudgetExceeded, exceeded)
	a.PutDouble(semconv.BudgetUtilization, v.value/v.limit.Value)
	a.PutStr(semconv.BudgetLevel, v.level.String())
	if exceeded {
		a.PutDouble(semconv.BudgetExceededBy, v.value-v.limit.Value)
	} else {
		a.Remove(semconv.BudgetExceededBy)
	}
	a.Remove(semconv.BudgetInvalid)
}

// attribute returns an attribute of the verdict for matchers, before it is written.
func (v *verdict) attribute(key string) (string, bool) {
	switch {
	case key == semconv.BudgetInvalid && v.invalid != budget.Valid:
		return string(v.invalid), true
	case !v.judged():
		return "", false
	case key == semconv.BudgetName:
		return v.budget.Name, true
	case key == semconv.BudgetMetric:
		return v.metric.Name, true
	case key == semconv.BudgetLevel:
		return v.level.String(), true
	case key == semconv.BudgetExceeded:
		return strconv.FormatBool(v.level > budget.Within), true
	}
	return "", false
}

// earlierLevel is the level written by an earlier tier, for records to which no budget here applies.
func (l *logsProcessor) earlierLevel(a pcommon.Map) budget.Level {
	v, ok := a.Get(semconv.BudgetLevel)
	if !ok || v.Type() != pcommon.ValueTypeStr || !l.incoming.Labels {
		return budget.Within
	}
	return levelNamed(v.Str())
}

// verdicts are attributes that only a tier writes. Violations reported by a page have a metric, a value and a limit.
var verdicts = []string{semconv.BudgetName, semconv.BudgetExceeded, semconv.BudgetUtilization, semconv.BudgetLevel, semconv.BudgetInvalid}

// write writes the verdict to the record. An untrusted verdict on the record is removed.
func (l *logsProcessor) write(v *verdict, a pcommon.Map, more int) {
	if !l.incoming.Labels {
		a.RemoveIf(func(key string, _ pcommon.Value) bool { return slices.Contains(verdicts, key) })
	}
	v.write(a, more)
}
