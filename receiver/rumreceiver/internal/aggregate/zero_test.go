package aggregate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func patient() *Aggregator {
	return with(func(s *Settings) { s.ZeroFor = time.Minute })
}

// A scraper that sees a counter for the first time with 1 cannot know that it has grown.
func TestZeroFor_ANewSeriesIsReportedAsZeroFirst(t *testing.T) {
	a := patient()
	story(a, time.Second, "shop/a")
	a.Record(shop(measured(5)), after(time.Second))
	zero := []string{"shop rum.measurement{rum.measurement.name=m,url.template=/p} n=0 sum=0 []", views("shop", "a", 0)}
	holds(t, a.Collect(after(15*time.Second)), zero...)
	w := a.Collect(after(74 * time.Second))
	holds(t, w, zero...)
	assert.Equal(t, after(time.Second), firstMetric(w).Histogram().DataPoints().At(0).StartTimestamp().AsTime())
	assert.False(t, firstMetric(w).Histogram().DataPoints().At(0).HasMin())
	holds(t, a.Collect(after(75*time.Second)), "shop rum.measurement{rum.measurement.name=m,url.template=/p} n=1 sum=5 [10:1]", views("shop", "a", 1))
}

func TestZeroFor_KnownSeriesReportAtOnce(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	a.Collect(after(0))
	a.Collect(after(time.Minute))
	story(a, 2*time.Minute, "shop/a")
	holds(t, a.Collect(after(2*time.Minute)), views("shop", "a", 2))
}

