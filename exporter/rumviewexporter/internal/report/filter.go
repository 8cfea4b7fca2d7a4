package report

import (
	"cmp"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// Filter selects events by the values of fields; an empty filter selects all.
type Filter struct {
	Service, Environment, Version, Route, Device, Browser, Country, Connection, Visitor string
}

// Dimensions are the names of the fields of a filter, as queries and answers use them.
var Dimensions = []string{"route", "device", "browser", "country", "connection", "version", "service", "environment", "visitor"}

// Field returns a pointer to the filter's value of a dimension, or nil if there is no such dimension.
func (f *Filter) Field(dimension string) *string {
	switch dimension {
	case "service":
		return &f.Service
	case "environment":
		return &f.Environment
	case "version":
		return &f.Version
	case "route":
		return &f.Route
	case "device":
		return &f.Device
	case "browser":
		return &f.Browser
	case "country":
		return &f.Country
	case "connection":
		return &f.Connection
	case "visitor":
		return &f.Visitor
	default:
		return nil
	}
}

// Apply returns the selected events.
func (f *Filter) Apply(events []*window.Event) []*window.Event {
	if *f == (Filter{}) {
		return events
	}
	passed := make([]*window.Event, 0, len(events))
	for _, e := range events {
		if f.matches(e) {
			passed = append(passed, e)
		}
	}
	return passed
}

func (f *Filter) matches(e *window.Event) bool {
	for _, dimension := range Dimensions {
		if want := *f.Field(dimension); want != "" && want != valueOf(e, dimension) {
			return false
		}
	}
	return true
}

// unknown is the value for events without a value.
const unknown = "unknown"

// valueOf returns an event's value of a dimension; "unknown" if it has none.
func valueOf(e *window.Event, dimension string) string {
	return cmp.Or(fieldOf(e, dimension), unknown)
}

func fieldOf(e *window.Event, dimension string) string {
	switch dimension {
	case "service":
		return e.Service
	case "environment":
		return e.Environment
	case "version":
		return e.Version
	case "route":
		return e.Route
	case "device":
		return e.Device
	case "browser":
		return e.Browser
	case "country":
		return e.Country
	case "visitor":
		return e.Visitor
	default:
		return e.Connection
	}
}

// Values lists the most frequent values of a dimension, in alphabetical order.
func Values(events []*window.Event, dimension string, most int) []string {
	counts := map[string]float64{}
	for _, e := range events {
		counts[valueOf(e, dimension)] += e.Weight
	}
	delete(counts, unknown)
	values := make([]string, 0, len(counts))
	for value := range counts {
		values = append(values, value)
	}
	if len(values) > most {
		slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
		values = values[:most]
	}
	slices.Sort(values)
	return values
}
