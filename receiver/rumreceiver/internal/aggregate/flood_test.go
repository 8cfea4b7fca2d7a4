package aggregate

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Two visitors by the hashes of their addresses, and one behind an address that many share.
const (
	honest   = 0x9e3779b97f4a7c15
	attacker = 0xbf58476d1ce4e5b9
	unknown  = 0
)

func from(visitor uint64, b *beacon.Beacon) *beacon.Beacon {
	b.Client.Visitor = visitor
	return b
}

// madeUp is a page view of the session "s" with a vital, neither of which was seen before.
func madeUp(i int) *beacon.Beacon {
	b := inView(fmt.Sprint("flood", i), beacon.PageStateVisible, shop(lcpOf(fmt.Sprint("flood", i), 500, 0)))
	b.Pages[0].SessionID, b.Pages[0].SessionImplicit = fmt.Sprint("flood", i), true
	return b
}

func TestFlood_OfPageViewsFromOneAddressCountsNoVitalOfOthersEarly(t *testing.T) {
	for _, flooding := range []uint64{attacker, unknown} {
		a := New(testSettings()) // with the bounds of a real one
		a.Record(from(honest, inView("p1", beacon.PageStateVisible, shop(lcpOf("v1", 500, 0)))), after(0))
		const flood = 150_000
		for i := range flood {
			a.Record(from(flooding, madeUp(i)), after(time.Second))
		}
		assert.EqualValues(t, flood+1-DefaultSettings().MaxPending, a.Stats().Early, "all of the flood")
		late := a.Record(from(honest, inView("p1", beacon.PageStateEnded, shop(lcpOf("v1", 3000, 2*time.Second)))), after(2*time.Second))
		assert.Zero(t, late)
		assert.Contains(t, text(a.CollectAll(after(3*time.Second)).Metrics),
			"shop browser.web_vital.lcp{url.template=/p} n=150001 sum=75003 [1:150000 4:1]", "the last value of the honest vital")
	}
}

// An office has one address, but not one in 256 of all vitals.
func TestFlood_IsNoneWhileNoAddressHasTooMany(t *testing.T) {
	a := with(func(s *Settings) { s.MaxPending = 1000 })
	for i := range 1001 {
		visitor := uint64(i)
		if i%350 == 0 {
			visitor = honest
		}
		a.Record(from(visitor, shop(lcpOf(fmt.Sprint("v", i), 600, 0))), after(time.Duration(1001-i)))
	}
	assert.EqualValues(t, 1, a.Stats().Early)
	assert.Equal(t, 1, a.Record(shop(lcpOf("v1000", 700, 0)), after(2000)).Late, "it was due first")
}

func TestFlood_OfPageViewsAfterARestartKeepsTheVitalsOfBefore(t *testing.T) {
	settings := testSettings()
	settings.MaxPending = 1000
	before := New(settings)
	before.Record(from(honest, inView("p1", beacon.PageStateVisible, shop(lcpOf("v1", 600, 0)))), after(0))
	for i := range 999 {
		before.Record(from(attacker, madeUp(i)), after(1))
	}
	state, err := before.Snapshot(after(2))
	assert.NoError(t, err)
	a := New(settings)
	assert.NoError(t, a.Load(state, after(3)))
	for i := range 2000 {
		a.Record(from(attacker, madeUp(1000+i)), after(4))
	}
	assert.Zero(t, a.Record(shop(lcpOf("v1", 2600, 5)), after(5)))
}

func TestFlood_OfSessionsFromOneAddressCountsNoSessionOfOthersTwice(t *testing.T) {
	a := with(func(s *Settings) { s.MaxSessions = 1000 })
	a.Record(from(honest, visit("s1")), after(0))
	for i := range 3000 {
		a.Record(from(attacker, visit(fmt.Sprint("flood", i))), after(time.Second))
	}
	a.Record(from(honest, visit("s1")), after(2*time.Second))
	assert.Equal(t, 3001, sessionsCounted(a, 3*time.Second))
	assert.Equal(t, 1000, a.Stats().Sessions)
}

func TestFlood_OfCountedVitalsFromOneAddressForgetsNoneOfOthers(t *testing.T) {
	a := with(func(s *Settings) { s.MaxRemembered, s.SettleAfter = 4000, 0 })
	ended := func(visitor uint64, id string, value float64, now time.Duration) Outcome {
		outcome := a.Record(from(visitor, inView(id, beacon.PageStateEnded, shop(lcpOf(id, value, 0)))), after(now))
		a.Collect(after(now))
		return outcome
	}
	ended(honest, "v1", 600, 0)
	for i := range 20_000 {
		ended(attacker, fmt.Sprint("flood", i), 600, 1)
	}
	assert.Equal(t, Outcome{Late: 1}, ended(honest, "v1", 2600, 2), "not a second measurement")
	assert.Equal(t, Outcome{Late: 1}, ended(attacker, "flood19999", 2600, 2), "what the flood reported last is known, too")
	assert.LessOrEqual(t, a.Stats().Counted, 4000/generations*(generations+1))
	assert.EqualValues(t, 20_001, int64(a.Stats().Counted)+a.Stats().Forgotten)
}
