package sampling

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestStateIsTwentyBytesPerSession(t *testing.T) {
	assert.EqualValues(t, 16, unsafe.Sizeof(slot{}))
	const sessions = 1_000_000
	s := NewState(sessions, time.Hour)
	assert.InDelta(t, 20, float64(s.bytes())/sessions, 0.02)
}

func TestStateRemembersWhatWasEarned(t *testing.T) {
	s := NewState(100, time.Minute)
	observe := func(key string, earns uint16, at time.Duration) [2]int {
		earned, records := s.Observe(Fingerprint(key), earns, epoch.Add(at))
		return [2]int{int(earned), records}
	}
	assert.Equal(t, [2]int{0, 1}, observe("a", 0, 0))
	assert.Equal(t, [2]int{1, 2}, observe("a", 1, time.Second))
	assert.Equal(t, [2]int{5, 3}, observe("a", 4, time.Second))
	assert.Equal(t, [2]int{0, 1}, observe("b", 0, time.Second))
	assert.Equal(t, [2]int{5, 4}, observe("a", 0, time.Minute))
	assert.Equal(t, [2]int{5, 5}, observe("a", 0, 30*time.Second), "a clock that goes back forgets nothing")
	assert.Equal(t, [2]int{5, 6}, observe("a", 0, 2*time.Minute), "from the last record on")
	assert.Equal(t, [2]int{0, 1}, observe("a", 0, 3*time.Minute+time.Second))
}

func TestStateCountSaturates(t *testing.T) {
	s := NewState(1, time.Minute)
	for range 70_000 {
		s.Observe(1, 0, epoch)
	}
	_, records := s.Observe(1, 0, epoch)
	assert.Equal(t, 65535, records)
}

// With two buckets of eight to choose from, hardly any session is forgotten early up to the promised
// number.
func TestStateHoldsWhatItPromises(t *testing.T) {
	const sessions = 100_000
	s := NewState(sessions, time.Hour)
	for i := range sessions {
		s.Observe(Fingerprint(fmt.Sprint(i)), 1, epoch)
	}
	entries, evictions := s.Stats()
	assert.EqualValues(t, sessions, int64(entries)+evictions)
	assert.LessOrEqual(t, float64(evictions)/sessions, 0.0005)
}

func TestStateForgetsTheOldestWhenFull(t *testing.T) {
	s := NewState(6, time.Hour) // one bucket of eight
	for i := range uint64(8) {
		s.Observe(i+1, 1, epoch.Add(time.Duration(i)*time.Second))
	}
	s.Observe(1, 0, epoch.Add(10*time.Second)) // the first has been heard of again
	s.Observe(100, 1, epoch.Add(11*time.Second))
	entries, evictions := s.Stats()
	assert.Equal(t, 8, entries)
	assert.EqualValues(t, 1, evictions)
	earned, _ := s.Observe(1, 0, epoch.Add(12*time.Second))
	assert.EqualValues(t, 1, earned)
	earned, _ = s.Observe(2, 0, epoch.Add(13*time.Second))
	assert.Zero(t, earned, "the second had been silent for longest")
}

func TestStateReplacesExpiredWithoutEvicting(t *testing.T) {
	s := NewState(6, time.Minute)
	for i := range uint64(8) {
		s.Observe(i+1, 1, epoch)
	}
	s.Observe(100, 1, epoch.Add(time.Hour))
	_, evictions := s.Stats()
	assert.Zero(t, evictions)
}

func TestStateDoesNotAllocate(t *testing.T) {
	s := NewState(1000, time.Hour)
	rng := rand.New(rand.NewPCG(1, 2))
	assert.Zero(t, testing.AllocsPerRun(5000, func() { s.Observe(rng.Uint64(), 1, epoch) }))
}

func TestStateConcurrently(t *testing.T) {
	s := NewState(1000, time.Hour)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 1000 {
				s.Observe(Fingerprint(fmt.Sprint(i%100)), 1, epoch)
			}
		})
	}
	wg.Wait()
	total := 0
	for i := range 100 {
		_, records := s.Observe(Fingerprint(fmt.Sprint(i)), 0, epoch)
		total += records - 1
	}
	assert.Equal(t, 4000, total)
}
