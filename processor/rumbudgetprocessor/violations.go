package rumbudgetprocessor

import (
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// measurementMemory is how long a measurement is remembered after its last report. A page that is
// open for longer may cause a second event.
const measurementMemory = 4 * time.Hour

// violations makes an event of the first report in which a measurement exceeds its limit. Vitals are
// reported again and again as they change, so the ids of those that have exceeded are remembered.
// Safe for concurrent use.
type violations struct{ seen *sampling.State }

func newViolations(c *ViolationEventsConfig) *violations {
	return &violations{sampling.NewState(c.MaxMeasurements, measurementMemory)}
}

// first reports whether the record, not flagged yet, is the first that shows this violation. What has
// been flagged as exceeded by an earlier tier has had its event there. A measurement without id is
// reported once.
func (v *violations) first(s *logSource, now time.Time) bool {
	if v == nil || s.verdict.level == budget.Within || earlierLevel(s.attributes) > budget.Within {
		return false
	}
	id, ok := field(s.record, semconv.WebVitalID, "id")
	if !ok || id.Type() != pcommon.ValueTypeStr || id.Str() == "" {
		return true
	}
	key := strings.Join([]string{s.verdict.metric.Name, id.Str()}, " ")
	_, reports := v.seen.Observe(sampling.Fingerprint(key), 0, now)
	return reports == 1
}

// violationEvent makes the event of a record that is flagged and labelled. It carries all that the
// record does, its sampling labels too: it is kept when the record is, so it stands for as many.
func violationEvent(record plog.LogRecord, value float64, to plog.LogRecord) {
	record.CopyTo(to)
	to.SetEventName(semconv.EventBudgetViolation)
	to.SetSeverityNumber(plog.SeverityNumberWarn)
	to.SetSeverityText("WARN")
	to.Attributes().PutDouble(semconv.BudgetValue, value)
	if _, ok := to.Attributes().Get(semconv.EventName); ok {
		to.Attributes().PutStr(semconv.EventName, semconv.EventBudgetViolation)
	}
}
