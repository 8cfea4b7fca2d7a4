package aggregate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Clocks of machines are put back: by hand, or when a virtual machine goes on from a copy. Who sees a counter fall takes it for a new
// one, and adds all of it again.
func TestClockSetBack_NoCounterFalls(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	a.Collect(after(0))
	holds(t, a.Collect(after(time.Minute)), views("shop", "a", 1))
	holds(t, a.Collect(after(-time.Hour)), views("shop", "a", 1))
	story(a, -time.Hour, "shop/a")
	holds(t, a.Collect(after(-59*time.Minute)), views("shop", "a", 2))
}

func TestClockSetBack_NoCounterFallsInTheNextProcess(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	a.Collect(after(0))
	a.Collect(after(time.Minute))
	a = restarted(t, a, -time.Hour, func(s *Settings) { s.ZeroFor = time.Minute })
	holds(t, a.Collect(after(-time.Hour)), views("shop", "a", 1))
}

// It is reported as zero for as long as ever, not until the clock is where it was.
func TestClockSetBack_ANewSeriesIsSeenInTime(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	holds(t, a.Collect(after(0)), views("shop", "a", 0))
	holds(t, a.Collect(after(-time.Hour)), views("shop", "a", 0))
	holds(t, a.Collect(after(-59*time.Minute)), views("shop", "a", 1))
}

// A start that moves is a counter that begins again, at each flush.
func TestClockSetBack_TheStartStaysWhereItIs(t *testing.T) {
	a := with(func(s *Settings) { s.ZeroFor = 0 })
	story(a, 0, "shop/a")
	startAt := func(now time.Duration) pcommon.Timestamp {
		return firstMetric(a.Collect(after(now))).Sum().DataPoints().At(0).StartTimestamp()
	}
	assert.Equal(t, after(0), startAt(time.Minute).AsTime())
	start := startAt(-time.Hour)
	assert.LessOrEqual(t, start.AsTime(), after(-time.Hour))
	assert.Equal(t, start, startAt(-59*time.Minute))
	assert.Equal(t, start, startAt(30*time.Minute))
}

// As TestPlaces_NothingIsLostOrCountedTwice, for a scraper that takes a counter that falls for one that begins again.
func TestClockSetBack_NothingIsLostOrCountedTwice(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 2))
		a := with(func(s *Settings) {
			s.MaxRoutes, s.MaxIdle, s.ZeroFor = 4, 10*time.Minute, 30*time.Second
		})
		views, now, series := int64(0), time.Duration(0), map[string]int64{}
		see := func(w Window) {
			seen := map[string]int64{}
			for key, n := range countsOf(w.Metrics) {
				key, _, _ = strings.Cut(key, "}")
				if seen[key] = n; n >= series[key] {
					n -= series[key]
				}
				if strings.Contains(key, "rum.page_views") {
					views += n
				}
			}
			series = seen
		}
		for step := range 1000 {
			if now += time.Duration(random.ExpFloat64() * float64(3*time.Second)); step%200 == 100 {
				now -= time.Hour
			}
			b := at(fmt.Sprint("/", int(random.ExpFloat64()*5)), shop(pageView()))
			b.Client.Visitor = random.Uint64N(50) * 0x9E3779B97F4A7C15
			a.Record(b, after(now))
			if step%10 == 0 {
				see(a.Collect(after(now)))
			}
		}
		see(a.CollectAll(after(now)))
		assert.EqualValues(t, 1000, views, seed)
	}
}
