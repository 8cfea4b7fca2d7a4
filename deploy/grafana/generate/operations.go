package main

import "github.com/otelcol-rum/otelcol-rum/internal/semconv"

func budgets() dashboard {
	evaluations, violations, objective := counter(semconv.MetricBudgetEvaluations), counter(semconv.MetricBudgetViolations), label(semconv.MetricBudgetObjective)+"_ratio"
	seconds, ratio := label(semconv.MetricBudgetLimit)+"_seconds", label(semconv.MetricBudgetLimit)+"_ratio"
	key := budget + ", " + metric
	filter := ofService + `,` + budget + `=~"$budget"`
	// Objectives know no page: they are one for a budget and a metric.
	allowed := "(1 - max by (" + key + ") (" + objective + "{" + filter + "}))"
	over := func(span, by string) string {
		return "sum by (" + by + ") (increase(" + violations + "{" + filter + "}[" + span + "])) / sum by (" + by + ") (increase(" + evaluations + "{" + filter + "}[" + span + "]))"
	}
	used := func(span string) string { return over(span, key) + " / " + allowed }
	return dashboard{
		file: "budgets.json", uid: "rum-budgets", title: "RUM / Budgets",
		description: "The share of measurements over the limit, as a multiple of what the objective allows: above 1 it is missed.",
		variables: append(resourceVariables[:len(resourceVariables):len(resourceVariables)],
			variable{name: "budget", label: "Budget", query: "label_values(" + evaluations + ", " + budget + ")"}),
		rows: []row{
			{"The allowance of 28 days", []panel{
				{kind: "bargauge", title: "Used of what 28 days may have", description: "Measurements over the limit in the last 28 days, as a share of those that the objective allows. At 100 % it is used up.", unit: "percentunit", max: 2, height: 10,
					limits: []limit{{"green", 0}, {"yellow", 0.75}, {"red", 1}}, queries: []query{{expr: used("28d"), legend: "{{" + budget + "}} {{" + metric + "}}", instant: true}}},
				{kind: "table", title: "Budgets", height: 10, description: "Limits are seconds or scores.", queries: []query{
					{expr: "max by (" + key + ") (" + seconds + "{" + filter + "} or " + ratio + "{" + filter + "})", instant: true}, {expr: "max by (" + key + ") (" + objective + "{" + filter + "})", instant: true},
					{expr: "sum by (" + key + ") (increase(" + evaluations + "{" + filter + "}[28d]))", instant: true}, {expr: over("28d", key), instant: true}, {expr: used("28d"), instant: true},
				}, columns: []column{
					{budget, "Budget", ""}, {metric, "Metric", ""}, {value(0), "Limit", "none"}, {value(1), "Objective", "percentunit"}, {value(2), "Measurements", "short"}, {value(3), "Over the limit", "percentunit"}, {value(4), "Allowance used", "percentunit"},
				}},
			}},
			{"Course", []panel{
				{title: "Burn rate over one hour", description: "How many times as often as allowed the limit is exceeded. It cannot be above 1 / (1 − objective).", unit: "short", limits: []limit{{"green", 0}, {"red", 1}}, queries: []query{{expr: used("1h"), legend: "{{" + budget + "}} {{" + metric + "}}"}}},
				{title: "Share over the limit", unit: "percentunit", max: 1, queries: []query{{expr: over(course, key), legend: "{{" + budget + "}} {{" + metric + "}}"}}},
			}},
			{"Where", []panel{
				{kind: "table", title: "Pages", description: "Over the whole time range.", width: 12, height: 10, queries: []query{{expr: over(whole, route+", "+key), instant: true}, {expr: "sum by (" + route + ", " + key + ") (increase(" + violations + "{" + filter + "}[" + whole + "]))", instant: true}},
					columns: []column{{route, "Page", ""}, {budget, "Budget", ""}, {metric, "Metric", ""}, {value(0), "Over the limit", "percentunit"}, {value(1), "Measurements over it", "short"}}},
				{kind: "table", title: "Versions", width: 12, height: 10, queries: []query{{expr: over(whole, version+", "+key), instant: true}, {expr: "sum by (" + version + ", " + key + ") (increase(" + violations + "{" + filter + "}[" + whole + "]))", instant: true}},
					columns: []column{{version, "Version", ""}, {budget, "Budget", ""}, {metric, "Metric", ""}, {value(0), "Over the limit", "percentunit"}, {value(1), "Measurements over it", "short"}}},
			}},
		},
	}
}

// ownRate is the course of a counter of the Collector itself, a second.
func ownRate(name, by string) string {
	return "sum" + group(by) + "(rate(" + own(name) + "[$__rate_interval]))"
}

