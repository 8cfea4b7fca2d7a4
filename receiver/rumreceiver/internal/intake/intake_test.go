package intake

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/native"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// sink is a fake that counts what it takes, by application. Safe for concurrent use.
type sink struct {
	name string

	mu    sync.Mutex
	do    func() error // nil: take
	taken map[string]int
}

func (s *sink) Name() string { return s.name }

func (s *sink) Take(_ context.Context, arrival Arrival) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.do != nil {
		if err := s.do(); err != nil {
			return err
		}
	}
	s.taken[arrival.Beacon.App.Name]++
	return nil
}

// kitchen is an intake between two fake sinks.
type kitchen struct {
	*Intake
	t             *testing.T
	reader        *componenttest.Telemetry
	metrics, logs *sink
}

func newKitchen(t *testing.T) *kitchen {
	t.Helper()
	reader := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, reader.Shutdown(context.WithoutCancel(t.Context()))) })
	books, err := telemetry.New(reader.NewTelemetrySettings())
	require.NoError(t, err)
	enricher, err := enrich.New(enrich.Settings{MaxRoutes: 10})
	require.NoError(t, err)
	t.Cleanup(enricher.Close)
	k := &kitchen{t: t, reader: reader, metrics: &sink{name: "metrics", taken: map[string]int{}}, logs: &sink{name: "logs", taken: map[string]int{}}}
	k.Intake = New(Settings{
		Enricher: enricher, Loads: beacon.NewLoads(), Memory: NewMemory(100, time.Minute, 2), MaxRecords: 1 << 20, MaxWeight: 1000, MaxWeights: 1e5,
		Sinks: []Sink{k.metrics, k.logs}, Now: func() time.Time { return start },
	}, books)
	return k
}

var open = new(admit.Application)

// send is what the front does with a body of the native protocol.
func (k *kitchen) send(application *admit.Application, bodies ...string) (Result, error) {
	k.t.Helper()
	batch := Batch{Protocol: "native", Application: application, Timeout: time.Minute}
	for _, body := range bodies { // several stand for one body of several applications
		decode := native.Protocol().New(nil)
		decoded, err := decode(protocol.Facts{}, []byte(body), beacon.DefaultLimits())
		require.NoError(k.t, err)
		batch.Beacons = append(batch.Beacons, decoded...)
		batch.Body = append(batch.Body, body...)
	}
	require.NoError(k.t, k.Prepare(k.t.Context(), &batch))
	return k.Deliver(k.t.Context(), &batch)
}

func view(app string) string {
	return fmt.Sprintf(`[{"type":"navigation","name":"page_view","value":1,"timestamp":%d,"url":"https://shop.example/","sessionId":"s","tags":{"app":%q}}]`, start.UnixMilli(), app)
}

// booked is a point of sink_events.
func (k *kitchen) booked(sink, outcome string) int64 {
	k.t.Helper()
	m, err := k.reader.GetMetric("otelcol_rum_receiver_sink_events")
	require.NoError(k.t, err)
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		at, _ := point.Attributes.Value("sink")
		became, _ := point.Attributes.Value("outcome")
		if at.AsString() == sink && became.AsString() == outcome {
			return point.Value
		}
	}
	return 0
}

func TestASinkThatRefusesStopsNoOtherAndAloneGetsTheRetry(t *testing.T) {
	k := newKitchen(t)
	k.logs.do = func() error { return errors.New("queue is full") }
	for attempt := range 3 {
		result, err := k.send(open, view("shop"))
		assert.Equal(t, &Refusal{Reason: beacon.ReasonUnavailable, Again: true}, err)
		assert.Equal(t, Result{New: attempt == 0}, result)
	}
	assert.Equal(t, 1, k.metrics.taken["shop"], "once, at the first attempt")
	k.logs.do = nil
	result, err := k.send(open, view("shop"))
	require.NoError(t, err)
	assert.Equal(t, Result{Taken: 1, New: true}, result)
	result, err = k.send(open, view("shop"))
	require.NoError(t, err)
	assert.Equal(t, Result{Taken: 1, Duplicate: true}, result)
	assert.Equal(t, 1, k.metrics.taken["shop"])
	assert.Equal(t, 1, k.logs.taken["shop"])
	for _, want := range []struct {
		sink, outcome string
		events        int64
	}{{"metrics", "accepted", 1}, {"metrics", "duplicate", 4}, {"logs", "unavailable", 3}, {"logs", "accepted", 1}, {"logs", "duplicate", 1}} {
		assert.Equal(t, want.events, k.booked(want.sink, want.outcome), want)
	}
}

