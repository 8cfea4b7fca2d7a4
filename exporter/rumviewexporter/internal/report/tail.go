package report

import (
	"slices"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// Tail holds the last events that a filter selects.
type Tail struct {
	Events  []Item  `json:"events"` // newest first
	Matched int     `json:"matched"`
	Names   []Share `json:"names"` // of all events, weighted
}

// NewTail lists up to n events with a name (empty: any) and a text in them (empty: any), ignoring case.
func NewTail(events []*window.Event, name, text string, n int) Tail {
	t := Tail{Events: []Item{}, Names: []Share{}}
	names := map[string]float64{}
	text = strings.ToLower(text)
	for _, e := range slices.Backward(events) {
		names[eventName(e)] += e.Weight
		if name != "" && name != eventName(e) || text != "" && !holds(e, text) {
			continue
		}
		t.Matched++
		if len(t.Events) < n {
			t.Events = append(t.Events, item(e))
		}
	}
	for value, count := range names {
		t.Names = append(t.Names, Share{value, round(count)})
	}
	slices.SortFunc(t.Names, func(a, b Share) int { return strings.Compare(a.Value, b.Value) })
	return t
}

func eventName(e *window.Event) string {
	if e.Name == "" {
		return "no event name"
	}
	return e.Name
}

func holds(e *window.Event, text string) bool {
	for _, s := range []string{e.Name, e.Service, e.Version, e.Device, e.Browser} {
		if strings.Contains(strings.ToLower(s), text) {
			return true
		}
	}
	for _, a := range e.Attributes {
		if strings.Contains(strings.ToLower(a.Value), text) || strings.Contains(a.Key, text) {
			return true
		}
	}
	return false
}