func TestZeroFor_BeginsWhenAVitalBeginsToWait(t *testing.T) {
	a := with(func(s *Settings) { s.ZeroFor, s.SilentAfter = time.Minute, 2*time.Minute })
	a.Record(shop(lcpOf("v1", 500, 0)), after(0))
	holds(t, a.Collect(after(0)), "shop browser.web_vital.lcp{url.template=/p} n=0 sum=0 []")
	holds(t, a.Collect(after(2*time.Minute)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.5 [1:1]")
}

func TestZeroFor_ASeriesThatComesBackIsZeroAgain(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	a.Collect(after(0))
	a.Collect(after(time.Minute))
	a.Collect(after(2 * time.Hour))
	story(a, 3*time.Hour, "shop/a")
	holds(t, a.Collect(after(3*time.Hour)), views("shop", "a", 0))
}

func TestZeroFor_NothingIsLostAtTheEnd(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	a.Collect(after(0))
	holds(t, a.CollectAll(after(1)), views("shop", "a", 1))
}

func TestZeroFor_WhatWasSeenIsNotHiddenByALongerTime(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	a.Collect(after(0))
	a.Collect(after(time.Minute))
	a = restarted(t, a, 2*time.Minute, func(s *Settings) { s.ZeroFor = 10 * time.Minute })
	holds(t, a.Collect(after(2*time.Minute)), views("shop", "a", 1))
}

func TestZeroFor_WhatNobodySawIsNotLostWithAShorterTime(t *testing.T) {
	a := with(func(s *Settings) { s.ZeroFor = 10 * time.Minute })
	story(a, 0, "shop/a")
	a.Collect(after(0))
	a.Collect(after(2 * time.Minute))
	a = restarted(t, a, 2*time.Minute, func(s *Settings) {
		s.ZeroFor, s.Attributes["rum.page_views"] = time.Minute, []string{"url.template"}
	})
	a.Collect(after(2 * time.Minute))
	holds(t, a.Collect(after(3*time.Minute)), "shop rum.page_views{url.template=a} 1")
}

// Else the first value that anybody sees is no increase.
func TestZeroFor_ARefusedZeroIsReportedAgain(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	a.Restore(a.Collect(after(0)))
	holds(t, a.Collect(after(2*time.Minute)), views("shop", "a", 0))
	a.Restore(a.Collect(after(150 * time.Second))) // refused, too, but the zero was seen before
	holds(t, a.Collect(after(3*time.Minute)), views("shop", "a", 1))
}

func TestZeroFor_AnotherConsumerSeesTheValueSoon(t *testing.T) {
	a := patient()
	story(a, 0, "shop/a")
	for at := time.Duration(0); at <= 3*time.Minute; at += 15 * time.Second {
		a.Restore(a.Collect(after(at)))
	}
	holds(t, a.Collect(after(4*time.Minute)), views("shop", "a", 1))
}

func TestZeroFor_DeltasNeedNone(t *testing.T) {
	a := with(func(s *Settings) { s.ZeroFor, s.Temporality = time.Minute, Delta })
	story(a, 0, "shop/a")
	holds(t, a.Collect(after(1)), views("shop", "a", 1))
}

func TestZeroFor_OfAnExponentialHistogram(t *testing.T) {
	a := with(func(s *Settings) { s.ZeroFor, s.Histogram = time.Minute, Exponential })
	a.Record(shop(measured(5)), after(0))
	dp := firstMetric(a.Collect(after(0))).ExponentialHistogram().DataPoints().At(0)
	assert.Zero(t, dp.Count())
	assert.Zero(t, dp.Positive().BucketCounts().Len())
	valued := firstMetric(a.Collect(after(time.Minute))).ExponentialHistogram().DataPoints().At(0)
	assert.GreaterOrEqual(t, dp.Scale(), valued.Scale(), "a difference to it has no wider buckets than the values")
}

func TestSynthetic_CountsApart(t *testing.T) {
	bot := func() *beacon.Beacon {
		b := shop(pageView(), lcpOf("v1", 9000, 0))
		b.Client.Synthetic = "bot"
		return b
	}
	a := New(testSettings())
	a.Record(bot(), after(0))
	holds(t, a.CollectAll(after(1)), "shop rum.synthetic_events{url.template={other},user_agent.synthetic.type=bot} 2")

	a = with(func(s *Settings) { s.Synthetic = true })
	a.Record(bot(), after(0))
	assert.Equal(t, 1, counts(a.CollectAll(after(1)).Metrics, "browser.web_vital.lcp"))
}

func TestNoise_CountsApart(t *testing.T) {
	a := New(testSettings())
	thrown := func(noise string) beacon.Event {
		return beacon.Event{Payload: &beacon.Exception{Source: "error", Noise: noise}}
	}
	a.Record(shop(thrown("extension")), after(0))
	holds(t, a.Collect(after(1)), "shop rum.noise_exceptions{rum.exception.noise=extension,url.template=/p} 1")
	a.Record(shop(thrown(""), thrown("")), after(2))
	holds(t, a.Collect(after(3)),
		"shop rum.exceptions{rum.exception.source=error,url.template=/p} 2",
		"shop rum.sessions_with_error{url.template=/p} 1",
		"shop rum.noise_exceptions{rum.exception.noise=extension,url.template=/p} 1")
}

// Each writer and each resource has an identity of its own, that stays while the writer lives.
func TestInstance_DistinguishesWritersAndResources(t *testing.T) {
	ids := func(writer string, versions ...string) (ids []string) {
		a := with(func(s *Settings) { s.Instance = writer })
		for _, version := range versions {
			b := shop(pageView())
			b.App.Version = version
			a.Record(b, after(0))
		}
		for _, rm := range a.Collect(after(1)).Metrics.ResourceMetrics().All() {
			id, _ := rm.Resource().Attributes().Get("service.instance.id")
			ids = append(ids, id.Str())
		}
		return ids
	}
	one := ids("one", "1", "2")
	assert.NotEqual(t, one[0], one[1])
	assert.Equal(t, one, ids("one", "1", "2"))
	assert.NotEqual(t, one, ids("two", "1", "2"))
}

func TestAttributes_AreChosenForEachMetric(t *testing.T) {
	b := shop(lcpOf("", 500, 0), pageView())
	b.Client.DeviceType, b.Client.BrowserName, b.Client.Country = "mobile", "Chrome", "DE"
	s := DefaultSettings()
	s.ZeroFor, s.Tags, s.Breakdowns = 0, []string{"team"}, nil
	s.Attributes = map[string][]string{"browser.web_vital.lcp": {"user_agent.name"}}
	a := New(s)
	a.Record(b, after(0))
	lines := text(a.Collect(after(1)).Metrics)
	assert.Equal(t, "shop browser.web_vital.lcp{user_agent.name=Chrome} n=1 sum=0.5 [1:1]", lines[0])
	assert.Equal(t, "shop rum.page_views{browser.navigation.same_document=false,url.template=/p} 1", lines[1])
}

func TestAttributes_NoneAreOneSeries(t *testing.T) {
	a := with(func(s *Settings) { s.Attributes = map[string][]string{"rum.page_views": {}} })
	a.Record(at("/a", shop(pageView())), after(0))
	assert.Equal(t, Outcome{}, a.Record(at("/b", shop(pageView())), after(0)))
	holds(t, a.Collect(after(1)), "shop rum.page_views{} 2")
}

func TestCheckAttributes(t *testing.T) {
	assert.NoError(t, CheckAttributes("rum.exceptions", []string{"url.template", "rum.exception.source", "rum.tag.team"}, []string{"team"}))
	assert.ErrorContains(t, CheckAttributes("rum.exception", nil, nil), `"rum.exception" is not a metric`)
	assert.ErrorContains(t, CheckAttributes("rum.exceptions", []string{"url.path"}, nil), `cannot have the attribute "url.path"`)
	assert.ErrorContains(t, CheckAttributes("rum.exceptions", []string{"url.template", "url.template"}, nil), "twice")
	for id := range numInstruments {
		assert.NoError(t, CheckAttributes(instruments[id].name, defaultAttributes(id), nil))
	}
}
