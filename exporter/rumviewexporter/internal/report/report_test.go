package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/streams"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
	"github.com/otelcol-rum/otelcol-rum/internal/growth"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func lcp(session, id, route string, value, weight float64) *window.Event {
	return &window.Event{
		Time: noon, Arrived: noon, Name: semconv.EventWebVital, Session: session, Route: route, Device: "mobile", Weight: weight,
		Vital: &window.Vital{Name: "lcp", ID: id, Value: value, Target: "#hero"},
	}
}

// The numbers equal those of the plainest computation: every weighted value written out that many times.
func TestNumbersEqualANaiveComputation(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var events []*window.Event
	var all []float64
	over := 0
	for i := range 2000 {
		value, weight := math.Round(random.ExpFloat64()*2000), float64(1+random.IntN(9))
		events = append(events, lcp(fmt.Sprint("s", i), fmt.Sprint("v", i), "/", value, weight))
		for range int(weight) {
			all = append(all, value)
			if value > 2500 {
				over++
			}
		}
	}
	slices.Sort(all)
	o := NewOverview(events, noon.Add(-time.Minute), noon, 10)
	require.Len(t, o.Vitals, 1)
	s := o.Vitals[0]
	rank := int(math.Ceil(0.75 * float64(len(all))))
	assert.InDelta(t, all[rank-1], s.P75, 0)
	assert.InDelta(t, len(all), s.Count, 0)
	assert.InDelta(t, over, s.Over, 0)
	assert.Equal(t, 2000, s.Records)
	assert.InDelta(t, len(all), o.Sessions, 0)

	v := NewVital(events, "lcp", noon.Add(-time.Minute), noon)
	sum := 0.0
	overBins := 0.0
	for _, b := range v.Bins {
		sum += b.Count
		if b.From >= v.Limit {
			overBins += b.Count
		}
	}
	assert.InDelta(t, len(all), sum, 0)
	assert.InDelta(t, over, overBins, 0)
	assert.InDelta(t, all[int(math.Ceil(0.5*float64(len(all))))-1], v.P50, 0)
}

func TestTheLastReportOfAMeasurementCounts(t *testing.T) {
	events := []*window.Event{lcp("s", "a", "/", 900, 1), lcp("s", "a", "/", 3000, 1), lcp("s", "b", "/", 1000, 1), lcp("s", "", "/", 5, 1), lcp("s", "", "/", 5, 1)}
	v := NewVital(events, "lcp", noon.Add(-time.Minute), noon)
	assert.InDelta(t, 4, v.Count, 0)
	assert.InDelta(t, 1, v.Over, 0)
	assert.InDelta(t, 3000, v.Worst[0].Value, 0)
}

func TestAVitalIsShownMinuteByMinute(t *testing.T) {
	at := func(ago time.Duration, value, weight float64) *window.Event {
		e := lcp("s", "", "/", value, weight)
		e.Time = noon.Add(-ago)
		return e
	}
	v := NewVital([]*window.Event{at(2*time.Hour, 900, 1), at(90*time.Second, 1000, 3), at(80*time.Second, 3000, 1), at(0, 4000, 2)}, "lcp", noon.Add(-3*time.Minute), noon)
	assert.Equal(t, []VitalMinute{
		{noon.Add(-3 * time.Minute), 900, 1, 0}, // what is said to be older counts at the edge
		{noon.Add(-2 * time.Minute), 1000, 4, 1},
		{noon.Add(-time.Minute), 0, 0, 0},
		{noon, 4000, 2, 2},
	}, v.Minutes)
}

func TestTheLimitOfTheBudgetHolds(t *testing.T) {
	e := lcp("s", "a", "/", 1500, 1)
	e.Vital.Limit = 1000
	v := NewVital([]*window.Event{e}, "lcp", noon.Add(-time.Minute), noon)
	assert.InDelta(t, 1000, v.Limit, 0)
	assert.InDelta(t, 1, v.Over, 0)
}

func TestVerdictsAreGivenOnlyBeyondDoubt(t *testing.T) {
	for _, c := range []struct {
		share, n float64
		want     Verdict
	}{
		{0, 0, Unknown},
		{0, 5, Unknown},
		{0, 12, Within},
		{1, 1, Unknown},
		{1, 2, Exceeded},
		{0.25, 1e6, Unknown},
		{0.2, 100, Unknown},
		{0.2, 1000, Within},
		{0.3, 100, Unknown},
		{0.3, 1000, Exceeded},
	} {
		assert.Equal(t, c.want, judge(c.share, c.n), "%v of %v", c.share, c.n)
	}
}

// One record that stands for a thousand says no more than one.
func TestWeightsDoNotMakeDataOutOfNothing(t *testing.T) {
	v := NewVital([]*window.Event{lcp("a", "1", "/", 9000, 1000)}, "lcp", noon.Add(-time.Minute), noon)
	assert.InDelta(t, 1000, v.Count, 0)
	assert.InDelta(t, 1, v.Effective, 0)
	assert.Equal(t, Unknown, v.Verdict)
}

