package aggregate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestWeight_WholeIsExact(t *testing.T) {
	for _, rate := range []float64{1, 0.5, 0.25, 0.1, 0.05, 0.01} {
		a := New(testSettings())
		for range 1000 {
			a.Record(kept(rate, shop(pageView())), after(0))
		}
		assert.EqualValues(t, math.Round(1000/rate), firstSum(a.Collect(after(1))).IntValue(), rate)
	}
}

func TestWeight_FractionStaysWithinOneOfTheSum(t *testing.T) {
	a := New(testSettings())
	for n := 1; n <= 1000; n++ {
		a.Record(kept(0.7, shop(pageView())), after(0))
		counted := float64(firstSum(a.Collect(after(1))).IntValue())
		assert.Less(t, math.Abs(counted-float64(n)/0.7), 1.0)
	}
}

// One event at a rate of 0.3 stands for 3.33: 3 in two series of three and 4 in the third.
func TestWeight_ManySmallSeriesAreNotBiased(t *testing.T) {
	const series = 20_000
	counted := 0.0
	for range series {
		s := newTestSeries()
		counted += float64(s.wholes(1 / 0.3))
	}
	// The standard error of the mean is √(1/3 × 2/3 / 20000) = 0.0033; 6 of them never happen.
	assert.InDelta(t, 1/0.3, counted/series, 0.02)
}

func newTestSeries() *series {
	s := DefaultSettings()
	f := newFamily(pageViews, &s, pageLabels(nil))
	return f.open("key", 0, 0, holders{})
}

func TestWeight_CarryGoesOnInTheNextDelta(t *testing.T) {
	a := delta()
	counted := 0.0
	for range 300 {
		a.Record(kept(0.3, shop(pageView())), after(0))
		counted += float64(firstSum(a.Collect(after(1))).IntValue())
	}
	assert.InDelta(t, 1000, counted, 1)
}

func TestWeight_SumIsWeightedExactly(t *testing.T) {
	a := New(testSettings())
	a.Record(kept(0.3, shop(measured(3))), after(0))
	assert.Equal(t, 3*(1/0.3), sumOf(a.Collect(after(1))))
}

func TestWeight_OfAVitalIsThatOfItsReport(t *testing.T) {
	a := New(testSettings())
	a.Record(kept(0.1, shop(lcpOf("v1", 2000, 0))), after(0))
	holds(t, a.CollectAll(after(1)), "shop browser.web_vital.lcp{url.template=/p} n=10 sum=20 [2.5:10]")
}

func TestWeight_IsBounded(t *testing.T) {
	for rate, want := range map[float64]float64{1e-300: beacon.MaxWeight, -1: 1, 0: 1, 2: 1, math.Inf(1): 1, 0.5: 2} {
		assert.Equal(t, want, weightOf(kept(rate, shop())), rate)
	}
	assert.Equal(t, 1.0, weightOf(kept(math.NaN(), shop())))
}
