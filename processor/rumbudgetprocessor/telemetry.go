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

// tally counts one batch, so that instruments are touched once per batch and label set, not once per
// record. Every label comes from a closed set or from the configuration. Not safe for concurrent use.
type tally struct {
	processor attribute.KeyValue // on every metric, as on those of processorhelper
	levels    [3]int64
	records   map[outcome]int64
	invalid   map[cause]int64
	offEdge   map[string]int64
	errors    map[string]int64
	defects   map[sampling.Defect]int64
	weightIn  float64
	weightOut float64
	variance  float64
}

type outcome struct{ outcome, reason string }

type cause struct {
	metric  string
	invalid budget.Invalid
}

func newTally(processor component.ID) *tally {
	return &tally{
		processor: processorLabel(processor),
		records:   map[outcome]int64{}, invalid: map[cause]int64{}, offEdge: map[string]int64{},
		errors: map[string]int64{}, defects: map[sampling.Defect]int64{},
	}
}

func processorLabel(id component.ID) attribute.KeyValue {
	return attribute.String("processor", id.String())
}

func (t *tally) addVerdict(v *verdict) {
	switch {
	case v.judged():
		t.levels[v.level]++
	case v.invalid != budget.Valid:
		t.addInvalid(v.metric, v.invalid)
	}
}

func (t *tally) addInvalid(m budget.Metric, why budget.Invalid) {
	t.invalid[cause{metricLabel(m), why}]++
}

// Reasons that are no names of rules, besides sampling.ReasonNoKey.
const (
	// reasonIncoming stands for an earlier sampler's decision, in which this one had no part.
	reasonIncoming = "incoming"
	// reasonSharedKey is what no_key is called here when the record has a key, which too many share.
	reasonSharedKey = "shared_key"
)

func (t *tally) addRecord(result, reason string) {
	t.records[outcome{result, reason}]++
}

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

func (t *tally) addConditionError(owner string) { t.errors[owner]++ }

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
	for level, n := range t.levels {
		t.add(ctx, b.RumBudgetEvaluations, n, attribute.String("level", budget.Level(level).String()))
	}
	for o, n := range t.records {
		labels := []attribute.KeyValue{attribute.String("outcome", o.outcome)}
		if o.reason != "" {
			labels = append(labels, attribute.String("reason", o.reason))
		}
		t.add(ctx, b.RumBudgetRecords, n, labels...)
	}
	for c, n := range t.invalid {
		t.add(ctx, b.RumBudgetInvalid, n, attribute.String("metric", c.metric), attribute.String("cause", string(c.invalid)))
	}
	for m, n := range t.offEdge {
		t.add(ctx, b.RumBudgetLimitOffEdge, n, attribute.String("metric", m))
	}
	for owner, n := range t.errors {
		t.add(ctx, b.RumBudgetRuleErrors, n, attribute.String("rule", owner))
	}
	for d, n := range t.defects {
		t.add(ctx, b.RumBudgetSamplingInputInvalid, n, attribute.String("cause", string(d)))
	}
	t.addWeight(ctx, b.RumBudgetSamplingWeightIn, t.weightIn)
	t.addWeight(ctx, b.RumBudgetSamplingWeightKept, t.weightOut)
	t.addWeight(ctx, b.RumBudgetSamplingWeightVariance, t.variance)
	t.reset()
}

func (t *tally) reset() {
	t.levels, t.weightIn, t.weightOut, t.variance = [3]int64{}, 0, 0, 0
	clear(t.records)
	clear(t.invalid)
	clear(t.offEdge)
	clear(t.errors)
	clear(t.defects)
}

func (t *tally) add(ctx context.Context, c metric.Int64Counter, n int64, labels ...attribute.KeyValue) {
	if n > 0 {
		c.Add(ctx, n, metric.WithAttributeSet(attribute.NewSet(append(labels, t.processor)...)))
	}
}

func (t *tally) addWeight(ctx context.Context, c metric.Float64Counter, w float64) {
	if w > 0 {
		c.Add(ctx, w, metric.WithAttributeSet(attribute.NewSet(t.processor)))
	}
}
