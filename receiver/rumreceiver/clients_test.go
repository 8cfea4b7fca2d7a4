package rumreceiver

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// visitOf is a recorded one: by which SDK, in which folder, and where its bodies are sent.
type visitOf struct {
	name, captures string
	target         func(recorded) string
}

// visits are the recorded ones by SDK.
var visits = []visitOf{
	{"native", "naive", func(recorded) string { return "/v1/rum" }},
	{"web-vitals", "web-vitals-batch", func(recorded) string { return "/v1/web-vitals" }},
	{"OpenTelemetry", "otel", func(recorded) string { return "/v1/logs" }},
	{"Faro", "faro", func(recorded) string { return "/faro/collect" }},
	{"Datadog", "datadog", datadogTarget},
	{"Sentry", "sentry", func(recorded) string { return "/api/42/envelope/" }},
	{"Elastic", "elastic", func(r recorded) string { return r.target() }},
	{"boomerang", "boomerang", func(recorded) string { return "/boomerang" }},
}

// facts of a visit, what happened, and how they are counted.
var factsOfVisit = []struct {
	name, happened string
	count          func(b *bench) int64
}{
	{"page views", "4, and a return from the back/forward cache", func(b *bench) int64 { return b.count("rum.page_views") }},
	{"page loads", "2", func(b *bench) int64 {
		return b.recordsOf(semconv.EventNavigationTiming, semconv.NavigationPhasePrefix+"total")
	}},
	{"sessions", "1", func(b *bench) int64 { return b.count("rum.sessions") }},
	{"TTFB", "2", func(b *bench) int64 { return b.count("browser.web_vital.ttfb") }},
	{"FCP", "2", func(b *bench) int64 { return b.count("browser.web_vital.fcp") }},
	{"LCP", "2", func(b *bench) int64 { return b.count("browser.web_vital.lcp") }},
	{"LCP of the return", "1", func(b *bench) int64 { return b.count("rum.back_forward_cache.lcp") }},
	{"CLS", "2, and of the return", func(b *bench) int64 { return b.count("browser.web_vital.cls") }},
	{"INP", "2", func(b *bench) int64 { return b.count("browser.web_vital.inp") }},
	{"errors that were thrown or rejected", "3", func(b *bench) int64 { return b.exceptionsOf("error", "unhandledrejection") }},
	{"errors that were handled, and one on the console", "1, and 1", func(b *bench) int64 { return b.exceptionsOf("manual") }},
	{"opaque errors of a script of another origin", "2", func(b *bench) int64 { return b.count("rum.noise_exceptions") }},
	{"resources and requests", "19", func(b *bench) int64 { return b.count("rum.resources.duration") }},
	{"long tasks or frames", "", func(b *bench) int64 { return b.count("rum.long_tasks.duration") }},
	{"clicks and named interactions", "", func(b *bench) int64 {
		return b.recordsOf(semconv.EventClick, "") + b.recordsOf(semconv.EventInteraction, "")
	}},
	{"`add_to_cart`, as event, measurement or line of a log", "2", (*bench).cartEvents},
}

// recordsOf is how many records of the event have the attribute; an empty name asks for none.
func (b *bench) recordsOf(event, attribute string) (n int64) {
	for _, record := range b.records() {
		if _, ok := record.Attributes().Get(attribute); record.EventName() == event && (ok || attribute == "") {
			n++
		}
	}
	return n
}

// exceptionsOf counts those of a source that are no noise.
func (b *bench) exceptionsOf(sources ...string) (n int64) {
	for _, record := range b.records() {
		attributes := record.Attributes().AsRaw()
		for _, source := range sources {
			if record.EventName() == semconv.EventException && attributes[semconv.ExceptionSource] == source && attributes[semconv.ExceptionNoise] == nil {
				n++
			}
		}
	}
	return n
}

func (b *bench) cartEvents() (n int64) {
	for _, record := range b.records() {
		name := fmt.Sprint(record.Attributes().AsRaw()[semconv.MeasurementName])
		if record.EventName() == "add_to_cart" || record.EventName() == "" && strings.Contains(record.Body().AsString(), "event add_to_cart") || name == "add_to_cart" {
			n++
		}
	}
	return n
}

// visited is the receiver after the visit by an SDK.
func visited(t *testing.T, captures string, target func(recorded) string) *bench {
	t.Helper()
	b := newBench(t, withConfig(func(cfg *Config) {
		for _, p := range all.Protocols() {
			cfg.Protocols.turnOn(p.Name)
		}
	}))
	for _, request := range recordings(t, captures) {
		response := b.send(request.Method, target(request), request.body, request.Headers["content-type"])
		require.Less(t, response.Code, 300, response.Body.String())
	}
	b.end()
	b.balanced()
	return b
}

const (
	tableBegins = "<!-- what each SDK reports, by TestGoldenTableOfWhatEachSDKReports -->\n"
	tableEnds   = "<!-- end of what each SDK reports -->"
)

func TestGoldenTableOfWhatEachSDKReports(t *testing.T) {
	var table strings.Builder
	table.WriteString("| of one visit | happened |")
	for _, visit := range visits {
		table.WriteString(" " + visit.name + " |")
	}
	table.WriteString("\n|---|---|" + strings.Repeat("---|", len(visits)) + "\n")
	var after []*bench
	for _, visit := range visits {
		after = append(after, visited(t, visit.captures, visit.target))
	}
	for _, p := range all.Protocols() {
		seen := slices.ContainsFunc(after, func(b *bench) bool { return b.labelled("requests", "protocol", p.Name) > 0 })
		require.True(t, seen, "a visit by a client of %s is missing", p.Name)
	}
	for _, fact := range factsOfVisit {
		fmt.Fprintf(&table, "| %s | %s |", fact.name, fact.happened)
		for _, b := range after {
			cell := "–"
			if n := fact.count(b); n > 0 {
				cell = fmt.Sprint(n)
			}
			table.WriteString(" " + cell + " |")
		}
		table.WriteString("\n")
	}
	readme, err := os.ReadFile("docs/clients.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(readme), tableBegins)
	require.True(t, ok)
	_, rest, ok = strings.Cut(rest, tableEnds)
	require.True(t, ok)
	want := before + tableBegins + table.String() + tableEnds + rest
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile("docs/clients.md", []byte(want), 0o600))
		return
	}
	require.Equal(t, want, string(readme), "run make golden")
}
