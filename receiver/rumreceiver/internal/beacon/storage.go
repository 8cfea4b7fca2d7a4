package beacon

import "sync"

// Storage is memory for what a body is decoded into: events, their payloads and attributes. Nobody reads them once the
// body is delivered, so that another one may have the memory: records share texts with a beacon, and nothing else. The
// zero value has room for nothing yet. Not safe for concurrent use.
type Storage struct {
	events     []Event
	attributes []Attribute

	// Places for the payloads that batches have many of.
	Vitals       Chunk[Vital]
	Exceptions   Chunk[Exception]
	Resources    Chunk[Resource]
	Clicks       Chunk[Click]
	Interactions Chunk[Interaction]
	LongTasks    Chunk[LongTask]
	Measurements Chunk[Measurement]
}

// What is kept for another body; larger ones are rare and should not stay because somebody sent a large one.
const (
	maxKeptEvents     = 256
	maxKeptAttributes = 1024
	maxChunk          = 64 // values of a kind of payload
)

var storages = sync.Pool{New: func() any { return new(Storage) }}

// NewStorage has nothing in it.
func NewStorage() *Storage { return storages.Get().(*Storage) }

// Release gives the memory of the beacons of one body to another one. Nobody may read them afterwards. It is not needed:
// what is not given back is garbage.
func Release(beacons []Beacon) {
	if len(beacons) == 0 || beacons[0].Storage == nil {
		return
	}
	s := beacons[0].Storage
	beacons[0].Storage = nil
	s.events, s.attributes = emptied(s.events, maxKeptEvents), emptied(s.attributes, maxKeptAttributes)
	s.Vitals, s.Exceptions, s.Resources = emptied(s.Vitals, maxChunk), emptied(s.Exceptions, maxChunk), emptied(s.Resources, maxChunk)
	s.Clicks, s.Interactions = emptied(s.Clicks, maxChunk), emptied(s.Interactions, maxChunk)
	s.LongTasks, s.Measurements = emptied(s.LongTasks, maxChunk), emptied(s.Measurements, maxChunk)
	storages.Put(s)
}

// emptied has the capacity of the slice and none of its values, nor what they point to.
func emptied[S ~[]T, T any](s S, most int) S {
	if cap(s) > most {
		return nil
	}
	clear(s[:cap(s)])
	return s[:0]
}

// Events is an empty slice with a capacity of about that many, or more.
func (s *Storage) Events(n int) []Event {
	events := s.events
	s.events = nil
	if cap(events) < n {
		return make([]Event, 0, n)
	}
	return events
}

// Keep says what became of a slice of Events.
func (s *Storage) Keep(events []Event) {
	if cap(events) > cap(s.events) {
		s.events = events
	}
}

// minAttributes is for how many attributes room is made at once, unless an event has more.
const minAttributes = 32

// Attributes copies attributes to where nobody else writes.
func (s *Storage) Attributes(of []Attribute) []Attribute {
	if cap(s.attributes)-len(s.attributes) < len(of) {
		s.attributes = make([]Attribute, 0, max(minAttributes, len(of), min(2*cap(s.attributes), maxKeptAttributes)))
	}
	from := len(s.attributes)
	s.attributes = append(s.attributes, of...)
	return s.attributes[from:len(s.attributes):len(s.attributes)]
}

// Chunk hands out places for values, made several at a time.
type Chunk[T any] []T

// Put gives the value a place that nobody has.
func (c *Chunk[T]) Put(value T) *T {
	if len(*c) == cap(*c) {
		*c = make([]T, 0, min(max(4, 2*cap(*c)), maxChunk))
	}
	*c = append(*c, value)
	return &(*c)[len(*c)-1]
}
