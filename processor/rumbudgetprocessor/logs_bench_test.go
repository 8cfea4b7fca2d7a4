package rumbudgetprocessor

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// twentyBudgets has the built-in budget behind nineteen that look at service, route and device and do
// not match, the dearest place for a record to end.
func twentyBudgets() *Config {
	c := createDefaultConfig().(*Config)
	for i := range 19 {
		c.Budgets = append(c.Budgets, BudgetConfig{
			Name:   fmt.Sprintf("budget-%d", i),
			Match:  map[string]any{"service": "shop", "device": []any{"mobile", "tablet"}, "route": []any{fmt.Sprintf("/area-%d/**", i)}},
			Limits: map[string]any{"lcp": "3s", "inp": "250ms", "cls": 0.2},
		})
	}
	return c
}

func withSampling(c *Config, mode string) *Config {
	s := defaultSampling()
	s.Mode = mode
	c.Sampling = configoptional.Some(s)
	return c
}

// pageView is one batch of nine or ten records as the receiver emits them.
func pageView(session string, fails bool) plog.Logs {
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	for k, v := range map[string]string{
		semconv.ServiceName: "shop", semconv.ServiceVersion: "1.2.0", semconv.DeploymentEnvironmentName: "prod",
		semconv.UserAgentName: "Chrome", semconv.OSName: "macOS", semconv.TelemetrySDKName: "otelcol-rum",
	} {
		rl.Resource().Attributes().PutStr(k, v)
	}
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	for _, v := range []struct {
		name  string
		value float64
	}{{"lcp", 2600}, {"inp", 120}, {"cls", 0.02}, {"fcp", 900}, {"ttfb", 300}} {
		a := benchRecord(records, semconv.EventWebVital, session)
		a.PutStr(semconv.WebVitalName, v.name)
		a.PutDouble(semconv.WebVitalValue, v.value)
		a.PutStr(semconv.WebVitalID, "v5-1764000000000-123")
		a.PutStr(semconv.WebVitalRating, "good")
	}
	for range 3 {
		benchRecord(records, semconv.EventResourceTiming, session).PutDouble(semconv.ResourceTimingDuration, 120)
	}
	if fails {
		benchRecord(records, semconv.EventException, session).PutStr(semconv.ExceptionType, "TypeError")
	}
	benchRecord(records, semconv.EventClick, session)
	return ld
}

func benchRecord(records plog.LogRecordSlice, event, session string) pcommon.Map {
	r := records.AppendEmpty()
	r.SetEventName(event)
	a := r.Attributes()
	for _, kv := range [][2]string{
		{semconv.EventName, event}, {semconv.SessionID, session}, {semconv.URLFull, "https://shop.example/p/1"},
		{semconv.URLPath, "/p/1"}, {semconv.URLTemplate, "/p/{id}"}, {semconv.PageViewID, "p1"},
		{semconv.DeviceType, "mobile"}, {semconv.GeoCountryISOCode, "DE"}, {semconv.ConnectionEffectiveType, "4g"},
	} {
		a.PutStr(kv[0], kv[1])
	}
	return a
}

func BenchmarkLogs(b *testing.B) {
	for name, c := range map[string]*Config{
		"defaults":                createDefaultConfig().(*Config),
		"budgets=20":              twentyBudgets(),
		"budgets=20/stateless":    withSampling(twentyBudgets(), modeStateless),
		"budgets=20/sticky":       withSampling(twentyBudgets(), modeSticky),
		"budgets=20/otel_off":     withoutOTelLabels(withSampling(twentyBudgets(), modeStateless)),
		"budgets=1000":            manyBudgets(1000, "/area-%d/**"),
		"budgets=10000":           manyBudgets(10_000, "/area-%d/**"),
		"budgets=20/sampling_off": withSampling(twentyBudgets(), modeOff),
	} {
		b.Run(name, func(b *testing.B) { benchmarkLogs(b, c) })
	}
}

func withoutOTelLabels(c *Config) *Config {
	c.Sampling.Get().OTelThreshold = false
	return c
}

