package rumbudgetprocessor

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// fakeStorage keeps values in memory, as an extension and as its own client.
type fakeStorage struct {
	storage.Client
	component.StartFunc
	component.ShutdownFunc
	values map[string][]byte
	err    error
	locked error
	closed int
}

func (s *fakeStorage) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return s, s.locked
}
func (s *fakeStorage) Get(_ context.Context, key string) ([]byte, error) { return s.values[key], s.err }
func (s *fakeStorage) Close(context.Context) error                       { s.closed++; return nil }
func (s *fakeStorage) Set(_ context.Context, key string, value []byte) error {
	s.values[key] = value
	return s.err
}

type fakeHost map[component.ID]component.Component

func (h fakeHost) GetExtensions() map[component.ID]component.Component { return h }

var storageID = component.MustNewID("file_storage")

func stickyWithStorage() *Config {
	c := withSampling(createDefaultConfig().(*Config), modeSticky)
	c.Sampling.Get().State.Storage = &storageID
	return c
}

func TestStateSurvivesARestart(t *testing.T) {
	store := &fakeStorage{values: map[string][]byte{}}
	host := fakeHost{storageID: store}
	click := map[string]any{semconv.SessionID: "s"}

	before := newBenchWith(t, stickyWithStorage())
	require.NoError(t, before.l.start(context.Background(), host))
	before.send(semconv.EventException, click)
	require.NoError(t, before.l.shutdown(context.Background()))
	require.NoError(t, before.l.shutdown(context.Background()))
	assert.Equal(t, 1, store.closed)

	after := newBenchWith(t, stickyWithStorage())
	require.NoError(t, after.l.start(context.Background(), host))
	out, kept := after.send(semconv.EventClick, click)
	require.True(t, kept)
	assert.Equal(t, "errors", out[semconv.SamplingReason])

	later := newBenchWith(t, stickyWithStorage())
	later.now = later.now.Add(5 * time.Hour)
	require.NoError(t, later.l.start(context.Background(), host))
	entries, _ := later.l.state.Stats()
	assert.Zero(t, entries, "what has expired is not restored")
}

func TestUnusableSnapshotsAreNoReasonNotToStart(t *testing.T) {
	for name, store := range map[string]*fakeStorage{
		"nothing there": {values: map[string][]byte{}},
		"garbage":       {values: map[string][]byte{snapshotKey: []byte("garbage")}},
		"broken":        {values: map[string][]byte{}, err: errors.New("disk full")},
	} {
		b := newBenchWith(t, stickyWithStorage())
		require.NoError(t, b.l.start(context.Background(), fakeHost{storageID: store}), name)
		_, kept := b.send(semconv.EventException, nil)
		assert.True(t, kept, name)
		assert.NoError(t, b.l.shutdown(context.Background()), name)
	}
}

func TestStorageMustBeThere(t *testing.T) {
	b := newBenchWith(t, stickyWithStorage())
	assert.ErrorContains(t, b.l.start(context.Background(), componenttest.NewNopHost()), `extension "file_storage" is not in the service`)
	assert.NoError(t, b.l.shutdown(context.Background()))
	assert.ErrorContains(t, b.l.start(context.Background(), fakeHost{storageID: nopComponent{}}), `extension "file_storage" is not a storage`)
	locked := &fakeStorage{locked: errors.New("timeout")}
	assert.ErrorContains(t, b.l.start(context.Background(), fakeHost{storageID: locked}), `open "file_storage" (has another pipeline this processor too?`)
	assert.NoError(t, b.l.shutdown(context.Background()))
}

type nopComponent struct {
	component.StartFunc
	component.ShutdownFunc
}

func TestStatelessNeedsNoStorage(t *testing.T) {
	c := stickyWithStorage()
	s := *c.Sampling.Get()
	s.Mode = modeStateless
	c.Sampling = configoptional.Some(s)
	b := newBenchWith(t, c)
	assert.NoError(t, b.l.start(context.Background(), componenttest.NewNopHost()))
}
