package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/pmetric"
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
func goesOn(t *testing.T, store *fakeStorage, more ...option) *bench {
	before := store.saved()
	b := newBench(t, append(more, keptIn(store))...)
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

// While the logs pipeline refuses, clients send their batches again, and the metrics have counted them. The process that
// continues from the state does not know who delivered what, but what is counted.
func TestABatchThatIsSentAgainAfterARestartCountsOnce(t *testing.T) {
	const view = `{"v":1,"id":"%s","t0":1795425166114,"now":1000,"session":{"id":"s"},"pages":[{"id":"p","url":"https://shop.example/"}],"events":[{"k":"view","t":1}]}`
	store := &fakeStorage{values: map[string][]byte{}}
	deltas := withConfig(func(cfg *Config) { cfg.Metrics.Temporality = aggregate.Delta })
	first := newBench(t, keptIn(store), deltas, withLogs(consumertest.NewErr(errors.New("the queue is full"))))
	send := func(b *bench, id string) int {
		return b.send(http.MethodPost, "/v1/rum", fmt.Sprintf(view, id), "").Code
	}
	require.Equal(t, http.StatusServiceUnavailable, send(first, "a"))
	require.NoError(t, first.rumReceiver.metrics.flush(t.Context(), first.aggregate.Collect(noon)))
	require.Equal(t, http.StatusServiceUnavailable, send(first, "b")) // is in no saved state

	again := func() *bench { return goesOn(t, store, deltas) } // after one that was killed
	second := again()
	for _, id := range []string{"a", "b", "c"} {
		require.Equal(t, http.StatusOK, send(second, id))
	}
	assert.Equal(t, 3, second.logs.LogRecordCount())
	assert.EqualValues(t, 2, viewsOf(second))

	third := again()
	require.Equal(t, http.StatusOK, send(third, "a"))
	assert.EqualValues(t, 0, viewsOf(third))

	fourth := again()
	fourth.now = func() time.Time { return noon.Add(fourth.cfg.Retries.Window + time.Second) }
	require.Equal(t, http.StatusOK, send(fourth, "a"))
	assert.EqualValues(t, 1, viewsOf(fourth), "past the window it is new, as it is to the process that knew it")
}

// viewsOf is how many page views were counted and not collected yet.
func viewsOf(b *bench) int64 {
	for _, rm := range b.aggregate.CollectAll(noon.Add(time.Hour)).Metrics.ResourceMetrics().All() {
		for _, m := range rm.ScopeMetrics().At(0).Metrics().All() {
			if m.Name() == "rum.page_views" {
				return m.Sum().DataPoints().At(0).IntValue()
			}
		}
	}
	return 0
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

// A save copies and encodes all that is remembered: once a flush is enough.
func TestARefusingPipelineCostsOneSaveAFlush(t *testing.T) {
	for temporality, want := range map[aggregate.Temporality][]int{
		aggregate.Cumulative: {1, 2, 3, 4},
		aggregate.Delta:      {2, 3, 4, 5}, // the first refusal gives back what was saved as reported
	} {
		t.Run(string(temporality), func(t *testing.T) {
			store := &fakeStorage{values: map[string][]byte{}}
			b := newBench(t, keptIn(store), withConfig(func(cfg *Config) { cfg.Metrics.Temporality = temporality }),
				withMetrics(consumertest.NewErr(errors.New("the queue is full"))))
			b.post(lcp("a", 1200))
			for n, saves := range want[:3] {
				assert.Error(t, b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon.Add(time.Duration(n)*time.Minute))))
				assert.Equal(t, saves, store.saved(), "flush %d", n)
			}
			require.NoError(t, b.Shutdown(t.Context()))
			assert.Equal(t, want[3], store.saved(), "at the end")
		})
	}
}

