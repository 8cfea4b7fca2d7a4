package aggregate

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/busiest"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// Load restores a Snapshot, before anything is recorded. Waiting vitals continue to wait; those that are due by now are
// counted.
//
// Series continue, with their start and counts, if the settings that define them have not changed: those of their metric, and
// those of all (temporality, tags and bounds). A series that was emitted as zero for too short a time is emitted as zero
// again. Otherwise new series begin with the unreported counts, and vitals wait in the series with their remaining attributes.
func (a *Aggregator) Load(data []byte, now time.Time) error {
	s, err := decodeSnapshot(data)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hashKey = s.Key
	if a.settings.KeepInstance && s.Instance != "" {
		a.settings.Instance = s.Instance
	}
	r := restoring{a: a, from: s, now: now.UnixNano(), series: make([]*series, len(s.Series))}
	r.all()
	a.batches.load(s.Batches, r.now)
	r.vitals()
	r.sessions()
	r.counted()
	return nil
}

type restoring struct {
	a      *Aggregator
	from   *snapshot
	now    int64
	series []*series // as in the snapshot
}

// all restores the series.
func (r *restoring) all() {
	a := r.a
	shared, same := r.from.Layout == a.layout(), make([]bool, len(r.series))
	if shared {
		r.places()
	}
	for i := range r.from.Series {
		saved := &r.from.Series[i]
		from := &r.from.Families[saved.Family]
		f := a.familyOf(from.Name)
		switch {
		case f == nil: // its metric is gone
		case shared && f.continues(from):
			r.series[i], same[i] = r.same(f, saved), true
		default:
			r.series[i] = r.other(f, from, saved)
		}
	}
	for i, s := range r.series {
		if into := r.from.Series[i].Into; into > 0 && same[i] {
			s.into = r.series[into-1]
		}
	}
}

func (r *restoring) places() {
	r.a.apps.Load(r.from.Apps)
	r.a.pages.Load(r.from.Pages)
	for i := range r.from.Families {
		if f := r.a.familyOf(r.from.Families[i].Name); f != nil && f.names != nil {
			f.names.Load(r.from.Families[i].Names)
		}
	}
}

// continues reports whether the keys and values of the family's series mean the same as in the saved one.
func (f *family) continues(saved *savedFamily) bool {
	return f.shape == saved.Shape && slices.Equal(f.bounds, saved.Bounds) && slices.Equal(namesOf(f.chosen), saved.Attributes)
}

// same restores a series unchanged.
func (r *restoring) same(f *family, saved *savedSeries) *series {
	a := r.a
	h := holders{app: entryOf(a.apps, saved.App), page: entryOf(a.pages, saved.Page), name: entryOf(f.names, saved.Name)}
	s := f.open(saved.Key, int(saved.Resource), saved.Seen, h)
	switch {
	case saved.Key == "":
	case len(saved.Key) == int(saved.Resource):
		f.overflows++
	default:
		f.own++
		f.resources[saved.Key[:saved.Resource]]++
	}
	s.tally, s.carry, s.start, s.reported, s.changed = saved.tally(), saved.Carry, saved.Start, saved.Told, saved.Changed
	s.shown = saved.Shown
	if r.hidden(saved) && r.isNew(saved) {
		s.reported = 0 // zero again, for as long as a scraper needs
	}
	return s
}

// hidden reports whether the values of the series have not been reported.
func (r *restoring) hidden(saved *savedSeries) bool {
	switch {
	case cmp.Or(r.from.Temporality, r.a.settings.Temporality) == Delta:
		return true
	case r.from.KnowsShown:
		return !saved.Shown
	default:
		return r.isNew(saved)
	}
}

// isNew reports whether the zero of the series was reported for too short a time.
func (r *restoring) isNew(saved *savedSeries) bool {
	return saved.Told == 0 || r.from.At-saved.Told < int64(r.a.settings.ZeroFor)
}

func entryOf(t *table, key string) *holder {
	if t == nil || key == "" {
		return nil
	}
	return t.Find([]byte(key))
}

func (s *savedSeries) tally() tally {
	t := tally{count: s.Count, sum: s.Sum, min: s.Min, max: s.Max, buckets: s.Buckets}
	if x := s.Expo; x != nil {
		t.expo = &exponential{scale: x.Scale, offset: x.Offset, counts: x.Counts, zero: x.Zero}
	}
	return t
}

// other finds a series for one whose metric has changed, by the attributes that both have. What was not reported goes there.
func (r *restoring) other(f *family, from *savedFamily, saved *savedSeries) *series {
	s := r.find(f, saved, from.Attributes)
	if r.hidden(saved) && saved.Count > 0 {
		if t := saved.tally(); f.shape == from.Shape && slices.Equal(f.bounds, from.Bounds) {
			s.tally.merge(f, &t)
		} else {
			s.tally.mergeFrom(f, &t, from.Bounds)
		}
		s.changed = true
		if r.a.settings.Temporality == Delta { // a cumulative series must not begin when one of its name did that was reported
			s.start = min(s.start, saved.Start)
		}
	}
	return s
}

