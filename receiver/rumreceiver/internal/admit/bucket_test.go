package admit

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWithoutARateThereIsNoBucket(t *testing.T) {
	b := newBucket(0, 0)
	b.charge(1_000_000, start)
	assert.Zero(t, b.wait(start))
}

func TestTheDefaultBurstIsThreeSecondsWorth(t *testing.T) {
	assert.Equal(t, 30, newBucket(10, 0).limiter.Burst())
	assert.Equal(t, 1, newBucket(0.1, 0).limiter.Burst())
}

func TestNobodyIsToldToWaitLongerThanAnHour(t *testing.T) {
	b := newBucket(1e-300, 1)
	b.charge(1, start)
	assert.Equal(t, time.Hour, b.wait(start))
}

func TestWhoWaitsAsLongAsToldIsLetIn(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		b := newBucket(0.01+random.Float64()*1000, 1+random.IntN(1000))
		now := start
		for range 5 {
			b.charge(1+random.IntN(3000), now)
			wait := b.wait(now)
			now = now.Add(wait)
			if wait < maxRetryAfter {
				assert.Zero(t, b.wait(now), "after %s, %v/s", wait, b.limiter.Limit())
			}
		}
	}
}

func TestAChargeOfThePastGrantsNothing(t *testing.T) {
	b := newBucket(10, 100)
	b.charge(110, start)
	for i := range 10 { // requests that began long ago and trickled in, between others
		b.charge(1, start.Add(-20*time.Second))
		b.charge(1, start)
		assert.InDelta(t, 1.1+0.2*float64(i+1), b.wait(start).Seconds(), 1e-6)
		assert.GreaterOrEqual(t, b.wait(start.Add(-20*time.Second)), b.wait(start))
	}
}
