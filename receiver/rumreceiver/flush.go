package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"sync"
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
	flushing  sync.Mutex // one flush at a time
	size      partSize
	begin     int // index of the part that comes first
	// givenBack: the last window was refused, and its values are part of the next one and of the saved state.
	givenBack bool
	unsaved   error // of the last save
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
	switch {
	case err == nil:
	case f.isLost(err):
		f.settings.Logger.Error("Metrics were refused for good, and are lost", zap.Error(err))
	default:
		f.settings.Logger.Warn("Metrics were not accepted; the next flush reports them too", zap.Error(err))
	}
	switch failed = err != nil; {
	case failed && !before:
		f.hosts.report(componentstatus.NewRecoverableErrorEvent(err))
	case before && !failed:
		f.hosts.report(componentstatus.NewEvent(componentstatus.StatusOK))
	}
	return failed
}

// isLost reports whether no later window has the values of one that was refused with the error: deltas that are refused
// permanently are not given back.
func (f *flusher) isLost(err error) bool {
	return f.cfg.Metrics.Temporality == aggregate.Delta && consumererror.IsPermanent(err)
}

// flushTimeout bounds a flush, as that of the SDKs does. A pipeline does not return while the backend of an exporter without a queue,
// or with a full one that blocks, is away: meanwhile no other exporter of the pipeline would get metrics, and nothing would be logged.
const flushTimeout = 30 * time.Second

// flush emits one window. A window that is refused with a retryable error is not lost: a cumulative window is part of the next
// one, and a delta window is given back.
//
// The state is saved once, before the window is emitted, so that a process that continues from it never reports less than
// this one, nor deltas twice. A refusal that gives values back saves it again, or a crash would lose them. As long as a pipeline
// refuses, the state is saved after its answer only: the one before has all that was refused until then.
func (f *flusher) flush(ctx context.Context, window aggregate.Window) error {
	f.flushing.Lock()
	defer f.flushing.Unlock()
	saveFirst := !f.givenBack
	if saveFirst {
		f.save(ctx)
	}
	delivering, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	err := f.deliverParts(delivering, window)
	if !saveFirst || f.givenBack {
		f.save(ctx)
	}
	return err
}

// deliverParts emits a window in parts. Each is delivered, and given back, independently of the others. The first one that is
// refused begins the next flush, so that a queue without room for all of them gets each of them now and then.
func (f *flusher) deliverParts(ctx context.Context, window aggregate.Window) error {
	f.givenBack = false
	points, refused := window.Metrics.DataPointCount(), 0
	var worst error // the first one; a permanent one first
	var largest struct{ accepted, refused int }
	parts := window.Parts(f.size.points)
	begin := f.begin
	f.begin = 0
	for i := range parts {
		at := (begin + i) % len(parts)
		part := parts[at]
		n := part.Metrics.DataPointCount()
		err := f.deliverMetrics(ctx, part.Metrics, n)
		if err == nil {
			largest.accepted = max(largest.accepted, n)
			continue
		}
		if refused == 0 {
			f.begin = at
		}
		refused += n
		largest.refused = max(largest.refused, n)
		permanent := consumererror.IsPermanent(err)
		if !permanent && f.aggregate.Restore(part) {
			f.givenBack = true
		}
		if worst == nil || permanent && !consumererror.IsPermanent(worst) {
			worst = err
		}
	}
	f.size.flushed(largest.accepted, largest.refused)
	if worst == nil {
		return nil
	}
	return fmt.Errorf("hand on %d of %d data points, at most %d at once: %w", refused, points, largest.refused, worst)
}

// save ignores the end of ctx, because what is not saved at the end of a process is lost.
func (f *flusher) save(ctx context.Context) {
	if f.unsaved = f.state.save(context.WithoutCancel(ctx), f.aggregate, f.now()); f.unsaved != nil {
		f.settings.Logger.Warn("The state of metrics was not saved; the next save includes everything", zap.Error(f.unsaved))
	}
}

// lastFlushTimeout bounds the last flush, because the Collector gives a shutdown no deadline. With the requests under way it is less
// than the 45 s that our manifests give a shutdown.
const lastFlushTimeout = 15 * time.Second

// end flushes a last time, and closes the storage.
func (f *flusher) end(ctx context.Context) {
	flushing, cancel := context.WithTimeout(ctx, lastFlushTimeout)
	defer cancel()
	err := f.lastFlush(flushing)
	isKept := f.state.client != nil
	f.close(ctx)
	switch {
	case err == nil:
	case isKept && !f.isLost(err):
		f.settings.Logger.Warn("The last metrics were not accepted; the next process reports them", zap.Error(err))
	default:
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
	if f.unsaved == nil {
		return err
	}
	f.settings.Logger.Warn("Waiting vitals are counted now, because the next process will not know them")
	f.close(ctx)
	again := f.flush(ctx, f.aggregate.CollectAll(f.now())) // with what was given back
	if f.isLost(err) {
		return errors.Join(err, again)
	}
	return again
}

func (f *flusher) close(ctx context.Context) {
	if err := f.state.close(ctx); err != nil {
		f.settings.Logger.Warn("The storage of metrics was not closed", zap.Error(err))
	}
}

func (f *flusher) deliverMetrics(ctx context.Context, metrics pmetric.Metrics, points int) (err error) {
	if points == 0 {
		return nil
	}
	ctx = f.obsreport.StartMetricsOp(ctx)
	defer func() { f.obsreport.EndMetricsOp(ctx, metadata.Type.String(), points, err) }()
	defer f.telemetry.Contain(ctx, telemetry.PartFlush, &err)
	return f.nextMetrics.ConsumeMetrics(ctx, metrics)
}