func ownQuantile(q, name string) string {
	return "histogram_quantile(" + q + ", sum by (le) (rate(" + name + "_bucket[$__rate_interval])))"
}

func ingest() dashboard {
	const receiver, processor = "rum_receiver_", "rum_budget_"
	// Totals and no rates: a counter that begins with its first event has no rate of it.
	total := func(name string) string { return "sum by (instance) (" + own(receiver+name) + ")" }
	balance := total("events_received")
	for _, name := range []string{"events_emitted", "events_refused", "events_duplicate"} {
		balance += " - (" + total(name) + " or 0 * " + total("events_received") + ")"
	}
	gauge := func(title, name string) panel {
		return panel{title: title, unit: "short", width: 6, height: 7, queries: []query{{expr: "sum by (instance) (otelcol_" + name + ")", legend: "{{instance}}"}}}
	}
	return dashboard{
		file: "ingest.json", uid: "rum-ingest", title: "RUM / Ingest health",
		description: "Whether the gateway takes what browsers send, and what becomes of it. From the Collector's own metrics.",
		rows: []row{
			{"The books: received = emitted + refused + duplicate", []panel{
				{title: "Events a second", unit: "short", width: 8, queries: []query{
					{expr: ownRate(receiver+"events_received", ""), legend: "received"}, {expr: ownRate(receiver+"events_emitted", ""), legend: "emitted"},
					{expr: ownRate(receiver+"events_refused", "") + " or vector(0)", legend: "refused"}, {expr: ownRate(receiver+"events_duplicate", "") + " or vector(0)", legend: "duplicates of retries"},
				}},
				{title: "Missing events, since the start", description: "Zero, or a defect: tell us.", unit: "short", width: 8, queries: []query{{expr: balance, legend: "{{instance}}"}}},
				{title: "Accepted by each sink", unit: "short", width: 8, queries: []query{{expr: ownRate(receiver+"sink_events", "sink, outcome"), legend: "{{sink}} {{outcome}}"}}},
			}},
			{"Refused, and why", []panel{
				{title: "Requests a second by outcome", unit: "reqps", width: 8, stacked: true, queries: []query{{expr: ownRate(receiver+"requests", "outcome"), legend: "{{outcome}}"}}},
				{title: "Events refused by reason", unit: "short", width: 8, stacked: true, queries: []query{{expr: ownRate(receiver+"events_refused", "reason"), legend: "{{reason}}"}}},
				{title: "Events lost in browsers, by reason", description: "As reported by the client of this project.", unit: "short", width: 8, stacked: true, queries: []query{{expr: ownRate(receiver+"events_client_lost", "reason"), legend: "{{reason}}"}}},
			}},
			{"How fast", []panel{
				{title: "Time to answer", unit: "s", width: 8, queries: []query{{expr: ownQuantile("0.5", "otelcol_rum_receiver_processing_time"), legend: "p50"}, {expr: ownQuantile("0.99", "otelcol_rum_receiver_processing_time"), legend: "p99"}}},
				{title: "Clock skew of browsers", description: "How far their clocks are off; corrected.", unit: "s", width: 8, queries: []query{{expr: ownQuantile("0.01", "otelcol_rum_receiver_clock_skew"), legend: "p1"}, {expr: ownQuantile("0.5", "otelcol_rum_receiver_clock_skew"), legend: "p50"}, {expr: ownQuantile("0.99", "otelcol_rum_receiver_clock_skew"), legend: "p99"}}},
				{title: "Size of batches", unit: "short", width: 8, queries: []query{{expr: ownQuantile("0.5", "otelcol_rum_receiver_batch_size"), legend: "events, p50"}, {expr: ownQuantile("0.99", "otelcol_rum_receiver_batch_size"), legend: "events, p99"}}},
			}},
			{"Bounds", []panel{
				gauge("Series", "rum_receiver_series"), gauge("Measurements that wait to settle", "rum_receiver_measurements_pending"),
				gauge("Sessions remembered", "rum_receiver_sessions"), gauge("Requests under way", "rum_receiver_concurrent_requests"),
				{title: "Values in overflow series, a second", description: "What no longer has a series of its own.", unit: "short", queries: []query{{expr: ownRate(receiver+"overflowed", "bound") + " or vector(0)", legend: "{{bound}}"}}},
				{title: "Measurements that were early, late or forgotten, a second", unit: "short", queries: []query{
					{expr: ownRate(receiver+"measurements_early", ""), legend: "early"}, {expr: ownRate(receiver+"measurements_late", "") + " or vector(0)", legend: "late"}, {expr: ownRate(receiver+"measurements_forgotten", ""), legend: "forgotten"},
				}},
			}},
			{"Sampling and delivery", []panel{
				{title: "Records a second by what became of them", unit: "short", width: 8, stacked: true, queries: []query{{expr: ownRate(processor+"records", "outcome, reason"), legend: "{{outcome}} {{reason}}"}}},
				{title: "Weight kept of what came in", description: "Near 1: sums of weights are right.", unit: "percentunit", width: 8, queries: []query{{expr: "sum by (processor) (increase(" + own(processor+"sampling_weight_kept") + "[6h])) / sum by (processor) (increase(" + own(processor+"sampling_weight_in") + "[6h]))", legend: "{{processor}}"}}},
				{title: "Sent to backends, a second", unit: "short", width: 8, queries: []query{
					{expr: `sum by (exporter) (rate({__name__=~"otelcol_exporter_sent_(log_records|metric_points)(_total)?"}[$__rate_interval]))`, legend: "sent by {{exporter}}"},
					{expr: `sum by (exporter) (rate({__name__=~"otelcol_exporter_(send|enqueue)_failed_(log_records|metric_points)(_total)?"}[$__rate_interval])) or vector(0)`, legend: "failed {{exporter}}"},
				}},
				{title: "Memory", unit: "bytes", queries: []query{{expr: `sum by (instance) ({__name__=~"otelcol_process_memory_rss(_bytes)?"})`, legend: "{{instance}}"}}},
				{title: "CPU", unit: "percentunit", queries: []query{{expr: `sum by (instance) (rate({__name__=~"otelcol_process_cpu_seconds(_total)?"}[$__rate_interval]))`, legend: "{{instance}}"}}},
			}},
		},
	}
}

