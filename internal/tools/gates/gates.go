package main

import "fmt"

// gate is a promise: of is at most max, or at most max times than.
type gate struct {
	what string
	of   source
	per  float64 // events or records of one operation, 0 for one
	than source  // the peer, zero without
	unit string  // of a figure that is no ratio
	max  float64
}

func (g gate) value(measured figures) (value float64, ok bool) {
	value, ok = measured.median(g.of)
	if g.per > 0 {
		value /= g.per
	}
	if g.than != (source{}) {
		peer, found := measured.median(g.than)
		value, ok = value/peer, ok && found
	}
	return value, ok
}

func (g gate) format(value float64) string {
	switch {
	case g.than != (source{}):
		return fmt.Sprintf("%.2f ×", value)
	case g.unit == "ns":
		return fmt.Sprintf("%.0f ns", value*1e9)
	default:
		return fmt.Sprintf("%.1f %s", value, g.unit)
	}
}

func time(benchmark string) source        { return source{benchmark, "sec/op"} }
func best(benchmark string) source        { return source{benchmark, "best-sec/op"} }
func allocations(benchmark string) source { return source{benchmark, "allocs/op"} }
func serverCPU(benchmark string) source   { return source{benchmark, "server-sec/event"} }
func p99(benchmark string) source         { return source{benchmark, "p99-sec"} }
func startCPU(benchmark string) source    { return source{benchmark, "cpu-sec/start"} }

// refused is what a request costs that is refused for a reason, of one that is accepted.
func refused(reason string, most float64) gate {
	return gate{what: "a request refused for its " + reason + ", of an accepted one", of: time("Handler/" + reason), than: time("Handler/accepted"), max: most}
}

// foreign is what a recorded visit by another SDK costs, of the same records as the otlp receiver's JSON.
func foreign(sdk string, most float64) gate {
	benchmark := "DecodeForeign/" + sdk
	return gate{what: "a visit by " + sdk + ", decode and translate, of the otlp receiver's JSON", of: best(benchmark), than: best(benchmark + "-otlp-json"), max: most}
}

// grows is how much longer one input takes than eight of an eighth of its size.
func grows(what, benchmark string) gate {
	return gate{what: what + ", of the same in eight parts", of: source{benchmark, "growth"}, unit: "×", max: 4}
}

// visit is what the collector takes for a visit as pages really send it, of what the otlp receiver does for the same facts.
func visit(form string, events int, of func(benchmark string) source, what, peer string, most float64) gate {
	return gate{
		what: fmt.Sprintf("a visit as %s: %s, of the otlp receiver's %s", form, what, peer),
		of:   of(fmt.Sprintf("DistributionVisit/native-%s/events=%d", form, events)),
		than: of(fmt.Sprintf("DistributionVisit/otlp-%s/events=%d", peer, events)), max: most,
	}
}

