package rumbudgetprocessor

import (
	"context"
	"sync"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processorhelper"

	"github.com/otelcol-rum/otelcol-rum/internal/attempt"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// logsProcessor flags records, then drops and samples them. Safe for concurrent use.
type logsProcessor struct {
	id         component.ID
	policy     *policy
	conditions conditions[*ottllog.TransformContext]
	telemetry  *metadata.TelemetryBuilder
	now        func() time.Time
	scratch    sync.Pool

	// violations are the measurements that had their event; nil if events are off.
	violations *sampling.State

	// sampler is nil without sampling.
	sampler       *sampling.Sampler
	rules         []sampling.Rule
	state         *sampling.State // nil unless sessions are remembered
	memory        *memory         // nil unless the state is to be saved
	key           []string
	incoming      IncomingConfig
	otelThreshold bool
	fingerprint   int64
}

func newLogsProcessor(id component.ID, set component.TelemetrySettings, c *Config) (*logsProcessor, error) {
	p, err := compileBudgets(c)
	if err != nil {
		return nil, err
	}
	l := &logsProcessor{id: id, policy: p, now: time.Now, incoming: defaultSampling().Incoming}
	if c.Sampling.HasValue() {
		if err := l.setUpSampling(c.Sampling.Get(), c.budgets()); err != nil {
			return nil, err
		}
		if storage := c.Sampling.Get().State.Storage; storage != nil && c.Sampling.Get().Mode == modeSticky {
			l.memory = &memory{extension: *storage, owner: id, logger: set.Logger}
		}
	}
	if c.ViolationEvents.HasValue() {
		l.violations = sampling.NewState(c.ViolationEvents.Get().MaxMeasurements, measurementMemory)
	}
	parser, err := logParser(set)
	if err != nil {
		return nil, err
	}
	if l.conditions, err = compileConditions(parser, p.conditions); err != nil {
		return nil, err
	}
	if l.telemetry, err = metadata.NewTelemetryBuilder(set); err != nil {
		return nil, err
	}
	l.scratch.New = func() any { return newLogScratch(l) }
	return l, l.observeSampler()
}

// start restores the state of sessions from before a restart.
func (l *logsProcessor) start(ctx context.Context, host component.Host) error {
	if l.memory == nil {
		return nil
	}
	return l.memory.open(ctx, host, l)
}

// shutdown may be called twice, and without start.
func (l *logsProcessor) shutdown(ctx context.Context) error {
	defer l.telemetry.Shutdown()
	if l.memory != nil {
		l.memory.close(ctx, l)
	}
	return nil
}

func (l *logsProcessor) processWith(ctx context.Context, s *logScratch, ld plog.Logs) (plog.Logs, error) {
	s.source.ctx = ctx
	s.content.batch = attempt.Batch(ctx)
	now := l.now()
	removed := false
	ld.ResourceLogs().RemoveIf(func(rl plog.ResourceLogs) bool {
		emptied := false
		s.source.resourceLogs, s.source.resource = rl, rl.Resource().Attributes()
		rl.ScopeLogs().RemoveIf(func(sl plog.ScopeLogs) bool {
			before := sl.LogRecords().Len()
			s.source.scopeLogs = sl
			sl.LogRecords().RemoveIf(func(record plog.LogRecord) bool { return !l.keep(s, record, now) })
			after := sl.LogRecords().Len()
			s.events.MoveAndAppendTo(sl.LogRecords())
			emptied = emptied || after < before
			return after == 0 && before > 0
		})
		removed = removed || emptied
		return emptied && rl.ScopeLogs().Len() == 0
	})
	if removed && ld.ResourceLogs().Len() == 0 {
		return ld, processorhelper.ErrSkipProcessingData
	}
	return ld, nil
}

// keep judges one record, decides whether it is kept, and if so writes flags and labels on it. Drop rules run after
// the verdict, so that they can match it, and before the session's state, so that a dropped record does not change
// it.
func (l *logsProcessor) keep(s *logScratch, record plog.LogRecord, now time.Time) bool {
	v := l.look(s, record)
	s.tally.addVerdict(v)
	if rule, drop := l.policy.dropped(s.facts); drop {
		s.tally.addRecord(outcomeDropped, rule)
		return false
	}
	flagged := l.earlierLevel(s.source.attributes) > budget.Within
	if l.sampler == nil {
		s.tally.addRecord(outcomeKept, "")
		l.write(v, s.source.attributes, 0)
	} else if !l.sample(s, v, now) {
		return false
	}
	if !flagged && s.firstKept(v, now) {
		violationEvent(record, v.value, s.events.AppendEmpty())
	}
	return true
}

// look turns to a record and judges it.
func (l *logsProcessor) look(s *logScratch, record plog.LogRecord) *verdict {
	s.source.record, s.source.attributes, s.source.verdict = record, record.Attributes(), verdict{}
	s.content.place++
	s.facts.Reset(&s.source)
	s.source.verdict = l.policy.judge(&s.source, s.facts)
	return &s.source.verdict
}
