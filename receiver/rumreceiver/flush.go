package rumreceiver

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
)

// flushEvery hands metrics on until ctx ends.
func (r *rumReceiver) flushEvery(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := r.flush(ctx, r.aggregate.Collect(r.now())); err != nil {
				r.settings.Logger.Warn("Metrics were not accepted", zap.Error(err))
			}
		}
	}
}

// flush hands one window on. What a retryable error refuses is not lost: a cumulative window is
// part of the next one, and a delta window is given back.
func (r *rumReceiver) flush(ctx context.Context, window aggregate.Window) error {
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
	defer r.contain(&err)
	return r.nextMetrics.ConsumeMetrics(ctx, metrics)
}
