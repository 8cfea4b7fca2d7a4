package admit

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// Seen remembers batches for a while, so that a client that retries after a lost answer is answered
// again but not delivered again.
//
// It holds at most Max batches, each for at most TTL; past that the oldest is forgotten, and its
// retry would count twice. About 200 bytes each. Safe for concurrent use.
type Seen struct {
	max int
	ttl time.Duration

	mu     sync.Mutex
	byID   map[uint64]*list.Element
	oldest *list.List // of *batch, in the order of arrival
}

type batch struct {
	id      uint64
	arrived time.Time
	done    chan struct{} // closed when the first delivery has ended

	// Written before done is closed, read after.
	accepted bool
	events   int
}

// NewSeen remembers at most maxBatches (at least 1) for ttl.
func NewSeen(maxBatches int, ttl time.Duration) *Seen {
	return &Seen{max: maxBatches, ttl: ttl, byID: make(map[uint64]*list.Element), oldest: list.New()}
}

// Ticket is the right to deliver a batch, and the duty to say how that ended.
type Ticket struct {
	seen  *Seen
	batch *batch
}

// Begin asks for the batch of this id. Either the caller is the first: it gets a ticket and must
// call Accepted or Failed. Or the batch has been accepted before: then ticket is nil and events is
// what was accepted. While another request delivers the same batch, Begin waits for its end, so that
// the answer is never a promise that breaks; when ctx ends first, it returns its error.
func (s *Seen) Begin(ctx context.Context, id uint64, now time.Time) (ticket *Ticket, events int, err error) {
	for {
		first, other := s.claim(id, now)
		if first != nil {
			return &Ticket{seen: s, batch: first}, 0, nil
		}
		select {
		case <-other.done:
			if other.accepted {
				return nil, other.events, nil
			}
			// It failed and has been forgotten: try to be the first.
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

// claim registers the batch, or returns the one that is registered.
func (s *Seen) claim(id uint64, now time.Time) (first, other *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expireLocked(now)
	if element, ok := s.byID[id]; ok {
		return nil, element.Value.(*batch)
	}
	for len(s.byID) >= s.max {
		s.removeLocked(s.oldest.Front())
	}
	b := &batch{id: id, arrived: now, done: make(chan struct{})}
	s.byID[id] = s.oldest.PushBack(b)
	return b, nil
}

func (s *Seen) expireLocked(now time.Time) {
	for front := s.oldest.Front(); front != nil && now.Sub(front.Value.(*batch).arrived) > s.ttl; front = s.oldest.Front() {
		s.removeLocked(front)
	}
}

func (s *Seen) removeLocked(element *list.Element) {
	delete(s.byID, s.oldest.Remove(element).(*batch).id)
}

// Len is how many batches are remembered.
func (s *Seen) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byID)
}

// Accepted ends the delivery: the batch is remembered with the number of its accepted events.
func (t *Ticket) Accepted(events int) {
	t.batch.accepted, t.batch.events = true, events
	close(t.batch.done)
}

// Failed ends the delivery: the batch is forgotten, so that a retry is delivered.
func (t *Ticket) Failed() {
	t.seen.mu.Lock()
	if element, ok := t.seen.byID[t.batch.id]; ok && element.Value.(*batch) == t.batch {
		t.seen.removeLocked(element)
	}
	t.seen.mu.Unlock()
	close(t.batch.done)
}
