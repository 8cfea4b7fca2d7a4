package rumreceiver

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// observe publishes the sizes of the parts.
func (p *parts) observe(t *telemetry.Telemetry) error {
	errs := []error{
		t.RegisterRumReceiverAddressesCallback(read(func() int { return p.gate.Stats().Addresses })),
		t.RegisterRumReceiverBodiesArrivingCallback(read(func() int { return p.gate.Stats().Arriving })),
		t.RegisterRumReceiverConnectionsCallback(read(func() int { return p.connections.Stats().Open })),
		t.RegisterRumReceiverConnectionsEvictedCallback(read(func() int64 { return p.connections.Stats().Evicted })),
		t.RegisterRumReceiverConcurrentRequestsCallback(read(func() int { return p.gate.Stats().Concurrent })),
		t.RegisterRumReceiverBatchesCallback(read(p.memory.Len)),
		t.RegisterRumReceiverPageViewsCallback(read(p.loads.Len)),
		t.RegisterRumReceiverRoutesCallback(read(func() int { return p.enricher.Stats().Routes })),
		t.RegisterRumReceiverRoutesOverflowedCallback(read(func() int64 { return p.enricher.Stats().RoutesOverflowed })),
		t.RegisterRumReceiverRoutesRefusedCallback(read(func() int64 { return p.enricher.Stats().RoutesRefused })),
		t.RegisterRumReceiverUserAgentsCallback(read(func() int { return p.enricher.Stats().UserAgents })),
	}
	if p.aggregate != nil {
		errs = append(errs, observeAggregate(t, p.aggregate))
	}
	return errors.Join(errs...)
}

func observeAggregate(t *telemetry.Telemetry, a *aggregate.Aggregator) error {
	return errors.Join(
		t.RegisterRumReceiverMetricRoutesCallback(read(func() int { return a.Stats().Routes })),
		t.RegisterRumReceiverMetricApplicationsCallback(read(func() int { return a.Stats().Apps })),
		t.RegisterRumReceiverSeriesCallback(read(func() int { return a.Stats().Series })),
		t.RegisterRumReceiverNamesCallback(read(func() int { return a.Stats().Names })),
		t.RegisterRumReceiverMeasurementsEarlyCallback(read(func() int64 { return a.Stats().Early })),
		t.RegisterRumReceiverMeasurementsForgottenCallback(read(func() int64 { return a.Stats().Forgotten })),
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
