package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
)

// fakeStorage keeps values in memory, as an extension and as its own client.
type fakeStorage struct {
	storage.Client
	component.StartFunc
	component.ShutdownFunc
	locked, read, write error
	open                int

	mu     sync.Mutex // the receiver saves with each flush, in a goroutine of its own
	values map[string][]byte
	saves  int
}

func (s *fakeStorage) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	if s.locked == nil {
		s.open++
	}
	return s, s.locked
}
func (s *fakeStorage) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[key], s.read
}
func (s *fakeStorage) Close(context.Context) error { s.open--; return nil }
func (s *fakeStorage) Set(_ context.Context, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.write == nil {
		s.values[key] = value
		s.saves++
	}
	return s.write
}

// saved is how often the receiver saved its state.
func (s *fakeStorage) saved() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves
}

// goesOn is a receiver that goes on from the state in a storage, after its first flush.
func goesOn(t *testing.T, store *fakeStorage) *bench {
	before := store.saved()
	b := newBench(t, keptIn(store))
	require.Eventually(t, func() bool { return store.saved() > before }, time.Minute, time.Millisecond)
	return b
}

type storageHost struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h storageHost) GetExtensions() map[component.ID]component.Component { return h.extensions }

var storageID = component.MustNewID("file_storage")

// keptIn is a receiver whose state is in a storage.
func keptIn(store component.Component) option {
	return func(b *bench, cfg *Config) {
		b.host = storageHost{componenttest.NewNopHost(), map[component.ID]component.Component{storageID: store}}
		cfg.Metrics.Storage, cfg.Metrics.Instance = &storageID, ""
	}
}

// report is a vital of a page that stays open, reported some time after the load.
func report(id string, value float64, after time.Duration) string {
	return fmt.Sprintf(`{"v":1,"id":"%s","t0":%d,"now":%d,"session":{"id":"s"},"pages":[{"id":"p","url":"https://shop.example/","state":"visible"}],`+
		`"events":[{"k":"vital","n":"INP","v":%g,"t":%d,"id":"v1"}]}`, id, noon.UnixMilli(), after.Milliseconds(), value, after.Milliseconds())
}

func TestWhatWaitsSurvivesARestart(t *testing.T) {
	store := &fakeStorage{values: map[string][]byte{}}
	first := newBench(t, keptIn(store))
	first.post(report("a", 56, time.Second))
	require.NoError(t, first.Shutdown(t.Context()))
	assert.Zero(t, store.open)
	assert.Zero(t, first.count("browser.web_vital.inp"))
	assert.Zero(t, first.aggregate.Stats().Early)

	second := goesOn(t, store)
	assert.Equal(t, 1, second.aggregate.Stats().Pending)
	second.post(report("b", 672, time.Minute))
	end := noon.Add(2 * time.Hour)
	second.now = func() time.Time { return end }
	require.NoError(t, second.rumReceiver.metrics.flush(t.Context(), second.aggregate.Collect(end)))                                 // a zero
	require.NoError(t, second.rumReceiver.metrics.flush(t.Context(), second.aggregate.Collect(end.Add(second.cfg.Metrics.ZeroFor)))) // then the last report
	assert.EqualValues(t, 1, second.count("browser.web_vital.inp"))
	assert.InDelta(t, 0.672, lastSum(second, "browser.web_vital.inp"), 1e-9)

	third := goesOn(t, store) // the second was killed
	third.post(report("c", 900, 2*time.Minute))
	assert.Equal(t, 0, third.aggregate.Stats().Pending, "it was counted")
	require.NoError(t, third.rumReceiver.metrics.flush(t.Context(), third.aggregate.Collect(end.Add(time.Hour/2))))
	assert.Equal(t, instances(second), instances(third), "series go on")
}

func TestDeltasThatWereRefusedSurviveACrash(t *testing.T) {
	store := &fakeStorage{values: map[string][]byte{}}
	deltas := withConfig(func(cfg *Config) { cfg.Metrics.Temporality = aggregate.Delta })
	first := newBench(t, keptIn(store), deltas, withMetrics(consumertest.NewErr(errors.New("the queue is full"))))
	first.post(lcp("a", 1200))
	for n := range 2 {
		assert.Error(t, first.rumReceiver.metrics.flush(t.Context(), first.aggregate.Collect(noon.Add(time.Duration(n)*time.Minute))))
	}
	second := newBench(t, keptIn(store), deltas) // the first was killed
	require.Eventually(t, func() bool { return second.count("rum.sessions") == 1 }, time.Minute, time.Millisecond)
}

func lastSum(b *bench, metric string) float64 {
	all := b.metrics.AllMetrics()
	for _, rm := range all[len(all)-1].ResourceMetrics().All() {
		for _, m := range rm.ScopeMetrics().At(0).Metrics().All() {
			if m.Name() == metric {
				return m.Histogram().DataPoints().At(0).Sum()
			}
		}
	}
	return 0
}

func instances(b *bench) map[string]bool {
	all := map[string]bool{}
	for _, metrics := range b.metrics.AllMetrics() {
		for _, rm := range metrics.ResourceMetrics().All() {
			id, _ := rm.Resource().Attributes().Get("service.instance.id")
			all[id.Str()] = true
		}
	}
	return all
}

func TestAStorageThatFailsLosesNothingAtTheEnd(t *testing.T) {
	store := &fakeStorage{values: map[string][]byte{}, write: errors.New("disk is full")}
	b := newBench(t, keptIn(store))
	b.post(report("a", 56, time.Second))
	require.NoError(t, b.Shutdown(t.Context()))
	assert.EqualValues(t, 1, b.count("browser.web_vital.inp"))
	assert.EqualValues(t, 1, b.aggregate.Stats().Early)
	assert.Zero(t, store.open)
}

func TestAStateThatCannotBeReadIsSaidAndLeft(t *testing.T) {
	for name, store := range map[string]*fakeStorage{
		"damaged":    {values: map[string][]byte{stateKey: []byte("damaged")}},
		"unreadable": {values: map[string][]byte{}, read: errors.New("disk")},
	} {
		core, logs := observer.New(zap.WarnLevel)
		b := newBench(t, keptIn(store), func(b *bench, _ *Config) { b.settings.Logger = zap.New(core) })
		assert.Equal(t, 1, logs.FilterMessageSnippet("was not restored").Len(), name)
		b.post(report("a", 56, time.Second))
		assert.Equal(t, 1, b.aggregate.Stats().Pending)
	}
}

func TestAStorageThatIsNoneIsRefused(t *testing.T) {
	start := func(extension component.Component, id component.ID) error {
		cfg := createDefaultConfig().(*Config)
		cfg.HTTP.NetAddr.Endpoint = "localhost:0"
		cfg.Metrics.Storage = &id
		r, err := newReceiver(cfg, receivertest.NewNopSettings(metadata.Type))
		require.NoError(t, err)
		r.nextMetrics = newBench(t).metrics
		defer func() { require.NoError(t, r.Shutdown(t.Context())) }()
		return r.Start(t.Context(), storageHost{componenttest.NewNopHost(), map[component.ID]component.Component{storageID: extension}})
	}
	store := &fakeStorage{values: map[string][]byte{}}
	assert.ErrorContains(t, start(store, component.MustNewID("redis_storage")), `'metrics::storage': extension "redis_storage" is not in the service`)
	assert.ErrorContains(t, start(struct{ component.Component }{}, storageID), `extension "file_storage" is not a storage`)
	store.locked = errors.New("timeout")
	assert.ErrorContains(t, start(store, storageID), `open "file_storage" (another process may have it): timeout`)
}
