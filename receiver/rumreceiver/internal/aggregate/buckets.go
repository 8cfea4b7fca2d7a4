package aggregate

import (
	"fmt"
	"math"
	"slices"
)

// maxBounds is how many bounds a histogram may have: enough for a fine picture, and a series stays
// below 2 kB.
const maxBounds = 200

// Every list has the limits "good" and "poor" of its vital as bounds, so that the number of values past a budget is exact, and
// few others, because each bound is a sample of every series in every scrape.
// Edges are inclusive above, as the budgets are.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#histogram
var defaultBuckets = func() (all [numInstruments][]float64) {
	all[lcp] = []float64{1, 1.5, 2, 2.5, 4, 6, 10}
	all[inp] = []float64{0.05, 0.1, 0.15, 0.2, 0.35, 0.5, 1}
	all[cls] = []float64{0.01, 0.05, 0.1, 0.15, 0.25, 0.5, 1}
	all[fcp] = []float64{0.6, 1.2, 1.8, 2.4, 3, 5, 10}
	all[ttfb] = []float64{0.1, 0.2, 0.4, 0.8, 1.2, 1.8, 4}
	all[fid] = []float64{0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1}
	// A page that comes back from the cache is shown at once.
	all[returnLCP] = []float64{0.05, 0.1, 0.2, 0.5, 1, 2.5, 4}
	all[returnFCP] = []float64{0.05, 0.1, 0.2, 0.5, 1, 1.8, 3}
	// The parts of good vitals, of poor ones, and between.
	all[lcpPart] = []float64{0.1, 0.25, 0.5, 0.8, 1.2, 2.5, 4}
	all[inpPart] = []float64{0.025, 0.05, 0.1, 0.15, 0.2, 0.35, 0.5}
	for question := range questions {
		for id := range numBrokenDown {
			all[breakdown(question, id)] = all[id]
		}
	}
	// Phases range from a name in the cache of the resolver to a page that never ends loading.
	for phase := firstPhase; phase < resourceDuration; phase++ {
		all[phase] = []float64{0.02, 0.1, 0.3, 0.8, 1.8, 4, 10}
	}
	all[resourceDuration] = []float64{0.1, 0.3, 0.5, 1, 2, 5, 10}
	// A task is long from 50 ms on.
	all[longTaskDuration] = []float64{0.075, 0.1, 0.15, 0.25, 0.5, 1, 2}
	// The application defines interactions: a click, or a checkout of a minute.
	all[interactionDuration] = []float64{0.05, 0.1, 0.2, 0.5, 1, 5, 30}
	// The unit of a measurement is unknown: 1, 2.5 and 5 of each decade, coarser at the end.
	all[measurement] = []float64{
		0, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500,
		1000, 2500, 5000, 10_000, 25_000, 100_000, 1_000_000,
	}
	return all
}()

// DefaultBuckets are the bounds of the metric's explicit histogram in its unit (seconds; CLS its
// score); nil for a name that is no histogram of ours. The caller may change the result.
func DefaultBuckets(metric string) []float64 {
	if id, ok := histogramNamed(metric); ok {
		return slices.Clone(defaultBuckets[id])
	}
	return nil
}

// CheckBuckets returns an error for a wrong entry of Settings.Buckets: an unknown metric, no bounds or more than 200,
// or bounds that are not finite, negative or not increasing.
func CheckBuckets(metric string, bounds []float64) error {
	if _, ok := histogramNamed(metric); !ok {
		return fmt.Errorf("%q is not a histogram of this receiver", metric)
	}
	if len(bounds) < 1 || len(bounds) > maxBounds {
		return fmt.Errorf("%q must have 1 to %d bounds (got %d)", metric, maxBounds, len(bounds))
	}
	for i, bound := range bounds {
		if !(bound >= 0) || math.IsInf(bound, 0) {
			return fmt.Errorf("%q: bound %d must be a number from 0 on (got %v)", metric, i, bound)
		}
		if i > 0 && bound <= bounds[i-1] {
			return fmt.Errorf("%q: bound %d must be greater than the one before it (got %v after %v)", metric, i, bound, bounds[i-1])
		}
	}
	return nil
}

func histogramNamed(metric string) (instrumentID, bool) {
	for id := range numInstruments {
		if instruments[id].name == metric {
			return id, !instruments[id].sum
		}
	}
	return 0, false
}

// bucketOf is the index of the bucket that holds v: the first whose bound is not below it.
func bucketOf(bounds []float64, v float64) int {
	low, high := 0, len(bounds)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if bounds[middle] < v {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
