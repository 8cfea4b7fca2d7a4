package intake

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

// first expects that there is something to deliver.
func first(t *testing.T, m *Memory, id uint64, now time.Time) *Delivery {
	t.Helper()
	delivery, err := m.Begin(t.Context(), id, 0, now)
	require.NoError(t, err)
	require.False(t, delivery.Complete())
	return &delivery
}

// again expects that every sink has the batch and returns its number of events.
func again(t *testing.T, m *Memory, id uint64, now time.Time) int {
	t.Helper()
	delivery, err := m.Begin(t.Context(), id, 0, now)
	require.NoError(t, err)
	require.True(t, delivery.Complete())
	return delivery.Events()
}

// took ends a delivery that these sinks have accepted.
func (d *Delivery) took(events int, now time.Time, sinks ...int) {
	for _, sink := range sinks {
		d.Took(sink)
	}
	d.End(events, now)
}

func TestABatchThatAllHaveIsKnownForTheWindow(t *testing.T) {
	m := NewMemory(10, time.Minute, 1)
	first(t, m, 1, start).took(7, start, 0)
	assert.Equal(t, 7, again(t, m, 1, start.Add(time.Minute)))
	first(t, m, 1, start.Add(time.Minute+1)).took(7, start.Add(time.Minute+1), 0)
}

func TestABatchThatNobodyTookMayComeAgain(t *testing.T) {
	m := NewMemory(10, time.Minute, 1)
	first(t, m, 1, start).took(1, start)
	assert.Zero(t, m.Len())
	first(t, m, 1, start).took(1, start, 0)
}

func TestWhatASinkTookIsRememberedForItAlone(t *testing.T) {
	m := NewMemory(10, time.Minute, 2)
	first(t, m, 1, start).took(3, start, 0)
	second := first(t, m, 1, start.Add(50*time.Second))
	assert.True(t, second.Taken().has(0))
	assert.False(t, second.Taken().has(1))
	second.took(3, start.Add(50*time.Second))

	third := first(t, m, 1, start.Add(100*time.Second))
	assert.True(t, third.Taken().has(0), "a client that goes on trying is remembered as long")
	third.took(3, start.Add(100*time.Second), 1)
	assert.Equal(t, 3, again(t, m, 1, start.Add(100*time.Second)))
}

func TestPastTheBoundTheOldestIsForgotten(t *testing.T) {
	m := NewMemory(2, time.Minute, 1)
	for id := range uint64(3) {
		first(t, m, id, start).took(1, start, 0)
	}
	assert.Equal(t, 2, m.Len())
	again(t, m, 2, start)
	again(t, m, 1, start)
	first(t, m, 0, start).took(1, start, 0)
}

func TestABatchUnderWayIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory(10, time.Minute, 1)
		delivery := first(t, m, 1, start)
		var second atomic.Int64
		go func() { second.Store(int64(again(t, m, 1, start))) }()
		synctest.Wait()
		assert.Zero(t, second.Load(), "no answer before the first has ended")
		delivery.took(3, start, 0)
		synctest.Wait()
		assert.EqualValues(t, 3, second.Load())
	})
}

func TestWhenTheFirstFailsExactlyOneOfThoseWaitingGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory(10, time.Minute, 1)
		failing := first(t, m, 1, start)
		var delivered, known atomic.Int64
		var waiting sync.WaitGroup
		for range 5 {
			waiting.Go(func() {
				delivery, err := m.Begin(t.Context(), 1, 0, start)
				assert.NoError(t, err)
				if delivery.Complete() {
					known.Add(1)
					return
				}
				delivered.Add(1)
				delivery.took(1, start, 0)
			})
		}
		synctest.Wait()
		failing.took(1, start)
		waiting.Wait()
		assert.EqualValues(t, 1, delivered.Load())
		assert.EqualValues(t, 4, known.Load())
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	m := NewMemory(10, time.Minute, 1)
	first(t, m, 1, start)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := m.Begin(ctx, 1, 0, start)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestAForgottenDeliveryDoesNotRemoveItsSuccessor(t *testing.T) {
	m := NewMemory(1, time.Minute, 1)
	old := first(t, m, 1, start)
	first(t, m, 2, start).took(1, start, 0) // pushes 1 out
	first(t, m, 1, start).took(5, start, 0) // pushes 2 out
	old.took(1, start)
	assert.Equal(t, 5, again(t, m, 1, start))
}

func TestAFloodFromOneAddressForgetsNoBatchOfOthers(t *testing.T) {
	m := NewMemory(1000, time.Minute, 1)
	first(t, m, 1, start).took(7, start, 0)
	for id := range uint64(3000) {
		delivery, err := m.Begin(t.Context(), 10+id, 5, start)
		require.NoError(t, err)
		delivery.took(1, start, 0)
	}
	assert.Equal(t, 1000, m.Len())
	assert.Equal(t, 7, again(t, m, 1, start), "a retry is known")
}