// gates are the project's promises. A ratio compares two benchmarks of one run, for times alone say
// as much of the machine as of the code.
var gates = []gate{
	{
		what: "array of ten events, decode and translate, of the otlp receiver's JSON",
		of:   best("DecodeAndTranslate/native-array"), than: best("DecodeAndTranslate/otlp-json"), max: 0.6,
	},
	{
		what: "batch of ten events, decode and translate, of the otlp receiver's JSON",
		of:   best("DecodeAndTranslate/native-batch"), than: best("DecodeAndTranslate/otlp-json"), max: 0.6,
	},
	{
		what: "array, with enrichment and redaction, of the otlp receiver's JSON",
		of:   best("DecodeAndTranslate/native-array-enriched"), than: best("DecodeAndTranslate/otlp-json"), max: 0.8,
	},
	{
		what: "batch, with enrichment and redaction, of the otlp receiver's JSON",
		of:   best("DecodeAndTranslate/native-batch-enriched"), than: best("DecodeAndTranslate/otlp-json"), max: 0.7,
	},
	{ // two thirds of them are one for each text of a record, by pdata
		what: "array, with enrichment and redaction, allocations, of the otlp receiver's JSON",
		of:   allocations("DecodeAndTranslate/native-array-enriched"), than: allocations("DecodeAndTranslate/otlp-json"), max: 0.25,
	},
	{
		what: "batch, with enrichment and redaction, allocations, of the otlp receiver's JSON",
		of:   allocations("DecodeAndTranslate/native-batch-enriched"), than: allocations("DecodeAndTranslate/otlp-json"), max: 0.25,
	},
	foreign("web_vitals", 1.2),
	foreign("otlp", 2.2), // a third of its bytes are timings of the SDK's own exports, which are read and left out
	foreign("faro", 1.2),
	foreign("datadog", 1.2),
	foreign("elastic", 1.2),
	foreign("sentry", 2.5), // most of its bytes are what the SDK says of itself on every span
	foreign("boomerang", 1.2),
	{
		what: "CPU of the collector for an event in an array, of the otlp receiver's JSON",
		of:   serverCPU("Distribution/native-array"), than: serverCPU("Distribution/otlp-json"), max: 1,
	},
	{
		what: "CPU of the collector for an event in a batch, of the otlp receiver's JSON",
		of:   serverCPU("Distribution/native-batch"), than: serverCPU("Distribution/otlp-json"), max: 1,
	},
	visit("array", 1, serverCPU, "CPU for an event alone", "json", 1.15),
	visit("array", 10, serverCPU, "CPU for an event of ten", "json", 0.85),
	visit("batch", 10, serverCPU, "CPU for an event of ten", "json", 0.65),
	visit("batch", 10, serverCPU, "CPU for an event of ten", "protobuf", 1.1),
	visit("batch", 100, serverCPU, "CPU for an event of a hundred", "json", 0.55),
	visit("array", 10, p99, "99 of 100 answers, time until they are there", "json", 1.3),
	visit("batch", 10, p99, "99 of 100 answers, time until they are there", "json", 1.3),
	{
		what: "memory of the collector under visits, with what waits for the end of its page view",
		of:   source{"DistributionVisit/native-batch/events=10", "RSS-B"}, per: 1e6, unit: "MB", max: 180,
	},
	refused("method", 0.1),
	refused("path", 0.1),
	refused("declared-size", 0.1),
	refused("key", 0.1),
	refused("origin", 0.1),
	refused("rate", 0.1),
	refused("broken-body", 0.5), // half of the body has to be decoded to see that the other half is missing
	grows("redaction of hostile texts", "TextGrowth"),
	grows("recognition of noise in hostile texts", "NoiseGrowth"),
	grows("reading of hostile forwarding headers", "ForwardingGrowth"),
	grows("a report of as many routes as records", "RoutesGrowth"),
	{what: "memory of the collector, idle", of: source{"Distribution/idle", "RSS-B"}, per: 1e6, unit: "MB", max: 100},
	{what: "memory of the live page under ten million events", of: source{"TenMillionEvents", "heap-B"}, per: 1e6, unit: "MB", max: 192}, // of 134 for the events
	{
		what: "aggregate, ten values of a known series, of ten events that the otlp receiver decodes from JSON",
		of:   time("Record/explicit"), per: 0.1, than: best("DecodeAndTranslate/otlp-json"), max: 0.12,
	},
	{what: "aggregate, its allocations", of: allocations("Record/explicit"), unit: "allocations", max: 0},
	{
		what: "rum_budget, a record against 20 budgets and sampled",
		of:   source{"Logs/budgets=20/stateless", "sec/record"}, unit: "ns", max: 1000e-9,
	},
	{
		what: "rum_budget, a record against 1,000 budgets with globs",
		of:   source{"Logs/budgets=1000", "sec/record"}, unit: "ns", max: 2000e-9,
	},
	{
		what: "rum_budget, a record against 10,000 budgets with globs",
		of:   source{"Logs/budgets=10000", "sec/record"}, unit: "ns", max: 5000e-9,
	},
	{
		what: "rum_budget, start with 10,000 budgets",
		of:   startCPU("Start/budgets=10000"), per: 1e-3, unit: "ms", max: 1000,
	},
	{
		// Linear would be 10, quadratic 100.
		what: "rum_budget, start with 10,000 budgets, of one with 1,000",
		of:   startCPU("Start/budgets=10000"), than: startCPU("Start/budgets=1000"), max: 30,
	},
	{
		// One core does nothing for the other: without contention this is a half.
		what: "rum_budget, a decision of two cores at once, of one by itself",
		of:   time("DecideTogether"), than: time("Decide/sticky"), max: 1.1,
	},
	{
		what: "rum_budget, allocations of a record beyond the attributes it gets",
		of:   source{"LogsBeyondAttributes", "more-allocs/record"}, unit: "allocations", max: 2,
	},
	{
		what: "rum_budget, a record in a large batch, of one in a small batch",
		of:   source{"LogsBatch", "together-sec/record"}, than: source{"LogsBatch", "single-sec/record"}, max: 1.5,
	},
	{what: "rum_budget, what is kept of a session", of: source{"StateMemory", "B/session"}, unit: "B", max: 24},
	{what: "rum_budget, allocations of a decision", of: allocations("Decide/sticky"), unit: "allocations", max: 0},
	{
		// Flat, but for the memory that the processor's caches do not hold: a hundredfold would be linear.
		what: "rum_budget, a decision among a million sessions, of one among ten thousand",
		of:   time("DecideBySessions/sessions=1000000"), than: time("DecideBySessions/sessions=10000"), max: 5,
	},
}
