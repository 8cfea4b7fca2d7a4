package rumbudgetprocessor

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

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
