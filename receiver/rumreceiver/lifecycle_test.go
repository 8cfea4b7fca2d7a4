package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
)

type nopHost struct{}

func (nopHost) GetExtensions() map[component.ID]component.Component { return nil }

// Two receivers that write the same series would overwrite each other's counts.
func TestReceiversWithTheSameInstanceAreWarnedOf(t *testing.T) {
	for want, instances := range map[int][2]string{0: {"a", "b"}, 2: {"a", "a"}} {
		factory := NewFactory()
		core, logged := observer.New(zap.WarnLevel)
		set := receivertest.NewNopSettings(metadata.Type)
		set.Logger = zap.New(core)
		var all []component.Component
		for _, instance := range instances {
			cfg := factory.CreateDefaultConfig().(*Config)
			cfg.HTTP.NetAddr.Endpoint, cfg.Metrics.Instance = "localhost:0", instance
			one, err := factory.CreateMetrics(t.Context(), set, cfg, consumertest.NewNop())
			require.NoError(t, err)
			all = append(all, one)
		}
		for _, one := range all {
			require.NoError(t, one.Start(t.Context(), componenttest.NewNopHost()))
		}
		for _, one := range all {
			require.NoError(t, one.Shutdown(t.Context()))
		}
		assert.Equal(t, want, logged.FilterMessageSnippet("same 'metrics::instance'").Len(), instances)
	}
}

func TestBothSignalsShareOneServer(t *testing.T) {
	factory := NewFactory()
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = distrotest.Address(t)
	settings := receivertest.NewNopSettings(metadata.Type)
	logs, err := factory.CreateLogs(t.Context(), settings, cfg, consumertest.NewNop())
	require.NoError(t, err)
	metrics, err := factory.CreateMetrics(t.Context(), settings, cfg, consumertest.NewNop())
	require.NoError(t, err)
	assert.Same(t, logs, metrics)

	require.NoError(t, logs.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, metrics.Start(t.Context(), componenttest.NewNopHost()), "the port is taken once")
	require.NoError(t, metrics.Shutdown(t.Context()))
	require.NoError(t, logs.Shutdown(t.Context()))

	again, err := factory.CreateLogs(t.Context(), settings, cfg, consumertest.NewNop())
	require.NoError(t, err)
	assert.NotSame(t, logs, again, "a receiver that has been shut down does not come back")
}

// contractGenerator sends single events as a client does: again after a 503, never after a 500.
type contractGenerator struct {
	t       *testing.T
	address string
	sent    atomic.Int64
}

func (*contractGenerator) Start() {}

// Stop forgets connections: the next scenario listens anew on the same port.
func (*contractGenerator) Stop() { http.DefaultClient.CloseIdleConnections() }

func (g *contractGenerator) Generate() []receivertest.UniqueIDAttrVal {
	id := fmt.Sprintf("event-%d", g.sent.Add(1))
	body := strings.Replace(lcp(id, 1), `"metadata":{`, `"metadata":{"test_id":"`+id+`",`, 1)
	for range 100 {
		response, err := http.Post("http://"+g.address+"/v1/rum", "text/plain", strings.NewReader(body))
		require.NoError(g.t, err)
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusServiceUnavailable {
			break
		}
	}
	return []receivertest.UniqueIDAttrVal{receivertest.UniqueIDAttrVal(id)}
}

// contractFactory puts the id where the checker looks for it: our records keep free attributes under
// a prefix.
func contractFactory(next receiver.Factory) receiver.Factory {
	return receiver.NewFactory(next.Type(), next.CreateDefaultConfig, receiver.WithLogs(
		func(ctx context.Context, set receiver.Settings, cfg component.Config, sink consumer.Logs) (receiver.Logs, error) {
			rename, err := newLogs(func(ctx context.Context, logs plog.Logs) error {
				for _, record := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
					if id, ok := record.Attributes().Get(semconv.WebVitalAttributionPrefix + receivertest.UniqueIDAttrName); ok {
						record.Attributes().PutStr(receivertest.UniqueIDAttrName, id.Str())
					}
				}
				return sink.ConsumeLogs(ctx, logs)
			})
			if err != nil {
				return nil, err
			}
			return next.CreateLogs(ctx, set, cfg, rename)
		}, metadata.LogsStability))
}

func TestConsumeContract(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = distrotest.Address(t)
	receivertest.CheckConsumeContract(receivertest.CheckConsumeContractParams{
		T: t, Factory: contractFactory(NewFactory()), Signal: pipeline.SignalLogs, Config: cfg,
		Generator: &contractGenerator{t: t, address: cfg.HTTP.NetAddr.Endpoint}, GenerateCount: 200,
	})
}

