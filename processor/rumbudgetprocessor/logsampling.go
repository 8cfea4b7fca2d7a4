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

func (l *logsProcessor) setUpSampling(c *SamplingConfig, budgets []BudgetConfig) error {
	if err := l.policy.addSampling(c); err != nil {
		return err
	}
	l.incoming = c.Incoming
	if c.Mode == modeOff {
		return nil
	}
	l.state = sampling.NewState(c.State.MaxSessions, c.State.TTL)
	l.key, l.otelThreshold, l.rules, l.fingerprint = c.Key, c.OTelThreshold, c.samplerRules(), c.fingerprint(budgets)
	settings := c.samplerSettings(l.state)
	l.sampler = sampling.New(settings)
	return nil
}

// samplerSettings converts the configuration for the sampler.
func (c *SamplingConfig) samplerSettings(state *sampling.State) sampling.Settings {
	settings := sampling.Settings{
		Rules:                c.samplerRules(),
		Salt:                 string(c.HashSalt),
		State:                state,
		Stateless:            c.Mode == modeStateless,
		MaxRecordsPerSession: c.State.MaxRecordsPerSession,
		MaxRecordsTogether:   c.State.MaxRecordsTogether,
		RecordsPerSecond:     c.Target.RecordsPerSecond,
	}
	if c.Mode == modeSticky {
		settings.Measurements = sampling.NewState(c.State.MaxMeasurements, c.State.TTL)
	}
	return settings
}

// observeSampler lets the gauges read the sampler. Pipelines that share a processor's name are one
// to the metrics: sessions add up over them, of the scales any may be seen.
func (l *logsProcessor) observeSampler() error {
	if l.sampler == nil {
		return nil
	}
	processor := processorLabel(l.id)
	errs := []error{l.telemetry.RegisterRumBudgetSamplingProbabilityScaleCallback(func(_ context.Context, o metric.Float64Observer) error {
		unprotected, protected := l.sampler.Scale()
		o.Observe(unprotected, metric.WithAttributes(processor, attribute.Bool("protected", false)))
		o.Observe(protected, metric.WithAttributes(processor, attribute.Bool("protected", true)))
		return nil
	}), l.telemetry.RegisterRumBudgetSamplingFingerprintCallback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(l.fingerprint, metric.WithAttributes(processor))
		return nil
	})}
	if l.state != nil {
		errs = append(errs, l.telemetry.RegisterRumBudgetStateEntriesCallback(func(_ context.Context, o metric.Int64Observer) error {
			entries, _ := l.state.Stats()
			o.Observe(int64(entries), metric.WithAttributes(processor))
			return nil
		}), l.telemetry.RegisterRumBudgetStateEvictionsCallback(func(_ context.Context, o metric.Int64Observer) error {
			_, evictions := l.state.Stats()
			o.Observe(evictions, metric.WithAttributes(processor))
			return nil
		}))
	}
	return errors.Join(errs...)
}

func (l *logsProcessor) sample(s *logScratch, v *verdict, now time.Time) bool {
	d := s.batch.Decide(l.samplerRecord(s, v), now)
	s.tally.addDecision(d)
	if !d.Keep {
		return false
	}
	labels := labelsOf(&d, l.otelThreshold)
	l.write(v, s.source.attributes, labels.count())
	labels.write(s.source.attributes, &d)
	return true
}

// samplerRecord is the record as far as the sampler needs it.
func (l *logsProcessor) samplerRecord(s *logScratch, v *verdict) sampling.Record {
	level := v.level
	if !v.judged() && v.invalid == budget.Valid {
		level = l.earlierLevel(s.source.attributes)
	}
	labels, doubt := l.incoming.believed(readLabels(s.source.attributes))
	incoming, defect := sampling.NewIncoming(labels)
	if doubt != sampling.NoDefect {
		defect = doubt
	}
	if defect != sampling.NoDefect {
		s.tally.defects.add(defect)
	}
	return sampling.Record{
		Key:         sessionKey(&s.source, l.key),
		Measurement: measurementOf(v, &s.source),
		Content:     s.contentOf,
		Matched:     l.policy.matching(s.facts, level),
		Incoming:    incoming,
	}
}
