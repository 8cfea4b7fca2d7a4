package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

const (
	// stateKey is where the storage has the state.
	stateKey = "metrics"
	// storageTimeout bounds a save when the storage hangs.
	storageTimeout = 10 * time.Second
)

// state keeps the state of metrics across restarts. Its zero value keeps nothing.
type state struct {
	client   storage.Client
	restored bool
}

// openState finds the extension and reads the state of an earlier process. If it cannot be read, the receiver still starts,
// with metrics from zero.
func (r *rumReceiver) openState(ctx context.Context, host component.Host) error {
	id := r.cfg.Metrics.Storage
	if id == nil {
		return nil
	}
	if r.aggregate == nil {
		r.settings.Logger.Warn("'metrics::storage' has no effect: the receiver is in no metrics pipeline")
		return nil
	}
	extension, ok := host.GetExtensions()[*id]
	if !ok {
		return fmt.Errorf("'metrics::storage': extension %q is not in the service", id)
	}
	store, ok := extension.(storage.Extension)
	if !ok {
		return fmt.Errorf("'metrics::storage': extension %q is not a storage", id)
	}
	client, err := store.GetClient(ctx, component.KindReceiver, r.settings.ID, "")
	if err != nil {
		return fmt.Errorf("'metrics::storage': open %q (another process may have it): %w", id, err)
	}
	r.state.client = client
	data, err := client.Get(ctx, stateKey)
	switch {
	case err == nil && data == nil:
		return nil
	case err == nil:
		err = r.aggregate.Load(data, r.now())
	}
	if err != nil {
		r.settings.Logger.Warn("The state of metrics was not restored; metrics start from zero", zap.Error(err))
		return nil
	}
	r.state.restored = true
	stats := r.aggregate.Stats()
	r.settings.Logger.Info("Metrics go on", zap.Int("series", stats.Series), zap.Int("waiting_measurements", stats.Pending))
	return nil
}

// save writes the state, if there is a storage.
func (s *state) save(ctx context.Context, a *aggregate.Aggregator, now time.Time) error {
	if s.client == nil {
		return nil
	}
	data, err := a.Snapshot(now)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, storageTimeout)
	defer cancel()
	return s.client.Set(ctx, stateKey, data)
}

func (s *state) close(ctx context.Context) error {
	if s.client == nil {
		return nil
	}
	client := s.client
	s.client = nil
	return client.Close(ctx)
}

// lastFlush emits the metrics at shutdown, including waiting vitals, unless a storage keeps these for the next
// process.
func (r *rumReceiver) lastFlush(ctx context.Context) error {
	if r.state.client == nil {
		return r.flush(ctx, r.aggregate.CollectAll(r.now()))
	}
	err := r.flush(ctx, r.aggregate.Collect(r.now()))
	saving := r.state.save(context.WithoutCancel(ctx), r.aggregate, r.now()) // what a consumer refused is in it
	if saving == nil {
		return err
	}
	r.settings.Logger.Warn("The state of metrics was not saved; waiting vitals are counted now", zap.Error(saving))
	saving = r.state.close(ctx)
	return errors.Join(err, saving, r.flush(ctx, r.aggregate.CollectAll(r.now())))
}