func TestShutdownWithoutStartAndTwice(t *testing.T) {
	r, err := newReceiver(createDefaultConfig().(*Config), receivertest.NewNopSettings(metadata.Type))
	require.NoError(t, err)
	require.NoError(t, r.Shutdown(t.Context()))
	require.NoError(t, r.Shutdown(t.Context()))
}

// blocked is a logs pipeline that holds a request until it is released, and a server in front of it that
// has one such request.
func blocked(t *testing.T) (s *server, release func(), answered chan int) {
	t.Helper()
	entered, proceed := make(chan struct{}), make(chan struct{})
	sink := new(consumertest.LogsSink)
	next, err := newLogs(func(ctx context.Context, logs plog.Logs) error {
		close(entered)
		<-proceed
		return sink.ConsumeLogs(ctx, logs)
	})
	require.NoError(t, err)
	s = newServer(t, withLogs(next))
	s.logs = sink
	answered = make(chan int, 1)
	go func() {
		response, err := http.Post("http://"+s.address+"/v1/rum", "text/plain", strings.NewReader(lcp("last", 1)))
		if err != nil {
			answered <- 0
			return
		}
		_ = response.Body.Close()
		answered <- response.StatusCode
	}()
	<-entered
	return s, sync.OnceFunc(func() { close(proceed) }), answered
}

func TestShutdownAnswersWhatItDeliversAndFlushesItsMetrics(t *testing.T) {
	s, release, answered := blocked(t)
	unused, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.address)
	require.NoError(t, err)
	defer func() { _ = unused.Close() }()
	ended := make(chan error)
	go func() { ended <- s.Shutdown(t.Context()) }()
	select {
	case <-ended:
		t.Fatal("it did not wait")
	case <-time.After(unusedTimeout + 300*time.Millisecond): // when connections without a request are closed
	}
	_, err = unused.Read(make([]byte, 1))
	assert.Error(t, err, "it ends: closed, or reset where it had not been accepted yet")
	s.unused.mu.Lock()
	assert.True(t, s.unused.closed, "a connection that was opened ahead is not left to net/http, which waits for some seconds")
	s.unused.mu.Unlock()
	release()
	assert.NoError(t, <-ended)
	assert.Equal(t, 200, <-answered, "or the client would send it again, to a process that cannot know it")
	assert.Equal(t, 1, s.logs.LogRecordCount())
	assert.EqualValues(t, 1, s.count("browser.web_vital.lcp"))
}

// The Collector ends its process when a component cannot be shut down, also where it only reloads its configuration.
func TestShutdownSucceedsThoughThePipelineRefusesTheLastMetrics(t *testing.T) {
	core, logged := observer.New(zap.WarnLevel)
	b := newBench(t, withMetrics(consumertest.NewErr(errors.New("the queue is full"))), func(b *bench, _ *Config) { b.settings.Logger = zap.New(core) })
	require.Equal(t, http.StatusOK, b.send(http.MethodPost, "/v1/rum", lcp("a", 1200), "").Code)
	assert.NoError(t, b.Shutdown(t.Context()))
	require.Equal(t, 1, logged.FilterLevelExact(zap.ErrorLevel).Len())
	assert.Contains(t, logged.FilterLevelExact(zap.ErrorLevel).All()[0].Message, "lost")
}

// The Collector gives a shutdown no deadline, and an exporter without a queue tries as long as its backend is away.
func TestShutdownEndsThoughThePipelineDoesNotReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next, err := consumer.NewMetrics(func(ctx context.Context, _ pmetric.Metrics) error {
			<-ctx.Done()
			return ctx.Err()
		})
		require.NoError(t, err)
		b := newBench(t, withoutListener, withMetrics(next))
		b.post(`[{"type":"interaction","name":"x","value":1,"timestamp":1795425166114}]`)
		began := time.Now()
		require.NoError(t, b.Shutdown(context.Background()))
		assert.Equal(t, lastFlushTimeout, time.Since(began))
	})
}

func TestShutdownEndsAtItsDeadline(t *testing.T) {
	s, release, answered := blocked(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, s.Shutdown(ctx), context.DeadlineExceeded)
	release()
	<-answered
	require.Eventually(t, func() bool { return s.gate.Stats().Concurrent == 0 }, time.Minute, time.Millisecond)
}

