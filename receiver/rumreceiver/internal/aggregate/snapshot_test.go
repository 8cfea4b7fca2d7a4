package aggregate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// restarted is an Aggregator of a later process.
func restarted(t *testing.T, a *Aggregator, now time.Duration, change func(*Settings)) *Aggregator {
	t.Helper()
	data, err := a.Snapshot(after(now))
	require.NoError(t, err)
	next := with(change)
	require.NoError(t, next.Load(data, after(now)))
	return next
}

// A day of visits, during which one collector runs and another one is restarted again and again: both report the same.
func TestSnapshot_ARestartChangesNothing(t *testing.T) {
	for _, temporality := range []Temporality{Cumulative, Delta} {
		for _, shape := range []Histogram{Explicit, Exponential} {
			t.Run(fmt.Sprint(temporality, "/", shape), func(t *testing.T) {
				change := func(s *Settings) {
					s.Temporality, s.Histogram, s.MaxSeries, s.MaxNames = temporality, shape, 30, 3
					s.Breakdowns, s.Instance, s.KeepInstance = Breakdowns(), fmt.Sprint(rand.Int()), true
				}
				steady, a := with(change), with(change)
				a.settings.Instance = steady.settings.Instance
				random := rand.New(rand.NewPCG(7, 8))
				for i := range 1500 {
					now := time.Duration(i) * 7 * time.Second
					b := visitOf(random, i)
					assert.Equal(t, steady.Record(b, after(now)), a.Record(b, after(now)))
					if i%20 == 0 {
						a = restarted(t, a, now, change)
					}
					if i%30 == 29 {
						want, got := steady.Collect(after(now)), a.Collect(after(now))
						require.Equal(t, strings.Join(text(want.Metrics), "\n"), strings.Join(text(got.Metrics), "\n"), i)
						require.Equal(t, starts(want), starts(got))
					}
				}
				want, got := steady.Stats(), a.Stats()
				want.Early, want.Forgotten = got.Early, got.Forgotten // of this process
				assert.Equal(t, want, got)
			})
		}
	}
}

// starts are identity and start time of each point.
func starts(w Window) (all []string) {
	for i := range w.points {
		all = append(all, fmt.Sprint(w.points[i].key, w.points[i].start))
	}
	for _, rm := range w.Metrics.ResourceMetrics().All() {
		id, _ := rm.Resource().Attributes().Get("service.instance.id")
		all = append(all, id.AsString())
	}
	return all
}

// visitOf is a beacon of one of forty sessions that go on.
func visitOf(random *rand.Rand, i int) *beacon.Beacon {
	session := i % 40
	id := fmt.Sprint(session, "-", i/400)
	lcp, inp := lcpOf("l"+id, 1000+4000*random.Float64(), time.Duration(i)*time.Second), lcpOf("i"+id, 500*random.Float64(), time.Duration(i)*time.Second)
	inp.Payload.(*beacon.Vital).Name = beacon.INP
	inp = explained(inp, map[string]float64{"input_delay": 1})
	named := measured(random.Float64())
	named.Payload.(*beacon.Measurement).Name = fmt.Sprint("m", random.IntN(3))
	b := at(fmt.Sprint("/", random.IntN(8)), shop(pageView(), lcp, inp, named, beacon.Event{Payload: &beacon.Exception{}}))
	b.Client = beacon.Client{DeviceType: "mobile", BrowserName: "Firefox", Visitor: uint64(session + 1)}
	b.Pages[0].SessionID, b.Pages[0].ID, b.Pages[0].SessionImplicit = fmt.Sprint("s", session), "p"+id, true
	if random.IntN(3) == 0 {
		b.Pages[0].State = beacon.PageStateEnded
	}
	return b
}

func TestSnapshot_WhatWasReportedAsZeroIsReportedAsZeroAgain(t *testing.T) {
	change := func(s *Settings) { s.ZeroFor = time.Minute }
	a := with(change)
	a.Record(shop(pageView()), after(0))
	zero, one := "shop rum.page_views{browser.navigation.same_document=false,url.template=/p} 0", "shop rum.page_views{browser.navigation.same_document=false,url.template=/p} 1"
	holds(t, a.Collect(after(0)), zero)
	a = restarted(t, a, time.Second, change)
	holds(t, a.Collect(after(2*time.Minute)), zero) // nobody may have seen the first one
	holds(t, a.Collect(after(3*time.Minute)), one)
	a = restarted(t, a, 4*time.Minute, change)
	holds(t, a.Collect(after(4*time.Minute)), one)
}

