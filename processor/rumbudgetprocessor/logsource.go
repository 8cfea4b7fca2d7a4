package rumbudgetprocessor

import (
	"context"
	"slices"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// logSource gives matchers the attributes of one log record.
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
	doubted      bool    // what the record says of earlier tiers
}

// Attribute looks at the record first, since what stands there is closer to the event.
func (s *logSource) Attribute(key string) (string, bool) {
	if key == semconv.EventName {
		if name := s.record.EventName(); name != "" {
			return name, true
		}
		if name, ok := s.attributes.Get(semconv.EventName); ok {
			return text(name), true
		}
		key = semconv.DeprecatedEventName
	}
	if value, ok := s.verdict.attribute(key); ok {
		return value, true
	}
	if s.doubted && isDoubtful(key) {
		return "", false
	}
	if v, ok := s.attributes.Get(key); ok {
		return text(v), true
	}
	if v, ok := s.resource.Get(key); ok {
		return text(v), true
	}
	return "", false
}

// isDoubtful reports whether only tiers of this processor write the attribute.
func isDoubtful(key string) bool {
	if !isWritten(key) || key == semconv.SamplingClientRate {
		return false
	}
	return !strings.HasPrefix(key, semconv.BudgetPrefix) || slices.Contains(verdicts, key)
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

// logScratch is the working memory of one batch, until the batch has been accepted or refused.
type logScratch struct {
	source     logSource
	facts      *match.Facts
	tally      *tally
	events     plog.LogRecordSlice // to be appended to the scope, which cannot grow while it is gone through
	content    content
	contentOf  func() uint64     // of the record that source has turned to
	batch      *sampling.Batch   // nil when nothing is sampled
	violations *sampling.Pending // nil when no events are asked for
}

func newLogScratch(l *logsProcessor) *logScratch {
	s := &logScratch{facts: match.NewFacts(&l.policy.compiler), tally: newTally(l.id), events: plog.NewLogRecordSlice()}
	s.source.conditions, s.source.doubted = &l.conditions, !l.incoming.Labels
	s.source.onError = s.tally.errors.add
	s.content.seen = map[uint64]uint64{}
	s.contentOf = func() uint64 { return s.content.of(&s.source) }
	if l.sampler != nil {
		s.batch = l.sampler.Begin()
	}
	if l.violations != nil {
		s.violations = sampling.NewPending(l.violations)
	}
	return s
}
