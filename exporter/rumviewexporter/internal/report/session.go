package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Session holds the records of one session that are in the window.
type Session struct {
	ID      string    `json:"id"`
	Service string    `json:"service"`
	Version string    `json:"version"`
	Device  string    `json:"device"`
	Browser string    `json:"browser"`
	Country string    `json:"country"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Weight  float64   `json:"weight"` // how many sessions it stands for
	Events  []Item    `json:"events"` // oldest first
	// Total is how many records there are; Events has the first of them.
	Total int `json:"total"`
}

// Item is one event, summarised in a line.
type Item struct {
	Time       time.Time          `json:"time"`
	Name       string             `json:"name"`
	Kind       string             `json:"kind"` // vital, error, page, request, click, task, session, budget or other
	What       string             `json:"what"`
	Value      float64            `json:"value"`           // 0 without a unit
	Unit       string             `json:"unit,omitempty"`  // ms or score; empty: there is no value
	Level      string             `json:"level,omitempty"` // exceeded, within, error; empty where nothing judges
	Route      string             `json:"route,omitempty"`
	Session    string             `json:"session,omitempty"`
	Device     string             `json:"device,omitempty"`
	Weight     float64            `json:"weight"`
	Kept       string             `json:"kept,omitempty"` // the rule of the sampler that kept the record
	Service    string             `json:"service,omitempty"`
	Version    string             `json:"version,omitempty"`
	Attributes []window.Attribute `json:"attributes"`
}

const maxItems = 1000

// NewSession reports on one session. It returns false if none of its records is in the window.
func NewSession(events []*window.Event, id string) (Session, bool) {
	own := slices.DeleteFunc(slices.Clone(events), func(e *window.Event) bool { return e.Session != id })
	if len(own) == 0 {
		return Session{}, false
	}
	slices.SortStableFunc(own, func(a, b *window.Event) int { return a.Time.Compare(b.Time) })
	first, last := own[0], own[len(own)-1]
	s := Session{
		ID: id, Service: first.Service, Version: first.Version, Device: first.Device, Browser: first.Browser, Country: first.Country,
		Start: first.Time, End: last.Time, Total: len(own), Events: []Item{},
	}
	weights := sessions{}
	for _, e := range own {
		weights.add(id, e.Weight)
	}
	s.Weight = round(weights.count())
	for _, e := range own[:min(len(own), maxItems)] {
		s.Events = append(s.Events, item(e))
	}
	return s, true
}

// item puts an event in words.
func item(e *window.Event) Item {
	i := Item{
		Time: e.Time, Name: e.Name, Kind: "other", What: e.Name, Value: e.Duration, Route: e.Route, Session: e.Session, Device: e.Device,
		Weight: e.Weight, Kept: e.Kept, Service: e.Service, Version: e.Version, Attributes: e.Attributes,
	}
	if e.Duration > 0 {
		i.Unit = "ms"
	}
	switch {
	case e.Vital != nil:
		i.Kind, i.What, i.Value, i.Unit = "vital", e.Vital.Name, e.Vital.Value, unitOf(e.Vital.Name)
		i.Level = level(e.Vital)
	case e.Error != nil:
		i.Kind, i.Level, i.What = "error", "error", e.Error.Type+": "+e.Error.Message
	case e.Request != nil:
		i.Kind, i.What, i.Value, i.Unit = "request", cmp.Or(e.Request.URL, e.Name), e.Request.Duration, "ms"
		if e.Request.Failed {
			i.Level = "error"
		}
	default:
		i.Kind, i.What = others(e)
	}
	return i
}

func level(v *window.Vital) string {
	limit := cmp.Or(v.Limit, usualLimits[v.Name])
	switch {
	case limit == 0:
		return ""
	case v.Value > limit:
		return "exceeded"
	default:
		return "within"
	}
}

// others names the kind and the one attribute worth reading of the remaining events.
func others(e *window.Event) (kind, what string) {
	switch e.Name {
	case semconv.EventNavigation, semconv.EventNavigationTiming:
		return "page", cmp.Or(e.Page, e.Route)
	case semconv.EventClick:
		return "click", cmp.Or(e.Get(semconv.CSSSelector), e.Get(semconv.TagName))
	case semconv.EventInteraction:
		return "click", e.Get(semconv.InteractionName)
	case semconv.EventLongTask, semconv.EventLongFrame:
		return "task", "main thread blocked"
	case semconv.EventSessionStart, "session.end":
		return "session", e.Name
	case semconv.EventMeasurement:
		return "measurement", e.Get(semconv.MeasurementName) + " " + e.Get(semconv.MeasurementValue)
	case semconv.EventBudgetViolation, semconv.EventBudgetClientViolation:
		return "budget", e.Get(semconv.BudgetMetric) + " over " + e.Get(semconv.BudgetLimit)
	default:
		return "other", cmp.Or(e.Get("body"), e.Name)
	}
}
