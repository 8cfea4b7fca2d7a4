package intake

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// Memory remembers batches that at least one sink has taken, so that a repeated batch is recognised and reaches only the sinks
// that refused it.
//
// It has at most max batches, each for at most ttl after its last delivery, of about 75 bytes each. Past max, one is forgotten,
// and a retry of it counts twice: the oldest of an address that has too many, otherwise the oldest of all. It ends with the
// process, and with a reload of the configuration; of the metrics, aggregate.Settings.MaxBatches remembers more. Safe for concurrent use.
type Memory struct {
	max int
	ttl time.Duration
	all sinks

	mu      sync.Mutex
	batches recent.Map[batch] // by the time of the last delivery
	serial  uint64            // of the delivery that began last
	// waited are deliveries under way whose end another request waits for, by their serial.
	waited map[uint64]chan struct{}
}

// batch is one that was taken by some sink, or is being delivered.
type batch struct {
	// busy is the serial of the delivery under way; 0 when there is none.
	busy uint64
	// taken and events are those of the deliveries that have ended.
	taken  sinks
	events int32
}

// sinks is a set of them, by index.
type sinks uint8

func (s sinks) has(index int) bool { return s&(1<<index) != 0 }

// firstSinks is the set of that many.
func firstSinks(n int) sinks { return 1<<n - 1 }

// NewMemory remembers at most maxBatches (at least 1) for ttl, which go to that many sinks (at most 8).
func NewMemory(maxBatches int, ttl time.Duration, sinks int) *Memory {
	return &Memory{max: maxBatches, ttl: ttl, all: firstSinks(sinks), batches: recent.New[batch](), waited: map[uint64]chan struct{}{}}
}

// Delivery is the right to deliver a batch to the sinks that have not taken it; End must follow. If all sinks have the batch, it
// is Complete and has no End.
type Delivery struct {
	memory *Memory // nil when there is nothing to deliver
	id     uint64
	serial uint64
	taken  sinks
	events int
}

// Taken are the sinks that have the batch.
func (d *Delivery) Taken() sinks { return d.taken }

// Events is how many the batch had when a sink first took it.
func (d *Delivery) Events() int { return d.events }

// Took says that a sink has it now.
func (d *Delivery) Took(sink int) { d.taken |= 1 << sink }

// Begin begins the delivery of the batch with this id, from a client of this share. While another request delivers it, Begin waits
// for the end of that delivery, because only then the answer is known. If ctx ends first, Begin returns its error.
func (m *Memory) Begin(ctx context.Context, id uint64, of recent.Share, now time.Time) (Delivery, error) {
	for {
		delivery, busy := m.claim(id, of, now)
		if busy == nil {
			return delivery, nil
		}
		select {
		case <-busy:
		case <-ctx.Done():
			return Delivery{}, ctx.Err()
		}
	}
}

// claim registers the batch, or returns what to wait for.
func (m *Memory) claim(id uint64, of recent.Share, now time.Time) (d Delivery, busy chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.expireLocked(now)
	_, b, known := m.batches.Get(id)
	switch {
	case known && b.busy != 0:
		return Delivery{}, m.waitLocked(b.busy)
	case known && b.taken == m.all:
		return Delivery{taken: b.taken, events: int(b.events)}, nil
	case !known:
		for m.batches.Len() >= m.max {
			m.batches.Remove(m.batches.Excess())
		}
		b, _ = m.batches.Touch(id, of, now.UnixNano())
	}
	m.serial++
	b.busy = m.serial
	return Delivery{memory: m, id: id, serial: m.serial, taken: b.taken, events: int(b.events)}, nil
}

// waitLocked returns a channel that is closed at the end of the delivery.
func (m *Memory) waitLocked(serial uint64) chan struct{} {
	end, ok := m.waited[serial]
	if !ok {
		end = make(chan struct{})
		m.waited[serial] = end
	}
	return end
}

func (m *Memory) expireLocked(now time.Time) {
	for {
		oldest, last, _, ok := m.batches.Oldest()
		if !ok || now.UnixNano()-last <= int64(m.ttl) {
			return
		}
		m.batches.Remove(oldest)
	}
}

// Len is how many batches are remembered.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.batches.Len()
}

// Complete reports whether every sink already had the batch, so that there is nothing to deliver.
func (d *Delivery) Complete() bool { return d.memory == nil }

// End ends the delivery of that many events. A batch that no sink took is forgotten.
func (d *Delivery) End(events int, now time.Time) {
	m := d.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if end, ok := m.waited[d.serial]; ok {
		close(end)
		delete(m.waited, d.serial)
	}
	_, b, known := m.batches.Get(d.id)
	switch {
	case !known || b.busy != d.serial: // forgotten meanwhile
	case d.taken == 0:
		m.batches.Remove(d.id)
	default:
		b, _ = m.batches.Touch(d.id, 0, now.UnixNano()) // its share is known
		b.busy, b.taken = 0, d.taken
		if b.events == 0 {
			b.events = int32(min(events, math.MaxInt32))
		}
	}
}
