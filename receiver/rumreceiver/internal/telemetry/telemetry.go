// Package telemetry counts what the receiver does, and contains the panics of what it calls. Labels are closed
// sets; nothing of a payload is one.
package telemetry

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
)

// Outcomes that are not refusals: of requests, and the first two also of events at a sink.
const (
	Accepted         = "accepted"
	Duplicate        = "duplicate"
	PreflightRefused = "preflight_refused"
)

// Telemetry of one receiver. Safe for concurrent use.
type Telemetry struct {
	*metadata.TelemetryBuilder
	logger  *zap.Logger
	labels  labels
	advised sync.Map // texts of Advise
}

// New makes the instruments.
func New(set component.TelemetrySettings) (*Telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	return &Telemetry{TelemetryBuilder: builder, logger: set.Logger, labels: labels{made: map[[4]string][]metric.AddOption{}}}, nil
}

// Advise logs a recommended change of the configuration once, with the address whose requests show the need; the zero Addr if it may
// be a visitor's. The texts must be a closed set.
func (t *Telemetry) Advise(text string, address netip.Addr) {
	if _, said := t.advised.LoadOrStore(text, true); said {
		return
	}
	if !address.IsValid() {
		t.logger.Warn(text)
		return
	}
	t.logger.Warn(text, zap.Stringer("address", address))
}

// Request counts a request. The protocol is empty if its path belongs to none.
func (t *Telemetry) Request(ctx context.Context, protocol, outcome string) {
	t.RumReceiverRequests.Add(ctx, 1, t.labels.of("protocol", protocol, "outcome", outcome)...)
}

// Decoded counts the events of a readable body.
func (t *Telemetry) Decoded(ctx context.Context, beacons []beacon.Beacon) {
	received := 0
	for i := range beacons {
		b := &beacons[i]
		received += b.Received()
		t.refusals(ctx, b)
		t.TrimmedSince(ctx, &b.Trims, &beacon.Trims{})
		if b.LeftOut > 0 {
			t.RumReceiverEventsLeftOut.Add(ctx, int64(b.LeftOut))
		}
		if b.Repaired {
			t.RumReceiverRepaired.Add(ctx, 1)
		}
	}
	t.RumReceiverBatchSize.Record(ctx, int64(received))
	t.RumReceiverEventsReceived.Add(ctx, int64(received))
}

func (t *Telemetry) refusals(ctx context.Context, b *beacon.Beacon) {
	if len(b.Refused) == 0 {
		return
	}
	refused := map[beacon.Reason]int{}
	for _, refusal := range b.Refused {
		refused[refusal.Reason] += 1 + refusal.More
	}
	for reason, events := range refused {
		t.Refused(ctx, events, reason)
	}
}

// TrimmedSince counts what was cut or left out, by bound, beyond what was before.
func (t *Telemetry) TrimmedSince(ctx context.Context, now, before *beacon.Trims) {
	for bound, values := range now {
		if values -= before[bound]; values > 0 {
			t.RumReceiverTrimmed.Add(ctx, int64(values), label("bound", beacon.BoundNames[bound]))
		}
	}
}

// Refused counts events that were not taken.
func (t *Telemetry) Refused(ctx context.Context, events int, reason beacon.Reason) {
	t.RumReceiverEventsRefused.Add(ctx, int64(events), label("reason", string(reason)))
}

// Delivered counts events that every sink has.
func (t *Telemetry) Delivered(ctx context.Context, b *beacon.Beacon) {
	t.RumReceiverEventsEmitted.Add(ctx, int64(b.Accepted()))
	t.implausible(ctx, b)
	t.Lost(ctx, b)
}

// Lost counts events that the client dropped itself.
func (t *Telemetry) Lost(ctx context.Context, b *beacon.Beacon) {
	for _, lost := range b.Lost {
		t.RumReceiverEventsClientLost.Add(ctx, int64(lost.Count))
	}
}

// implausible counts marked values, by cause.
func (t *Telemetry) implausible(ctx context.Context, b *beacon.Beacon) {
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

// Duplicate counts events that every sink had before.
func (t *Telemetry) Duplicate(ctx context.Context, events int) {
	t.RumReceiverEventsDuplicate.Add(ctx, int64(events))
}

// Sink counts the outcome of events at one sink: Accepted, Duplicate or a reason.
func (t *Telemetry) Sink(ctx context.Context, sink, outcome string, events int) {
	t.RumReceiverSinkEvents.Add(ctx, int64(events), t.labels.of("sink", sink, "outcome", outcome)...)
}

// Overflowed counts events whose values went to an overflow series, by the bound of their metric.
func (t *Telemetry) Overflowed(ctx context.Context, events int, bound string) {
	if events > 0 {
		t.RumReceiverOverflowed.Add(ctx, int64(events), label("bound", bound))
	}
}

// Late counts reports that came after their measurement had been counted.
func (t *Telemetry) Late(ctx context.Context, reports int) {
	if reports > 0 {
		t.RumReceiverMeasurementsLate.Add(ctx, int64(reports))
	}
}

// Skew of a browser's clock.
func (t *Telemetry) Skew(ctx context.Context, skew time.Duration) {
	t.RumReceiverClockSkew.Record(ctx, skew.Seconds())
}

// label is one attribute of a closed set of values.
func label(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}
