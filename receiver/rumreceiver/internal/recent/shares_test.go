package recent

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The model is a list of entries in the order of their last touch.
func TestSharesGiveUpTheOldestEntryOfTheLargest(t *testing.T) {
	type entry struct {
		place int32
		of    Share
	}
	random := rand.New(rand.NewPCG(5, 6))
	s := NewShares()
	var all []entry
	free := []int32{}
	for place := int32(300); place > 0; place-- {
		free = append(free, place)
	}
	for range 20_000 {
		i := random.IntN(len(all) + 1)
		switch {
		case i == len(all) && len(free) > 0:
			e := entry{free[len(free)-1], Share(random.ExpFloat64() * 3)}
			free = free[:len(free)-1]
			all = append(all, e)
			s.Add(e.place, e.of)
		case i == len(all):
		case random.IntN(2) == 0:
			e := all[i]
			all = append(slices.Delete(all, i, i+1), e)
			s.Touch(e.place)
		default:
			free = append(free, all[i].place)
			s.Remove(all[i].place)
			all = slices.Delete(all, i, i+1)
		}
		held, oldest := map[Share]int{}, map[Share]int32{}
		for _, e := range all {
			if held[e.of]++; held[e.of] == 1 {
				oldest[e.of] = e.place
			}
			assert.Equal(t, e.of, s.Of(e.place))
		}
		largest := 0
		for _, n := range held {
			largest = max(largest, n)
		}
		got := s.Excess()
		if largest < 2 {
			assert.Zero(t, got)
			continue
		}
		of := s.Of(got)
		if !assert.Equal(t, []any{largest, oldest[of]}, []any{held[of], got}) {
			return
		}
	}
}

func TestNoShareOfAFullStoreIsTooLargeThatHasOneIn256(t *testing.T) {
	m, counts := New[int](), Counts{}
	for key := range uint64(1024) {
		m.Touch(key, Share(key/4), 0)
		counts.Add(Share(key / 4))
	}
	assert.Zero(t, m.shares.Excess())
	assert.Zero(t, m.Excess(), "the oldest")
	assert.False(t, counts.Excess(9, 1024))
	m.Touch(2000, 9, 0)
	counts.Add(9)
	assert.EqualValues(t, 36, m.Excess(), "the oldest of share 9")
	assert.True(t, counts.Excess(9, 1024))
}

func TestATouchAllocatesNothing(t *testing.T) {
	m := New[int]()
	for key := range uint64(100) {
		m.Touch(key, Share(key%3), 0)
	}
	key := uint64(0)
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		key++
		m.Touch(key%100, 1, 0)
		m.Remove(m.Excess())
		m.Touch(1000+key, 1, 0)
		m.Remove(1000 + key)
		m.Touch(key%100, 1, 0)
	}))
}