func TestSnapshot_OtherSettingsKeepWhatWaitsAndWhatWasNotReported(t *testing.T) {
	device := func(s *Settings) {
		s.ZeroFor = time.Minute
		for metric := range s.Attributes {
			s.Attributes[metric] = []string{"url.template", "rum.device.type"}
		}
	}
	pages := func(s *Settings) {
		s.ZeroFor, s.Tags = time.Minute, []string{"team"}
		for metric := range s.Attributes {
			s.Attributes[metric] = []string{"url.template"}
		}
	}
	a := with(device)
	b := shop(pageView())
	b.Client.DeviceType = "mobile"
	a.Record(b, after(0))
	a.Collect(after(0))
	a.Collect(after(2 * time.Minute)) // the view is reported
	b.Events = []beacon.Event{lcpOf("v1", 1200, 0), measured(5)}
	a.Record(b, after(2*time.Minute))
	a = restarted(t, a, 2*time.Minute, pages)
	assert.Equal(t, 1, a.Stats().Pending)
	a.Record(shop(lcpOf("v1", 3000, time.Second)), after(2*time.Minute))
	holds(t, a.CollectAll(after(3*time.Minute)),
		"shop browser.web_vital.lcp{url.template=/p} n=1 sum=3 [4:1]",
		"shop rum.measurement{url.template=/p} n=1 sum=5 [10:1]")
}

// A change of one metric's settings is no reason for the counters of all others to start again: a scraper would miss what they
// have counted since its last scrape.
func TestSnapshot_OnlySeriesWhoseMetricHasChangedStartAgain(t *testing.T) {
	attributes := func(s *Settings) {
		s.ZeroFor = time.Minute
		s.Attributes["browser.web_vital.lcp"] = []string{"rum.device.type"}
	}
	buckets := func(s *Settings) {
		s.ZeroFor, s.Buckets = time.Minute, map[string][]float64{"browser.web_vital.lcp": {1, 7}}
	}
	const view = "shop rum.page_views{browser.navigation.same_document=false,url.template=/p} "
	for what, change := range map[string]func(*Settings){"attributes": attributes, "buckets": buckets} {
		t.Run(what, func(t *testing.T) {
			a := with(func(s *Settings) { s.ZeroFor = time.Minute })
			b := shop(pageView(), lcpOf("v1", 1200, 0))
			a.Record(b, after(0))
			a.Collect(after(0))
			a.Collect(after(time.Minute)) // both count
			a = restarted(t, a, 2*time.Minute, change)
			w := a.Collect(after(2 * time.Minute))
			assert.Contains(t, text(w.Metrics), view+"1")
			assert.Equal(t, after(0).UnixNano(), int64(firstPointOf(t, w, "rum.page_views").StartTimestamp()))
			b.Events = []beacon.Event{pageView(), lcpOf("v2", 3000, 0)}
			a.Record(b, after(2*time.Minute))
			a.CollectAll(after(3 * time.Minute)) // a zero of LCP
			got := strings.Join(text(a.CollectAll(after(5*time.Minute)).Metrics), "\n")
			assert.Contains(t, got, view+"2")
			assert.Contains(t, got, "n=1 sum=3 ", "LCP has started again")
		})
	}
}

func firstPointOf(t *testing.T, w Window, name string) pmetric.NumberDataPoint {
	t.Helper()
	for _, m := range w.Metrics.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		if m.Name() == name {
			return m.Sum().DataPoints().At(0)
		}
	}
	t.Fatal("no " + name)
	return pmetric.NumberDataPoint{}
}

func TestSnapshot_WithAnotherTemporalityEverythingIsReportedOnce(t *testing.T) {
	const view = "shop rum.page_views{browser.navigation.same_document=false,url.template=/p} "
	for _, from := range []Temporality{Cumulative, Delta} {
		of := func(temporality Temporality) func(*Settings) {
			return func(s *Settings) { s.ZeroFor, s.Temporality = time.Minute, temporality }
		}
		a := with(of(from))
		a.Record(shop(pageView()), after(0))
		a.Collect(after(0))
		a.Collect(after(2 * time.Minute)) // the view is reported
		if from == Delta {
			a.Record(shop(pageView()), after(2*time.Minute))
			a.Record(shop(pageView()), after(2*time.Minute))
			a = restarted(t, a, 3*time.Minute, of(Cumulative))
			holds(t, a.Collect(after(3*time.Minute)), view+"0")
			holds(t, a.Collect(after(5*time.Minute)), view+"2")
			continue
		}
		a = restarted(t, a, 3*time.Minute, of(Delta))
		holds(t, a.Collect(after(3*time.Minute)))
		a.Record(shop(pageView()), after(4*time.Minute))
		holds(t, a.Collect(after(5*time.Minute)), view+"1")
	}
}

