package main

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

var (
	pageViews  = counter(semconv.MetricPageViews)
	exceptions = counter(semconv.MetricExceptions)
	sessions   = counter(semconv.MetricSessions)
	continued  = counter(semconv.MetricSessionsContinued)
	crashed    = counter(semconv.MetricSessionsWithError)
	noise      = counter(semconv.MetricNoiseExceptions)
	synthetic  = counter(semconv.MetricSyntheticEvents)
)

// ofSessions filters what knows the device and no page.
var ofSessions = ofService + `,` + device + `=~"$device"`

// met counts sessions. One that a release met is of both versions, so by version, and where only some versions are chosen, those
// that came from another one are added.
func met(span, by string) string {
	of := func(metric, filter string) string { return "increase(" + metric + "{" + filter + "}[" + span + "])" }
	came := of(continued, ofSessions)
	if by == "" {
		anyVersion := strings.ReplaceAll(ofSessions, version+`=~"$version",`, "")
		came += " unless on () (count(" + of(sessions, anyVersion) + ") == count(" + of(sessions, ofSessions) + "))"
	}
	return "sum" + group(by) + `(label_replace(` + of(sessions, ofSessions) + `, "began", "here", "", "") or ` + came + ")"
}

// crashFree is the share of sessions without an error.
func crashFree(span, by string) string {
	all := met(span, by)
	return "1 - (sum" + group(by) + "(increase(" + crashed + "{" + ofSessions + "}[" + span + "])) or 0 * " + all + ") / " + all
}

func stat(title, unit string, bounds []limit, expr string) panel {
	return panel{kind: "stat", title: title, unit: unit, width: 3, height: 4, limits: bounds, queries: []query{{expr: expr, legend: title, instant: true}}}
}

func overview() dashboard {
	d := dashboard{
		file: "overview.json", uid: "rum-overview", title: "RUM / Overview",
		description: "What people feel: web vitals against their limits, errors, sessions, and the pages where it hurts.",
		variables:   pageVariables,
	}
	totals := row{"Totals", []panel{
		stat("Page views", "short", nil, increase(pageViews, ofPage, "")),
		stat("Sessions", "short", nil, met(whole, "")),
		stat("Crash-free sessions", "percentunit", []limit{{"red", 0}, {"yellow", 0.97}, {"green", 0.99}}, crashFree(whole, "")),
		stat("Errors", "short", nil, increase(exceptions, ofPage, "")+" or vector(0)"),
	}}
	course := row{title: "Web vitals, p75"}
	for _, name := range []string{"lcp", "inp", "cls", "fcp", "ttfb"} {
		unit := "s"
		if name == "cls" {
			unit = "none"
		}
		if name != "ttfb" {
			totals.panels = append(totals.panels, stat(strings.ToUpper(name)+" p75", unit, limits[name], quantile("0.75", vital(name), ofDevice, "", whole)))
		}
		by := device
		if name == "fcp" || name == "ttfb" { // know no device by default
			by = route
		}
		course.panels = append(course.panels, panel{
			title: strings.ToUpper(name) + " by " + map[string]string{device: "device", route: "page"}[by], unit: unit, width: 8, limits: limits[name], description: "The lines are the limits of web.dev; what your budgets say is in RUM / Budgets.",
			queries: []query{{expr: quantile("0.75", vital(name), ofDevice, by, "$__rate_interval"), legend: "{{" + by + "}}"}},
		})
	}
	course.panels = append(course.panels, panel{
		title: "Page views a minute by page", unit: "short", width: 8, stacked: true,
		queries: []query{{expr: rate(pageViews, ofPage, route), legend: "{{" + route + "}}"}},
	})
	where := row{"Where it hurts", []panel{{
		kind: "table", title: "Pages", description: "Over the whole time range.", width: 24, height: 10,
		queries: []query{
			{expr: quantile("0.75", vital("lcp"), ofDevice, route, whole), instant: true},
			{expr: quantile("0.75", vital("inp"), ofDevice, route, whole), instant: true},
			{expr: quantile("0.75", vital("cls"), ofDevice, route, whole), instant: true},
			{expr: increase(exceptions, ofPage, route), instant: true},
			{expr: increase(pageViews, ofPage, route), instant: true},
		},
		columns: []column{
			{route, "Page", ""}, {value(0), "LCP p75", "s"}, {value(1), "INP p75", "s"}, {value(2), "CLS p75", "none"}, {value(3), "Errors", "short"}, {value(4), "Page views", "short"},
		},
	}}}
	more := row{"What is slow besides", []panel{
		{title: "Resources, p75 by kind", unit: "s", width: 8, queries: []query{{expr: quantile("0.75", histogram(semconv.MetricResourceDuration, "s"), ofSessions, label(semconv.ResourceTimingInitiatorType), "$__rate_interval"), legend: "{{" + label(semconv.ResourceTimingInitiatorType) + "}}"}}},
		{title: "Long tasks a minute", unit: "short", width: 8, queries: []query{{expr: rate(histogram(semconv.MetricLongTaskDuration, "s")+"_count", ofSessions, device), legend: "{{" + device + "}}"}}},
		{title: "Errors a minute by page", unit: "short", width: 8, queries: []query{{expr: rate(exceptions, ofPage, route), legend: "{{" + route + "}}"}}},
	}}
	d.rows = []row{totals, course, where, more}
	return d
}

