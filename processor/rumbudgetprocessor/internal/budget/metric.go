// Package budget holds performance budgets and compares values and histograms with them. It works on numbers, not on
// telemetry formats.
package budget

import (
	"math"
	"strings"
)

// Metric identifies a web vital or a custom measurement of the application. The two are separate, so a custom
// measurement named "lcp" is not the vital.
type Metric struct {
	Name   string
	Custom bool
}

// vital is what is known of one web vital. Limits are in ms (CLS: score) and are those of
// https://web.dev/articles/vitals: "good" up to the limit, "poor" above severe.
type vital struct {
	name          string
	limit, severe float64
	max           float64 // values above cannot be true, see Check
}

// Two minutes is longer than any browser waits for a page; a minute longer than anybody holds a
// button. One LCP of 818,693,952,298 ms has been seen in the wild.
const (
	maxLoad        = 120_000
	maxInteraction = 60_000
	maxShift       = 100
)

var vitals = [...]vital{
	{"lcp", 2500, 4000, maxLoad},
	{"inp", 200, 500, maxInteraction},
	{"cls", 0.1, 0.25, maxShift},
	{"fcp", 1800, 3000, maxLoad},
	{"ttfb", 800, 1800, maxLoad},
	{"fid", 100, 300, maxInteraction},
}

// Vital returns the metric of a web vital's name in any case, false for any other name.
func Vital(name string) (Metric, bool) {
	v, ok := findVital(name)
	return Metric{Name: v.name}, ok
}

// Vitals returns the names of the web vitals.
func Vitals() []string {
	names := make([]string, 0, len(vitals))
	for _, v := range vitals {
		names = append(names, v.name)
	}
	return names
}

// Custom returns the metric of an application's own measurement.
func Custom(name string) Metric { return Metric{Name: name, Custom: true} }

// IsDuration reports whether a metric is measured in ms; CLS has no unit, and the application chooses the unit of
// custom measurements.
func (m Metric) IsDuration() bool { return !m.Custom && m.Name != "cls" }

// Defaults returns the limits of the web vitals, without any matcher.
func Defaults() map[Metric]Limit {
	limits := make(map[Metric]Limit, len(vitals))
	for _, v := range vitals {
		limits[Metric{Name: v.name}] = Limit{Value: v.limit, Severe: v.severe}
	}
	return limits
}

// DefaultSevere returns the value above which a vital is severe when a budget does not say so:
// the web-vitals "poor" threshold, or +Inf for a limit that is beyond it and for custom metrics.
func DefaultSevere(m Metric, limit float64) float64 {
	if v, ok := findVital(m.Name); ok && !m.Custom && v.severe >= limit {
		return v.severe
	}
	return math.Inf(1)
}

func findVital(name string) (vital, bool) {
	for _, v := range vitals {
		if strings.EqualFold(v.name, name) {
			return v, true
		}
	}
	return vital{}, false
}
