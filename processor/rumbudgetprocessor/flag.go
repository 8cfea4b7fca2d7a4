package rumbudgetprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// verdict is what the budgets say of a record.
type verdict struct {
	judged  bool
	level   budget.Level
	metric  budget.Metric
	invalid budget.Invalid
}

// flag judges a record and writes the verdict onto it. The value itself is never changed. Writing is
// by key, so a second pass with the same budgets changes nothing.
func (p *policy) flag(s *logSource, f *match.Facts) verdict {
	m, ok := measure(s.eventName(), s.record)
	if !ok {
		return verdict{}
	}
	if m.invalid != budget.Valid {
		return p.flagInvalid(m, s.attributes)
	}
	b, limit := p.budgets.Find(m.metric, f)
	if b == nil {
		return verdict{}
	}
	level := limit.Judge(m.value)
	a := s.attributes
	a.EnsureCapacity(a.Len() + 8)
	a.PutStr(semconv.BudgetName, b.Name)
	a.PutStr(semconv.BudgetMetric, m.metric.Name)
	a.PutDouble(semconv.BudgetLimit, limit.Value)
	a.PutBool(semconv.BudgetExceeded, level > budget.Within)
	a.PutDouble(semconv.BudgetUtilization, m.value/limit.Value)
	a.PutStr(semconv.BudgetLevel, level.String())
	if level > budget.Within {
		a.PutDouble(semconv.BudgetExceededBy, m.value-limit.Value)
	} else {
		a.Remove(semconv.BudgetExceededBy) // another budget's, of an earlier pass
	}
	return verdict{judged: true, level: level, metric: m.metric}
}

// flagInvalid leaves custom measurements without a budget alone: what they hold is nobody's business.
func (p *policy) flagInvalid(m measurement, a pcommon.Map) verdict {
	if m.metric.Custom && !p.budgets.Knows(m.metric) {
		return verdict{}
	}
	a.PutStr(semconv.BudgetInvalid, string(m.invalid))
	return verdict{metric: m.metric, invalid: m.invalid}
}

// earlierLevel is what a tier before this one found, for records that no budget here applies to.
func earlierLevel(a pcommon.Map) budget.Level {
	v, ok := a.Get(semconv.BudgetLevel)
	if !ok || v.Type() != pcommon.ValueTypeStr {
		return budget.Within
	}
	return levelNamed(v.Str())
}
