package aggregate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// viewed records one page view of a route for each visitor.
func viewed(a *Aggregator, when time.Duration, route string, from ...string) (other int) {
	for _, v := range from {
		b := at(route, shop(pageView()))
		b.Pages[0].SessionID = v
		other += a.Record(b, after(when)).RoutesOverflowed
	}
	return other
}

func visitors(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprint("v", i))
	}
	return all
}

func oneRoute() *Aggregator {
	return with(func(s *Settings) { s.MaxRoutes, s.ZeroFor = 1, time.Minute })
}

func TestRoutes_TheBusiestHaveSeriesOfTheirOwn(t *testing.T) {
	a := oneRoute()
	assert.Equal(t, 0, viewed(a, 0, "/cold", visitors(1)...))
	assert.Equal(t, 5, viewed(a, 0, "/hot", visitors(5)...))
	// Of /cold nothing but a zero was reported.
	holds(t, a.Collect(after(15*time.Second)), views("shop", "{other}", 0))
	assert.Equal(t, 0, viewed(a, 15*time.Second, "/hot", visitors(2)...))
	a.Collect(after(30 * time.Second))
	holds(t, a.Collect(after(2*time.Minute)), views("shop", "/hot", 2), views("shop", "{other}", 6))
	assert.Equal(t, 1, a.Stats().Routes)
}

func TestRoutes_WhatWasReportedStaysUntilItIsSeen(t *testing.T) {
	a := oneRoute()
	viewed(a, 0, "/cold", visitors(1)...)
	a.Collect(after(0))
	holds(t, a.Collect(after(time.Minute)), views("shop", "/cold", 1))
	viewed(a, time.Minute, "/cold", visitors(1)...)
	viewed(a, time.Minute, "/hot", visitors(5)...)
	holds(t, a.Collect(after(61*time.Second)), views("shop", "/cold", 2), views("shop", "{other}", 0))
	assert.Equal(t, 1, viewed(a, 62*time.Second, "/cold", visitors(1)...), "leaves")
	assert.Equal(t, 1, viewed(a, 62*time.Second, "/hot", visitors(1)...), "waits for the place")
	holds(t, a.Collect(after(122*time.Second)), views("shop", "{other}", 7))
	assert.Equal(t, 0, viewed(a, 123*time.Second, "/hot", visitors(1)...))
	a.Collect(after(124 * time.Second))
	holds(t, a.Collect(after(time.Hour)), views("shop", "/hot", 1), views("shop", "{other}", 7))
}

func TestRoutes_ABotOnAPageThatLosesItsPlaceIsAmongTheOthers(t *testing.T) {
	a := oneRoute()
	bot := func() *beacon.Beacon {
		b := at("/cold", shop(pageView()))
		b.Client.Synthetic = "bot"
		return b
	}
	viewed(a, 0, "/cold", visitors(1)...)
	a.Record(bot(), after(0))
	a.Collect(after(0))
	a.Collect(after(time.Minute))
	viewed(a, time.Minute, "/hot", visitors(5)...)
	a.Collect(after(61 * time.Second)) // /cold leaves, once scrapers have seen it
	a.Record(bot(), after(62*time.Second))
	lines := text(a.Collect(after(10 * time.Minute)).Metrics)
	assert.Contains(t, lines, "shop rum.synthetic_events{url.template={other},user_agent.synthetic.type=bot} 1")
}

func TestRoutes_AVitalThatWaitsMovesWithItsPage(t *testing.T) {
	a := oneRoute()
	a.Record(at("/cold", shop(lcpOf("v1", 500, 0))), after(0))
	viewed(a, 0, "/hot", visitors(5)...)
	a.Collect(after(time.Second))
	a.Record(at("/cold", shop(lcpOf("v1", 900, time.Second))), after(time.Second))
	viewed(a, 0, "/hotter", visitors(50)...)
	holds(t, a.CollectAll(after(2*time.Second)),
		"shop browser.web_vital.lcp{url.template={other}} n=1 sum=0.9 [1:1]", views("shop", "{other}", 55))
	for i := range a.families {
		for _, s := range a.families[i].series {
			assert.Zero(t, s.waiting)
		}
	}
}

