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

// flusher emits the metrics and saves their state. lastFlush comes after everything else.
type flusher struct {
	*plan
	aggregate *aggregate.Aggregator
	state     state
	hosts     *hosts
}

// flushEvery emits metrics until ctx ends. Metrics that an earlier process left are emitted at once.
func (f *flusher) flushEvery(ctx context.Context, interval time.Duration) {
	failed := false
	if f.state.restored {
		failed = f.flushed(failed, f.flush(ctx, f.aggregate.Collect(f.now())))
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			failed = f.flushed(failed, f.flush(ctx, f.aggregate.Collect(f.now())))
		}
	}
}

// flushed reports the result of a flush: each failure in the log, and each change as the receiver's status. It
// returns whether the flush failed.
func (f *flusher) flushed(before bool, err error) (failed bool) {
	if err != nil {
		f.settings.Logger.Warn("Metrics were not accepted", zap.Error(err))
	}
	switch failed = err != nil; {
	case failed && !before:
		f.hosts.report(componentstatus.NewRecoverableErrorEvent(err))
	case before && !failed:
		f.hosts.report(componentstatus.NewEvent(componentstatus.StatusOK))
	}
	return failed
}

// flush emits one window. The state is saved first, so that a process that continues from it never reports less than this
// one. A window that is refused with a retryable error is not lost: a cumulative window is part of the next one, and a
// delta window is given back.
func (f *flusher) flush(ctx context.Context, window aggregate.Window) error {
	f.save(ctx)
	points := window.Metrics.DataPointCount()
	if points == 0 {
		return nil
	}
	err := f.deliverMetrics(ctx, window.Metrics, points)
	if err == nil {
		return nil
	}
	if !consumererror.IsPermanent(err) {
		f.aggregate.Restore(window)
		f.save(ctx) // or a crash while the pipeline refuses would lose what was given back
	}
	return fmt.Errorf("hand on %d data points: %w", points, err)
}

func (f *flusher) save(ctx context.Context) {
	if err := f.state.save(ctx, f.aggregate, f.now()); err != nil {
		f.settings.Logger.Warn("The state of metrics was not saved; the next save includes everything", zap.Error(err))
	}
}

// end flushes a last time, and closes the storage.
func (f *flusher) end(ctx context.Context) {
	err := f.lastFlush(ctx)
	isKept := f.state.client != nil
	f.close(ctx)
	switch {
	case err != nil && isKept:
		f.settings.Logger.Warn("The last metrics were not accepted; the next process reports them", zap.Error(err))
	case err != nil:
		f.settings.Logger.Error("The last metrics were not accepted, and what no earlier flush has reported is lost", zap.Error(err))
	}
}

// lastFlush emits the metrics at shutdown, including waiting vitals, unless a storage keeps these for the next
// process.
func (f *flusher) lastFlush(ctx context.Context) error {
	if f.state.client == nil {
		return f.flush(ctx, f.aggregate.CollectAll(f.now()))
	}
	err := f.flush(ctx, f.aggregate.Collect(f.now()))
	saving := f.state.save(context.WithoutCancel(ctx), f.aggregate, f.now()) // what a consumer refused is in it
	if saving == nil {
		return err
	}
	f.settings.Logger.Warn("The state of metrics was not saved; waiting vitals are counted now", zap.Error(saving))
	f.close(ctx)
	return f.flush(ctx, f.aggregate.CollectAll(f.now())) // with what was refused before
}

func (f *flusher) close(ctx context.Context) {
	if err := f.state.close(ctx); err != nil {
		f.settings.Logger.Warn("The storage of metrics was not closed", zap.Error(err))
	}
}

func (f *flusher) deliverMetrics(ctx context.Context, metrics pmetric.Metrics, points int) (err error) {
	ctx = f.obsreport.StartMetricsOp(ctx)
	defer func() { f.obsreport.EndMetricsOp(ctx, metadata.Type.String(), points, err) }()
	defer f.telemetry.Contain(ctx, telemetry.PartFlush, &err)
	return f.nextMetrics.ConsumeMetrics(ctx, metrics)
}