func TestSnapshot_NamesNobody(t *testing.T) {
	a := New(testSettings())
	b := shop(lcpOf("measurement-of-somebody", 9000, 0))
	b.Pages[0].SessionID, b.Pages[0].ID = "session-of-somebody", "view-of-somebody"
	b.Pages[0].Trace.TraceID[0] = 1
	a.Record(b, after(0))
	data, err := a.Snapshot(after(0))
	require.NoError(t, err)
	assert.NotContains(t, string(data), "somebody")
}

func TestLoad_RefusesWhatIsDamaged(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(pageView(), lcpOf("v", 1, 0)), after(0))
	data, err := a.Snapshot(after(0))
	require.NoError(t, err)
	for i := 0; i < len(data); i += 37 {
		data[i] ^= 0x10
		assert.Error(t, New(testSettings()).Load(data, after(0)), i)
		data[i] ^= 0x10
		assert.Error(t, New(testSettings()).Load(data[:i], after(0)), i)
	}
	assert.NoError(t, New(testSettings()).Load(data, after(0)))
}

// Beacons are recorded while a snapshot is made, step by step, and pages gain and lose their places: each event is in it once at most,
// and all that came before.
func TestSnapshot_BeaconsGoOnMeanwhile(t *testing.T) {
	change := func(s *Settings) { s.MaxRoutes, s.MaxSeries, s.MaxPending = 1500, 1<<20, 5000 }
	a := with(change)
	var begun, ended atomic.Int64
	record := func(i int) {
		id := fmt.Sprint("v", i)
		b := at(fmt.Sprint("/", i/2*2%3000+i/3000*1000), shop(pageView(), lcpOf(id, 1000, 0), measured(1)))
		b.Client.Visitor = uint64(i + 1)
		begun.Add(1)
		a.Record(b, after(time.Duration(i)*time.Second)) // places are given away each second
		ended.Add(1)
	}
	for i := range 3000 { // more series than one step copies
		record(i)
	}
	stop := make(chan struct{})
	var recorder sync.WaitGroup
	recorder.Go(func() {
		for i := 3000; ; i++ {
			select {
			case <-stop:
				return
			default:
				record(i)
			}
		}
	})
	for range 5 {
		before := ended.Load()
		data, err := a.Snapshot(after(time.Hour))
		require.NoError(t, err)
		most := begun.Load()
		next := with(change)
		require.NoError(t, next.Load(data, after(time.Hour)))
		metrics := next.CollectAll(after(time.Hour)).Metrics
		for _, name := range []string{"rum.page_views", "browser.web_vital.lcp", "rum.measurement"} {
			n := int64(counts(metrics, name))
			assert.LessOrEqual(t, before, n, name)
			assert.LessOrEqual(t, n, most, name)
		}
	}
	close(stop)
	recorder.Wait()
}

// What moves to another series while some are copied would be in the copy twice.
func TestSnapshot_NoPageLosesItsPlaceMeanwhile(t *testing.T) {
	a := oneRoute()
	viewed(a, 0, "/cold", visitors(1)...)
	viewed(a, 0, "/hot", visitors(5)...)
	a.steady = true // as while a snapshot is made
	assert.Equal(t, 1, viewed(a, 2*time.Second, "/hot", visitors(1)...))
	a.steady = false
	assert.Equal(t, 0, viewed(a, 2*time.Second, "/hot", visitors(1)...))
	_, err := a.Snapshot(after(0))
	require.NoError(t, err)
	assert.False(t, a.steady)
}

// BenchmarkSnapshot is of as much as there may be. Target: no beacon waits more than 20 ms for it.
func BenchmarkSnapshot(b *testing.B) {
	a := New(benchSettings())
	fill(a, 50_000)
	for i := range 600_000 {
		if i == 500_000 {
			a.CollectAll(after(0))
		}
		in := eightAttributes(lcpOf(fmt.Sprint("v", i), 1234, 0))
		in.Pages[0].SessionID = fmt.Sprint("s", i)
		a.Record(in, after(0))
	}
	var longest atomic.Int64 // ns that another one waited
	var waiter sync.WaitGroup
	stop := make(chan struct{})
	waiter.Go(func() {
		in := eightAttributes(pageView())
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Microsecond):
				began := time.Now()
				a.Record(in, after(0))
				longest.Store(max(longest.Load(), int64(time.Since(began))))
			}
		}
	})
	for b.Loop() {
		data, err := a.Snapshot(after(0))
		require.NoError(b, err)
		b.ReportMetric(float64(len(data))/1e6, "MB")
	}
	close(stop)
	waiter.Wait()
	b.ReportMetric(float64(longest.Load())/1e6, "ms-waited")
}
