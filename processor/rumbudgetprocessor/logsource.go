package rumbudgetprocessor

import (
	"context"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// logSource answers the matchers' questions about one log record.
type logSource struct {
	ctx        context.Context
	conditions *conditions[*ottllog.TransformContext]
	onError    func(owner string)

	resourceLogs plog.ResourceLogs
	scopeLogs    plog.ScopeLogs
	resource     pcommon.Map
	record       plog.LogRecord
	attributes   pcommon.Map
	verdict      verdict // not written yet; budgets are matched before there is one
}

// Attribute looks at the record first, since what stands there is closer to the event.
func (s *logSource) Attribute(key string) (string, bool) {
	if key == semconv.EventName {
		if name := s.record.EventName(); name != "" {
			return name, true
		}
	}
	if value, ok := s.verdict.attribute(key); ok {
		return value, true
	}
	if v, ok := s.attributes.Get(key); ok {
		return text(v), true
	}
	if v, ok := s.resource.Get(key); ok {
		return text(v), true
	}
	return "", false
}

func (s *logSource) Condition(number int) bool {
	subject := ottllog.NewTransformContext(s.resourceLogs, s.scopeLogs, s.record)
	defer subject.Close()
	return s.conditions.eval(s.ctx, number, subject, s.onError)
}

// eventName works for stores and pipelines that keep the name in an attribute only.
func (s *logSource) eventName() string {
	name, _ := s.Attribute(semconv.EventName)
	return name
}

// text avoids AsString for the usual case, which would be one more switch.
func text(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return v.AsString()
}

// logScratch is what one batch needs besides the batch.
type logScratch struct {
	source logSource
	facts  *match.Facts
	tally  *tally
	events plog.LogRecordSlice // to be appended to the scope, which cannot grow while it is gone through
}

func newLogScratch(l *logsProcessor) *logScratch {
	s := &logScratch{facts: match.NewFacts(&l.policy.compiler), tally: newTally(l.id), events: plog.NewLogRecordSlice()}
	s.source.conditions = &l.conditions
	s.source.onError = s.tally.errors.add
	return s
}

// release forgets the batch, lest the pool keep it alive.
func (s *logScratch) release() {
	s.source = logSource{conditions: s.source.conditions, onError: s.source.onError}
	s.facts.Reset(nil)
}