func TestRoutesAreSortedByPeopleHurt(t *testing.T) {
	var events []*window.Event
	for i := range 5 { // one person, five times
		events = append(events, lcp("same", fmt.Sprint("x", i), "/often", 9000, 1))
	}
	for i := range 3 { // three people, once each
		events = append(events, lcp(fmt.Sprint("p", i), fmt.Sprint("y", i), "/many", 2600, 1))
	}
	failed := &window.Event{Time: noon, Name: semconv.EventException, Session: "e", Route: "/error", Weight: 2, Error: &window.Error{Fingerprint: "f", Type: "TypeError"}}
	noise := &window.Event{Time: noon, Name: semconv.EventException, Session: "n", Route: "/error", Weight: 9, Error: &window.Error{Fingerprint: "g", Noise: "extension"}}
	o := NewOverview(append(events, failed, noise), noon, noon, 2)
	assert.Equal(t, 3, o.RoutesTotal)
	require.Len(t, o.Routes, 2)
	assert.Equal(t, "/many", o.Routes[0].Route)
	assert.InDelta(t, 3, o.Routes[0].Hurt, 0)
	assert.NotEmpty(t, o.Routes[0].Example, "no session to look at")
	assert.Equal(t, "/error", o.Routes[1].Route)
	assert.Equal(t, &Why{Vital: "lcp", Culprit: "#hero", Share: 1}, o.Routes[0].Why)
	assert.InDelta(t, 2, o.Errors, 0)
	assert.InDelta(t, 9, o.Noise, 0)
	require.NotNil(t, o.CrashFree)
	assert.InDelta(t, 1-2.0/15, *o.CrashFree, 1e-6) // of 4 + 2 + 9 sessions
}

func TestAVersionIsNamedWhenTheOthersAreNotGuilty(t *testing.T) {
	var events []*window.Event
	for i := range 20 {
		e := lcp(fmt.Sprint(i), fmt.Sprint(i), "/", 1000, 1)
		e.Version = "1.0.0"
		if i%2 == 0 {
			e.Version, e.Vital.Value = "1.1.0", 5000
		}
		events = append(events, e)
	}
	assert.Equal(t, "1.1.0", why(measurements(events)).Version)
	assert.Empty(t, why(measurements(events[:1])).Version, "there is no other")
}

func TestErrorsAreGroupedAndNoiseIsLast(t *testing.T) {
	crash := func(fingerprint, session, noise string, at time.Duration) *window.Event {
		return &window.Event{Time: noon.Add(at), Name: semconv.EventException, Session: session, Route: "/cart", Version: "1", Weight: 2, Error: &window.Error{Fingerprint: fingerprint, Type: "E", Noise: noise}}
	}
	groups := NewErrors([]*window.Event{
		crash("n", "a", "extension", 0), crash("n", "b", "extension", 0), crash("n", "c", "extension", 0),
		crash("f", "a", "", 5*time.Second), crash("f", "a", "", 0), crash("f", "b", "", time.Second),
	})
	require.Len(t, groups, 2)
	assert.Equal(t, "f", groups[0].Fingerprint)
	assert.InDelta(t, 6, groups[0].Count, 0)
	assert.InDelta(t, 4, groups[0].Sessions, 0)
	assert.Equal(t, []time.Time{noon, noon.Add(5 * time.Second)}, []time.Time{groups[0].First, groups[0].Last})
	assert.Equal(t, []string{"b", "a"}, groups[0].Examples)
}

func TestReportsOfNothingAreEmptyAndNotNull(t *testing.T) {
	o := NewOverview(nil, noon, noon, 10)
	assert.NotNil(t, o.Routes)
	assert.NotNil(t, o.Vitals)
	assert.Nil(t, o.CrashFree)
	v := NewVital(nil, "cls", noon.Add(-time.Minute), noon)
	assert.InDelta(t, 0.1, v.Limit, 0)
	assert.Equal(t, Unknown, v.Verdict)
	assert.NotNil(t, NewTail(nil, "", "", 5).Events)
	assert.NotNil(t, NewErrors(nil))
	assert.NotNil(t, NewRequests(nil))
	_, ok := NewSession(nil, "s")
	assert.False(t, ok)
}

func manyRoutes(n int) []*window.Event {
	events := make([]*window.Event, n)
	for i := range events {
		events[i] = lcp(fmt.Sprint("s", i), fmt.Sprint("v", i), fmt.Sprint("/order/", i), 3000, 1)
	}
	return events
}

// As many routes as there are records: a site without templates. The answer is short and says how many
// there are.
func TestAHundredThousandRoutes(t *testing.T) {
	events := manyRoutes(100_000)
	o := NewOverview(events, noon.Add(-time.Minute), noon, 50)
	assert.Len(t, o.Routes, 50)
	assert.Equal(t, 100_000, o.RoutesTotal)
	assert.Len(t, Values(events, "route", 100), 100)
	for _, groups := range NewVital(events, "lcp", noon.Add(-time.Minute), noon).Dimensions {
		assert.LessOrEqual(t, len(groups), maxRanked)
	}
}

