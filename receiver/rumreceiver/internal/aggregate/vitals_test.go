package aggregate

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestVital_CountsOnceWithItsLastReport(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(lcpOf("v1", 1200, 0)), after(0))
	a.Record(shop(lcpOf("v1", 2600, 10*time.Second)), after(10*time.Second))
	holds(t, a.Collect(after(40*time.Second-1)))
	holds(t, a.Collect(after(40*time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=2.6 [4:1]")
	assert.Equal(t, Stats{Counted: 1, Sessions: 1, Series: 1, Routes: 1, Apps: 1}, a.Stats())
}

func TestVital_MayFall(t *testing.T) {
	a := New(testSettings())
	inp := func(ms float64, when time.Duration) beacon.Event {
		return beacon.Event{BrowserTime: after(when), Payload: &beacon.Vital{Name: beacon.INP, Value: ms, ID: "v"}}
	}
	a.Record(shop(inp(500, 0), inp(200, time.Second)), after(time.Second))
	holds(t, a.CollectAll(after(time.Second)), "shop browser.web_vital.inp{url.template=/p} n=1 sum=0.2 [0.2:1]")
}

func TestVital_OutOfOrderDoesNotReplaceButKeepsWaiting(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(lcpOf("v1", 2600, 10*time.Second)), after(10*time.Second))
	a.Record(shop(lcpOf("v1", 1200, 0)), after(20*time.Second))
	holds(t, a.Collect(after(45*time.Second)))
	holds(t, a.Collect(after(50*time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=2.6 [4:1]")
}

func TestVital_SameBatchTwiceCountsOnce(t *testing.T) {
	a := New(testSettings())
	batch := shop(lcpOf("v1", 1200, 0), lcpOf("v2", 3000, 0))
	a.Record(batch, after(0))
	a.Record(batch, after(time.Second))
	holds(t, a.CollectAll(after(time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=2 sum=4.2 [2.5:1 4:1]")
}

func TestVital_ReportAfterCountingIsLate(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(lcpOf("v1", 1200, 0)), after(0))
	a.Collect(after(30 * time.Second))
	late := a.Record(shop(lcpOf("v1", 3000, 31*time.Second), pageView()), after(31*time.Second))
	assert.Equal(t, Outcome{Late: 1}, late)
	holds(t, a.CollectAll(after(time.Minute)),
		"shop browser.web_vital.lcp{url.template=/p} n=1 sum=1.2 [2.5:1]",
		"shop rum.page_views{browser.navigation.same_document=false,url.template=/p} 1")
}

// A tab may live for a day and report its CLS each time it is looked at.
func TestVital_ThatIsReportedAgainAndAgainCountsOnce(t *testing.T) {
	a := with(func(s *Settings) { s.SilentAfter, s.MaxIdle = 30*time.Minute, 0 })
	for reported := time.Duration(0); reported < 20*time.Hour; reported += 31 * time.Minute {
		assert.Zero(t, a.Record(shop(lcpOf("v1", 1200, reported)), after(reported)).Late, "the same value")
		a.Collect(after(reported + 30*time.Minute + 1))
	}
	assert.Equal(t, 1, counts(a.CollectAll(after(21*time.Hour)).Metrics, "browser.web_vital.lcp"))
}

func TestVital_IsForgottenWhenNobodyAskedForRememberFor(t *testing.T) {
	a := with(func(s *Settings) { s.RememberFor = time.Hour })
	a.Record(shop(lcpOf("v1", 1200, 0)), after(0))
	a.CollectAll(after(0))
	assert.Equal(t, 1, a.Record(shop(lcpOf("v1", 1300, 0)), after(time.Hour)).Late)
	a.Collect(after(2 * time.Hour))
	assert.Equal(t, 1, a.Stats().Counted, "the late report has prolonged it")
	a.Collect(after(4 * time.Hour))
	assert.Zero(t, a.Stats().Counted)
	assert.Zero(t, a.Stats().Forgotten, "its time had come")
}

// inView says which page view the beacon is of, and what became of it.
func inView(id string, state beacon.PageState, b *beacon.Beacon) *beacon.Beacon {
	b.Pages[0].ID, b.Pages[0].State = id, state
	return b
}

func TestVital_CountsShortlyAfterItsPageViewHasEnded(t *testing.T) {
	a := New(testSettings())
	a.Record(inView("p1", beacon.PageStateVisible, shop(lcpOf("v1", 56, 0))), after(0))
	a.Record(inView("p1", beacon.PageStateEnded, shop(lcpOf("v1", 2600, 20*time.Second))), after(20*time.Second))
	holds(t, a.Collect(after(25*time.Second-1)))
	holds(t, a.Collect(after(25*time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=2.6 [4:1]")
}

// Datadog's SDK measures a view for five minutes more, in which its session goes on.
func TestVital_CountsSomeMinutesAfterItsPageViewWasLeft(t *testing.T) {
	a := with(func(s *Settings) { s.SilentAfter, s.MaxIdle = 30*time.Minute, 0 })
	a.Record(inView("p1", beacon.PageStateUnknown, shop(lcpOf("v1", 56, 0))), after(0))
	a.Record(inView("p1", beacon.PageStateLeft, shop(lcpOf("v1", 2600, time.Minute))), after(time.Minute))
	a.Record(inView("p2", beacon.PageStateUnknown, shop(lcpOf("v2", 100, 2*time.Minute))), after(2*time.Minute))
	left := time.Minute + leftAfter
	holds(t, a.Collect(after(left-1)))
	holds(t, a.Collect(after(left)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=2.6 [4:1]")
}

func TestVital_ThatIsLeftWaitsNoLongerThanInSilence(t *testing.T) {
	a := with(func(s *Settings) { s.SilentAfter, s.MaxIdle = time.Minute, 0 })
	a.Record(inView("p1", beacon.PageStateLeft, shop(lcpOf("v1", 2600, 0))), after(0))
	holds(t, a.Collect(after(time.Minute)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=2.6 [4:1]")
}

func TestVital_CountsWhenTheEndComesWithoutIt(t *testing.T) {
	a := New(testSettings())
	a.Record(inView("p1", beacon.PageStateHidden, shop(lcpOf("v1", 1200, 0), lcpOf("v2", 1300, 0))), after(0))
	a.Record(inView("p2", beacon.PageStateVisible, shop(lcpOf("v3", 1200, 0))), after(0))
	a.Record(inView("p1", beacon.PageStateEnded, shop(pageView())), after(time.Second))
	a.Collect(after(6 * time.Second))
	assert.Equal(t, Stats{Pending: 1, Counted: 2, Sessions: 1, Series: 2, Routes: 1, Apps: 1}, a.Stats())
}

func TestVital_ReportsThatOvertakeTheEndAreWaitedFor(t *testing.T) {
	a := New(testSettings())
	a.Record(inView("p1", beacon.PageStateEnded, shop(lcpOf("v1", 2600, 9*time.Second))), after(0))
	a.Record(inView("p1", beacon.PageStateHidden, shop(lcpOf("v1", 1200, 0))), after(4*time.Second))
	holds(t, a.Collect(after(5*time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=2.6 [4:1]")
}

func TestVital_WaitsWhileItsSessionGoesOn(t *testing.T) {
	a := New(testSettings())
	a.Record(inView("p1", beacon.PageStateHidden, shop(lcpOf("v1", 1200, 0))), after(0))
	a.Record(inView("p2", beacon.PageStateVisible, shop(pageView())), after(20*time.Second))
	a.Collect(after(50*time.Second - 1))
	assert.Equal(t, 1, a.Stats().Pending)
	a.Collect(after(50 * time.Second))
	assert.Zero(t, a.Stats().Pending)
}

// A batch is moved by the error of its clock and another is not: only the browser's own times are in order.
func TestVital_LastIsByTheBrowsersOwnClock(t *testing.T) {
	a := New(testSettings())
	first, last := vitalOf(beacon.INP, 200, 0), vitalOf(beacon.INP, 50, time.Second)
	first.Time, last.Time = after(time.Hour), after(time.Second)
	a.Record(shop(first), after(0))
	a.Record(shop(last), after(0))
	holds(t, a.CollectAll(after(0)), "shop browser.web_vital.inp{url.template=/p} n=1 sum=0.05 [0.05:1]")
}

func TestVital_AClockThatIsPutBackHidesNothing(t *testing.T) {
	for back, want := range map[time.Duration]string{time.Minute: "n=1 sum=0.056 [0.1:1]", time.Hour: "n=1 sum=0.672 [1:1]"} {
		a := New(testSettings())
		a.Record(shop(vitalOf(beacon.INP, 56, 2*time.Hour)), after(0))
		a.Record(shop(vitalOf(beacon.INP, 672, 2*time.Hour-back)), after(time.Minute))
		holds(t, a.CollectAll(after(time.Minute)), "shop browser.web_vital.inp{url.template=/p} "+want)
	}
}

func vitalOf(name string, value float64, when time.Duration) beacon.Event {
	e := lcpOf("v-"+name, value, when)
	e.Payload.(*beacon.Vital).Name = name
	return e
}

// A clock that was put right between two reports says nothing of their order, but these only grow.
func TestVital_LCPAndCLSNeverFall(t *testing.T) {
	for name, want := range map[string]string{beacon.LCP: "n=1 sum=0.9 [1:1]", beacon.CLS: "n=1 sum=900 [inf:1]"} {
		for _, times := range [][2]time.Duration{{0, time.Second}, {time.Hour, 0}} {
			a := New(testSettings())
			a.Record(shop(vitalOf(name, 900, times[0]), vitalOf(name, 20, times[1])), after(0))
			holds(t, a.CollectAll(after(0)), "shop browser.web_vital."+name+"{url.template=/p} "+want)
		}
	}
}

func TestVital_WithoutTimeTheGreaterOneIsLast(t *testing.T) {
	a := New(testSettings())
	first, last := lcpOf("v1", 310, 0), lcpOf("v1", 20, 0)
	first.BrowserTime, last.BrowserTime = time.Time{}, time.Time{}
	a.Record(shop(first, last), after(0))
	holds(t, a.CollectAll(after(0)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.31 [1:1]")
}

func TestVital_WithoutIdCountsAtOnce(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(lcpOf("", 1200, 0), lcpOf("", 1200, 0)), after(0))
	assert.Zero(t, a.Stats().Pending)
	holds(t, a.Collect(after(0)), "shop browser.web_vital.lcp{url.template=/p} n=2 sum=2.4 [2.5:2]")
}

func TestVital_SameIdOfAnotherApplicationOrVitalIsAnother(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(lcpOf("v1", 500, 0)), after(0))
	a.Record(of("blog", shop(lcpOf("v1", 3000, 0))), after(0))
	a.Record(shop(beacon.Event{Payload: &beacon.Vital{Name: beacon.CLS, Value: 0.1, ID: "v1"}}), after(0))
	holds(t, a.CollectAll(after(0)),
		"blog browser.web_vital.lcp{url.template=/p} n=1 sum=3 [4:1]",
		"shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.5 [1:1]",
		"shop browser.web_vital.cls{url.template=/p} n=1 sum=0.1 [0.1:1]")
}

func TestVital_CountsAtTheAttributesOfItsLastReport(t *testing.T) {
	a := New(testSettings())
	a.Record(at("/a", shop(lcpOf("v1", 500, 0))), after(0))
	a.Record(at("/b", shop(lcpOf("v1", 600, 1))), after(1))
	holds(t, a.CollectAll(after(2)), "shop browser.web_vital.lcp{url.template=/b} n=1 sum=0.6 [1:1]")
}

// Loading limits mean nothing to a page that was not loaded.
func TestVital_AReturnFromTheBackForwardCacheIsNoLoad(t *testing.T) {
	for _, navigation := range []string{"back-forward-cache", "back_forward_cache"} {
		a := New(testSettings())
		var events []beacon.Event
		for _, name := range []string{beacon.LCP, beacon.FCP, beacon.TTFB, beacon.INP, beacon.CLS} {
			e := lcpOf("v-"+name, 16, 0)
			e.Payload.(*beacon.Vital).Name, e.Payload.(*beacon.Vital).NavigationType = name, navigation
			events = append(events, e)
		}
		a.Record(shop(append(events, lcpOf("v1", 2000, 0))...), after(0))
		label := "browser.web_vital.navigation_type=" + navigationType(navigation)
		holds(t, a.CollectAll(after(0)),
			"shop browser.web_vital.lcp{url.template=/p} n=1 sum=2 [2.5:1]",
			"shop browser.web_vital.inp{"+label+",url.template=/p} n=1 sum=0.016 [0.05:1]",
			"shop browser.web_vital.cls{"+label+",url.template=/p} n=1 sum=16 [inf:1]",
			"shop rum.back_forward_cache.lcp{url.template=/p} n=1 sum=0.016 [0.05:1]",
			"shop rum.back_forward_cache.fcp{url.template=/p} n=1 sum=0.016 [0.05:1]")
	}
}

// The library reports a TTFB of 0 for what was loaded ahead, or not at all. Its other vitals are what a person felt.
func TestVital_AFirstByteForWhichNobodyWaitedIsNone(t *testing.T) {
	for _, navigation := range []string{"prerender", "soft-navigation", "soft_navigation"} {
		a := New(testSettings())
		var events []beacon.Event
		for _, name := range []string{beacon.LCP, beacon.TTFB} {
			for _, id := range []string{"v-" + name, ""} {
				e := lcpOf(id, 0, 0)
				e.Payload.(*beacon.Vital).Name, e.Payload.(*beacon.Vital).NavigationType = name, navigation
				events = append(events, e)
			}
		}
		assert.Equal(t, 0, a.Record(shop(events...), after(0)).Late)
		lines := text(a.CollectAll(after(0)).Metrics)
		require.Len(t, lines, 1, navigation)
		assert.Contains(t, lines[0], "browser.web_vital.lcp")
		assert.Contains(t, lines[0], "n=2")
	}
}

func TestMaxPending_CountsTheOldestAtOnceAndSaysSo(t *testing.T) {
	a := with(func(s *Settings) { s.MaxPending = 1 })
	a.Record(shop(lcpOf("v1", 500, 0)), after(0))
	a.Record(shop(lcpOf("v2", 600, 0)), after(1))
	assert.Equal(t, Stats{Pending: 1, Counted: 1, Early: 1, Sessions: 1, Series: 1, Routes: 1, Apps: 1}, a.Stats())
	holds(t, a.Collect(after(2)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.5 [1:1]")
	assert.Equal(t, 1, a.Record(shop(lcpOf("v1", 700, 0)), after(3)).Late)
}

func TestCollectAll_SaysWhatItCountedEarly(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(lcpOf("v1", 500, 0), lcpOf("v2", 600, 0)), after(0))
	a.CollectAll(after(1))
	assert.EqualValues(t, 2, a.Stats().Early)
}

func TestMaxRemembered_ForgetsTheOldestAndSaysSo(t *testing.T) {
	a := with(func(s *Settings) { s.MaxRemembered = 4 })
	for i := range 5 {
		a.Record(shop(lcpOf(fmt.Sprint("v", i), 500, 0)), after(0))
		a.CollectAll(after(1))
	}
	assert.Equal(t, []int64{1, 4}, []int64{a.Stats().Forgotten, int64(a.Stats().Counted)})
	assert.Equal(t, 1, a.Record(shop(lcpOf("v1", 501, 0)), after(3)).Late, "v1 is still known")
	assert.Zero(t, a.Record(shop(lcpOf("v0", 501, 0)), after(3)).Late, "v0 is not")
}

func TestSilentAfter_ZeroCountsInTheNextCollect(t *testing.T) {
	a := with(func(s *Settings) { s.SettleAfter, s.SilentAfter = 0, 0 })
	a.Record(shop(lcpOf("v1", 500, 0)), after(0))
	holds(t, a.Collect(after(0)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.5 [1:1]")
}

func TestUnreportedAfter_IsForClientsThatDoNotReportTheEndOfPageViews(t *testing.T) {
	a := with(func(s *Settings) { s.SilentAfter, s.UnreportedAfter = 30*time.Minute, 2*time.Second })
	reported := shop(lcpOf("v1", 500, 0))
	reported.Pages[0].State = beacon.PageStateVisible
	a.Record(reported, after(0))
	a.Record(shop(lcpOf("v2", 600, 0)), after(0))
	a.Record(shop(lcpOf("v2", 700, time.Second)), after(time.Second))
	assert.Empty(t, text(a.Collect(after(2*time.Second)).Metrics), "the last report is a second old")
	holds(t, a.Collect(after(4*time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.7 [1:1]")
	holds(t, a.CollectAll(after(5*time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=2 sum=1.2 [1:2]")
}