// benchmarkLogs processes rounds of page views, which are copied outside the clock since processing changes
// them. What a record costs is taken from the best round: whatever else the machine does can only add.
func benchmarkLogs(b *testing.B, c *Config) {
	l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
	require.NoError(b, err)
	inputs, records := make([]plog.Logs, 512), 0
	for i := range inputs {
		inputs[i] = pageView(fmt.Sprintf("0191e1b4-7a6b-7c55-9b1a-%012d", i), i%8 == 0)
		records += inputs[i].LogRecordCount()
	}
	best := time.Duration(math.MaxInt64)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		work := copies(inputs)
		b.StartTimer()
		best = min(best, timed(func() { processAll(l, work) }))
	}
	b.ReportMetric(float64(best.Nanoseconds())/float64(records), "ns/record")
}

func processAll(l *logsProcessor, batches []plog.Logs) {
	for _, ld := range batches {
		_, _ = l.process(context.Background(), ld)
	}
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// BenchmarkLogsBatch shows that a record costs the same in a small batch and in a large one: a hundred page
// views one by one, and together. Both take turns.
func BenchmarkLogsBatch(b *testing.B) {
	l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), withSampling(twentyBudgets(), modeStateless))
	require.NoError(b, err)
	views := make([]plog.Logs, 100)
	together := plog.NewLogs()
	for i := range views {
		views[i] = pageView(fmt.Sprint("session-", i), false)
		copies(views[i : i+1])[0].ResourceLogs().MoveAndAppendTo(together.ResourceLogs())
	}
	records := float64(together.LogRecordCount())
	single, large := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for b.Loop() {
		b.StopTimer()
		small, big := copies(views), copies([]plog.Logs{together})
		b.StartTimer()
		single = min(single, timed(func() { processAll(l, small) }))
		large = min(large, timed(func() { processAll(l, big) }))
	}
	b.ReportMetric(float64(single.Nanoseconds())/records, "single-ns/record")
	b.ReportMetric(float64(large.Nanoseconds())/records, "together-ns/record")
}

// BenchmarkLogsBeyondAttributes measures what the processor allocates besides the attributes that it adds: as
// many are put onto the same records by hand, and taken off.
func BenchmarkLogsBeyondAttributes(b *testing.B) {
	l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), withSampling(twentyBudgets(), modeStateless))
	require.NoError(b, err)
	var inputs []plog.Logs
	records := 0
	for i := range 200 {
		inputs = append(inputs, pageView(fmt.Sprint("session-", i), i%8 == 0))
		eachRecord(inputs[i], func(r plog.LogRecord) { r.Attributes().PutInt("test.number", int64(records)); records++ })
	}
	for b.Loop() {
		outputs, targets := copies(inputs), map[int64]pcommon.Map{}
		for _, ld := range copies(inputs) {
			eachRecord(ld, func(r plog.LogRecord) { targets[numberOf(r)] = r.Attributes() })
		}
		processed := mallocs(func() { processAll(l, outputs) })
		type addition struct{ to, from pcommon.Map }
		var additions []addition
		for _, ld := range outputs {
			eachRecord(ld, func(r plog.LogRecord) { additions = append(additions, addition{targets[numberOf(r)], r.Attributes()}) })
		}
		byHand := mallocs(func() {
			for _, a := range additions {
				addMissing(a.to, a.from)
			}
		})
		b.ReportMetric((processed-byHand)/float64(records), "more-allocs/record")
	}
}

func copies(all []plog.Logs) (copied []plog.Logs) {
	for _, ld := range all {
		c := plog.NewLogs()
		ld.CopyTo(c)
		copied = append(copied, c)
	}
	return copied
}

func numberOf(r plog.LogRecord) int64 {
	v, _ := r.Attributes().Get("test.number")
	return v.Int()
}

// addMissing copies what only the second map has, which stands behind what both have.
func addMissing(to, from pcommon.Map) {
	i, had := 0, to.Len()
	to.EnsureCapacity(from.Len())
	for key, v := range from.All() {
		if i++; i <= had {
			continue
		}
		switch v.Type() {
		case pcommon.ValueTypeStr:
			to.PutStr(key, v.Str())
		case pcommon.ValueTypeDouble:
			to.PutDouble(key, v.Double())
		case pcommon.ValueTypeBool:
			to.PutBool(key, v.Bool())
		}
	}
}

func mallocs(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}