func (a *Aggregator) familyOf(name string) *family {
	for i := range a.families {
		if a.families[i].name == name {
			return &a.families[i]
		}
	}
	return nil
}

func (r *restoring) find(f *family, saved *savedSeries, attributes []string) *series {
	a := r.a
	resource := saved.Key[:saved.Resource]
	if saved.Resource == 0 || len(saved.Key) == len(resource) {
		return f.overflow([]byte(resource), a.apps.Find([]byte(resource)), r.now)
	}
	values := map[string]string{}
	rest := saved.Key[saved.Resource:]
	for _, name := range attributes {
		values[name], rest = nextLabel(rest)
	}
	if _, known := values[semconv.URLTemplate]; !known && saved.Page != "" {
		values[semconv.URLTemplate], _ = nextLabel(saved.Page[saved.Resource:])
	}
	h := holders{app: a.place(a.apps, resource, r.now)}
	if h.app == nil {
		return f.overflow(nil, nil, r.now)
	}
	if f.paged {
		page, shared := appendLabel([]byte(resource), values[semconv.URLTemplate]), values[semconv.URLTemplate] == otherValue
		for _, tag := range a.settings.Tags {
			page, shared = appendLabel(page, values[semconv.TagPrefix+tag]), shared || values[semconv.TagPrefix+tag] == otherValue
		}
		if !shared { // else it never had a place
			h.page = a.place(a.pages, string(page), r.now)
		}
		if h.page == nil {
			values[semconv.URLTemplate] = otherValue
			for _, tag := range a.settings.Tags {
				values[semconv.TagPrefix+tag] = otherValue
			}
		}
	}
	if f.names != nil {
		if h.name = a.place(f.names, saved.Name, r.now); h.name == nil {
			return f.overflow([]byte(resource), h.app, r.now)
		}
	}
	key := []byte(resource)
	for _, l := range f.chosen {
		key = appendLabel(key, values[l.name])
	}
	if len(f.chosen) == 0 {
		key = append(key, 0)
	}
	s, _ := f.find(key, len(resource), r.now, h)
	return s
}

// place of a key. A new key gets one if there is room.
func (a *Aggregator) place(t *table, key string, now int64) *holder {
	if e := t.Find([]byte(key)); e != nil {
		return e
	}
	t.Load([]busiest.Saved{{Key: key, Seen: now}})
	return t.Find([]byte(key))
}

func (r *restoring) vitals() {
	a := r.a
	at := func(place int) wait {
		if place == 0 || r.series[place-1] == nil {
			return 0
		}
		return a.waits.enter(r.series[place-1].current())
	}
	for i := range r.from.Vitals {
		saved := &r.from.Vitals[i]
		v := waitingVital{
			id: saved.ID, view: saved.View, session: saved.Session, series: at(saved.Series), value: saved.Value, weight: saved.Weight,
			time: saved.Time, touched: saved.Touched, ended: saved.Ended, reported: saved.Told, left: saved.Left,
		}
		if v.series == 0 { // its metric is gone
			continue
		}
		for question, place := range saved.ByQuestion {
			v.byQuestion[question] = at(place)
		}
		if saved.Detail {
			v.details = a.details.Allocate()
			d := a.details.At(v.details)
			for n, place := range saved.Parts {
				d.series[n], d.values[n] = at(place), saved.PartValues[n]
			}
		}
		a.waiting.add(v, recent.ShareOf(uint64(saved.Share)), saved.Due)
	}
	for a.waiting.len() > a.settings.MaxPending {
		a.settleEarlyLocked(r.now)
	}
}

func (r *restoring) sessions() {
	all := len(r.from.Sessions) / sessionBytes
	for i := max(0, all-r.a.settings.MaxSessions); i < all; i++ {
		saved := r.from.Sessions[i*sessionBytes:]
		id, at, flags := binary.LittleEndian.Uint64(saved), int64(binary.LittleEndian.Uint64(saved[8:])), saved[16]
		s, _ := r.a.sessions.Touch(id, recent.ShareOf(id), at) // shares are not saved: all have about as many
		*s = session{counted: flags&flagCounted != 0, errored: flags&flagErrored != 0}
		if len(r.from.Versions) == all*versionBytes {
			s.version = binary.LittleEndian.Uint32(r.from.Versions[i*versionBytes:])
		}
	}
}

func (r *restoring) counted() {
	counted := &r.a.counted
	counted.begun = r.from.Begun
	for i, saved := range r.from.Counted {
		for n := 0; len(saved) >= countedBytes && n < counted.limit; n++ {
			if id := binary.LittleEndian.Uint64(saved); id != 0 { // else the snapshot is damaged
				counted.parts[i].put(id, math.Float32frombits(binary.LittleEndian.Uint32(saved[8:])))
			}
			saved = saved[countedBytes:]
		}
	}
}
