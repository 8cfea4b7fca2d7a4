package aggregate

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// eightAttributes is a beacon whose series have eight attributes: seven in common, one of the event.
func eightAttributes(events ...beacon.Event) *beacon.Beacon {
	b := shop(events...)
	b.App = beacon.App{Name: "shop", Version: "1.4.2", Environment: "production"}
	b.Client = beacon.Client{DeviceType: "mobile", BrowserName: "Chrome", Country: "DE"}
	b.Connection.EffectiveType = "4g"
	b.Pages[0].Route = "/products/:category/:id"
	b.Pages[0].Tags = []beacon.Tag{{Key: "experiment", Value: "checkout-b"}, {Key: "team", Value: "payments"}}
	return b
}

func benchSettings() Settings {
	s := DefaultSettings()
	s.Tags = []string{"experiment", "team"}
	s.MaxSeries, s.MaxRoutes, s.Breakdowns = 1<<20, 1<<20, nil // each breakdown is one value more
	return s
}

// Target: at most 250 ns and no allocation for a value of a known series.
func BenchmarkRecord(b *testing.B) {
	vital := beacon.Event{Time: after(0), Payload: &beacon.Vital{Name: beacon.LCP, Value: 1234, NavigationType: "navigate"}}
	again := vital
	again.Payload = &beacon.Vital{Name: beacon.LCP, Value: 1234, NavigationType: "navigate", ID: "v5-1764000000000-1234567890123"}
	script := beacon.Event{Payload: &beacon.Resource{Duration: 300, InitiatorType: "script"}}
	ten := []beacon.Event{vital, script, vital, script, vital, script, vital, script, pageView(), script}
	for _, c := range []struct {
		name   string
		shape  Histogram
		events []beacon.Event
	}{
		{"explicit", Explicit, []beacon.Event{vital}},
		{"exponential", Exponential, []beacon.Event{vital}},
		{"again", Explicit, []beacon.Event{again}},
		{"ten", Explicit, ten},
	} {
		b.Run(c.name, func(b *testing.B) {
			settings := benchSettings()
			settings.Histogram = c.shape
			a := New(settings)
			in := eightAttributes(c.events...)
			a.Record(in, after(0))
			b.ReportAllocs()
			for b.Loop() {
				a.Record(in, after(0))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(c.events)), "ns/event")
		})
	}
}

// BenchmarkRecordNewVital is the life of a vital: reported once, settled, forgotten.
func BenchmarkRecordNewVital(b *testing.B) {
	settings := benchSettings()
	settings.MaxRemembered = 10_000
	settings.MaxPending = 10_000
	a := New(settings)
	ids := make([]string, 20_000)
	for i := range ids {
		ids[i] = fmt.Sprintf("v5-1764000000000-%013d", i)
	}
	in := eightAttributes(lcpOf("", 1234, 0))
	for _, id := range ids { // fills what is remembered
		in.Events[0].Payload.(*beacon.Vital).ID = id
		a.Record(in, after(0))
	}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		in.Events[0].Payload.(*beacon.Vital).ID = ids[i%len(ids)]
		a.Record(in, after(0))
		i++
	}
}

// BenchmarkCollect is one Window of a thousand series.
func BenchmarkCollect(b *testing.B) {
	for _, shape := range []Histogram{Explicit, Exponential} {
		b.Run(string(shape), func(b *testing.B) {
			settings := benchSettings()
			settings.Histogram = shape
			a := New(settings)
			fill(a, 1000)
			b.ReportAllocs()
			for b.Loop() {
				a.Collect(after(time.Minute))
			}
		})
	}
}

// fill opens so many series: those of the vitals of a page each.
func fill(a *Aggregator, series int) {
	names := []string{beacon.LCP, beacon.INP, beacon.CLS, beacon.FCP, beacon.TTFB}
	var events []beacon.Event
	for _, name := range names {
		events = append(events, beacon.Event{Payload: &beacon.Vital{Name: name, Value: 1234, NavigationType: "navigate"}, Time: after(0)})
	}
	in := eightAttributes(events...)
	for i := range series / len(names) {
		in.Pages[0].Route = fmt.Sprintf("/products/:category/%06d", i)
		a.Record(in, after(0))
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // the first one may leave what a finalizer held
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func TestRecord_KnownSeriesAllocatesNothing(t *testing.T) {
	a := New(benchSettings())
	vital := lcpOf("v1", 1234, 0)
	in := eightAttributes(vital, lcpOf("", 1234, 0), measured(7), pageLoad(), pageView())
	in.Sampling.Rate = 0.3
	a.Record(in, after(0))
	assert.Zero(t, testing.AllocsPerRun(100, func() { a.Record(in, after(0)) }))
}

// The map of a metric grows by doubling its tables: 20000 series is neither its best nor its worst.
func TestMemory_OfASeriesIsAtMost600Bytes(t *testing.T) {
	const series = 20_000
	a := New(benchSettings())
	before := heap()
	fill(a, series)
	each := (heap() - before) / series
	runtime.KeepAlive(a)
	t.Logf("%d bytes per series with 8 attributes", each)
	assert.LessOrEqual(t, each, uint64(600))
}

// The doc comments of Settings promise 23 MB for vitals that wait and 12 MB for sessions. Measurements take
// most after a flood of waiting ones has settled and the next flood begins.
func TestMemory_OfWhatIsRememberedIsAsPromised(t *testing.T) {
	a := New(benchSettings())
	in := eightAttributes(lcpOf("", 1234, 0))
	in.Pages[0].SessionImplicit = true
	before := heap()
	for i := range 200_000 {
		if i == 100_000 {
			a.CollectAll(after(0))
		}
		in.Events[0].Payload.(*beacon.Vital).ID = fmt.Sprint("v", i)
		a.Record(in, after(0))
	}
	measurements := heap() - before
	before = heap()
	for i := range 262_144 {
		in.Pages[0].SessionID = fmt.Sprint("s", i)
		a.Record(in, after(0))
	}
	sessions := heap() - before
	assert.Equal(t, []int{100_000, 131_072}, []int{a.Stats().Pending, a.Stats().Sessions})
	t.Logf("%d kB of measurements, %d kB of sessions", measurements/1000, sessions/1000)
	assert.Less(t, measurements, uint64(23_000_000))
	assert.Less(t, sessions, uint64(12_000_000))
	runtime.KeepAlive(a)
}
