package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Overview lists the worst pages, who is affected, and why.
type Overview struct {
	PageViews float64 `json:"page_views"`
	Sessions  float64 `json:"sessions"`
	// CrashFree is the share of sessions without an exception, noise aside; absent without sessions.
	CrashFree *float64 `json:"crash_free,omitempty"`
	Errors    float64  `json:"errors"` // without noise
	Noise     float64  `json:"noise"`  // errors that are probably none of the application's
	Minutes   []Minute `json:"minutes"`
	Vitals    []Score  `json:"vitals"`
	Routes    []Row    `json:"routes"`
	// RoutesTotal is how many rows there are; Routes has the first of them.
	RoutesTotal int `json:"routes_total"`
}

// Minute is what happened within one minute.
type Minute struct {
	Time      time.Time `json:"time"`
	PageViews float64   `json:"page_views"`
	Errors    float64   `json:"errors"`
}

// Row is one route on one kind of device.
type Row struct {
	Route     string  `json:"route"`
	Device    string  `json:"device"`
	Hurt      float64 `json:"hurt"` // sessions with a measurement over its limit, or an error
	Sessions  float64 `json:"sessions"`
	PageViews float64 `json:"page_views"`
	Errors    float64 `json:"errors"`
	Vitals    []Score `json:"vitals"`
	Why       *Why    `json:"why,omitempty"`
	Error     string  `json:"error,omitempty"`   // the most frequent one
	Example   string  `json:"example,omitempty"` // the last session that was hurt
}

// NewOverview reports on events between two times, with a limited number of rows.
func NewOverview(events []*window.Event, from, to time.Time, rows int) Overview {
	o := Overview{Minutes: minutes(events, from, to), Routes: []Row{}}
	all, crashed := sessions{}, sessions{}
	for _, e := range events {
		all.add(e.Session, e.Weight)
		switch {
		case e.Name == semconv.EventNavigation:
			o.PageViews += e.Weight
		case e.Error != nil && e.Error.Noise != "":
			o.Noise += e.Weight
		case e.Error != nil:
			o.Errors += e.Weight
			crashed.add(e.Session, e.Weight)
		}
	}
	o.Sessions = round(all.count())
	if o.Sessions > 0 {
		share := round(max(0, 1-crashed.count()/all.count()))
		o.CrashFree = &share
	}
	o.PageViews, o.Errors, o.Noise = round(o.PageViews), round(o.Errors), round(o.Noise)
	ms := measurements(events)
	o.Vitals = scoresOf(ms)
	list := places(events, ms)
	o.RoutesTotal = len(list)
	for _, p := range list[:min(len(list), rows)] {
		o.Routes = append(o.Routes, p.row())
	}
	return o
}

func scoresOf(ms []measurement) []Score {
	byName := map[string]*scores{}
	for _, m := range ms {
		if byName[m.Vital.Name] == nil {
			byName[m.Vital.Name] = &scores{}
		}
		byName[m.Vital.Name].add(m)
	}
	list := []Score{}
	for _, name := range vitalNames {
		if s := byName[name]; s != nil {
			list = append(list, s.score(name))
		}
	}
	return list
}

// place is one route on one kind of device while it is counted.
type place struct {
	route, device     string
	hurt, all         sessions
	anonymous         float64 // hurt by measurements without a session
	hurtCount         float64 // once all is counted
	pageViews, errors float64
	messages          map[string]float64
	measurements      []measurement
	example           string
	exampleAt         time.Time
}

// places are counted and sorted by the number of affected people.
func places(events []*window.Event, ms []measurement) []*place {
	type key struct{ route, device string }
	byKey := map[key]*place{}
	at := func(e *window.Event) *place {
		k := key{valueOf(e, "route"), valueOf(e, "device")}
		if byKey[k] == nil {
			byKey[k] = &place{route: k.route, device: k.device, hurt: sessions{}, all: sessions{}, messages: map[string]float64{}}
		}
		return byKey[k]
	}
	for _, e := range events {
		at(e).addEvent(e)
	}
	for _, m := range ms {
		at(m.Event).addMeasurement(m)
	}
	list := make([]*place, 0, len(byKey))
	for _, p := range byKey {
		p.hurtCount = p.hurt.count() + p.anonymous
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *place) int {
		return cmp.Or(cmp.Compare(b.hurtCount, a.hurtCount), cmp.Compare(b.pageViews, a.pageViews),
			cmp.Compare(a.route, b.route), cmp.Compare(a.device, b.device))
	})
	return list
}

func (p *place) addEvent(e *window.Event) {
	p.all.add(e.Session, e.Weight)
	switch {
	case e.Name == semconv.EventNavigation:
		p.pageViews += e.Weight
	case e.Error != nil && e.Error.Noise == "":
		p.errors += e.Weight
		p.messages[e.Error.Type+": "+e.Error.Message] += e.Weight
		p.suffer(e)
	}
}

func (p *place) addMeasurement(m measurement) {
	p.measurements = append(p.measurements, m)
	if m.over() {
		p.suffer(m.Event)
	}
}

func (p *place) suffer(e *window.Event) {
	if e.Session == "" {
		p.anonymous += e.Weight
		return
	}
	p.hurt.add(e.Session, e.Weight)
	if !e.Arrived.Before(p.exampleAt) {
		p.example, p.exampleAt = e.Session, e.Arrived
	}
}

func (p *place) row() Row {
	r := Row{
		Route: p.route, Device: p.device, Hurt: round(p.hurtCount), Sessions: round(p.all.count()),
		PageViews: round(p.pageViews), Errors: round(p.errors), Vitals: scoresOf(p.measurements), Why: why(p.measurements),
		Example: p.example,
	}
	if top := shares(p.messages); len(top) > 0 {
		r.Error = top[0].Value
	}
	return r
}

// minutes counts by the clock of the events.
func minutes(events []*window.Event, from, to time.Time) []Minute {
	all := newClock(from, to)
	list := make([]Minute, all.minutes)
	for i := range list {
		list[i].Time = all.at(i)
	}
	for _, e := range events {
		m := &list[all.index(e.Time)]
		switch {
		case e.Name == semconv.EventNavigation:
			m.PageViews = round(m.PageViews + e.Weight)
		case e.Error != nil && e.Error.Noise == "":
			m.Errors = round(m.Errors + e.Weight)
		}
	}
	return list
}

// clock cuts the time between two others into minutes.
type clock struct {
	first   time.Time
	minutes int
}

func newClock(from, to time.Time) clock {
	first := from.Truncate(time.Minute)
	return clock{first, int(to.Sub(first)/time.Minute) + 1}
}

// index returns the minute of a time; times before or after the range count in the first or last minute.
func (c clock) index(t time.Time) int {
	return min(max(int(t.Sub(c.first)/time.Minute), 0), c.minutes-1)
}

func (c clock) at(i int) time.Time { return c.first.Add(time.Duration(i) * time.Minute) }
