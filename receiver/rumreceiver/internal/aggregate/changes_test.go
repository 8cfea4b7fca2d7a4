package aggregate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// A site whose collector is restarted again and again, often with other settings: who sees every window adds up to what was sent, and
// no counter falls.
func TestSnapshot_NothingIsLostOrCountedTwiceWhateverChanges(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 77))
			a := with(anySettings(random))
			seen := onlooker{t: t, total: map[string]int64{}}
			now, sent := time.Duration(0), 1200
			for i := range sent {
				now += time.Duration(random.ExpFloat64() * float64(time.Second))
				a.Record(anyVisit(random, i), after(now))
				if i%10 == 0 {
					seen.see(a, a.Collect(after(now)))
				}
				if random.IntN(150) == 0 {
					if w := a.Collect(after(now)); a.settings.Temporality == Delta && random.IntN(2) == 0 {
						a.Restore(w)
					} else {
						seen.see(a, w)
					}
					now += time.Second // else a new series would begin when an old one did
					a = restarted(t, a, now, anySettings(random))
				}
			}
			seen.see(a, a.CollectAll(after(now)))
			require.NotEmpty(t, seen.total)
			for _, metric := range []string{"rum.page_views", "rum.measurement", "browser.web_vital.lcp"} {
				assert.EqualValues(t, sent, seen.total[metric], metric)
			}
		})
	}
}

// anySettings have small bounds.
func anySettings(random *rand.Rand) func(*Settings) {
	return func(s *Settings) {
		s.SilentAfter, s.MaxIdle, s.Breakdowns = time.Minute, 10*time.Minute, Breakdowns()
		s.MaxApps, s.MaxNames, s.MaxRoutes, s.MaxSeries = 2, 2, 3+random.IntN(2), 5+10*random.IntN(2)
		s.ZeroFor = []time.Duration{0, 30 * time.Second, 2 * time.Minute}[random.IntN(3)]
		if random.IntN(2) == 0 {
			s.Temporality = Delta
		}
		switch random.IntN(4) {
		case 0:
			s.Histogram = Exponential
		case 1:
			s.Buckets = nil
		}
		if random.IntN(4) == 0 {
			s.Tags = []string{"team"}
		}
		if random.IntN(3) == 0 {
			s.Attributes["rum.page_views"], s.Attributes["browser.web_vital.lcp"] = []string{semconv.DeviceType}, nil
		}
	}
}

func anyVisit(random *rand.Rand, i int) *beacon.Beacon {
	b := at(fmt.Sprint("/", int(random.ExpFloat64()*5)), shop(pageView(), cart(fmt.Sprint("m", random.IntN(6)), ""), lcpOf(fmt.Sprint(i), 1000, 0)))
	b.App.Version = fmt.Sprint(random.IntN(1 + i/700))
	b.Client.Visitor, b.Client.DeviceType = random.Uint64N(50)*0x9E3779B97F4A7C15, []string{"mobile", "desktop"}[random.IntN(2)]
	b.Pages[0].SessionID, b.Pages[0].Tags = fmt.Sprint(i/3), []beacon.Tag{{Key: "team", Value: fmt.Sprint(random.IntN(2))}}
	return b
}

// onlooker adds up what windows have, by metric.
type onlooker struct {
	t             *testing.T
	before, total map[string]int64
}

func (o *onlooker) see(a *Aggregator, w Window) {
	if a.settings.Temporality == Delta {
		o.before = nil
	}
	now := countsOf(w.Metrics)
	for key, n := range now {
		assert.GreaterOrEqual(o.t, n, o.before[key], key)
		o.total[strings.Split(key, " ")[1]] += n - o.before[key]
	}
	o.before = now
}
