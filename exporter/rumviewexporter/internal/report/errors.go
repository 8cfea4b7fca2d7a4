package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// ErrorGroup is all exceptions with one fingerprint.
type ErrorGroup struct {
	Fingerprint string    `json:"fingerprint"`
	Type        string    `json:"type"`
	Message     string    `json:"message"` // of the last one
	Stack       string    `json:"stack,omitempty"`
	Noise       string    `json:"noise,omitempty"`
	Count       float64   `json:"count"`
	Records     int       `json:"records"`
	Sessions    float64   `json:"sessions"`
	First       time.Time `json:"first"`
	Last        time.Time `json:"last"`
	Routes      []Share   `json:"routes"`
	Versions    []Share   `json:"versions"`
	Browsers    []Share   `json:"browsers"`
	Examples    []string  `json:"examples"` // sessions, the last ones first
}

// Share is how often a value occurs.
type Share struct {
	Value string  `json:"value"`
	Count float64 `json:"count"`
}

const (
	maxGroups   = 200
	maxShares   = 8
	maxSessions = 5
)

// NewErrors groups exceptions: groups with the most sessions first, noise last.
func NewErrors(events []*window.Event) []ErrorGroup {
	groups := map[string]*errorGroup{}
	for _, e := range events {
		if e.Error == nil {
			continue
		}
		g := groups[e.Error.Fingerprint]
		if g == nil {
			g = newErrorGroup()
			groups[e.Error.Fingerprint] = g
		}
		g.add(e)
	}
	list := make([]ErrorGroup, 0, len(groups))
	for _, g := range groups {
		list = append(list, g.result())
	}
	slices.SortFunc(list, func(a, b ErrorGroup) int {
		return cmp.Or(cmp.Compare(min(len(a.Noise), 1), min(len(b.Noise), 1)), cmp.Compare(b.Sessions, a.Sessions),
			cmp.Compare(b.Count, a.Count), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return list[:min(len(list), maxGroups)]
}

// errorGroup is a group while it is counted.
type errorGroup struct {
	ErrorGroup
	sessions                   sessions
	routes, versions, browsers map[string]float64
}

func newErrorGroup() *errorGroup {
	return &errorGroup{sessions: sessions{}, routes: map[string]float64{}, versions: map[string]float64{}, browsers: map[string]float64{}}
}

// add must be called with events in order of arrival.
func (g *errorGroup) add(e *window.Event) {
	x := e.Error
	g.Fingerprint, g.Type, g.Message, g.Noise = x.Fingerprint, x.Type, x.Message, x.Noise
	g.Stack = cmp.Or(x.Stack, g.Stack)
	g.Count += e.Weight
	g.Records++
	if g.First.IsZero() || e.Time.Before(g.First) {
		g.First = e.Time
	}
	if e.Time.After(g.Last) {
		g.Last = e.Time
	}
	g.sessions.add(e.Session, e.Weight)
	g.routes[valueOf(e, "route")] += e.Weight
	g.versions[valueOf(e, "version")] += e.Weight
	g.browsers[valueOf(e, "browser")] += e.Weight
	if e.Session != "" && !slices.Contains(g.Examples, e.Session) {
		g.Examples = append([]string{e.Session}, g.Examples[:min(len(g.Examples), maxSessions-1)]...)
	}
}

func (g *errorGroup) result() ErrorGroup {
	r := g.ErrorGroup
	r.Count, r.Sessions = round(r.Count), round(g.sessions.count())
	r.Routes, r.Versions, r.Browsers = shares(g.routes), shares(g.versions), shares(g.browsers)
	if r.Examples == nil {
		r.Examples = []string{}
	}
	return r
}

func shares(counts map[string]float64) []Share {
	list := make([]Share, 0, len(counts))
	for value, count := range counts {
		list = append(list, Share{value, round(count)})
	}
	slices.SortFunc(list, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list[:min(len(list), maxShares)]
}
