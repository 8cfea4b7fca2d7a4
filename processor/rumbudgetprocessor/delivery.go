package rumbudgetprocessor

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
)

// deliveredLogs waits for the answer of the next component. What a batch teaches (what sessions have earned,
// which measurements had their violation event, own telemetry) holds from when the batch has been taken: one
// that is refused is sent again, and must find everything as it was. Safe for concurrent use.
type deliveredLogs struct {
	processor.Logs
	l *logsProcessor
}

// deliveryKey is under which process finds the scratch of the batch in its context.
type deliveryKey struct{}

func (d *deliveredLogs) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	s := d.l.scratch.Get().(*logScratch)
	defer d.l.putBack(s)
	err := d.Logs.ConsumeLogs(context.WithValue(ctx, deliveryKey{}, s), ld)
	if err == nil {
		s.commit(ctx, d.l, d.l.now())
	}
	return err
}

// process judges and samples one batch. Called by itself, the batch counts as taken.
func (l *logsProcessor) process(ctx context.Context, ld plog.Logs) (plog.Logs, error) {
	if s, ok := ctx.Value(deliveryKey{}).(*logScratch); ok {
		return l.processWith(ctx, s, ld)
	}
	s := l.scratch.Get().(*logScratch)
	defer l.putBack(s)
	ld, err := l.processWith(ctx, s, ld)
	s.commit(ctx, l, l.now())
	return ld, err
}

// commit makes what the batch has taught hold for all.
func (s *logScratch) commit(ctx context.Context, l *logsProcessor, now time.Time) {
	if s.batch != nil {
		s.batch.Commit(now)
	}
	if s.violations != nil {
		s.violations.Commit(now)
	}
	s.tally.flush(ctx, l.telemetry)
}

// putBack forgets the batch, lest the pool keep it alive, and whatever of it has not been committed.
func (l *logsProcessor) putBack(s *logScratch) {
	s.source = logSource{conditions: s.source.conditions, onError: s.source.onError, doubted: s.source.doubted}
	s.facts.Reset(nil)
	if s.batch != nil {
		s.batch.Discard()
	}
	if s.violations != nil {
		s.violations.Discard()
	}
	s.tally.discard()
	s.content.reset()
	l.scratch.Put(s)
}
