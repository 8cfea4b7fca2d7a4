package rumreceiver

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// observe publishes the sizes of what the receiver holds.
func (r *rumReceiver) observe() error {
	t := r.telemetry
	errs := []error{
		t.RegisterRumReceiverAddressesCallback(read(func() int { return r.gate.Stats().Addresses })),
		t.RegisterRumReceiverBodiesArrivingCallback(read(func() int { return r.gate.Stats().Arriving })),
		t.RegisterRumReceiverConnectionsCallback(read(func() int { return r.connections.Stats().Open })),
		t.RegisterRumReceiverConnectionsEvictedCallback(read(func() int64 { return r.connections.Stats().Evicted })),
		t.RegisterRumReceiverConcurrentRequestsCallback(read(func() int { return r.gate.Stats().Concurrent })),
		t.RegisterRumReceiverBatchesCallback(read(r.memory.Len)),
		t.RegisterRumReceiverPageViewsCallback(read(r.loads.Len)),
		t.RegisterRumReceiverRoutesCallback(read(func() int { return r.enricher.Stats().Routes })),
		t.RegisterRumReceiverRoutesOverflowedCallback(read(func() int64 { return r.enricher.Stats().RoutesOverflowed })),
		t.RegisterRumReceiverRoutesRefusedCallback(read(func() int64 { return r.enricher.Stats().RoutesRefused })),
		t.RegisterRumReceiverUserAgentsCallback(read(func() int { return r.enricher.Stats().UserAgents })),
	}
	if r.aggregate != nil {
		errs = append(errs, r.observeAggregate(r.aggregate))
	}
	return errors.Join(errs...)
}

func (r *rumReceiver) observeAggregate(a *aggregate.Aggregator) error {
	t := r.telemetry
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
