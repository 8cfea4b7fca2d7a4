package aggregate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// after is a moment, counted from the beginning of every story.
func after(d time.Duration) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(d)
}

// shop is a beacon of the application "shop" with one page at /p.
func shop(events ...beacon.Event) *beacon.Beacon {
	return &beacon.Beacon{
		App:    beacon.App{Name: "shop"},
		Pages:  []beacon.Page{{SessionID: "s", Route: "/p"}},
		Events: events,
	}
}

// at moves the beacon's page to another route.
func at(route string, b *beacon.Beacon) *beacon.Beacon {
	b.Pages[0].Route = route
	return b
}

// of makes the beacon one of another application.
func of(app string, b *beacon.Beacon) *beacon.Beacon {
	b.App.Name = app
	return b
}

// kept says that the client kept that part of its sessions.
func kept(rate float64, b *beacon.Beacon) *beacon.Beacon {
	b.Sampling.Rate = rate
	return b
}

func pageView() beacon.Event { return beacon.Event{Payload: &beacon.PageView{}} }

// measured is a measurement named "m" without unit.
func measured(value float64) beacon.Event {
	return beacon.Event{Payload: &beacon.Measurement{Name: "m", Value: value}}
}

// lcpOf is a report of a vital at a time of the browser's clock.
func lcpOf(id string, ms float64, when time.Duration) beacon.Event {
	return beacon.Event{BrowserTime: after(when), Payload: &beacon.Vital{Name: beacon.LCP, Value: ms, ID: id}}
}

// testSettings has small buckets and pages everywhere, so that stories fit a line, and reports values at once.
func testSettings() Settings {
	s := DefaultSettings()
	s.SilentAfter, s.ZeroFor, s.Breakdowns = 30*time.Second, 0, nil
	s.Attributes = map[string][]string{}
	for i := range instruments {
		s.Attributes[instruments[i].name] = namesOf(append(pageLabels(nil), instruments[i].labels...))
	}
	s.Buckets = map[string][]float64{
		"browser.web_vital.lcp": {1, 2.5, 4},
		"rum.measurement":       {1, 10},
	}
	return s
}

func with(change func(*Settings)) *Aggregator {
	s := testSettings()
	change(&s)
	return New(s)
}

func holds(t *testing.T, w Window, lines ...string) {
	t.Helper()
	assert.Equal(t, strings.Join(lines, "\n"), strings.Join(text(w.Metrics), "\n"))
}

// text writes one line for each point: service, metric, attributes, then the value of a sum or the
// count, sum and filled buckets of a histogram, each bucket by its upper bound.
func text(metrics pmetric.Metrics) (lines []string) {
	for _, rm := range metrics.ResourceMetrics().All() {
		service := "-"
		if name, ok := rm.Resource().Attributes().Get("service.name"); ok {
			service = name.Str()
		}
		for _, m := range rm.ScopeMetrics().At(0).Metrics().All() {
			head := service + " " + m.Name()
			switch m.Type() {
			case pmetric.MetricTypeSum:
				for _, dp := range m.Sum().DataPoints().All() {
					lines = append(lines, fmt.Sprintf("%s%s %d", head, attributesText(dp.Attributes()), dp.IntValue()))
				}
			case pmetric.MetricTypeHistogram:
				for _, dp := range m.Histogram().DataPoints().All() {
					lines = append(lines, head+attributesText(dp.Attributes())+" "+histogramText(dp))
				}
			case pmetric.MetricTypeExponentialHistogram:
				for _, dp := range m.ExponentialHistogram().DataPoints().All() {
					lines = append(lines, fmt.Sprintf("%s%s n=%d sum=%g scale=%d", head,
						attributesText(dp.Attributes()), dp.Count(), dp.Sum(), dp.Scale()))
				}
			default:
				lines = append(lines, head+" is a "+m.Type().String())
			}
		}
	}
	return lines
}

func attributesText(attributes pcommon.Map) string {
	var pairs []string
	for key, value := range attributes.All() {
		pairs = append(pairs, key+"="+value.AsString())
	}
	slices.Sort(pairs)
	return "{" + strings.Join(pairs, ",") + "}"
}

func histogramText(dp pmetric.HistogramDataPoint) string {
	var filled []string
	for i, n := range dp.BucketCounts().All() {
		bound := "inf"
		if i < dp.ExplicitBounds().Len() {
			bound = fmt.Sprint(dp.ExplicitBounds().At(i))
		}
		if n > 0 {
			filled = append(filled, fmt.Sprintf("%s:%d", bound, n))
		}
	}
	return fmt.Sprintf("n=%d sum=%g [%s]", dp.Count(), dp.Sum(), strings.Join(filled, " "))
}