func TestRoutes_DeltasAreHandedOverAtOnce(t *testing.T) {
	a := with(func(s *Settings) { s.MaxRoutes, s.Temporality = 1, Delta })
	viewed(a, 0, "/cold", visitors(1)...)
	holds(t, a.Collect(after(0)), views("shop", "/cold", 1))
	viewed(a, 0, "/cold", visitors(1)...)
	viewed(a, 0, "/hot", visitors(5)...)
	holds(t, a.Collect(after(time.Second)), views("shop", "{other}", 6))
	viewed(a, 0, "/hot", visitors(1)...)
	holds(t, a.Collect(after(2*time.Second)), views("shop", "/hot", 1))
}

func TestRoutes_TagsAreTheirs(t *testing.T) {
	a := with(func(s *Settings) {
		s.MaxRoutes, s.Tags = 1, []string{"team"}
		s.Attributes = map[string][]string{"rum.page_views": {"url.template"}, "rum.sessions": {}}
	})
	for i := range 100 {
		b := shop(pageView())
		b.Pages[0].SessionImplicit = true
		b.Pages[0].SessionID = fmt.Sprint(i)
		b.Pages[0].Tags = []beacon.Tag{{Key: "team", Value: fmt.Sprint("invented", i)}}
		a.Record(b, after(0))
	}
	holds(t, a.Collect(after(0)),
		"shop rum.page_views{rum.tag.team=invented0,url.template=/p} 1",
		"shop rum.page_views{rum.tag.team={other},url.template={other}} 99",
		"shop rum.sessions{rum.tag.team={other}} 99",
		"shop rum.sessions{rum.tag.team=invented0} 1")
}

// Anybody can name a page or a tag as what the others share; so do pages beyond routes::max_templates. A series that counted
// instead of itself would be looked for without end.
func TestRoutes_APageNamedAsTheSharedOneLosesItsPlace(t *testing.T) {
	for name, named := range map[string]struct {
		tags  []string
		route string
	}{"page": {nil, otherValue}, "tag": {[]string{"team"}, "/p"}, "both": {[]string{"team"}, otherValue}} {
		t.Run(name, func(t *testing.T) {
			a := with(func(s *Settings) {
				s.MaxRoutes, s.Tags, s.SilentAfter = 1, named.tags, time.Minute
				s.Attributes["rum.page_views"], s.Attributes["browser.web_vital.lcp"] = []string{semconv.URLTemplate}, nil
			})
			record := func(visitor int, route, team string) {
				b := at(route, shop(pageView(), lcpOf(fmt.Sprint(visitor), 1000, 0)))
				b.Pages[0].Tags = []beacon.Tag{{Key: "team", Value: team}}
				b.Client.Visitor = uint64(visitor) * 0x9E3779B97F4A7C15
				a.Record(b, after(0))
			}
			before, total := map[string]int64{}, map[string]int64{}
			see := func(w Window) {
				now := countsOf(w.Metrics)
				for key, n := range now {
					total[strings.Split(key, " ")[1]] += n - before[key]
				}
				before = now
			}
			record(1, named.route, otherValue)
			see(a.Collect(after(time.Second)))
			for visitor := 2; visitor < 12; visitor++ {
				record(visitor, "/busy", "a")
			}
			for at := 2 * time.Second; at < 2*time.Minute; at += 10 * time.Second {
				see(a.Collect(after(at)))
			}
			_, err := a.Snapshot(after(2 * time.Minute))
			require.NoError(t, err)
			assert.EqualValues(t, 11, total["rum.page_views"])
			assert.EqualValues(t, 11, total["browser.web_vital.lcp"])
			assert.NotNil(t, a.pages.Find([]byte("\x04shop\x00\x00\x05/busy"+map[bool]string{true: "\x01a"}[named.tags != nil])), "who is busy has the place")
		})
	}
}

func TestApps_TheBusiestHaveSeriesOfTheirOwn(t *testing.T) {
	a := with(func(s *Settings) { s.MaxApps, s.ZeroFor = 1, time.Minute })
	story(a, 0, "evil/a")
	for i := range 5 {
		b := shop(pageView())
		b.Pages[0].SessionID = fmt.Sprint(i)
		assert.Equal(t, Outcome{AppsOverflowed: 1}, a.Record(b, after(0)))
	}
	a.Collect(after(time.Second))
	story(a, 2*time.Second, "shop/a")
	a.Collect(after(3 * time.Second))
	holds(t, a.Collect(after(time.Hour)), overflowViews("-", 6), views("shop", "a", 1))
	assert.Equal(t, 1, a.Stats().Apps)
}