// vitals is one vital in depth, which a variable chooses.
func vitals() dashboard {
	prefix := label(semconv.MetricWebVitalPrefix)
	name := prefix + "${vital}"
	list := make([]string, 0, 5)
	for _, v := range []string{"lcp", "inp", "cls", "fcp", "ttfb"} {
		list = append(list, strings.ToUpper(v)+" : "+strings.TrimPrefix(vital(v), prefix))
	}
	by := func(title, of string) panel {
		return panel{
			kind: "table", title: title, width: 8, height: 9,
			queries: []query{
				{expr: quantile("0.5", name, ofDevice, of, whole), instant: true}, {expr: quantile("0.75", name, ofDevice, of, whole), instant: true},
				{expr: quantile("0.95", name, ofDevice, of, whole), instant: true}, {expr: increase(name+"_count", ofDevice, of), instant: true},
			},
			columns: []column{{of, title, ""}, {value(0), "p50", ""}, {value(1), "p75", ""}, {value(2), "p95", ""}, {value(3), "Measurements", "short"}},
		}
	}
	parts := func(title, name string) panel {
		return panel{title: title, description: "Mean of each, of all pages. They add up to the mean of the vital.", unit: "s", stacked: true, queries: []query{{
			expr:   "sum" + group(part) + "(rate(" + histogram(name, "s") + "_sum{" + ofService + "}[$__rate_interval])) / sum" + group(part) + "(rate(" + histogram(name, "s") + "_count{" + ofService + "}[$__rate_interval]))",
			legend: "{{" + part + "}}",
		}}}
	}
	// One question each, without pages, so no page and device is filtered by.
	breakdown := func(title, prefix, of string) panel {
		p := panel{kind: "table", title: title, width: 8, height: 9, columns: []column{{label(of), title, ""}}}
		for i, v := range []string{"lcp", "inp", "cls"} {
			name, unit := histogram(prefix+v, "s"), "s"
			if v == "cls" {
				name, unit = histogram(prefix+v, "1"), "none"
			}
			p.queries = append(p.queries, query{expr: quantile("0.75", name, ofService, label(of), whole), instant: true})
			p.columns = append(p.columns, column{value(i), strings.ToUpper(v) + " p75", unit})
		}
		p.queries = append(p.queries, query{expr: increase(histogram(prefix+"lcp", "s")+"_count", ofService, label(of)), instant: true})
		p.columns = append(p.columns, column{value(3), "Page views with LCP", "short"})
		return p
	}
	phases := panel{title: "Page loads, p75 of each phase", description: "Of all page loads of the service; phases know no page.", unit: "s", width: 24}
	for _, phase := range []string{"dns", "tcp", "tls", "ttfb", "download", "dom_parse", "dom_content_loaded", "load", "total"} {
		phases.queries = append(phases.queries, query{expr: quantile("0.75", histogram(semconv.MetricPageLoadPrefix+phase, "s"), ofSessions, "", course), legend: phase})
	}
	return dashboard{
		file: "vital.json", uid: "rum-vital", title: "RUM / One vital in depth",
		description: "How one web vital is distributed, and for whom. Durations are seconds, CLS is a score.",
		variables:   append([]variable{{name: "vital", label: "Vital", list: strings.Join(list, ", ")}}, pageVariables...),
		rows: []row{
			{"Course", []panel{
				{title: "p50, p75 and p95", queries: []query{
					{expr: quantile("0.5", name, ofDevice, "", "$__rate_interval"), legend: "p50"}, {expr: quantile("0.75", name, ofDevice, "", "$__rate_interval"), legend: "p75"},
					{expr: quantile("0.95", name, ofDevice, "", "$__rate_interval"), legend: "p95"},
				}},
				{kind: "heatmap", title: "Distribution", queries: []query{{expr: "sum by (le) (increase(" + name + "_bucket{" + ofDevice + "}[$__rate_interval]))", legend: "{{le}}", heatmap: true}}},
				{title: "p75 by page", queries: []query{{expr: quantile("0.75", name, ofDevice, route, "$__rate_interval"), legend: "{{" + route + "}}"}}},
				{title: "p75 by version", queries: []query{{expr: quantile("0.75", name, ofDevice, version, "$__rate_interval"), legend: "{{" + version + "}}"}}},
			}},
			{"For whom, over the whole time range", []panel{by("Page", route), by("Device", device), by("Version", version)}},
			{"For whom, of all pages", []panel{
				breakdown("Browser", semconv.MetricByBrowserPrefix, semconv.UserAgentName), breakdown("Connection", semconv.MetricByConnectionPrefix, semconv.ConnectionEffectiveType),
				breakdown("Country", semconv.MetricByCountryPrefix, semconv.GeoCountryISOCode),
			}},
			{"Where the time goes", []panel{parts("Parts of LCP", semconv.MetricLCPPart), parts("Parts of INP", semconv.MetricINPPart), phases}},
		},
	}
}

