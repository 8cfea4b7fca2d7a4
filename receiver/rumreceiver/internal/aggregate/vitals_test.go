package aggregate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestVital_CountsOnceWithItsLastReport(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(lcpOf("v1", 1200, 0)), after(0))
	a.Record(shop(lcpOf("v1", 2600, 10*time.Second)), after(10*time.Second))
	holds(t, a.Collect(after(39*time.Second)))
	holds(t, a.Collect(after(40*time.Second)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=2.6 [4:1]")
	assert.Equal(t, Stats{Counted: 1, Series: 1}, a.Stats())
}

func TestVital_MayFall(t *testing.T) {
	a := New(testSettings())
	inp := func(ms float64, when time.Duration) beacon.Event {
		return beacon.Event{Kind: beacon.KindVital, Name: beacon.INP, MeasurementID: "v", Value: ms, Time: after(when)}
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

func TestVital_IsNewAgainAfterRememberFor(t *testing.T) {
	a := with(func(s *Settings) { s.RememberFor = time.Minute })
	report := shop(lcpOf("v1", 1200, 0))
	a.Record(report, after(0))
	a.Collect(after(30 * time.Second))
	assert.Equal(t, 1, a.Record(report, after(89*time.Second)).Late)
	assert.Zero(t, a.Record(report, after(90*time.Second)).Late)
	holds(t, a.CollectAll(after(2*time.Minute)), "shop browser.web_vital.lcp{url.template=/p} n=2 sum=2.4 [2.5:2]")
}

func TestVital_ForgetsCountedIdsInCollect(t *testing.T) {
	a := with(func(s *Settings) { s.RememberFor = time.Minute })
	a.Record(shop(lcpOf("v1", 1200, 0)), after(0))
	a.CollectAll(after(0))
	assert.Equal(t, 1, a.Stats().Counted)
	a.Collect(after(time.Minute))
	assert.Zero(t, a.Stats().Counted)
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
	a.Record(shop(beacon.Event{Kind: beacon.KindVital, Name: beacon.CLS, MeasurementID: "v1", Value: 0.1}), after(0))
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

func TestVital_RestoredPageCountsUnderItsNavigationType(t *testing.T) {
	a := New(testSettings())
	restored := lcpOf("v2", 16, 0)
	restored.NavigationType = "back-forward-cache"
	a.Record(shop(lcpOf("v1", 2000, 0), restored), after(0))
	holds(t, a.CollectAll(after(0)),
		"shop browser.web_vital.lcp{url.template=/p} n=1 sum=2 [2.5:1]",
		"shop browser.web_vital.lcp{browser.web_vital.navigation_type=back-forward-cache,url.template=/p} n=1 sum=0.016 [1:1]")
}

func TestMaxMeasurements_CountsTheOldestWaitingOneAtOnce(t *testing.T) {
	a := with(func(s *Settings) { s.MaxMeasurements = 1 })
	a.Record(shop(lcpOf("v1", 500, 0)), after(0))
	a.Record(shop(lcpOf("v2", 600, 0)), after(1))
	assert.Equal(t, Stats{Pending: 1, Series: 1}, a.Stats())
	holds(t, a.Collect(after(2)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.5 [1:1]")
}

func TestMaxMeasurements_ForgetsTheOldestCountedOne(t *testing.T) {
	a := with(func(s *Settings) { s.MaxMeasurements = 2 })
	a.Record(shop(lcpOf("v1", 500, 0), lcpOf("v2", 500, 0)), after(0))
	a.CollectAll(after(1))
	a.Record(shop(lcpOf("v3", 500, 0)), after(2))
	assert.Equal(t, Stats{Pending: 1, Counted: 1, Series: 1}, a.Stats())
	assert.Equal(t, 1, a.Record(shop(lcpOf("v2", 500, 0)), after(3)).Late, "v2 is still known")
	assert.Zero(t, a.Record(shop(lcpOf("v1", 500, 0)), after(3)).Late, "v1 is not")
}

func TestSettleAfter_ZeroCountsInTheNextCollect(t *testing.T) {
	a := with(func(s *Settings) { s.SettleAfter = 0 })
	a.Record(shop(lcpOf("v1", 500, 0)), after(0))
	holds(t, a.Collect(after(0)), "shop browser.web_vital.lcp{url.template=/p} n=1 sum=0.5 [1:1]")
}