func TestNames_TheBusiestHaveSeriesOfTheirOwn(t *testing.T) {
	a := with(func(s *Settings) { s.MaxNames, s.ZeroFor = 1, time.Minute })
	record := func(name, visitor string) {
		b := shop(cart(name, ""))
		b.Client.Visitor = uint64(len(visitor)) * 0x9E3779B97F4A7C15
		a.Record(b, after(0))
	}
	record("invented", "one")
	for i := range 5 {
		record("cart", strings.Repeat("x", 10+i))
	}
	a.Collect(after(time.Second))
	record("cart", "one")
	a.Collect(after(2 * time.Second))
	holds(t, a.Collect(after(time.Hour)),
		"shop rum.measurement{otel.metric.overflow=true} n=6 sum=6 [1:6]",
		"shop rum.measurement{rum.measurement.name=cart,url.template=/p} n=1 sum=1 [1:1]")
}

// Whatever comes, in whatever order: each value is counted once, no counter falls, and a scraper that sees every window
// adds up to what was sent.
func TestPlaces_NothingIsLostOrCountedTwice(t *testing.T) {
	for _, temporality := range []Temporality{Cumulative, Delta} {
		for seed := range uint64(20) {
			t.Run(fmt.Sprint(temporality, seed), func(t *testing.T) {
				randomTraffic(t, rand.New(rand.NewPCG(seed, 1)), temporality)
			})
		}
	}
}

func randomTraffic(t *testing.T, random *rand.Rand, temporality Temporality) {
	a := with(func(s *Settings) {
		s.MaxRoutes, s.MaxApps, s.MaxNames, s.MaxIdle = 4, 2, 2, 10*time.Minute
		s.Temporality, s.ZeroFor, s.SilentAfter = temporality, 30*time.Second, time.Minute
		s.MaxSeries = 15
	})
	sent, reported := map[string]int{}, map[string]int64{}
	now, series := time.Duration(0), map[string]int64{}
	see := func(w Window) {
		seen := countsOf(w.Metrics)
		for key, n := range seen {
			before := series[key]
			assert.GreaterOrEqual(t, n, before, key)
			reported[strings.Split(key, " ")[1]] += n - before
		}
		if temporality == Cumulative {
			series = seen // those that have ended begin anew
		}
	}
	for step := range 3000 {
		now += time.Duration(random.ExpFloat64() * float64(time.Second))
		events := []beacon.Event{pageView(), cart(fmt.Sprint("m", random.IntN(6)), ""), lcpOf(fmt.Sprint(step), 1000, now)}
		b := at(fmt.Sprint("/", int(random.ExpFloat64()*5)), shop(events...))
		b.App.Version = fmt.Sprint(random.IntN(1 + step/700))
		b.Client.Visitor = random.Uint64N(50) * 0x9E3779B97F4A7C15
		a.Record(b, after(now))
		sent["rum.page_views"]++
		sent["rum.measurement"]++
		sent["browser.web_vital.lcp"]++
		if step%10 == 0 {
			see(a.Collect(after(now)))
		}
	}
	see(a.CollectAll(after(now)))
	for metric, n := range sent {
		assert.EqualValues(t, n, reported[metric], metric)
	}
	assert.LessOrEqual(t, a.Stats().Routes, 4)
}

// countsOf all points, by what makes each a series.
func countsOf(metrics pmetric.Metrics) map[string]int64 {
	all := map[string]int64{}
	for _, rm := range metrics.ResourceMetrics().All() {
		resource := rm.Resource().Attributes().AsRaw()
		for _, m := range rm.ScopeMetrics().At(0).Metrics().All() {
			points := map[string]int64{}
			switch m.Type() {
			case pmetric.MetricTypeSum:
				for _, dp := range m.Sum().DataPoints().All() {
					points[attributesText(dp.Attributes())+dp.StartTimestamp().String()] = dp.IntValue()
				}
			case pmetric.MetricTypeExponentialHistogram:
				for _, dp := range m.ExponentialHistogram().DataPoints().All() {
					points[attributesText(dp.Attributes())+dp.StartTimestamp().String()] = int64(dp.Count())
				}
			default:
				for _, dp := range m.Histogram().DataPoints().All() {
					points[attributesText(dp.Attributes())+dp.StartTimestamp().String()] = int64(dp.Count())
				}
			}
			head := strings.ReplaceAll(fmt.Sprint(resource), " ", "_") + " " + m.Name() + " "
			for key, n := range points {
				maps.Copy(all, map[string]int64{head + key: n})
			}
		}
	}
	return all
}
