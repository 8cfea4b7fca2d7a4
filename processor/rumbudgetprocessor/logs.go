package rumbudgetprocessor

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// logsProcessor flags records, then drops and samples them. Safe for concurrent use.
type logsProcessor struct {
	policy     *policy
	conditions conditions[*ottllog.TransformContext]
	telemetry  *metadata.TelemetryBuilder
	now        func() time.Time
	scratch    sync.Pool

	// violations is nil when no events are asked for.
	violations *violations

	// sampler is nil when nothing is sampled.
	sampler       *sampling.Sampler
	rules         []sampling.Rule
	state         *sampling.State // nil unless sticky
	memory        *memory         // nil unless the state is to be saved
	key           []string
	otelThreshold bool
}

func newLogsProcessor(id component.ID, set component.TelemetrySettings, c *Config) (*logsProcessor, error) {
	p, err := compileBudgets(c)
	if err != nil {
		return nil, err
	}
	l := &logsProcessor{policy: p, now: time.Now}
	if c.Sampling.HasValue() {
		if err := l.setUpSampling(c.Sampling.Get()); err != nil {
			return nil, err
		}
		if storage := c.Sampling.Get().State.Storage; storage != nil && l.state != nil {
			l.memory = &memory{extension: *storage, owner: id, logger: set.Logger}
		}
	}
	if c.ViolationEvents.HasValue() {
		l.violations = newViolations(c.ViolationEvents.Get())
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

func (l *logsProcessor) setUpSampling(c *SamplingConfig) error {
	if err := l.policy.addSampling(c); err != nil {
		return err
	}
	if c.Mode == modeOff {
		return nil
	}
	if c.Mode == modeSticky {
		l.state = sampling.NewState(c.State.MaxSessions, c.State.TTL)
	}
	l.key, l.otelThreshold, l.rules = c.Key, c.OTelThreshold, c.samplerRules()
	l.sampler = sampling.New(sampling.Settings{
		Rules:                l.rules,
		Salt:                 string(c.HashSalt),
		State:                l.state,
		MaxRecordsPerSession: c.State.MaxRecordsPerSession,
		RecordsPerSecond:     c.Target.RecordsPerSecond,
	})
	return nil
}

// observeSampler lets the gauges read the sampler.
func (l *logsProcessor) observeSampler() error {
	if l.sampler == nil {
		return nil
	}
	errs := []error{l.telemetry.RegisterRumBudgetSamplingProbabilityScaleCallback(func(_ context.Context, o metric.Float64Observer) error {
		unprotected, protected := l.sampler.Scale()
		o.Observe(unprotected, metric.WithAttributes(attribute.Bool("protected", false)))
		o.Observe(protected, metric.WithAttributes(attribute.Bool("protected", true)))
		return nil
	})}
	if l.state != nil {
		errs = append(errs, l.telemetry.RegisterRumBudgetStateEntriesCallback(func(_ context.Context, o metric.Int64Observer) error {
			entries, _ := l.state.Stats()
			o.Observe(int64(entries))
			return nil
		}), l.telemetry.RegisterRumBudgetStateEvictionsCallback(func(_ context.Context, o metric.Int64Observer) error {
			_, evictions := l.state.Stats()
			o.Observe(evictions)
			return nil
		}))
	}
	return errors.Join(errs...)
}

// start restores what sessions had earned before a restart.
func (l *logsProcessor) start(ctx context.Context, host component.Host) error {
	if l.memory == nil {
		return nil
	}
	return l.memory.open(ctx, host, l)
}

// shutdown works twice and without start.
func (l *logsProcessor) shutdown(ctx context.Context) error {
	defer l.telemetry.Shutdown()
	if l.memory == nil {
		return nil
	}
	return l.memory.close(ctx, l)
}

// logScratch is what one batch needs besides the batch.
type logScratch struct {
	source logSource
	facts  *match.Facts
	tally  *tally
	events plog.LogRecordSlice // to be appended to the scope, which cannot grow while it is gone through
}

func newLogScratch(l *logsProcessor) *logScratch {
	s := &logScratch{facts: match.NewFacts(&l.policy.compiler), tally: newTally(), events: plog.NewLogRecordSlice()}
	s.source.conditions = &l.conditions
	s.source.onError = s.tally.addConditionError
	return s
}

// release forgets the batch, lest the pool keep it alive.
func (s *logScratch) release() {
	s.source = logSource{conditions: s.source.conditions, onError: s.source.onError}
	s.facts.Reset(nil)
}

func (l *logsProcessor) process(ctx context.Context, ld plog.Logs) (plog.Logs, error) {
	s := l.scratch.Get().(*logScratch)
	s.source.ctx = ctx
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
	s.tally.flush(ctx, l.telemetry)
	s.release()
	l.scratch.Put(s)
	if removed && ld.ResourceLogs().Len() == 0 {
		return ld, processorhelper.ErrSkipProcessingData
	}
	return ld, nil
}

// keep judges one record, decides whether it goes on, and if so writes flags and labels onto it. Drop
// rules come after the verdict, so that they can ask for it, and before the session's state, so that a
// bot earns nothing.
func (l *logsProcessor) keep(s *logScratch, record plog.LogRecord, now time.Time) bool {
	s.source.record, s.source.attributes, s.source.verdict = record, record.Attributes(), verdict{}
	s.facts.Reset(&s.source)
	s.source.verdict = l.policy.judge(&s.source, s.facts)
	v := &s.source.verdict
	s.tally.addVerdict(v)
	if rule, drop := l.policy.dropped(s.facts); drop {
		s.tally.addRecord(outcomeDropped, rule)
		return false
	}
	first := l.violations.first(&s.source, now)
	if l.sampler == nil {
		s.tally.addRecord(outcomeKept, "")
		v.write(s.source.attributes, 0)
	} else if !l.sample(s, v, now) {
		return false
	}
	if first {
		violationEvent(record, v.value, s.events.AppendEmpty())
	}
	return true
}

func (l *logsProcessor) sample(s *logScratch, v *verdict, now time.Time) bool {
	level := v.level
	if !v.judged() && v.invalid == budget.Valid {
		level = earlierLevel(s.source.attributes)
	}
	incoming, defect := sampling.NewIncoming(readLabels(s.source.attributes))
	if defect != sampling.NoDefect {
		s.tally.defects[defect]++
	}
	d := l.sampler.Decide(sampling.Record{
		Key:      sessionKey(&s.source, l.key),
		Matched:  l.policy.matching(s.facts, level),
		Incoming: incoming,
	}, now)
	s.tally.addDecision(d)
	if !d.Keep {
		return false
	}
	v.write(s.source.attributes, labelAttributes)
	writeLabels(s.source.attributes, d, l.otelThreshold)
	return true
}
