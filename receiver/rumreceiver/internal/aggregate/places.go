package aggregate

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/busiest"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// Keys that strangers choose need a place in a bounded table before they have series: applications with their versions, pages
// with their tags, names of measurements and interactions. Keys with the most visitors have places. When a key loses its
// place, its series are retired: unreported and later values are counted in the shared series, and reported values stay until
// scrapers have seen them. So nothing is lost or counted twice, and no counter falls.

// otherValue is the attribute of keys without a place, which share a series.
const otherValue = "{other}"

// place is the value of an entry of a table.
type place struct {
	series  int
	version uint32 // of an application: see Aggregator.versionLocked; 0 before it was asked for
}

type (
	holder = busiest.Entry[place]
	table  = busiest.Table[place]
)

// holders are the places on which a series depends; nil for each on which it does not depend.
type holders struct{ app, page, name *holder }

func (h *holders) each(do func(*holder)) {
	for _, one := range []*holder{h.app, h.page, h.name} {
		if one != nil {
			do(one)
		}
	}
}

func (h *holders) leaving() bool {
	return h.app != nil && h.app.Leaving() || h.page != nil && h.page.Leaving() || h.name != nil && h.name.Leaving()
}

func (a *Aggregator) tables() []*table {
	all := []*table{a.apps, a.pages}
	for i := range a.families {
		if t := a.families[i].names; t != nil {
			all = append(all, t)
		}
	}
	return all
}

// rebalanceEvery is how often places are reassigned under traffic: often, because unreported values can change their
// series without a visible effect.
const rebalanceEvery = int64(time.Second)

// rebalanceLocked reassigns the places, and retires the series of keys that lose theirs.
func (a *Aggregator) rebalanceLocked(now int64) {
	a.rebalanced = now
	any := false
	for _, t := range a.tables() {
		any = t.Rebalance(now) || any
	}
	if !any {
		return
	}
	var leaving []*series
	for i := range a.families {
		for _, s := range a.families[i].series {
			if s.leaving() {
				leaving = append(leaving, s)
			}
		}
	}
	for _, s := range leaving {
		a.retireLocked(s, now)
	}
}

// vacateLocked frees places without series that were lost or are idle.
func (a *Aggregator) vacateLocked(now int64) {
	for _, t := range a.tables() {
		t.Vacate(now, func(h *holder) bool {
			idle := a.settings.MaxIdle > 0 && now-h.Seen() >= int64(a.settings.MaxIdle)
			return h.Value.series == 0 && (h.Leaving() || idle)
		})
	}
}

// retireLocked retires a series, in several steps.
func (a *Aggregator) retireLocked(s *series, now int64) {
	zeroFor := int64(a.settings.ZeroFor)
	if s.into != nil { // it was reported, and for long enough to be seen
		if !s.changed && now-s.seen >= zeroFor {
			s.family.drop(s)
		}
		return
	}
	cold := a.coldLocked(s, now)
	if cold == s { // a page or its tags were named as what is shared
		s.page.Value.series--
		s.page = nil
		return
	}
	s.into = cold
	s.into.waiting += s.waiting
	s.waiting = 0
	if a.settings.Temporality == Delta || !s.shown {
		s.into.take(s, now)
		s.family.drop(s)
		return
	}
	s.seen = now
}

// coldLocked is the shared series that counts from now on instead of a retired one.
func (a *Aggregator) coldLocked(s *series, now int64) *series {
	f, resource := s.family, int(s.resource)
	switch {
	case s.app != nil && s.app.Leaving():
		return f.overflow(nil, nil, now)
	case s.name != nil && s.name.Leaving():
		return f.overflow([]byte(s.key[:resource]), s.app, now)
	}
	key, rest := []byte(s.key[:resource]), s.key[resource:]
	for _, l := range f.chosen {
		var value string
		value, rest = nextLabel(rest)
		if l.paged {
			value = otherValue
		}
		key = appendLabel(key, value)
	}
	cold, _ := f.find(key, resource, now, holders{app: s.app, name: s.name})
	return cold
}

// current is the series that counts instead of this one if it is retired.
func (s *series) current() *series {
	for s.into != nil {
		s = s.into
	}
	return s
}

// take adds the values of another series.
func (s *series) take(other *series, now int64) {
	if other.tally.count == 0 {
		return
	}
	s.tally.merge(s.family, &other.tally)
	if s.start == now { // it is new: the start of an older one must not change
		s.start = other.start
	}
	s.changed, s.seen = true, now
}

// enter finds the application's place.
func (r *recording) enter() {
	a := r.a
	a.key = appendResource(a.key[:0], &r.beacon.App)
	r.resource = len(a.key)
	r.places.app = a.apps.Sight(a.key, r.visitor(), r.now)
}

// visitor identifies the sender of the beacon: by address, or by session if addresses do not identify visitors.
func (r *recording) visitor() uint64 {
	if v := r.beacon.Client.Visitor; v != 0 {
		return v
	}
	return r.session
}

// share of the beacon's address in the bounded memories. All unknown addresses have one share.
func (r *recording) share() recent.Share { return recent.ShareOf(r.beacon.Client.Visitor) }

// findPage finds the place of the current page. Without a place, its values become {other}. Bots do not influence which pages have
// places.
func (r *recording) findPage(person bool) {
	a := r.a
	key := appendLabel(a.key[:r.resource], a.values[0])
	for _, tag := range a.values[numPageLabels:] {
		key = appendLabel(key, tag)
	}
	a.key = key
	if person {
		r.places.page = a.pages.Sight(key, r.visitor(), r.now)
	} else if r.places.page = a.pages.Find(key); r.places.page != nil && r.places.page.Leaving() {
		r.places.page = nil
	}
	if r.places.page == nil {
		a.values[0] = otherValue
		for i := range a.values[numPageLabels:] {
			a.values[numPageLabels+i] = otherValue
		}
	}
}

// named counts a value at the labels that are the instrument's own, if their name is among those of
// the metric; otherwise in the overflow series.
func (r *recording) named(id instrumentID, value float64, own ...string) {
	if !countable(value) {
		return
	}
	f := &r.a.families[id]
	name := r.a.scratch[:0]
	for _, part := range own {
		name = appendLabel(name, part)
	}
	r.a.scratch = name
	r.places.name = f.names.Sight(name, r.visitor(), r.now)
	if r.places.name != nil || r.places.app == nil {
		r.observe(id, value, own...)
	} else {
		r.outcome.NamesOverflowed++
		f.overflow(r.a.key[:r.resource], r.places.app, r.now).record(value, r.weight, r.now)
	}
	r.places.name = nil
}
