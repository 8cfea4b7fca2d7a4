package aggregate

// series is one stream: a metric with one set of attributes.
type series struct {
	family *family
	holders
	into     *series // counts instead of this one, which is to be dropped; nil while it is in use
	key      string
	tally    tally
	carry    float64 // see wholes
	start    int64   // Unix ns: the start time of its next point
	reported int64   // Unix ns: when it was first in a cumulative Window; 0 before
	shown    bool    // whether a cumulative Window had its values; they hide no more, whatever the clock says
	seen     int64   // Unix ns: when it last got a value
	// waiting is how many vitals have not settled yet and will be counted here.
	waiting int32
	wait    wait  // the number of this one in waits; 0 while no vital has entered it
	saved   int32 // 1 + its index in the latest snapshot; 0 before
	// resource is the length of the resource's part of the key. An overflow series has nothing
	// after it.
	resource uint16
	// changed is true when it has values that were in no Window.
	changed bool
}

func (s *series) record(value, weight float64, now int64) {
	s.tally.add(s.family, value, s.wholes(weight), weight)
	s.changed, s.seen = true, now
}

// family is a metric and its series: at most limit with attributes of their own, as many overflow
// series of a resource, and one of no resource. The Aggregator's mutex guards it.
type family struct {
	*instrument
	id     instrumentID
	shape  shape
	bounds []float64 // of an explicit histogram
	limit  int
	// chosen are the attributes of its points, sources where their values come from: the page's by their
	// place in pageLabels, then the instrument's own.
	chosen  []label
	sources []int
	paged   bool // whether it has attributes whose values are the page's own
	random  func() float64

	names  *table // nil if the instrument has no names that applications choose
	series map[string]*series
	own    int // series with attributes of their own
	// resources counts those by the resource's part of their key.
	resources map[string]int
	overflows int // overflow series of a resource
}

// find returns the series of the key, whose first bytes are the resource, and opens it if there is
// room; otherwise the overflow series.
// https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
func (f *family) find(key []byte, resource int, now int64, h holders) (s *series, overflowed bool) {
	if s, ok := f.series[string(key)]; ok {
		return s, false
	}
	if len(key) > resource && f.own < f.limit {
		f.own++
		s = f.open(string(key), resource, now, h)
		f.resources[s.key[:resource]]++
		return s, false
	}
	return f.overflow(key[:resource], h.app, now), true
}

// overflow returns the overflow series of the resource. A resource without series of its own uses the overflow series without
// resource attributes, because otherwise the names of services would have no bound. So do resources past the limit that had
// series once.
func (f *family) overflow(resource []byte, app *holder, now int64) *series {
	if s, ok := f.series[string(resource)]; ok {
		return s
	}
	if f.resources[string(resource)] > 0 && f.overflows < f.limit {
		f.overflows++
		return f.open(string(resource), len(resource), now, holders{app: app})
	}
	if s, ok := f.series[""]; ok {
		return s
	}
	return f.open("", 0, now, holders{})
}

func (f *family) open(key string, resource int, now int64, h holders) *series {
	if !f.paged {
		h.page = nil
	}
	h.each(func(one *holder) { one.Value.series++ })
	s := &series{
		family: f, holders: h, key: key, resource: uint16(resource),
		carry: f.random(), start: now, seen: now,
	}
	f.series[key] = s
	return s
}

func (f *family) drop(s *series) {
	delete(f.series, s.key)
	s.each(func(one *holder) { one.Value.series-- })
	resource := s.key[:s.resource]
	switch s.key {
	case "":
	case resource:
		f.overflows--
	default:
		f.own--
		if f.resources[resource]--; f.resources[resource] == 0 {
			delete(f.resources, resource)
		}
	}
}

// idle reports whether the series may be dropped: all its values were emitted, no vital waits in it, and its last value is
// older than maxIdle.
func (s *series) idle(now, maxIdle int64) bool {
	return !s.changed && s.waiting == 0 && maxIdle > 0 && now-s.seen >= maxIdle
}
