package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/front"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// observed makes a bench log at every level, and gives the lines.
func observed() (option, *observer.ObservedLogs) {
	core, lines := observer.New(zap.DebugLevel)
	return func(b *bench, _ *Config) { b.settings.Logger = zap.New(core) }, lines
}

func TestAPanicOfTheLogsPipelineCostsOneBatchAndIsCounted(t *testing.T) {
	const secret = "s3cret-of-the-payload"
	var calls atomic.Int32
	panicky, err := newLogs(func(context.Context, plog.Logs) error {
		if calls.Add(1) == 1 {
			panic("cannot export " + secret)
		}
		return nil
	})
	require.NoError(t, err)
	logging, lines := observed()
	s := newServer(t, withLogs(panicky), logging)

	status, headers, answered := s.do(http.MethodPost, strings.NewReader(lcp("a", 1)), nil)
	assert.Equal(t, 500, status)
	assert.Contains(t, answered, `"reason":"internal_error"`)
	assert.NotContains(t, answered, secret)
	assert.Empty(t, headers.Get("Retry-After"), "it would panic again")
	assert.EqualValues(t, 1, s.labelled("events_refused", "reason", string(beacon.ReasonInternal)))
	assert.EqualValues(t, 1, s.labelled("requests", "outcome", string(beacon.ReasonInternal)))
	assert.Zero(t, s.gate.Stats().Concurrent, "its place is free")
	contained := lines.FilterMessage("A panic was contained").All()
	require.Len(t, contained, 1)
	assert.Equal(t, "string", contained[0].ContextMap()["panic"])
	assert.Contains(t, contained[0].ContextMap()["stack"], "panic_test.go", "it says where")
	assert.NotContains(t, fmt.Sprint(contained[0].ContextMap()), secret)

	status, got := s.post(lcp("a", 1))
	assert.Equal(t, 200, status)
	assert.False(t, got.Duplicate, "the batch can be sent again")
	assert.EqualValues(t, 2, s.counter("events_received"))
	assert.EqualValues(t, 1, s.counter("events_emitted"))
	s.end()
	assert.EqualValues(t, 1, s.count("browser.web_vital.lcp"))
}

func TestARequestThatWaitsForAPanickingOneIsDeliveredInItsPlace(t *testing.T) {
	entered, proceed := make(chan struct{}), make(chan struct{})
	var calls atomic.Int32
	panicky, err := newLogs(func(context.Context, plog.Logs) error {
		if calls.Add(1) == 1 {
			close(entered)
			<-proceed
			panic(errors.New("bug"))
		}
		return nil
	})
	require.NoError(t, err)
	b := newBench(t, withLogs(panicky))
	statuses := make(chan int, 2)
	send := func() { statuses <- b.send(http.MethodPost, "/v1/rum", lcp("a", 1), "").Code }
	go send()
	<-entered
	go send()
	close(proceed)
	assert.ElementsMatch(t, []int{500, 200}, []int{<-statuses, <-statuses})
}

func TestAPanicOfTheMetricsPipelineLosesNothing(t *testing.T) {
	for _, temporality := range []aggregate.Temporality{aggregate.Cumulative, aggregate.Delta} {
		t.Run(string(temporality), func(t *testing.T) {
			bug := true
			sink := new(consumertest.MetricsSink)
			next, err := consumer.NewMetrics(func(ctx context.Context, metrics pmetric.Metrics) error {
				if bug {
					return []error{}[metrics.DataPointCount()]
				}
				return sink.ConsumeMetrics(ctx, metrics)
			})
			require.NoError(t, err)
			logging, lines := observed()
			b := newBench(t, withMetrics(next), logging, withConfig(func(cfg *Config) { cfg.Metrics.Temporality = temporality }))
			b.metrics = sink
			const interaction = `[{"type":"interaction","name":"x","value":%d,"timestamp":1795425166114}]`
			b.post(fmt.Sprintf(interaction, 1))
			assert.ErrorIs(t, b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon)), telemetry.ErrPanicked)
			require.Equal(t, 1, lines.FilterMessage("A panic was contained").Len())
			assert.Contains(t, lines.All()[0].ContextMap()["panic"], "out of range", "what the runtime says holds no payload")
			bug = false
			b.post(fmt.Sprintf(interaction, 2))
			b.end()
			assert.EqualValues(t, 2, b.count("rum.interactions.duration"))
		})
	}
}

func TestAPanicOfADecoderIsAnAnswer(t *testing.T) {
	b := newBench(t)
	settings, err := b.frontSettings()
	require.NoError(t, err)
	settings.Routes[0].Protocol.New = protocol.Simple(func([]byte, beacon.Limits) ([]beacon.Beacon, error) { panic("bug") })
	b.handler = front.New(settings, b.gate, nil, b.rumReceiver.telemetry)
	status, got := b.post(lcp("a", 1))
	assert.Equal(t, 500, status)
	assert.Equal(t, beacon.ReasonInternal, got.Reason)
	assert.Zero(t, b.counter("events_received"), "nobody knows how many there were")
	assert.Zero(t, b.gate.Stats().Concurrent)
}
