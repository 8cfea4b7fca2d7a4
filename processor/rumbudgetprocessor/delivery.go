package rumbudgetprocessor

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
)

// deliveredLogs waits for the answer of the next component. State changes of a batch (rules reached by sessions,
// measurements with a violation event, own telemetry) are committed only when the batch has been accepted: a refused
// batch is sent again and must find the state unchanged. Safe for concurrent use.
type deliveredLogs struct {
	processor.Logs
	l *logsProcessor
}

// deliveryKey is the context key of the scratch of a batch.
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

// process judges and samples one batch. Without deliveredLogs, the batch counts as accepted.
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

// commit applies the state changes of the batch.
func (s *logScratch) commit(ctx context.Context, l *logsProcessor, now time.Time) {
	if s.batch != nil {
		s.batch.Commit(now)
	}
	if s.violations != nil {
		s.violations.Commit(now)
	}
	s.tally.flush(ctx, l.telemetry)
}

// putBack drops the batch, so that the pool does not keep it alive, and its uncommitted changes.
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