// What was refused and then accepted is reported once, whenever the process is killed afterwards.
func TestDeltasThatWereAcceptedAfterARefusalAreReportedOnce(t *testing.T) {
	store := &fakeStorage{values: map[string][]byte{}}
	deltas := withConfig(func(cfg *Config) { cfg.Metrics.Temporality = aggregate.Delta })
	refuse := true
	sink := new(consumertest.MetricsSink)
	next, err := consumer.NewMetrics(func(ctx context.Context, metrics pmetric.Metrics) error {
		if refuse {
			return errors.New("the queue is full")
		}
		return sink.ConsumeMetrics(ctx, metrics)
	})
	require.NoError(t, err)
	first := newBench(t, keptIn(store), deltas, withMetrics(next))
	first.metrics = sink
	first.post(lcp("a", 1200))
	flush := func(minute int) error {
		return first.rumReceiver.metrics.flush(t.Context(), first.aggregate.Collect(noon.Add(time.Duration(minute)*time.Minute)))
	}
	require.Error(t, flush(0))
	require.Error(t, flush(1))
	refuse = false
	require.NoError(t, flush(2))
	assert.EqualValues(t, 1, first.count("rum.sessions"))

	second := goesOn(t, store) // the first was killed
	assert.Zero(t, second.count("rum.sessions"))
	first.post(lcp("b", 1300))
	saves := store.saved()
	require.NoError(t, flush(3))
	assert.Equal(t, saves+1, store.saved())
}

func TestTheLogSaysWhoReportsTheLastMetrics(t *testing.T) {
	const next, lost = "the next process reports them", "is lost"
	full, no := errors.New("the queue is full"), consumererror.NewPermanent(errors.New("no"))
	for name, tc := range map[string]struct {
		temporality aggregate.Temporality
		err         error
		log         string
		sessions    int64 // that the next process reports
	}{
		"cumulative, retryable": {aggregate.Cumulative, full, next, 1},
		"cumulative, permanent": {aggregate.Cumulative, no, next, 1},
		"delta, retryable":      {aggregate.Delta, full, next, 1},
		"delta, permanent":      {aggregate.Delta, no, lost, 0},
	} {
		t.Run(name, func(t *testing.T) {
			core, logged := observer.New(zap.WarnLevel)
			store := &fakeStorage{values: map[string][]byte{}}
			set := withConfig(func(cfg *Config) { cfg.Metrics.Temporality, cfg.Metrics.ZeroFor = tc.temporality, 0 })
			first := newBench(t, keptIn(store), set, withMetrics(consumertest.NewErr(tc.err)),
				func(b *bench, _ *Config) { b.settings.Logger = zap.New(core) })
			first.post(lcp("a", 1200))
			require.NoError(t, first.Shutdown(t.Context()))
			require.Equal(t, 1, logged.FilterMessageSnippet("The last metrics were not accepted").Len())
			assert.Equal(t, 1, logged.FilterMessageSnippet(tc.log).Len(), logged.All()[0].Message)

			second := newBench(t, keptIn(store), set)
			require.NoError(t, second.Shutdown(t.Context()))
			assert.Equal(t, tc.sessions, second.count("rum.sessions"))
		})
	}
}

func TestDeltasThatNeitherPipelineNorStorageTakeAreReportedAsLost(t *testing.T) {
	core, logged := observer.New(zap.WarnLevel)
	answers := []error{consumererror.NewPermanent(errors.New("no")), nil}
	next, err := consumer.NewMetrics(func(context.Context, pmetric.Metrics) error {
		answer := answers[0]
		answers = answers[1:]
		return answer
	})
	require.NoError(t, err)
	b := newBench(t, keptIn(&fakeStorage{values: map[string][]byte{}, write: errors.New("disk is full")}), withMetrics(next),
		withConfig(func(cfg *Config) { cfg.Metrics.Temporality = aggregate.Delta }), func(b *bench, _ *Config) { b.settings.Logger = zap.New(core) })
	b.post(lcp("a", 1200))
	b.post(report("b", 56, time.Second)) // waits, and is counted at the end
	require.NoError(t, b.Shutdown(t.Context()))
	assert.Empty(t, answers)
	assert.Equal(t, 1, logged.FilterLevelExact(zap.ErrorLevel).FilterMessageSnippet("is lost").Len())
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
	assert.ErrorContains(t, start(store, storageID), `open "file_storage" (another process may have it; if its file is damaged, move it away): timeout`)
}