func TestAPanicOfOneSinkIsARefusalOfIt(t *testing.T) {
	k := newKitchen(t)
	k.metrics.do = func() error { panic("bug") }
	_, err := k.send(open, view("shop"))
	assert.Equal(t, &Refusal{Reason: beacon.ReasonInternal}, err)
	assert.Equal(t, 1, k.logs.taken["shop"])
	k.metrics.do = nil
	result, err := k.send(open, view("shop"))
	require.NoError(t, err)
	assert.Equal(t, Result{Taken: 1, New: true}, result)
	assert.Equal(t, 1, k.logs.taken["shop"], "not again")
}

func TestTheSameBytesUnderTwoKeysAreTwoBatches(t *testing.T) {
	k := newKitchen(t)
	north, south, unnamed := &admit.Application{Name: "north"}, &admit.Application{Name: "south"}, new(admit.Application)
	for _, application := range []*admit.Application{north, south, unnamed} {
		result, err := k.send(application, view("page"))
		require.NoError(t, err)
		assert.False(t, result.Duplicate)
	}
	result, err := k.send(south, view("page"))
	require.NoError(t, err)
	assert.True(t, result.Duplicate)
	assert.Equal(t, map[string]int{"north": 1, "south": 1, "page": 1}, k.logs.taken)
}

func TestApplicationsOfOneBodyAreDeliveredEachOnItsOwn(t *testing.T) {
	k := newKitchen(t)
	calls := 0
	k.logs.do = func() error {
		if calls++; calls == 2 {
			return errors.New("queue is full")
		}
		return nil
	}
	result, err := k.send(open, view("a"), view("b"))
	require.Error(t, err)
	assert.Equal(t, 1, result.Taken)
	result, err = k.send(open, view("a"), view("b"))
	require.NoError(t, err)
	assert.Equal(t, Result{Taken: 2, New: true}, result)
	result, err = k.send(open, view("a"), view("b"))
	require.NoError(t, err)
	assert.Equal(t, Result{Taken: 2, Duplicate: true}, result)
	assert.Equal(t, map[string]int{"a": 1, "b": 1}, k.logs.taken)
	assert.Equal(t, map[string]int{"a": 1, "b": 1}, k.metrics.taken)
}

func TestAFloodOfBatchesMakesNoRetryOfAnotherAddressCountTwice(t *testing.T) {
	k := newKitchen(t) // remembers a hundred
	deliver := func(address, id string) Result {
		t.Helper()
		batch := Batch{
			Protocol: "native", Application: open, Timeout: time.Minute, Sender: enrich.Sender{Address: netip.MustParseAddr(address)},
			Beacons: []beacon.Beacon{{ID: id, Pages: []beacon.Page{{}}, Events: []beacon.Event{{Count: 1, Payload: &beacon.Click{}}}}},
		}
		result, err := k.Deliver(t.Context(), &batch)
		require.NoError(t, err)
		return result
	}
	deliver("198.51.100.7", "honest")
	for i := range 300 {
		deliver("203.0.113.9", fmt.Sprint(i))
	}
	assert.Equal(t, Result{Taken: 1, Duplicate: true}, deliver("198.51.100.7", "honest"))
}

func TestWithoutTimeForADeliveryThereIsNone(t *testing.T) {
	k := newKitchen(t)
	batch := Batch{Application: open, Beacons: []beacon.Beacon{{Pages: []beacon.Page{{}}, Events: []beacon.Event{{Count: 1, Payload: &beacon.Click{}}}}}}
	_, err := k.Deliver(t.Context(), &batch)
	assert.Equal(t, &Refusal{Reason: beacon.ReasonUnavailable, Again: true}, err)
	assert.Empty(t, k.logs.taken)
}
