package admit

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatAnAddressClaimsIsBoundedAMinute(t *testing.T) {
	g := gate(t, func(s *Settings) {
		s.Addresses = AddressLimit{EventsPerSecond: 1e6, MaxAddresses: 1, WeightPerMinute: 600}
	})
	claim := func(weight float64, at time.Duration) float64 {
		a := allowed(t, g, Request{Address: alice}, start.Add(at))
		defer a.Release()
		return a.Weigh(weight, start.Add(at))
	}
	assert.InDelta(t, 500, claim(500, 0), 1e-9)
	assert.InDelta(t, 100, claim(500, 0), 1e-9)
	assert.Zero(t, claim(500, 0))
	assert.InDelta(t, 10, claim(500, time.Second), 1e-6, "a minute brings 600")
	assert.InDelta(t, 600, claim(1e9, time.Hour), 1e-6, "an hour no more")

	other := allowed(t, g, Request{Address: bob}, start.Add(time.Hour))
	assert.Zero(t, other.Weigh(500, start.Add(time.Hour)), "a new address inherits what another has spent")
}

func TestWhatNobodyTookIsNotClaimed(t *testing.T) {
	g := gate(t, func(s *Settings) {
		s.Addresses = AddressLimit{EventsPerSecond: 1e6, MaxAddresses: 1, WeightPerMinute: 600}
	})
	for range 10 {
		a := allowed(t, g, Request{Address: alice}, start)
		assert.InDelta(t, 300, a.Weigh(300, start), 1e-9)
		assert.InDelta(t, 200, a.Weigh(200, start), 1e-9)
		a.Unweigh()
		a.Unweigh()
		a.Release()
	}
	a := allowed(t, g, Request{Address: alice}, start)
	assert.InDelta(t, 600, a.Weigh(1e9, start), 1e-9)
}

// Whatever the schedule, what is believed in any stretch is at most a burst and the rate.
func TestWhatIsBelievedHoldsInAnySchedule(t *testing.T) {
	const perMinute = 6000.0
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		b := newBucket(perMinute/60, perMinute)
		at, believed := time.Duration(0), 0.0
		for range 500 {
			at += time.Duration(random.ExpFloat64() * float64(time.Second))
			late := time.Duration(random.IntN(2000)) * time.Millisecond
			believed += b.take(random.ExpFloat64()*2000, start.Add(at-late))
			require.LessOrEqual(t, believed, perMinute*(1+(at+2*time.Second).Minutes()), "the first may be late as well")
		}
		assert.Greater(t, believed, perMinute*at.Minutes()*0.5, "and not much less")
	}
}

func TestWithoutARateOrWithinAnExemptNetworkAnAddressClaimsWhatItWants(t *testing.T) {
	g := gate(t, func(s *Settings) { s.Addresses = AddressLimit{} })
	a := allowed(t, g, Request{Address: alice}, start)
	assert.InDelta(t, 1e9, a.Weigh(1e9, start), 0)
	unlimited := gate(t, func(s *Settings) { s.Addresses.WeightPerMinute = 0 })
	a = allowed(t, unlimited, Request{Address: alice}, start)
	assert.InDelta(t, 1e9, a.Weigh(1e9, start), 0)
}
