package rumreceiver

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// flushEvery emits metrics until ctx ends. Metrics that an earlier process left are emitted at once.
func (r *rumReceiver) flushEvery(ctx context.Context, interval time.Duration) {
	failed := false
	if r.state.restored {
		failed = r.flushed(failed, r.flush(ctx, r.aggregate.Collect(r.now())))
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			failed = r.flushed(failed, r.flush(ctx, r.aggregate.Collect(r.now())))
		}
	}
}

// flushed reports the result of a flush: each failure in the log, and each change as the receiver's status. It
// returns whether the flush failed.
func (r *rumReceiver) flushed(before bool, err error) (failed bool) {
	if err != nil {
		r.settings.Logger.Warn("Metrics were not accepted", zap.Error(err))
	}
	switch failed = err != nil; {
	case failed && !before:
		r.hosts.report(componentstatus.NewRecoverableErrorEvent(err))
	case before && !failed:
		r.hosts.report(componentstatus.NewEvent(componentstatus.StatusOK))
	}
	return failed
}

// flush emits one window. The state is saved first, so that a process that continues from it never reports less than this
// one. A window that is refused with a retryable error is not lost: a cumulative window is part of the next one, and a
// delta window is given back.
func (r *rumReceiver) flush(ctx context.Context, window aggregate.Window) error {
	if err := r.state.save(ctx, r.aggregate, r.now()); err != nil {
		r.settings.Logger.Warn("The state of metrics was not saved; the next save includes everything", zap.Error(err))
	}
	points := window.Metrics.DataPointCount()
	if points == 0 {
		return nil
	}
	err := r.deliverMetrics(ctx, window.Metrics, points)
	if err == nil {
		return nil
	}
	if !consumererror.IsPermanent(err) {
		r.aggregate.Restore(window)
	}
	return fmt.Errorf("hand on %d data points: %w", points, err)
}

func (r *rumReceiver) deliverMetrics(ctx context.Context, metrics pmetric.Metrics, points int) (err error) {
	ctx = r.obsreport.StartMetricsOp(ctx)
	defer func() { r.obsreport.EndMetricsOp(ctx, metadata.Type.String(), points, err) }()
	defer r.telemetry.Contain(ctx, telemetry.PartFlush, &err)
	return r.nextMetrics.ConsumeMetrics(ctx, metrics)
}
