package admit

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spend settles a cost at once.
func (b *bucket) spend(cost float64, now time.Time) (wait time.Duration) {
	if wait := b.hold(1, now); wait > 0 {
		return wait
	}
	return b.settle(1, cost, now)
}

func TestWithoutARateThereIsNoBucket(t *testing.T) {
	b := newBucket(0, 0)
	assert.Zero(t, b.spend(1_000_000, start))
	assert.Zero(t, b.wait(start))
	b.drop(1)
	b.restore(1)
}

func TestTheDefaultBurstIsThreeSecondsWorth(t *testing.T) {
	assert.InDelta(t, 30, newBucket(10, 0).burst, 0)
	assert.InDelta(t, 1, newBucket(0.1, 0).burst, 0)
}

func TestNobodyIsAskedToWaitLongerThanAnHour(t *testing.T) {
	b := newBucket(1e-300, 1)
	b.spend(1, start)
	assert.Equal(t, time.Hour, b.wait(start))
}

func TestWhoWaitsAsLongAsAskedIsAdmitted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		b := newBucket(0.01+random.Float64()*1000, 1+random.IntN(1000))
		now := start
		for range 5 {
			b.spend(float64(1+random.IntN(3000)), now)
			wait := b.wait(now)
			now = now.Add(wait)
			if wait < maxRetryAfter {
				assert.Zero(t, b.wait(now), "after %s, %v/s", wait, b.perSecond)
			}
		}
	}
}

func TestADebtIsRememberedWhateverItsSize(t *testing.T) {
	b := newBucket(10, 30)
	require.Zero(t, b.spend(1030, start))
	assert.InDelta(t, 100.1, b.wait(start).Seconds(), 1e-3)
	assert.NotZero(t, b.wait(start.Add(100*time.Second)))
	assert.Zero(t, b.wait(start.Add(101*time.Second)))
}

func TestAChargeOfThePastGrantsNothing(t *testing.T) {
	b := newBucket(10, 100)
	b.spend(110, start)
	for range 10 { // requests that began long ago and trickled in, between others
		assert.InDelta(t, 1.1, b.wait(start.Add(-20*time.Second)).Seconds(), 1e-3)
		assert.InDelta(t, 1.1, b.wait(start).Seconds(), 1e-3)
	}
}

func TestWhatIsHeldIsNotFilledUpAgain(t *testing.T) {
	b := newBucket(10, 30)
	for range 3 {
		require.Zero(t, b.hold(10, start))
	}
	later := start.Add(time.Hour)
	assert.NotZero(t, b.hold(10, later), "an hour of waiting would be an hour's allowance")
	for range 3 {
		require.Zero(t, b.settle(10, 10, later))
	}
	assert.NotZero(t, b.wait(later))
}

func TestWhatARequestHasCostBesidesIsOwed(t *testing.T) {
	b := newBucket(10, 100)
	require.Zero(t, b.hold(1, start))
	require.Zero(t, b.settle(1, 50, start))
	b.owe(149, start)
	assert.InDelta(t, 10, b.wait(start).Seconds(), 1e-3)
	b.owe(10, start.Add(-time.Minute)) // of a request that took its time
	assert.InDelta(t, 11, b.wait(start).Seconds(), 1e-3)
	(*bucket)(nil).owe(1, start)
}

// acceptance is a cost that was accepted at a time.
type acceptance struct {
	at   time.Duration
	cost float64
}

// schedule plays an adversary that holds, waits, settles and drops in any order, and returns what was
// accepted. Every choice is taken from the random source.
func schedule(random *rand.Rand, b *bucket, steps int, largest int) (accepted []acceptance) {
	var held []float64
	now := time.Duration(0)
	for range steps {
		at := start.Add(now)
		if random.IntN(4) == 0 {
			at = at.Add(-time.Duration(random.IntN(int(20 * time.Second)))) // a request that began long ago
		}
		switch random.IntN(5) {
		case 0:
			now += time.Duration(random.ExpFloat64() * float64(time.Second))
		case 1, 2:
			if tokens := float64(1 + random.IntN(largest)); b.hold(tokens, at) == 0 {
				held = append(held, tokens)
			}
		default:
			if len(held) == 0 {
				continue
			}
			i := random.IntN(len(held)) // the last one first, the first one last, or neither
			tokens := held[i]
			held = slices.Delete(held, i, i+1)
			if random.IntN(8) == 0 {
				b.drop(tokens)
			} else if cost := float64(1 + random.IntN(largest)); b.settle(tokens, max(cost, tokens), start.Add(now)) == 0 {
				accepted = append(accepted, acceptance{now, max(cost, tokens)})
				if random.IntN(4) == 0 { // it has cost more than it was charged
					b.owe(random.Float64()*float64(largest), at)
				}
			}
		}
	}
	return accepted
}

// check asserts that every stretch of time holds at most burst + rate × time and one request more.
func check(t testing.TB, accepted []acceptance, perSecond, burst, largest float64) {
	t.Helper()
	sums := make([]float64, len(accepted)+1)
	for i, a := range accepted {
		sums[i+1] = sums[i] + a.cost
	}
	for i := range accepted {
		for j := i; j < len(accepted); j++ {
			most := burst + perSecond*(accepted[j].at-accepted[i].at).Seconds() + largest
			if sums[j+1]-sums[i] > most+1e-6 {
				t.Fatalf("%v events from %s to %s, at most %v", sums[j+1]-sums[i], accepted[i].at, accepted[j].at, most)
			}
		}
	}
}

func TestWhateverTheOrderWhatIsAcceptedStaysWithinTheRate(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		perSecond, burst, largest := 1+random.Float64()*300, 1+random.IntN(900), 1+random.IntN(1000)
		check(t, schedule(random, newBucket(perSecond, burst), 400, largest), perSecond, float64(burst), float64(largest))
	}
}

// Bodies are held back until all are admitted, and end together.
func TestAThousandBodiesThatEndTogetherAreOneBurst(t *testing.T) {
	b := newBucket(300, 900)
	var accepted float64
	for round := range 20 {
		now := start.Add(time.Duration(round) * time.Second)
		n := 0
		for ; n < 1000 && b.hold(1, now) == 0; n++ {
		}
		for range n {
			if b.settle(1, 1000, now.Add(800*time.Millisecond)) == 0 {
				accepted += 1000
			}
		}
	}
	assert.LessOrEqual(t, accepted, 900+300*20.0+1000)
	assert.Greater(t, accepted, 0.0)
}

func FuzzSchedule(f *testing.F) {
	f.Add(uint64(1), uint64(2), 300.0, uint16(900), uint16(1000))
	f.Add(uint64(3), uint64(4), 0.5, uint16(1), uint16(1))
	f.Fuzz(func(t *testing.T, a, b uint64, perSecond float64, burst, largest uint16) {
		if !(perSecond > 1e-6 && perSecond < 1e6) || burst == 0 || largest == 0 {
			return
		}
		accepted := schedule(rand.New(rand.NewPCG(a, b)), newBucket(perSecond, int(burst)), 300, int(largest))
		check(t, accepted, perSecond, float64(burst), float64(largest))
	})
}
