package aggregate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// samples is how many Prometheus has of a window, with the counters that the processor makes of the vitals by default:
// evaluations and violations of each, and what is undecided where buckets are not bounds. It names the metrics that have most.
func samples(metrics pmetric.Metrics) (n int, byMetric map[string]int) {
	byMetric = map[string]int{}
	budgets := map[string]bool{"browser.web_vital.lcp": true, "browser.web_vital.inp": true, "browser.web_vital.cls": true, "browser.web_vital.fcp": true, "browser.web_vital.ttfb": true}
	for _, rm := range metrics.ResourceMetrics().All() {
		n += 1 + 12 // target_info, limits and objectives
		for _, m := range rm.ScopeMetrics().At(0).Metrics().All() {
			own := 0
			switch m.Type() {
			case pmetric.MetricTypeHistogram:
				for _, dp := range m.Histogram().DataPoints().All() {
					own += dp.BucketCounts().Len() + 2 // sum and count
					if budgets[m.Name()] {
						own += 2
					}
				}
			case pmetric.MetricTypeExponentialHistogram:
				own += m.ExponentialHistogram().DataPoints().Len()
				if budgets[m.Name()] {
					own += 3 * m.ExponentialHistogram().DataPoints().Len()
				}
			default:
				own += m.Sum().DataPoints().Len()
			}
			n += own
			byMetric[m.Name()] += own
		}
	}
	return n, byMetric
}

// A site of 300 routes, visited by Zipf's law in seven browsers, with full visits: what is scraped can be paid for, hardly anything
// lacks a name, and the busiest routes are whole.
func TestSite_IsAffordableAndWhole(t *testing.T) {
	for _, of := range []struct {
		shape   Histogram
		views   int
		tablets float64 // their share
		most    int     // samples
		other   float64 // share
	}{
		{Explicit, 10_000, 0, 30_000, .05},
		{Explicit, 5_000, .03, 30_000, .05},
		{Exponential, 5_000, 0, 6_000, .15},
	} {
		t.Run(fmt.Sprint(of.shape, " ", of.views, " ", of.tablets), func(t *testing.T) {
			settings := DefaultSettings()
			settings.Histogram, settings.Instance = of.shape, "i"
			a := New(settings)
			s := drawSite(a, of.views, 300, of.tablets)
			metrics := a.CollectAll(after(time.Hour)).Metrics
			n, byMetric := samples(metrics)
			t.Logf("%d samples %v", n, byMetric)
			assert.LessOrEqual(t, n, of.most)
			s.holds(t, metrics, of.other)
		})
	}
}

// drawnSite is what is true.
type drawnSite struct {
	lcp   map[string][]float64 // s, by route
	views int
}

