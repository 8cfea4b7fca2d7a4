package rumreceiver

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
)

// Outcomes of requests that are no reasons to refuse.
const (
	outcomeAccepted  = "accepted"
	outcomeDuplicate = "duplicate"
)

// Bounds past which a value goes to an overflow series.
const (
	boundSeries = "max_series"
	boundNames  = "max_names"
)

// telemetry counts what the receiver does. Labels are closed sets; nothing of a payload is one.
type telemetry struct{ *metadata.TelemetryBuilder }

func newTelemetry(set component.TelemetrySettings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	return &telemetry{builder}, nil
}

// observe publishes the sizes of what the receiver holds.
func (t *telemetry) observe(r *rumReceiver) error {
	errs := []error{
		t.RegisterRumReceiverAddressesCallback(read(func() int { return r.gate.Stats().Addresses })),
		t.RegisterRumReceiverConcurrentRequestsCallback(read(func() int { return r.gate.Stats().Concurrent })),
		t.RegisterRumReceiverBatchesCallback(read(r.seen.Len)),
		t.RegisterRumReceiverPageViewsCallback(read(r.loads.Len)),
		t.RegisterRumReceiverRoutesCallback(read(func() int { return r.enricher.Stats().Routes })),
		t.RegisterRumReceiverRoutesOverflowedCallback(read(func() int64 { return r.enricher.Stats().RoutesOverflowed })),
		t.RegisterRumReceiverRoutesRefusedCallback(read(func() int64 { return r.enricher.Stats().RoutesRefused })),
		t.RegisterRumReceiverUserAgentsCallback(read(func() int { return r.enricher.Stats().UserAgents })),
	}
	if r.aggregate != nil {
		errs = append(errs, t.observeAggregate(r.aggregate))
	}
	return errors.Join(errs...)
}

func (t *telemetry) observeAggregate(a *aggregate.Aggregator) error {
	return errors.Join(
		t.RegisterRumReceiverSeriesCallback(read(func() int { return a.Stats().Series })),
		t.RegisterRumReceiverNamesCallback(read(func() int { return a.Stats().Names })),
		t.RegisterRumReceiverMeasurementsPendingCallback(read(func() int { return a.Stats().Pending })),
		t.RegisterRumReceiverMeasurementsRememberedCallback(read(func() int { return a.Stats().Counted })),
		t.RegisterRumReceiverSessionsCallback(read(func() int { return a.Stats().Sessions })),
	)
}

func read[N int | int64](value func() N) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(int64(value()))
		return nil
	}
}

func (t *telemetry) request(ctx context.Context, protocol, outcome string) {
	t.RumReceiverRequests.Add(ctx, 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.String("protocol", protocol), attribute.String("outcome", outcome))))
}

// decoded counts what a readable body brought.
func (t *telemetry) decoded(ctx context.Context, b *beacon.Beacon) {
	received := int64(b.Received())
	t.RumReceiverBatchSize.Record(ctx, received)
	t.RumReceiverEventsReceived.Add(ctx, received)
	if b.Repaired {
		t.RumReceiverRepaired.Add(ctx, 1)
	}
	refused := map[beacon.Reason]int{}
	for _, refusal := range b.Refused {
		refused[refusal.Reason] += 1 + refusal.More
	}
	for reason, events := range refused {
		t.refused(ctx, events, reason)
	}
}

// trimmed counts what was cut or left out, by bound.
func (t *telemetry) trimmed(ctx context.Context, trims *beacon.Trims) {
	for bound, values := range trims {
		if values > 0 {
			t.RumReceiverTrimmed.Add(ctx, int64(values), label("bound", beacon.BoundNames[bound]))
		}
	}
}

// label is one attribute of a closed set of values.
func label(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}

func (t *telemetry) refused(ctx context.Context, events int, reason beacon.Reason) {
	t.RumReceiverEventsRefused.Add(ctx, int64(events), label("reason", string(reason)))
}

// delivered counts what the pipelines accepted.
func (t *telemetry) delivered(ctx context.Context, b *beacon.Beacon, outcome aggregate.Outcome) {
	t.RumReceiverEventsEmitted.Add(ctx, int64(b.Accepted()))
	if outcome.Late > 0 {
		t.RumReceiverMeasurementsLate.Add(ctx, int64(outcome.Late))
	}
	if outcome.Overflowed > 0 {
		t.RumReceiverOverflowed.Add(ctx, int64(outcome.Overflowed), label("bound", boundSeries))
	}
	if outcome.NamesOverflowed > 0 {
		t.RumReceiverOverflowed.Add(ctx, int64(outcome.NamesOverflowed), label("bound", boundNames))
	}
	t.implausible(ctx, b)
	for _, lost := range b.Lost {
		t.RumReceiverEventsClientLost.Add(ctx, int64(lost.Count))
	}
}

// implausible counts what was marked, by cause.
func (t *telemetry) implausible(ctx context.Context, b *beacon.Beacon) {
	var values [beacon.NumImplausibilities]int64
	for i := range b.Events {
		for cause := range values {
			if b.Events[i].Implausible.Has(beacon.Implausibility(cause)) {
				values[cause]++
			}
		}
	}
	for cause, n := range values {
		if n > 0 {
			t.RumReceiverImplausible.Add(ctx, n, label("cause", beacon.ImplausibilityNames[cause]))
		}
	}
}

func (t *telemetry) skew(ctx context.Context, skew time.Duration) {
	t.RumReceiverClockSkew.Record(ctx, skew.Seconds())
}
