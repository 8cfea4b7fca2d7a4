package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// unreliable is a pipeline of either signal that takes a third of what it is given and fails the rest in
// every way there is. Safe for concurrent use.
type unreliable struct {
	mu      sync.Mutex
	random  *rand.Rand
	healthy bool
	calls   map[string]int
	windows int

	events map[string]int // what the logs pipeline took, by the id of the event
	taken  int64          // interactions that the metrics pipeline took, in all windows together
	last   int64          // and in the last one
	lost   int64          // interactions that it refused for good
}

func newUnreliable(seed uint64) *unreliable {
	return &unreliable{random: rand.New(rand.NewPCG(seed, seed)), calls: map[string]int{}, events: map[string]int{}}
}

var faults = []string{"retryable", "panic", "taken", "permanent", "throttled", "taken"}

// outcome draws what happens, and panics if that is it. Call it without the lock.
func (u *unreliable) outcome(signal string) error {
	u.mu.Lock()
	draw := u.random.IntN(len(faults))
	if signal == "metrics" { // there are few windows: each fault in turn
		draw, u.windows = u.windows%len(faults), u.windows+1
	}
	fault := faults[draw]
	if u.healthy {
		fault = "taken"
	}
	u.calls[signal+" "+fault]++
	u.mu.Unlock()
	switch fault {
	case "taken":
		return nil
	case "retryable":
		return errors.New("queue is full")
	case "throttled":
		return consumererror.NewRetryableError(errors.New("come back"))
	case "permanent":
		return consumererror.NewPermanent(errors.New("no"))
	default:
		panic("a bug")
	}
}

func (u *unreliable) ConsumeLogs(_ context.Context, logs plog.Logs) error {
	if err := u.outcome("logs"); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, record := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		id, _ := record.Attributes().Get(semconv.MetadataPrefix + "test_id")
		u.events[id.Str()]++
	}
	return nil
}

func (u *unreliable) ConsumeMetrics(_ context.Context, metrics pmetric.Metrics) error {
	err := u.outcome("metrics")
	u.mu.Lock()
	defer u.mu.Unlock()
	switch interactions := interactionsIn(metrics); {
	case err == nil:
		u.taken += interactions
		u.last = interactions
	case consumererror.IsPermanent(err):
		u.lost += interactions
	}
	return err
}

func (*unreliable) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func interactionsIn(metrics pmetric.Metrics) (total int64) {
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, metric := range resource.ScopeMetrics().At(0).Metrics().All() {
			if metric.Name() == semconv.MetricInteractionDuration {
				for _, point := range metric.Histogram().DataPoints().All() {
					total += int64(point.Count())
				}
			}
		}
	}
	return total
}

// ledger is what clients conclude from their answers. Safe for concurrent use.
type ledger struct {
	mu        sync.Mutex
	books     books
	reasons   map[beacon.Reason]int64
	delivered map[string]bool // ids of events that were answered as taken
	broken    int
	good      int // events of all bodies, each counted once
}

// visitor is a client with a random visit.
type visitor struct {
	t      *testing.T
	bench  *bench
	ledger *ledger
	random *rand.Rand
	name   string
	events int
}

// batch makes a body of good events and bad ones, and gives the ids of the good ones.
func (v *visitor) batch() (body string, ids []string, bad int) {
	var events []string
	for range 1 + v.random.IntN(5) {
		v.events++
		id := fmt.Sprintf("%s-%d", v.name, v.events)
		ids = append(ids, id)
		events = append(events, fmt.Sprintf(`{"type":"interaction","name":"x","value":1,"timestamp":%d,"sessionId":"s","metadata":{"test_id":%q}}`, noon.UnixMilli(), id))
	}
	for bad = v.random.IntN(3); len(events) < len(ids)+bad; {
		events = append(events, `{"type":"nope"}`)
	}
	v.random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	return "[" + strings.Join(events, ",") + "]", ids, bad
}

func (v *visitor) visit(batches int) {
	for range batches {
		body, ids, bad := v.batch()
		switch v.random.IntN(8) {
		case 0:
			v.broken(body[:len(body)-1])
		case 1:
			v.nothingGood()
		case 2:
			v.ledger.expect(len(ids))
			// Two attempts at once, as when a retry overtakes.
			var attempts sync.WaitGroup
			attempts.Go(func() { v.deliver(body, ids, bad) })
			v.deliver(body, ids, bad)
			attempts.Wait()
		default:
			v.ledger.expect(len(ids))
			v.deliver(body, ids, bad)
			if v.random.IntN(3) == 0 {
				v.deliver(body, ids, bad)
			}
		}
	}
}

func (v *visitor) broken(body string) {
	status, got := v.bench.post(body)
	assert.Equal(v.t, 400, status)
	assert.Equal(v.t, beacon.ReasonBadJSON, got.Reason)
	v.ledger.mu.Lock()
	defer v.ledger.mu.Unlock()
	v.ledger.broken++
}

