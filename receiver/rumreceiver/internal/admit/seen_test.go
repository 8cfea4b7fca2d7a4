package admit

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// first expects to be the first and returns the ticket.
func first(t *testing.T, s *Seen, id uint64, now time.Time) *Ticket {
	t.Helper()
	ticket, _, err := s.Begin(t.Context(), id, now)
	require.NoError(t, err)
	require.NotNil(t, ticket)
	return ticket
}

// again expects that the batch was accepted before and returns its number of events.
func again(t *testing.T, s *Seen, id uint64, now time.Time) int {
	t.Helper()
	ticket, events, err := s.Begin(t.Context(), id, now)
	require.NoError(t, err)
	require.Nil(t, ticket)
	return events
}

func TestAnAcceptedBatchIsKnownForTheWindow(t *testing.T) {
	s := NewSeen(10, time.Minute)
	first(t, s, 1, start).Accepted(7)
	assert.Equal(t, 7, again(t, s, 1, start.Add(time.Minute)))
	first(t, s, 1, start.Add(time.Minute+1)).Accepted(7)
}

func TestAFailedBatchMayComeAgain(t *testing.T) {
	s := NewSeen(10, time.Minute)
	first(t, s, 1, start).Failed()
	assert.Zero(t, s.Len())
	first(t, s, 1, start).Accepted(1)
}

func TestPastTheBoundTheOldestIsForgotten(t *testing.T) {
	s := NewSeen(2, time.Minute)
	for id := range uint64(3) {
		first(t, s, id, start).Accepted(1)
	}
	assert.Equal(t, 2, s.Len())
	again(t, s, 2, start)
	again(t, s, 1, start)
	first(t, s, 0, start).Accepted(1)
}

func TestABatchUnderWayIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSeen(10, time.Minute)
		ticket := first(t, s, 1, start)
		var second atomic.Int64
		go func() { second.Store(int64(again(t, s, 1, start))) }()
		synctest.Wait()
		assert.Zero(t, second.Load(), "no answer before the first has ended")
		ticket.Accepted(3)
		synctest.Wait()
		assert.EqualValues(t, 3, second.Load())
	})
}

func TestWhenTheFirstFailsExactlyOneOfThoseWaitingGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSeen(10, time.Minute)
		ticket := first(t, s, 1, start)
		var delivered, known atomic.Int64
		var waiting sync.WaitGroup
		for range 5 {
			waiting.Go(func() {
				ticket, _, err := s.Begin(t.Context(), 1, start)
				assert.NoError(t, err)
				if ticket == nil {
					known.Add(1)
					return
				}
				delivered.Add(1)
				ticket.Accepted(1)
			})
		}
		synctest.Wait()
		ticket.Failed()
		waiting.Wait()
		assert.EqualValues(t, 1, delivered.Load())
		assert.EqualValues(t, 4, known.Load())
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	s := NewSeen(10, time.Minute)
	first(t, s, 1, start)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := s.Begin(ctx, 1, start)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestAForgottenTicketDoesNotRemoveItsSuccessor(t *testing.T) {
	s := NewSeen(1, time.Minute)
	old := first(t, s, 1, start)
	first(t, s, 2, start).Accepted(1) // pushes 1 out
	first(t, s, 1, start).Accepted(5) // pushes 2 out
	old.Failed()
	assert.Equal(t, 5, again(t, s, 1, start))
}
