package aggregate

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func limited(series int) *Aggregator {
	return with(func(s *Settings) { s.MaxSeries = series })
}

// story records one page view for each word "application/route" and returns how many overflowed.
func story(a *Aggregator, now time.Duration, words ...string) (overflowed int) {
	for _, word := range words {
		var app, route string
		fmt.Sscanf(word, "%4s/%s", &app, &route)
		overflowed += a.Record(of(app, at(route, shop(pageView()))), after(now)).Overflowed
	}
	return overflowed
}

// views is the line of a page view's series.
func views(app, route string, n int) string {
	return fmt.Sprintf("%s rum.page_views{browser.navigation.same_document=false,url.template=%s} %d", app, route, n)
}

func overflowViews(app string, n int) string {
	return fmt.Sprintf("%s rum.page_views{otel.metric.overflow=true} %d", app, n)
}

func TestLimitOne(t *testing.T) {
	t.Run("FirstSeriesKeepsItsAttributes", func(t *testing.T) {
		a := limited(1)
		assert.Zero(t, story(a, 0, "shop/a", "shop/a"))
		holds(t, a.Collect(after(1)), views("shop", "a", 2))
	})
	t.Run("SecondSeriesOverflows", func(t *testing.T) {
		a := limited(1)
		assert.Equal(t, 2, story(a, 0, "shop/a", "shop/b", "shop/c", "shop/a"))
		holds(t, a.Collect(after(1)), overflowViews("shop", 2), views("shop", "a", 2))
	})
	t.Run("UnknownResourceOverflowsWithoutAttributes", func(t *testing.T) {
		a := limited(1)
		assert.Equal(t, 3, story(a, 0, "shop/a", "blog/a", "wiki/a", "shop/b"))
		holds(t, a.Collect(after(1)), overflowViews("-", 2), overflowViews("shop", 1), views("shop", "a", 1))
	})
	t.Run("EachMetricHasItsOwn", func(t *testing.T) {
		a := limited(1)
		story(a, 0, "shop/a")
		assert.Zero(t, a.Record(at("/b", shop(measured(1))), after(0)).Overflowed)
	})
	t.Run("WaitingVitalHoldsItsPlace", func(t *testing.T) {
		a := limited(1)
		assert.Zero(t, a.Record(at("/a", shop(lcpOf("v1", 500, 0))), after(0)).Overflowed)
		assert.Equal(t, 1, a.Record(at("/b", shop(lcpOf("v2", 600, 0))), after(0)).Overflowed)
		holds(t, a.CollectAll(after(1)),
			"shop browser.web_vital.lcp{otel.metric.overflow=true} n=1 sum=0.6 [1:1]",
			"shop browser.web_vital.lcp{url.template=/a} n=1 sum=0.5 [1:1]")
	})
	t.Run("EventOverflowsOnceWhateverItsPoints", func(t *testing.T) {
		a := limited(1)
		a.Record(at("/a", shop(pageLoad())), after(0))
		assert.Equal(t, 1, a.Record(at("/b", shop(pageLoad())), after(0)).Overflowed)
	})
	t.Run("EventOverflowsIfOneOfItsPointsDoes", func(t *testing.T) {
		a := limited(1)
		dns := pageLoad()
		clear(dns.Payload.(*beacon.PageLoad).Phases.Known[1:])
		a.Record(at("/a", shop(dns)), after(0))
		assert.Equal(t, 1, a.Record(at("/b", shop(pageLoad())), after(0)).Overflowed)
	})
	t.Run("OtherEventsOfTheBeaconDoNot", func(t *testing.T) {
		a := limited(1)
		story(a, 0, "shop/a")
		assert.Equal(t, 1, a.Record(at("b", shop(pageView(), measured(1), measured(2))), after(0)).Overflowed)
	})
}

