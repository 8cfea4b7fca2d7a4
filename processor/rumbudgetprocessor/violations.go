package rumbudgetprocessor

import (
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

// measurementMemory is how long a measurement is remembered after its last report. A page that is
// open for longer may cause a second event.
const measurementMemory = 4 * time.Hour

// firstKept reports whether the record, which goes on, is the first of its measurement that does so and exceeds
// the limit. Vitals are reported again and again as they change, so the measurements that had their event are
// remembered; what was sampled away had none. A measurement without id is reported once.
func (s *logScratch) firstKept(v *verdict, now time.Time) bool {
	if s.violations == nil || v.level == budget.Within {
		return false
	}
	measured := measurementOf(v, &s.source)
	if measured == 0 {
		return true
	}
	_, reports := s.violations.Observe(measured, 0, now)
	return reports == 1
}

// violationUID ends the uid of an event, which begins with that of its record.
const violationUID = ".violation"

// violationEvent makes the event of a record that is flagged and labelled. It carries all that the
// record does, its sampling labels too: it is kept when the record is, so it stands for as many.
func violationEvent(record plog.LogRecord, value float64, to plog.LogRecord) {
	record.CopyTo(to)
	to.SetEventName(semconv.EventBudgetViolation)
	to.SetSeverityNumber(plog.SeverityNumberWarn)
	to.SetSeverityText("WARN")
	to.Attributes().PutDouble(semconv.BudgetValue, value)
	if uid, ok := to.Attributes().Get(semconv.RecordUID); ok { // else a store would take the two for one record
		uid.SetStr(uid.AsString() + violationUID)
	}
	for _, key := range []string{semconv.EventName, semconv.DeprecatedEventName} {
		if name, ok := to.Attributes().Get(key); ok {
			name.SetStr(semconv.EventBudgetViolation)
		}
	}
}