func drawSite(a *Aggregator, views, routes int, tablets float64) *drawnSite {
	random := rand.New(rand.NewPCG(9, 10))
	s := &drawnSite{lcp: map[string][]float64{}, views: views}
	clients := []struct{ browser, device string }{
		{"Chrome", "desktop"}, {"Safari", "desktop"}, {"Firefox", "desktop"}, {"Edge", "desktop"}, {"Safari", "mobile"}, {"Chrome", "mobile"}, {"Samsung Browser", "mobile"},
	}
	for i := range views {
		now := after(time.Duration(i) * time.Hour / time.Duration(views))
		rank := int(math.Exp(random.Float64()*math.Log(float64(routes+1)))) - 1
		route := fmt.Sprint("/route/", min(rank, routes-1))
		lcp := 1600 * math.Exp(.55*random.NormFloat64())
		s.lcp[route] = append(s.lcp[route], lcp/1000)
		var events []beacon.Event
		for name, value := range map[string]float64{"lcp": lcp, "fcp": lcp / 2, "ttfb": lcp / 5, "inp": 80 * math.Exp(.8*random.NormFloat64()), "cls": .02 * math.Exp(random.NormFloat64())} {
			e := beacon.Event{BrowserTime: now, Payload: &beacon.Vital{Name: name, Value: value, ID: fmt.Sprint(name, i), NavigationType: "navigate"}}
			switch name {
			case "lcp":
				e = explained(e, map[string]float64{"time_to_first_byte": value / 4, "resource_load_delay": value / 4, "resource_load_duration": value / 4, "element_render_delay": value / 4})
			case "inp":
				e = explained(e, map[string]float64{"input_delay": value / 3, "processing_duration": value / 3, "presentation_delay": value / 3})
			}
			events = append(events, e)
		}
		events = append(events, pageView(), pageLoad(), beacon.Event{Payload: &beacon.LongTask{Duration: 75}})
		for _, initiator := range []string{"img", "script", "fetch", "css", "link", "xmlhttprequest"} {
			events = append(events, beacon.Event{Payload: &beacon.Resource{Duration: 300, InitiatorType: initiator}})
		}
		if random.IntN(20) == 0 {
			events = append(events, beacon.Event{Payload: &beacon.Exception{Source: "error"}})
		}
		b := at(route, shop(events...))
		client := clients[random.IntN(len(clients))]
		if random.Float64() < tablets {
			client.device = "tablet"
		}
		b.App.Version = "1.0"
		b.Client = beacon.Client{DeviceType: client.device, BrowserName: client.browser, Country: []string{"DE", "FR", "US"}[i%3], Visitor: random.Uint64()}
		b.Connection.EffectiveType = []string{"4g", "3g"}[i%2]
		b.Pages[0].SessionID, b.Pages[0].ID, b.Pages[0].State, b.Pages[0].SessionImplicit = fmt.Sprint("s", i), "p", beacon.PageStateEnded, true
		a.Record(b, now)
		if i%100 == 0 {
			a.Collect(now)
		}
	}
	return s
}

// holds that at most that share of the LCPs is outside a named route, and that the 50 busiest are complete, with their p75 in its
// bucket.
func (s *drawnSite) holds(t *testing.T, metrics pmetric.Metrics, other float64) {
	counted, buckets, named := map[string]int{}, map[string][]uint64{}, 0
	for _, m := range metrics.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		if m.Name() != "browser.web_vital.lcp" {
			continue
		}
		add := func(route string, n uint64, of []uint64) {
			counted[route] += int(n)
			if route != otherValue {
				named += int(n)
			}
			if buckets[route] == nil {
				buckets[route] = make([]uint64, len(of))
			}
			for i := range of {
				buckets[route][i] += of[i]
			}
		}
		if m.Type() == pmetric.MetricTypeExponentialHistogram {
			for _, dp := range m.ExponentialHistogram().DataPoints().All() {
				add(attribute(dp.Attributes()), dp.Count(), nil)
			}
			continue
		}
		for _, dp := range m.Histogram().DataPoints().All() {
			add(attribute(dp.Attributes()), dp.Count(), dp.BucketCounts().AsRaw())
		}
	}
	t.Logf("%d of %d outside a named route", s.views-named, s.views)
	assert.LessOrEqual(t, float64(s.views-named), other*float64(s.views))
	var routes []string
	for route := range s.lcp {
		routes = append(routes, route)
	}
	slices.SortFunc(routes, func(a, b string) int { return len(s.lcp[b]) - len(s.lcp[a]) })
	for _, route := range routes[:50] {
		values := slices.Sorted(slices.Values(s.lcp[route]))
		if len(buckets[route]) == 0 { // fewer have a place, so some get theirs a visit or two later
			assert.InDelta(t, len(values), counted[route], 2+.05*float64(len(values)), route)
			continue
		}
		if !assert.Equal(t, len(values), counted[route], route) {
			continue
		}
		rank := int(math.Ceil(.75 * float64(len(values))))
		bucket, below := 0, uint64(0)
		for ; below+buckets[route][bucket] < uint64(rank); bucket++ {
			below += buckets[route][bucket]
		}
		want, _ := slices.BinarySearch(DefaultBuckets("browser.web_vital.lcp"), values[rank-1])
		assert.Equal(t, want, bucket, "p75 of %s", route)
	}
}

func attribute(attributes interface{ AsRaw() map[string]any }) string {
	route, _ := attributes.AsRaw()["url.template"].(string)
	return route
}