func TestShutdownWaitsSoThatAScraperSeesTheLastMetrics(t *testing.T) {
	for name, tc := range map[string]struct{ wait, deadline, want time.Duration }{
		"ForThatLong":     {wait: time.Minute, deadline: time.Hour, want: time.Minute},
		"UntilItsContext": {wait: time.Minute, deadline: time.Second, want: time.Second},
		"NotByDefault":    {deadline: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, withoutListener, withConfig(func(cfg *Config) { cfg.Metrics.ShutdownWait = tc.wait }))
				b.stopFlush = func() {} // as if it had started
				b.post(`[{"type":"interaction","name":"x","value":1,"timestamp":1795425166114}]`)
				ctx, cancel := context.WithTimeout(t.Context(), tc.deadline)
				defer cancel()
				began := time.Now()
				require.NoError(t, b.Shutdown(ctx))
				assert.Equal(t, tc.want, time.Since(began))
				assert.NotEmpty(t, b.metrics.AllMetrics())
			})
		})
	}
}

// The Collector says why it could not start only after it has shut down what it had begun.
func TestShutdownDoesNotWaitForAScraperOfWhatNeverStarted(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	synctest.Test(t, func(t *testing.T) {
		cfg := createDefaultConfig().(*Config)
		cfg.HTTP.NetAddr.Endpoint, cfg.Metrics.ShutdownWait = taken.Addr().String(), time.Hour
		r, err := newReceiver(cfg, receivertest.NewNopSettings(metadata.Type))
		require.NoError(t, err)
		r.nextMetrics = consumertest.NewNop()
		require.ErrorContains(t, r.Start(t.Context(), componenttest.NewNopHost()), "address already in use")
		began := time.Now()
		require.NoError(t, r.Shutdown(t.Context()))
		assert.Zero(t, time.Since(began))
	})
}

func TestMetricsAreFlushedByTheTicker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, withoutListener)
		flushing, stop := context.WithCancel(t.Context())
		go b.rumReceiver.metrics.flushEvery(flushing, 10*time.Second)
		b.post(`[{"type":"interaction","name":"x","value":1,"timestamp":1795425166114}]`)
		time.Sleep(9 * time.Second)
		assert.Empty(t, b.metrics.AllMetrics())
		time.Sleep(2 * time.Second)
		assert.Len(t, b.metrics.AllMetrics(), 1)
		stop()
		synctest.Wait()
	})
}

// One of several exporters has no queue, and its backend is away: the others get each flush all the same.
func TestAFlushEndsThoughThePipelineDoesNotReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		flushes := 0
		next, err := consumer.NewMetrics(func(ctx context.Context, _ pmetric.Metrics) error {
			flushes++
			<-ctx.Done()
			return ctx.Err()
		})
		require.NoError(t, err)
		b := newBench(t, withoutListener, withMetrics(next))
		b.post(`[{"type":"interaction","name":"x","value":1,"timestamp":1795425166114}]`)
		flushing, stop := context.WithCancel(t.Context())
		go b.rumReceiver.metrics.flushEvery(flushing, 10*time.Second)
		time.Sleep(10*time.Second + 5*flushTimeout + time.Second)
		stop()
		synctest.Wait()
		assert.Equal(t, 6, flushes)
	})
}

// withoutListener keeps network goroutines out of a synctest bubble.
func withoutListener(b *bench, _ *Config) { b.idle = true }

func TestARefusedWindowIsNotLost(t *testing.T) {
	for _, temporality := range []aggregate.Temporality{aggregate.Cumulative, aggregate.Delta} {
		for name, tc := range map[string]struct {
			err  error
			want int64
		}{
			"Retryable": {errors.New("queue is full"), 2},
			"Permanent": {consumererror.NewPermanent(errors.New("no")), map[aggregate.Temporality]int64{aggregate.Cumulative: 2, aggregate.Delta: 1}[temporality]},
		} {
			t.Run(string(temporality)+"/"+name, func(t *testing.T) {
				refuse := true
				sink := new(consumertest.MetricsSink)
				next, err := consumer.NewMetrics(func(ctx context.Context, metrics pmetric.Metrics) error {
					if refuse {
						return tc.err
					}
					return sink.ConsumeMetrics(ctx, metrics)
				})
				require.NoError(t, err)
				b := newBench(t, withMetrics(next), withConfig(func(cfg *Config) { cfg.Metrics.Temporality = temporality }))
				b.metrics = sink
				b.post(`[{"type":"interaction","name":"x","value":1,"timestamp":1795425166114}]`)
				require.Error(t, b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon)))
				refuse = false
				b.post(`[{"type":"interaction","name":"x","value":2,"timestamp":1795425166114}]`)
				b.end()
				assert.Equal(t, tc.want, b.count("rum.interactions.duration"))
			})
		}
	}
}