func (v *visitor) nothingGood() {
	status, _ := v.bench.post(`[{"type":"nope"},{"type":"nope"}]`)
	assert.Equal(v.t, 400, status)
	v.ledger.mu.Lock()
	defer v.ledger.mu.Unlock()
	v.ledger.books.received += 2
	v.ledger.refuse(beacon.ReasonUnknownType, 2)
}

func (l *ledger) expect(events int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.good += events
}

func (l *ledger) refuse(reason beacon.Reason, events int) {
	l.books.refused += int64(events)
	l.reasons[reason] += int64(events)
}

// deliver sends until the answer is not 503.
func (v *visitor) deliver(body string, ids []string, bad int) {
	for range 30 {
		status, got := v.bench.post(body)
		if v.enter(status, got, ids, bad); status != 503 {
			return
		}
	}
}

func (v *visitor) enter(status int, got answer, ids []string, bad int) {
	l := v.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	l.books.received += int64(len(ids) + bad)
	l.refuse(beacon.ReasonUnknownType, bad)
	switch {
	case status != 200:
		assert.Contains(v.t, []int{500, 503}, status)
		assert.Zero(v.t, got.Received)
		l.refuse(got.Reason, len(ids))
		return
	case got.Duplicate:
		l.books.duplicate += int64(len(ids))
	default:
		l.books.emitted += int64(len(ids))
	}
	assert.Equal(v.t, len(ids), got.Received)
	for _, id := range ids {
		l.delivered[id] = true
	}
}

func TestTheBooksBalanceToTheEventUnderMixedFaults(t *testing.T) {
	for _, temporality := range []aggregate.Temporality{aggregate.Cumulative, aggregate.Delta} {
		for seed := range uint64(3) {
			t.Run(fmt.Sprintf("%s/Seed%d", temporality, seed), func(t *testing.T) {
				pipeline := newUnreliable(seed)
				b := newBench(t, withLogs(pipeline), withMetrics(pipeline), withConfig(func(cfg *Config) { cfg.Metrics.Temporality = temporality }))
				l := &ledger{reasons: map[beacon.Reason]int64{}, delivered: map[string]bool{}}
				var clients, flusher sync.WaitGroup
				flushing, stop := context.WithCancel(t.Context())
				flusher.Go(func() { b.rumReceiver.metrics.flushEvery(flushing, time.Millisecond) })
				for client := range 8 {
					v := &visitor{
						t: t, bench: b, ledger: l, name: fmt.Sprint(client),
						random: rand.New(rand.NewPCG(seed, uint64(client))),
					}
					clients.Go(func() { v.visit(100) })
				}
				clients.Wait()
				stop()
				flusher.Wait()
				last := &visitor{t: t, bench: b, ledger: l, name: "last", random: rand.New(rand.NewPCG(seed, 99))}
				for pipeline.windows < len(faults) { // on a slow machine
					last.visit(10)
					_ = b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon)) // its errors are what is tested
				}
				pipeline.healthy = true
				b.end()
				checkConservation(t, b, l, pipeline, temporality)
			})
		}
	}
}

func checkConservation(t *testing.T, b *bench, l *ledger, pipeline *unreliable, temporality aggregate.Temporality) {
	t.Helper()
	t.Logf("%+v, by reason %v, %d bodies broken; the pipelines: %v", l.books, l.reasons, l.broken, pipeline.calls)
	counted := b.books()
	assert.Equal(t, l.books, counted, "the receiver counts what it answered its clients")
	assert.Equal(t, counted.received, counted.emitted+counted.refused+counted.duplicate)
	for reason, events := range l.reasons {
		assert.Equal(t, events, b.labelled("events_refused", "reason", string(reason)), reason)
		assert.Positive(t, events, reason)
	}
	assert.Len(t, l.reasons, 4, "unknown type, unavailable, permanent, internal error")
	assert.Positive(t, l.books.duplicate)

	assert.Len(t, pipeline.events, int(counted.emitted))
	assert.Equal(t, l.delivered, maps.Collect(func(yield func(string, bool) bool) {
		for id, times := range pipeline.events {
			require.Equal(t, 1, times, "%s was delivered again", id)
			yield(id, true)
		}
	}), "the logs pipeline has what was answered as taken, and nothing else")

	for _, fault := range faults {
		assert.Positive(t, pipeline.calls["logs "+fault], fault)
		assert.Positive(t, pipeline.calls["metrics "+fault], fault)
	}
	b.balanced()
	assert.Len(t, pipeline.events, int(b.atSink("logs", "accepted")))
	counts := b.atSink("metrics", "accepted")
	assert.Greater(t, counts, counted.emitted, "the metrics have what the logs refused for good, too")
	assert.EqualValues(t, l.good, counts, "each event once, at its first attempt")
	if temporality == aggregate.Cumulative {
		// The last window has it all, whatever became of those before.
		assert.Equal(t, counts, pipeline.last)
		return
	}
	assert.Positive(t, pipeline.lost)
	assert.Equal(t, counts, pipeline.taken+pipeline.lost, "a window that is refused for good is gone")
}