// logs are queries in LogsQL, of VictoriaLogs. Counts are sums of weights.
func logs() dashboard {
	// What was not sampled stands for itself.
	const weigh, weight = "| math (" + semconv.SamplingAdjustedCount + " default 1) as weight ", "sum(weight)"
	resource := "{" + `"` + semconv.ServiceName + `"` + `=~"$service"} `
	event := func(name string) string { return resource + semconv.EventName + ":=" + name + " " }
	table := func(title, description string, width int, expr string) panel {
		return panel{kind: "table", title: title, description: description, width: width, height: 9, queries: []query{{expr: expr, instant: true}}}
	}
	return dashboard{
		file: "victorialogs.json", uid: "rum-logs", title: "RUM / Records (VictoriaLogs)", logs: true,
		description: "What single people met: errors with their stacks, the elements and resources to blame, and sessions from their first record to their last. Needs the plugin victoriametrics-logs-datasource.",
		variables:   []variable{{name: "service", label: "Service", query: ".*", text: true}, {name: "session", label: "Session", query: ".*", text: true}},
		rows: []row{
			{"Errors", []panel{
				table("Kinds of errors", "Counts are weighted.", 24, event(semconv.EventException)+weigh+"| stats by ("+semconv.ExceptionFingerprint+", "+semconv.ExceptionType+", "+semconv.ExceptionMessage+") "+weight+" as errors, count_uniq("+semconv.SessionID+") as sessions, max(_time) as last | sort by (errors) desc | limit 50"),
				table("By version and page", "", 12, event(semconv.EventException)+weigh+"| stats by ("+semconv.ServiceVersion+", "+semconv.URLTemplate+") "+weight+" as errors | sort by (errors) desc | limit 50"),
				{kind: "logs", title: "The last ones", width: 12, height: 9, queries: []query{{expr: event(semconv.EventException) + "| sort by (_time) desc | limit 100"}}},
			}},
			{"Slow", []panel{
				table("Web vitals over their limit, by page", "", 12, event(semconv.EventWebVital)+semconv.BudgetExceeded+":=true "+weigh+"| stats by ("+semconv.WebVitalName+", "+semconv.URLTemplate+") "+weight+" as reports, count_uniq("+semconv.SessionID+") as sessions | sort by (reports) desc | limit 50"),
				table("Slowest resources and requests", "By how long people waited for them, all together.", 12, event(semconv.EventResourceTiming)+weigh+"| math "+semconv.ResourceTimingDuration+" * weight as waited | stats by ("+semconv.URLFull+") sum(waited) as waited_ms, quantile(0.75, "+semconv.ResourceTimingDuration+") as p75_ms, "+weight+" as requests | sort by (waited_ms) desc | limit 50"),
			}},
			{"One session", []panel{
				{kind: "logs", title: "Session $session", width: 24, height: 12, queries: []query{{expr: resource + semconv.SessionID + `:~"$session" | sort by (_time) | limit 500`}}},
			}},
		},
	}
}