func TestLimitTwo(t *testing.T) {
	a := limited(2)
	assert.Equal(t, 3, story(a, 0, "shop/a", "blog/a", "shop/b", "blog/b", "wiki/a", "blog/a"))
	holds(t, a.Collect(after(1)),
		overflowViews("-", 1),
		overflowViews("blog", 1), views("blog", "a", 2),
		overflowViews("shop", 1), views("shop", "a", 1))
	assert.Equal(t, 5, a.Stats().Series)
}

func TestLimit_BoundsTheOverflowSeriesToo(t *testing.T) {
	a := limited(1)
	story(a, 0, "shop/a")
	story(a, 59*time.Minute, "shop/b")
	a.Collect(after(59 * time.Minute))
	a.Collect(after(time.Hour)) // shop/a is dropped, the overflow of shop stays
	story(a, time.Hour, "blog/a", "blog/b", "wiki/a")
	holds(t, a.Collect(after(time.Hour)), overflowViews("-", 2), views("blog", "a", 1), overflowViews("shop", 1))
}

func TestMaxIdle_DropsASeriesAndFreesItsPlace(t *testing.T) {
	a := limited(1)
	story(a, 0, "shop/a")
	a.Collect(after(time.Minute))
	assert.Equal(t, 1, story(a, 2*time.Minute, "shop/b"))
	a.Collect(after(2 * time.Minute))

	holds(t, a.Collect(after(time.Hour)), overflowViews("shop", 1))
	assert.Zero(t, story(a, time.Hour, "shop/c"))
	holds(t, a.Collect(after(2*time.Hour)), views("shop", "c", 1))
	holds(t, a.Collect(after(3*time.Hour)))
	assert.Zero(t, a.Stats().Series)
	assert.Empty(t, a.families[pageViews].resources)

	story(a, 3*time.Hour, "blog/a", "blog/b")
	holds(t, a.Collect(after(3*time.Hour)), overflowViews("blog", 1), views("blog", "a", 1))
}

func TestMaxIdle_DropsASeriesThatAVitalHasLeft(t *testing.T) {
	a := New(testSettings())
	a.Record(at("/a", shop(lcpOf("v1", 500, 0))), after(0))
	a.Record(at("/b", shop(lcpOf("v1", 600, 1))), after(1))
	a.CollectAll(after(time.Hour - 1))
	assert.Equal(t, 2, a.Stats().Series)
	a.Collect(after(time.Hour))
	assert.Equal(t, 1, a.Stats().Series)
}

func TestMaxIdle_NeverDropsWhatWasNotHandedOn(t *testing.T) {
	a := New(testSettings())
	story(a, 0, "shop/a")
	holds(t, a.Collect(after(5*time.Hour)), views("shop", "a", 1))
	holds(t, a.Collect(after(6*time.Hour)))
}

func TestMaxIdle_KeepsTheSeriesOfAWaitingVital(t *testing.T) {
	a := with(func(s *Settings) { s.SilentAfter = 2 * time.Hour })
	a.Record(shop(lcpOf("v1", 500, 0)), after(0))
	holds(t, a.Collect(after(90*time.Minute)))
	holds(t, a.Collect(after(2*time.Hour)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.5 [1:1]")
}

func TestMaxIdle_ZeroKeepsForEver(t *testing.T) {
	a := with(func(s *Settings) { s.MaxIdle = 0 })
	story(a, 0, "shop/a")
	a.Collect(after(0))
	holds(t, a.Collect(after(1000*time.Hour)), views("shop", "a", 1))
}

func TestMaxIdle_ASeriesThatComesBackStartsAnew(t *testing.T) {
	a := New(testSettings())
	story(a, 0, "shop/a")
	a.Collect(after(0))
	a.Collect(after(time.Hour))
	story(a, 2*time.Hour, "shop/a")
	w := a.Collect(after(3 * time.Hour))
	holds(t, w, views("shop", "a", 1))
	assert.Equal(t, after(2*time.Hour), firstSum(w).StartTimestamp().AsTime())
}
