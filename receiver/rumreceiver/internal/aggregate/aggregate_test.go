package aggregate

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// counts adds up all that the points of one metric count.
func counts(metrics pmetric.Metrics, name string) (n int) {
	for _, rm := range metrics.ResourceMetrics().All() {
		for _, m := range rm.ScopeMetrics().At(0).Metrics().All() {
			if m.Name() != name {
				continue
			}
			switch m.Type() {
			case pmetric.MetricTypeSum:
				for _, dp := range m.Sum().DataPoints().All() {
					n += int(dp.IntValue())
				}
			case pmetric.MetricTypeHistogram:
				for _, dp := range m.Histogram().DataPoints().All() {
					n += int(total(dp.BucketCounts().AsRaw()))
				}
			case pmetric.MetricTypeExponentialHistogram:
				for _, dp := range m.ExponentialHistogram().DataPoints().All() {
					n += int(dp.ZeroCount() + total(dp.Positive().BucketCounts().AsRaw()))
				}
			default:
				panic("not a type that the aggregate emits: " + m.Type().String())
			}
		}
	}
	return n
}

// Whatever the bounds, the temporality and what the consumer refuses: every event is counted in
// exactly one series.
func TestProperty_CountsAddUpToTheEvents(t *testing.T) {
	const events = 2000
	random := rand.New(rand.NewPCG(5, 6))
	for _, temporality := range []Temporality{Cumulative, Delta} {
		for _, shape := range []Histogram{Explicit, Exponential} {
			for _, limit := range []int{1, 2, 7, 1000} {
				t.Run(fmt.Sprint(temporality, "/", shape, "/", limit), func(t *testing.T) {
					a := with(func(s *Settings) {
						s.Temporality, s.Histogram = temporality, shape
						s.MaxSeries, s.MaxPending = limit, limit*10
						s.MaxIdle = 0 // else a cumulative series takes its count with it
					})
					sums := map[string]int{}
					add := func(w Window) {
						for _, name := range []string{"rum.page_views", "rum.measurement", "browser.web_vital.lcp"} {
							if temporality == Cumulative {
								sums[name] = 0
							}
							sums[name] += counts(w.Metrics, name)
						}
					}
					for i := range events {
						now := time.Duration(i) * time.Second
						b := at(fmt.Sprint(random.IntN(20)), shop(pageView(), measured(random.ExpFloat64()),
							lcpOf(fmt.Sprint(i), 5000*random.Float64(), now)))
						a.Record(of(fmt.Sprint(random.IntN(5)), b), after(now))
						if i%50 == 0 {
							if w := a.Collect(after(now)); random.IntN(3) == 0 {
								a.Restore(w)
							} else {
								add(w)
							}
						}
						assert.LessOrEqual(t, a.Stats().Series, 3*(2*limit+1))
					}
					add(a.CollectAll(after(events * time.Second)))
					assert.Equal(t, map[string]int{
						"rum.page_views": events, "rum.measurement": events, "browser.web_vital.lcp": events,
					}, sums)
				})
			}
		}
	}
}

// Under the race detector this also shows that a Window shares nothing with the series.
func TestConcurrency_NothingIsLost(t *testing.T) {
	for _, temporality := range []Temporality{Cumulative, Delta} {
		for _, shape := range []Histogram{Explicit, Exponential} {
			a := with(func(s *Settings) { s.Temporality, s.Histogram = temporality, shape })
			assert.Equal(t, people*each, crowd(a), "%s %s", temporality, shape)
			assert.Equal(t, people*each, a.Stats().Counted)
		}
	}
}

const people, each = 4, 100

// crowd records from several goroutines while it collects, and returns how many values of a vital the
// Windows count.
func crowd(a *Aggregator) (seen int) {
	const lcp = "browser.web_vital.lcp"
	var group sync.WaitGroup
	for person := range people {
		group.Go(func() {
			for i := range each {
				a.Record(shop(pageView(), lcpOf(fmt.Sprint(person, "/", i), 100, 0)), after(0))
				a.Stats()
			}
		})
	}
	for range 20 {
		a.Restore(a.Collect(after(time.Minute)))
		if w := a.Collect(after(time.Minute)); a.settings.Temporality == Delta {
			seen += counts(w.Metrics, lcp)
		}
	}
	group.Wait()
	return seen + counts(a.CollectAll(after(time.Minute)).Metrics, lcp)
}

func TestNew_TakesABoundBelowOneAsOne(t *testing.T) {
	a := New(Settings{})
	a.Record(shop(pageView(), lcpOf("v1", 1, 0)), after(0))
	a.Record(visit("s1"), after(0))
	assert.Equal(t, Stats{Pending: 1, Sessions: 1, Series: 3, Routes: 1, Apps: 1}, a.Stats())
	assert.Equal(t, 1, a.Record(at("/q", shop(pageView())), after(0)).Overflowed)
}

func TestNew_KeepsItsOwnBucketsAndTags(t *testing.T) {
	bounds, tags := []float64{1}, []string{"team"}
	a := with(func(s *Settings) { s.Buckets, s.Tags = map[string][]float64{"rum.measurement": bounds}, tags })
	bounds[0], tags[0] = 100, "x"
	b := shop(measured(5))
	b.Pages[0].Tags = []beacon.Tag{{Key: "team", Value: "payments"}}
	a.Record(b, after(0))
	holds(t, a.Collect(after(0)),
		"shop rum.measurement{rum.measurement.name=m,rum.tag.team=payments,url.template=/p} n=1 sum=5 [inf:1]")
}
