package rumbudgetprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// Outcomes of a record.
const (
	outcomeKept    = "kept"
	outcomeSampled = "sampled" // not kept by chance; others stand for it
	outcomeDropped = "dropped" // by a drop rule; nothing stands for it
)

// Reasons that are no names of rules, besides sampling.ReasonNoKey.
const (
	// reasonIncoming stands for an earlier sampler's decision, in which this one had no part.
	reasonIncoming = "incoming"
	// reasonSharedKey is what no_key is called here when the record has a key, which too many share.
	reasonSharedKey = "shared_key"
)

// tally counts one batch, so that instruments are touched once per batch and label set, not once per
// record. Not safe for concurrent use.
type tally struct {
	levels    counts[budget.Level]
	records   counts[outcome]
	invalid   counts[cause]
	offEdge   counts[string] // by metric
	errors    counts[string] // by rule
	defects   counts[sampling.Defect]
	weights   []metric.AddOption
	weightIn  float64
	weightOut float64
	variance  float64
}

type outcome struct{ outcome, reason string }

type cause struct {
	metric  string
	invalid budget.Invalid
}

func newTally(id component.ID) *tally {
	processor := processorLabel(id)
	return &tally{
		levels: newCounts(processor, func(l budget.Level) []attribute.KeyValue {
			return []attribute.KeyValue{attribute.String("level", l.String())}
		}),
		records: newCounts(processor, outcome.labels),
		invalid: newCounts(processor, func(c cause) []attribute.KeyValue {
			return []attribute.KeyValue{attribute.String("metric", c.metric), attribute.String("cause", string(c.invalid))}
		}),
		offEdge: newCounts(processor, func(metric string) []attribute.KeyValue {
			return []attribute.KeyValue{attribute.String("metric", metric)}
		}),
		errors: newCounts(processor, func(owner string) []attribute.KeyValue {
			return []attribute.KeyValue{attribute.String("rule", owner)}
		}),
		defects: newCounts(processor, func(d sampling.Defect) []attribute.KeyValue {
			return []attribute.KeyValue{attribute.String("cause", string(d))}
		}),
		weights: []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(processor))},
	}
}

func processorLabel(id component.ID) attribute.KeyValue {
	return attribute.String("processor", id.String())
}

// labels leave the reason out where nothing is sampled.
func (o outcome) labels() []attribute.KeyValue {
	labels := []attribute.KeyValue{attribute.String("outcome", o.outcome)}
	if o.reason != "" {
		labels = append(labels, attribute.String("reason", o.reason))
	}
	return labels
}

func (t *tally) addVerdict(v *verdict) {
	switch {
	case v.judged():
		t.levels.add(v.level)
	case v.invalid != budget.Valid:
		t.addInvalid(v.metric, v.invalid)
	}
}

func (t *tally) addInvalid(m budget.Metric, why budget.Invalid) {
	t.invalid.add(cause{metricLabel(m), why})
}

func (t *tally) addRecord(result, reason string) { t.records.add(outcome{result, reason}) }

func (t *tally) addDecision(d sampling.Decision) {
	t.weightIn += d.WeightIn
	// The variance is known of records that are not kept too, so it need not be estimated.
	t.variance += d.WeightIn * (d.AdjustedCount - d.WeightIn)
	reason := d.Reason
	switch {
	case reason == "":
		reason = reasonIncoming
	case d.SharedKey:
		reason = reasonSharedKey
	}
	if !d.Keep {
		t.addRecord(outcomeSampled, reason)
		return
	}
	t.weightOut += d.AdjustedCount
	t.addRecord(outcomeKept, reason)
}

// metricLabel is bounded: only vitals and the custom metrics that a budget names get this far with a
// name.
func metricLabel(m budget.Metric) string {
	if m.Name == "" {
		return "unknown"
	}
	return m.Name
}

// flush adds the tally to the instruments and empties it.
func (t *tally) flush(ctx context.Context, b *metadata.TelemetryBuilder) {
	t.levels.flush(ctx, b.RumBudgetEvaluations)
	t.records.flush(ctx, b.RumBudgetRecords)
	t.invalid.flush(ctx, b.RumBudgetInvalid)
	t.offEdge.flush(ctx, b.RumBudgetLimitOffEdge)
	t.errors.flush(ctx, b.RumBudgetRuleErrors)
	t.defects.flush(ctx, b.RumBudgetSamplingInputInvalid)
	t.flushWeight(ctx, b.RumBudgetSamplingWeightIn, &t.weightIn)
	t.flushWeight(ctx, b.RumBudgetSamplingWeightKept, &t.weightOut)
	t.flushWeight(ctx, b.RumBudgetSamplingWeightVariance, &t.variance)
}

// discard empties the tally of a batch that was refused: it is counted when it comes again.
func (t *tally) discard() {
	t.levels.discard()
	t.records.discard()
	t.invalid.discard()
	t.offEdge.discard()
	t.errors.discard()
	t.defects.discard()
	t.weightIn, t.weightOut, t.variance = 0, 0, 0
}

func (t *tally) flushWeight(ctx context.Context, c metric.Float64Counter, w *float64) {
	if *w > 0 {
		c.Add(ctx, *w, t.weights...)
	}
	*w = 0
}

// counts are numbers by their labels. Every label comes from a closed set or from the configuration, so
// they are few, and what has been made for one of them is kept for the next batch.
type counts[K comparable] struct {
	processor attribute.KeyValue // on every metric, as on those of processorhelper
	labels    func(K) []attribute.KeyValue
	of        map[K]*count
}

type count struct {
	n      int64
	labels []metric.AddOption
}

func newCounts[K comparable](processor attribute.KeyValue, labels func(K) []attribute.KeyValue) counts[K] {
	return counts[K]{processor: processor, labels: labels, of: map[K]*count{}}
}

func (c *counts[K]) add(key K) {
	counted, ok := c.of[key]
	if !ok {
		set := attribute.NewSet(append(c.labels(key), c.processor)...)
		counted = &count{labels: []metric.AddOption{metric.WithAttributeSet(set)}}
		c.of[key] = counted
	}
	counted.n++
}

func (c *counts[K]) flush(ctx context.Context, instrument metric.Int64Counter) {
	for _, counted := range c.of {
		if counted.n > 0 {
			instrument.Add(ctx, counted.n, counted.labels...)
			counted.n = 0
		}
	}
}

func (c *counts[K]) discard() {
	for _, counted := range c.of {
		counted.n = 0
	}
}