func errorsAndReleases() dashboard {
	perView := func(by, span string) string {
		return "1000 * (sum" + group(by) + "(increase(" + exceptions + "{" + ofPage + "}[" + span + "])) or 0 * sum" + group(by) + "(increase(" + pageViews + "{" + ofPage + "}[" + span + "]))) / sum" +
			group(by) + "(increase(" + pageViews + "{" + ofPage + "}[" + span + "]))"
	}
	source := label(semconv.ExceptionSource)
	return dashboard{
		file: "errors.json", uid: "rum-errors", title: "RUM / Errors and releases",
		description: "Errors by version, page and source, and whether a release made it worse. Noise and bots are counted apart.",
		variables:   pageVariables,
		rows: []row{
			{"Errors", []panel{
				{title: "Errors a minute by version", unit: "short", stacked: true, queries: []query{{expr: rate(exceptions, ofPage, version), legend: "{{" + version + "}}"}}},
				{title: "Errors in a thousand page views, by version", unit: "short", queries: []query{{expr: perView(version, course), legend: "{{" + version + "}}"}}},
				{title: "Crash-free sessions by version", unit: "percentunit", max: 1, queries: []query{{expr: crashFree(course, version), legend: "{{" + version + "}}"}}},
				{title: "Errors a minute by source", description: "error: uncaught; unhandledrejection: a promise; manual: reported by the application.", unit: "short", stacked: true, queries: []query{{expr: rate(exceptions, ofPage, source), legend: "{{" + source + "}}"}}},
			}},
			{"Releases", []panel{
				{title: "Page views a minute by version", unit: "short", width: 8, stacked: true, queries: []query{{expr: rate(pageViews, ofPage, version), legend: "{{" + version + "}}"}}},
				{title: "LCP p75 by version", unit: "s", width: 8, limits: limits["lcp"], queries: []query{{expr: quantile("0.75", vital("lcp"), ofDevice, version, course), legend: "{{" + version + "}}"}}},
				{title: "INP p75 by version", unit: "s", width: 8, limits: limits["inp"], queries: []query{{expr: quantile("0.75", vital("inp"), ofDevice, version, course), legend: "{{" + version + "}}"}}},
				{kind: "table", title: "Versions", description: "Over the whole time range.", width: 24, queries: []query{
					{expr: quantile("0.75", vital("lcp"), ofDevice, version, whole), instant: true}, {expr: quantile("0.75", vital("inp"), ofDevice, version, whole), instant: true},
					{expr: quantile("0.75", vital("cls"), ofDevice, version, whole), instant: true}, {expr: perView(version, whole), instant: true},
					{expr: crashFree(whole, version), instant: true}, {expr: increase(pageViews, ofPage, version), instant: true},
				}, columns: []column{
					{version, "Version", ""}, {value(0), "LCP p75", "s"}, {value(1), "INP p75", "s"}, {value(2), "CLS p75", "none"}, {value(3), "Errors in a thousand views", "short"},
					{value(4), "Crash-free sessions", "percentunit"}, {value(5), "Page views", "short"},
				}},
			}},
			{"By page", []panel{
				{kind: "table", title: "Pages with errors", width: 12, queries: []query{{expr: perView(route, whole), instant: true}, {expr: increase(exceptions, ofPage, route), instant: true}},
					columns: []column{{route, "Page", ""}, {value(0), "In a thousand views", "short"}, {value(1), "Errors", "short"}}},
				{title: "Not counted above", description: "Errors that are none of the application's, and events of bots and tests.", unit: "short", queries: []query{
					{expr: rate(noise, ofService, label(semconv.ExceptionNoise)), legend: "noise: {{" + label(semconv.ExceptionNoise) + "}}"},
					{expr: rate(synthetic, ofService, label(semconv.UserAgentSyntheticType)), legend: "{{" + label(semconv.UserAgentSyntheticType) + "}}"},
				}},
			}},
		},
	}
}