func BenchmarkRoutesGrowth(b *testing.B) {
	growth.Report(b, 80_000, func(size int) func() {
		events := manyRoutes(size)
		return func() {
			NewOverview(events, noon.Add(-time.Minute), noon, 50)
			Values(events, "route", 100)
			NewVital(events, "lcp", noon.Add(-time.Minute), noon)
		}
	})
}

// Records of other instrumentations: what they say is counted, what they lack is unknown.
func TestForeignRecords(t *testing.T) {
	events := []*window.Event{
		{Time: noon, Arrived: noon, Name: "app.checkout.started", Weight: 1},
		{Time: noon, Arrived: noon, Weight: 1}, // a line of a server
		{Time: noon, Arrived: noon, Name: semconv.EventException, Weight: 1, Error: &window.Error{Fingerprint: "x", Type: "E", Message: "m"}},
		{Time: noon, Arrived: noon, Name: semconv.EventWebVital, Weight: 1, Vital: &window.Vital{Name: "speed index", Value: 3}},
	}
	o := NewOverview(events, noon.Add(-time.Minute), noon, 50)
	assert.Nil(t, o.CrashFree, "a share of no sessions")
	assert.InDelta(t, 1, o.Errors, 0)
	assert.Empty(t, o.Vitals, "a vital that nobody knows")
	require.Len(t, o.Routes, 1)
	assert.Equal(t, "unknown", o.Routes[0].Route)
	assert.InDelta(t, 1, o.Routes[0].Hurt, 0)
	assert.Len(t, NewErrors(events), 1)
	assert.Len(t, NewTail(events, "", "", 10).Events, 4)
}

// Reports overtake each other on their way: LCP and CLS never fall, INP may.
func TestWhatNeverFallsCountsWithItsLargestReport(t *testing.T) {
	late := []*window.Event{lcp("s", "a", "/", 3000, 1), lcp("s", "a", "/", 900, 1)}
	assert.InDelta(t, 3000, NewVital(late, "lcp", noon.Add(-time.Minute), noon).P75, 0)
	assert.InDelta(t, 1, NewVital(late, "lcp", noon.Add(-time.Minute), noon).Count, 0)
	for _, e := range late {
		e.Vital.Name = "inp"
	}
	assert.InDelta(t, 900, NewVital(late, "inp", noon.Add(-time.Minute), noon).P75, 0)
}

func TestAReturnIsNoLoad(t *testing.T) {
	back := lcp("s", "a", "/", 20, 1)
	back.Vital.Apart = true
	o := NewOverview([]*window.Event{back, lcp("s", "b", "/", 2000, 1)}, noon.Add(-time.Minute), noon, 10)
	assert.InDelta(t, 1, o.Vitals[0].Count, 0)
	assert.InDelta(t, 2000, o.Vitals[0].P75, 0)
}

// Whoever filters the books must not read a difference between some of the records and all of the metrics.
func TestRecordsAreComparedWithMetricsWhateverTheFilter(t *testing.T) {
	all := []*window.Event{lcp("a", "1", "/a", 100, 1), lcp("b", "2", "/b", 100, 1), lcp("c", "3", "/b", 100, 1)}
	all[0].Visitor, all[1].Visitor, all[2].Visitor = window.Person, window.Person, window.Bot
	growth := []streams.Growth{{Metric: semconv.MetricWebVitalPrefix + "lcp", Count: 2}}
	want := []Comparison{{Name: semconv.MetricWebVitalPrefix + "lcp", Logs: 2, Records: 2, Metrics: 2}}
	for _, filter := range []Filter{{}, {Visitor: window.Person}, {Route: "/a"}, {Visitor: window.Bot}} {
		assert.Equal(t, want, NewBooks(filter.Apply(all), all, growth, streams.Books{}).Compare, filter)
	}
}

func TestOfMetricsNothingPassesThatTheFilterDoesNotSelect(t *testing.T) {
	growth := []streams.Growth{{
		Metric: semconv.MetricWebVitalPrefix + "lcp", Service: "shop", Environment: "live", Count: 1, Bounds: []float64{1}, Buckets: []float64{1, 0},
		Labels: []streams.Label{{Key: semconv.URLTemplate, Value: "/a"}, {Key: semconv.GeoCountryISOCode, Value: "DE"}},
	}}
	for _, filter := range []Filter{{}, {Service: "shop", Environment: "live", Route: "/a", Country: "DE", Visitor: window.Person}} {
		assert.Len(t, FromStreams(growth, filter), 1, filter)
	}
	for _, filter := range []Filter{{Environment: "test"}, {Browser: "Firefox"}, {Country: "FR"}, {Connection: "4g"}, {Device: "mobile"}, {Visitor: window.Bot}} {
		assert.Empty(t, FromStreams(growth, filter), filter)
	}
}
