package admit

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPastTheBoundTheBodyThatWaitsForLongestIsCutOff(t *testing.T) {
	a := newArriving(2, math.MaxInt64)
	cut := map[string]int{}
	begin := func(name string) *body { return a.begin(func() { cut[name]++ }) }
	first, second := begin("first"), begin("second")
	assert.Empty(t, cut)
	begin("third")
	assert.Equal(t, map[string]int{"first": 1}, cut)
	a.end(second)
	begin("fourth")
	assert.Equal(t, map[string]int{"first": 1}, cut, "who has arrived made room")
	a.received(first, 1<<40)
	a.end(first)
	a.end(first)
	assert.Equal(t, 2, a.len())
	assert.Zero(t, a.bytes, "who was cut off counts no more")
}

func TestBodiesOnTheirWayAreBoundedInBytes(t *testing.T) {
	a := newArriving(100, 1000)
	cut := 0
	slow := a.begin(func() { cut++ })
	a.received(slow, 600)
	quick := a.begin(func() { t.Error("cut off") })
	a.received(quick, 300)
	assert.Zero(t, cut)
	a.received(quick, 500)
	assert.Equal(t, 1, cut)
	assert.EqualValues(t, 500, a.bytes)
	a.end(quick)
	assert.Zero(t, a.bytes)
	assert.Zero(t, a.len())

	alone := a.begin(func() { cut++ })
	a.received(alone, 1001)
	assert.Equal(t, 2, cut, "even one that is alone")
}

func TestABodyMustKeepItsPace(t *testing.T) {
	p := Pace{Grace: 5 * time.Second, BytesPerSecond: 1000, Most: 20 * time.Second}
	for received, want := range map[int]time.Duration{0: 5, 999: 5, 1000: 6, 10_000: 15, 100_000: 20, math.MaxInt32: 20} {
		assert.Equal(t, want, p.Deadline(start, received).Sub(start).Truncate(time.Second)/time.Second, received)
	}
	p.Most = 0
	assert.Equal(t, 105*time.Second, p.Deadline(start, 100_000).Sub(start))
}

func TestWhoWaitsForItsBodyHasNoPlace(t *testing.T) {
	g := gate(t, func(s *Settings) { s.MaxConcurrent = 1 })
	waiting, rejection := g.Admit(Request{Address: alice}, start)
	assert.Nil(t, rejection)
	waiting.Await(func() { t.Error("cut off") })
	waiting.Received(10)
	assert.Equal(t, Stats{Arriving: 1}, g.Stats())
	served := allowed(t, g, Request{Address: bob}, start)
	served.Release()
	assert.Nil(t, waiting.Enter(10, start))
	assert.Equal(t, Stats{Concurrent: 1, Work: 10}, g.Stats())
	waiting.Release()
	assert.Equal(t, Stats{}, g.Stats())
}
