package rumbudgetprocessor

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
)

// snapshotKey is the key of the state in the storage.
const snapshotKey = "decision_cache"

// memory keeps the decision cache across restarts. The processor starts even if a snapshot cannot be used: sessions
// then continue at base, which is unbiased.
type memory struct {
	extension component.ID
	owner     component.ID
	logger    *zap.Logger
	client    storage.Client
}

// open finds the extension and restores the state from it.
func (m *memory) open(ctx context.Context, host component.Host, l *logsProcessor) error {
	extension, ok := host.GetExtensions()[m.extension]
	if !ok {
		return fmt.Errorf("'sampling::state::storage': extension %q is not in the service", m.extension)
	}
	store, ok := extension.(storage.Extension)
	if !ok {
		return fmt.Errorf("'sampling::state::storage': extension %q is not a storage", m.extension)
	}
	client, err := store.GetClient(ctx, component.KindProcessor, m.owner, "")
	if err != nil {
		// file_storage gives a second client of the same name a timeout.
		return fmt.Errorf("'sampling::state::storage': open %q (has another pipeline this processor too? then name one for each; if its file is damaged, move it away): %w", m.extension, err)
	}
	m.client = client
	m.restore(ctx, l)
	return nil
}

func (m *memory) restore(ctx context.Context, l *logsProcessor) {
	snapshot, err := m.client.Get(ctx, snapshotKey)
	if err == nil && snapshot != nil {
		err = l.state.Restore(snapshot, l.rules, l.now())
	}
	if err != nil {
		m.logger.Warn("sampling state not restored, sessions start anew", zap.Error(err))
	}
}

// saveTimeout bounds the shutdown when the storage hangs.
const saveTimeout = 10 * time.Second

// close saves the state once. What fails is logged: on an error the Collector would end the process instead of reloading
// its configuration.
func (m *memory) close(ctx context.Context, l *logsProcessor) {
	if m.client == nil {
		return
	}
	client := m.client
	m.client = nil
	ctx, cancel := context.WithTimeout(ctx, saveTimeout)
	defer cancel()
	if err := client.Set(ctx, snapshotKey, l.state.Snapshot(l.rules, l.now())); err != nil {
		m.logger.Warn("sampling state not saved", zap.Error(err))
	}
	if err := client.Close(ctx); err != nil {
		m.logger.Warn("storage of the sampling state not closed", zap.Error(err))
	}
}
