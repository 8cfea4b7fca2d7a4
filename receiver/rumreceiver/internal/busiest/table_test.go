package busiest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// visitor is a hash as good as any, and the same in every run.
// https://prng.di.unimi.it/splitmix64.c
func visitor(n int) uint64 {
	z := uint64(n+1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// site is a table whose keys are asked for by so many visitors each.
type site struct {
	*Table[struct{}]
	now int64
}

func (s *site) visits(key string, from, n int) (named int) {
	for v := range n {
		if s.Sight([]byte(key), visitor(from+v), s.now) != nil {
			named++
		}
	}
	return named
}

func (s *site) later(d time.Duration) {
	s.now += int64(d)
	s.Rebalance(s.now)
	s.Vacate(s.now, func(e *Entry[struct{}]) bool { return e.Leaving() || s.now-e.Seen() > int64(time.Hour) })
}

func (s *site) has(key string) bool { return s.entries[key] != nil }

func newSite(limit int) *site { return &site{Table: New[struct{}](limit), now: 1} }

func TestFreePlacesAreForWhoeverComes(t *testing.T) {
	s := newSite(2)
	assert.Equal(t, 1, s.visits("a", 0, 1))
	assert.Equal(t, 1, s.visits("b", 0, 1))
	assert.Equal(t, 0, s.visits("c", 0, 1))
	assert.Equal(t, 3, s.visits("a", 0, 3))
	assert.Equal(t, 2, s.Len())
}

func TestTheBusiestHaveAPlaceWhoeverCameFirst(t *testing.T) {
	s := newSite(2)
	s.visits("cold", 0, 1)
	s.visits("warm", 0, 20)
	s.visits("hot", 0, 100)
	assert.False(t, s.has("hot"))
	s.later(time.Second)
	assert.True(t, s.has("hot"))
	assert.True(t, s.has("warm"))
	assert.False(t, s.has("cold"))
	assert.Equal(t, 1, s.visits("hot", 0, 1))
}

func TestEqualsDoNotDisplaceEachOther(t *testing.T) {
	s := newSite(1)
	s.visits("first", 0, 10)
	s.visits("second", 0, 12)
	s.later(time.Second)
	assert.True(t, s.has("first"))
}

func TestAPlaceIsFreeOnlyWhenItHoldsNothing(t *testing.T) {
	s := newSite(1)
	s.visits("cold", 0, 1)
	s.visits("hot", 0, 10)
	s.Rebalance(s.now)
	s.Vacate(s.now, func(*Entry[struct{}]) bool { return false })
	assert.Nil(t, s.Sight([]byte("cold"), 1, s.now), "nothing more is to be held")
	assert.False(t, s.has("hot"))
	s.visits("hotter", 0, 30)
	s.Rebalance(s.now)
	assert.Equal(t, 1, s.Len())
	s.later(time.Second)
	assert.True(t, s.has("hotter"))
}

func TestOnePlaceIsGivenToOneKey(t *testing.T) {
	s := newSite(3)
	for i, key := range []string{"a", "b", "c"} {
		s.visits(key, 100*i, i+1)
	}
	s.visits("hot", 0, 50)
	for range 5 { // while "a" is leaving, nobody else is asked to
		s.Rebalance(s.now)
		s.Vacate(s.now, func(*Entry[struct{}]) bool { return false })
	}
	s.later(time.Second)
	assert.Equal(t, []bool{false, true, true, true}, []bool{s.has("a"), s.has("b"), s.has("c"), s.has("hot")})
}

func TestTheIdleMakeRoom(t *testing.T) {
	s := newSite(1)
	s.visits("old", 0, 100)
	s.later(59 * time.Minute)
	s.visits("new", 0, 1)
	s.later(2 * time.Minute)
	assert.True(t, s.has("new"))
}

func TestVisitsOfLongAgoDoNotCount(t *testing.T) {
	s := newSite(1)
	s.visits("old", 0, 100)
	s.later(time.Second)
	s.later(Window)
	s.later(Window)
	s.visits("old", 0, 3)
	s.visits("new", 0, 10)
	s.later(time.Second)
	assert.True(t, s.has("new"))
}

// Ten times the traffic of the site, from twenty addresses, for paths that nobody else asks for.
func TestAStrangerDisplacesNothingThatPeopleAskFor(t *testing.T) {
	s := newSite(230)
	invented := 0
	for round := range 40 {
		for range 10_000 {
			s.visits(fmt.Sprint("/invented/", invented%10_000), -1-invented%20, 1)
			invented++
		}
		for page := range 200 { // the strangers were there first
			s.visits(fmt.Sprint("/page/", page), 1000*round+page*3, 1+200/(page+1))
		}
		s.later(15 * time.Second)
	}
	for page := range 200 {
		assert.True(t, s.has(fmt.Sprint("/page/", page)), page)
	}
}

func TestWhatManyAskForIsNotForgottenAmongMany(t *testing.T) {
	s := newSite(1)
	s.visits("old", 0, 1)
	for i := range 100 * maxCandidates {
		s.visits(fmt.Sprint("/invented/", i), i, 1)
		if i%500 == 0 {
			s.visits("news", i, 1)
		}
	}
	assert.LessOrEqual(t, len(s.candidates.ring), maxCandidates)
	s.later(time.Second)
	assert.True(t, s.has("news"))
}

func TestEstimates(t *testing.T) {
	for _, n := range []int{1, 2, 5, 20, 100, 1000, 100_000} {
		var v visitors
		for i := range n {
			v.add(visitor(i))
			v.add(visitor(i))
		}
		assert.InEpsilon(t, n, v.estimate(), 0.45, "%d", n)
	}
}

func BenchmarkSight(b *testing.B) {
	s := newSite(230)
	keys := make([][]byte, 230)
	for i := range keys {
		keys[i] = fmt.Appendf(nil, "shop 1.0.0 /products/:category/%d", i)
	}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		s.Sight(keys[i%230], visitor(i), 1)
		i++
	}
}
