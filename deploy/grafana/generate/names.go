package main

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Names of metrics and labels as the prometheus exporters write them.

// label is the name of an attribute there.
func label(attribute string) string { return strings.ReplaceAll(attribute, ".", "_") }

func counter(metric string) string { return label(metric) + "_total" }

// histogram is a metric of seconds, or of a score, without _bucket, _sum or _count.
func histogram(metric, unit string) string {
	if unit == "s" {
		return label(metric) + "_seconds"
	}
	return label(metric)
}

func vital(name string) string {
	unit := "s"
	if name == "cls" {
		unit = "1"
	}
	return histogram(semconv.MetricWebVitalPrefix+name, unit)
}

// own is a counter of the Collector's own telemetry, which ends in _total or not, as its reader is
// configured; gauges and histograms have their names.
func own(name string) string { return `{__name__=~"otelcol_` + name + `(_total)?"}` }

var (
	service     = label(semconv.ServiceName)
	version     = label(semconv.ServiceVersion)
	environment = label(semconv.DeploymentEnvironmentName)
	route       = label(semconv.URLTemplate)
	device      = label(semconv.DeviceType)
	part        = label(semconv.WebVitalPart)
	budget      = label(semconv.BudgetName)
	metric      = label(semconv.BudgetMetric)
)

// by the resource, and by the page as well.
var (
	ofService = service + `=~"$service",` + environment + `=~"$environment",` + version + `=~"$version"`
	ofPage    = ofService + `,` + route + `=~"$route"`
	ofDevice  = ofPage + `,` + device + `=~"$device"`
)

var resourceVariables = []variable{
	{name: "service", label: "Service", query: "label_values(" + counter(semconv.MetricPageViews) + ", " + service + ")"},
	{name: "environment", label: "Environment", query: "label_values(" + counter(semconv.MetricPageViews) + `{` + service + `=~"$service"}, ` + environment + ")"},
	{name: "version", label: "Version", query: "label_values(" + counter(semconv.MetricPageViews) + `{` + service + `=~"$service"}, ` + version + ")"},
}

var pageVariables = append(resourceVariables[:len(resourceVariables):len(resourceVariables)],
	variable{name: "route", label: "Route", query: "label_values(" + counter(semconv.MetricPageViews) + `{` + service + `=~"$service"}, ` + route + ")"},
	// Of what knows the device: page views and the vitals of the load do not by default.
	variable{name: "device", label: "Device", query: "label_values(" + vital("lcp") + `_count{` + service + `=~"$service"}, ` + device + ")"},
)

// increase sums a counter over the whole time range, by some labels.
func increase(name, filter, by string) string {
	return "sum" + group(by) + "(increase(" + name + "{" + filter + "}[$__range]))"
}

// rate is a counter's course in events a minute.
func rate(name, filter, by string) string {
	return "60 * sum" + group(by) + "(rate(" + name + "{" + filter + "}[$__rate_interval]))"
}

// quantile of a histogram: over the range, or its course.
func quantile(q, name, filter, by, span string) string {
	labels := "le"
	if by != "" {
		labels += ", " + by
	}
	return "histogram_quantile(" + q + ", sum by (" + labels + ") (rate(" + name + "_bucket{" + filter + "}[" + span + "])))"
}

func group(by string) string {
	if by == "" {
		return " "
	}
	return " by (" + by + ") "
}

const (
	whole  = "$__range"
	course = "$__rate_interval"
)

// Limits of web.dev, where a budget says nothing else.
func limitsOf(good, poor float64) []limit {
	return []limit{{"green", 0}, {"yellow", good}, {"red", poor}}
}

var limits = map[string][]limit{
	"lcp": limitsOf(2.5, 4), "inp": limitsOf(0.2, 0.5), "cls": limitsOf(0.1, 0.25), "fcp": limitsOf(1.8, 3), "ttfb": limitsOf(0.8, 1.8),
}
