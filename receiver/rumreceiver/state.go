package rumreceiver

import (
	"context"
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

// openState finds the extension and reads the state of an earlier process into the aggregate. If it cannot be read, the
// receiver still starts, with metrics from zero.
func (p *plan) openState(ctx context.Context, host component.Host, into *aggregate.Aggregator) (s state, err error) {
	id := p.cfg.Metrics.Storage
	if id == nil {
		return s, nil
	}
	if into == nil {
		p.settings.Logger.Warn("'metrics::storage' has no effect: the receiver is in no metrics pipeline")
		return s, nil
	}
	if s.client, err = p.openStorage(ctx, host, *id); err != nil {
		return s, err
	}
	data, err := s.client.Get(ctx, stateKey)
	switch {
	case err == nil && data == nil:
		return s, nil
	case err == nil:
		err = into.Load(data, p.now())
	}
	if err != nil {
		p.settings.Logger.Warn("The state of metrics was not restored; metrics start from zero", zap.Error(err))
		return s, nil
	}
	s.restored = true
	stats := into.Stats()
	p.settings.Logger.Info("Metrics continue from the saved state", zap.Int("series", stats.Series), zap.Int("waiting_measurements", stats.Pending))
	return s, nil
}

func (p *plan) openStorage(ctx context.Context, host component.Host, id component.ID) (storage.Client, error) {
	extension, ok := host.GetExtensions()[id]
	if !ok {
		return nil, fmt.Errorf("'metrics::storage': extension %q is not in the service", id)
	}
	store, ok := extension.(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("'metrics::storage': extension %q is not a storage", id)
	}
	client, err := store.GetClient(ctx, component.KindReceiver, p.settings.ID, "")
	if err != nil {
		return nil, fmt.Errorf("'metrics::storage': open %q (another process may have it; if its file is damaged, move it away): %w", id, err)
	}
	return client, nil
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
