package aggregate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestDefaultBuckets_HoldBothLimitsOfEveryVital(t *testing.T) {
	for _, vital := range []string{beacon.LCP, beacon.INP, beacon.CLS, beacon.FCP, beacon.TTFB, beacon.FID} {
		good, poor, _ := beacon.VitalThresholds(vital)
		if vital != beacon.CLS {
			good, poor = seconds(good), seconds(poor)
		}
		bounds := DefaultBuckets(semconv.MetricWebVitalPrefix + vital)
		assert.Contains(t, bounds, good, vital)
		assert.Contains(t, bounds, poor, vital)
	}
}

func TestDefaultBuckets_OfEveryHistogramAreValidAndFew(t *testing.T) {
	for i := range instruments {
		if instruments[i].sum {
			assert.Nil(t, DefaultBuckets(instruments[i].name))
			continue
		}
		bounds := DefaultBuckets(instruments[i].name)
		assert.NoError(t, CheckBuckets(instruments[i].name, bounds))
		if few := 7; instruments[i].name != semconv.MetricMeasurement { // of a measurement nothing is known
			assert.LessOrEqual(t, len(bounds), few, instruments[i].name)
		}
	}
	assert.Nil(t, DefaultBuckets("unknown"))
}

func TestCheckBuckets_SaysWhatIsWrong(t *testing.T) {
	const lcp = "browser.web_vital.lcp"
	assert.EqualError(t, CheckBuckets("lcp", []float64{1}), `"lcp" is not a histogram of this receiver`)
	assert.EqualError(t, CheckBuckets("rum.exceptions", []float64{1}), `"rum.exceptions" is not a histogram of this receiver`)
	assert.EqualError(t, CheckBuckets(lcp, nil), `"browser.web_vital.lcp" must have 1 to 200 bounds (got 0)`)
	assert.ErrorContains(t, CheckBuckets(lcp, make([]float64, 201)), "got 201")
	assert.ErrorContains(t, CheckBuckets(lcp, []float64{1, 1}), "bound 1 must be greater than the one before it (got 1 after 1)")
	assert.ErrorContains(t, CheckBuckets(lcp, []float64{-1}), "bound 0 must be a number from 0 on (got -1)")
	assert.ErrorContains(t, CheckBuckets(lcp, []float64{math.NaN()}), "got NaN")
	assert.ErrorContains(t, CheckBuckets(lcp, []float64{1, math.Inf(1)}), "got +Inf")
}

func TestBucketOf_EdgesAreInclusiveAbove(t *testing.T) {
	bounds := []float64{1, 2.5, 4}
	for v, want := range map[float64]int{0: 0, 1: 0, 1.001: 1, 2.5: 1, 2.501: 2, 4: 2, 4.001: 3} {
		assert.Equal(t, want, bucketOf(bounds, v), v)
	}
}

func TestSeconds_PutsALimitOnItsEdge(t *testing.T) {
	assert.Equal(t, 0.2, seconds(200))
	assert.Equal(t, 1.8, seconds(1800))
	assert.Equal(t, 0.016, seconds(16))
}
