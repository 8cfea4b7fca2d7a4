package beacon

import "sync"

// Storage is memory for what a body holds: its beacon, pages and tags, events, their payloads and attributes. It is reused for another body after the delivery,
// because records share only texts with a beacon. The zero value is empty. Not safe for concurrent use.
type Storage struct {
	beacon     [1]Beacon // of the bodies that have one
	pages      []Page
	tags       []Tag
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

// Largest sizes that are kept for another body. Larger bodies are rare, and their memory should not stay.
const (
	maxKeptPages      = 16
	maxKeptTags       = 256
	maxKeptEvents     = 256
	maxKeptAttributes = 1024
	maxChunk          = 64 // values of a kind of payload
)

var storages = sync.Pool{New: func() any { return new(Storage) }}

// NewStorage returns an empty Storage.
func NewStorage() *Storage { return storages.Get().(*Storage) }

// Release makes the memory of the beacons of a body available to another body. Nobody may read them afterwards. Without Release,
// the garbage collector frees the memory.
func Release(beacons []Beacon) {
	if len(beacons) == 0 || beacons[0].Storage == nil {
		return
	}
	s := beacons[0].Storage
	beacons[0].Storage = nil
	s.beacon[0] = Beacon{}
	s.pages, s.tags = emptied(s.pages, maxKeptPages), emptied(s.tags, maxKeptTags)
	s.events, s.attributes = emptied(s.events, maxKeptEvents), emptied(s.attributes, maxKeptAttributes)
	s.Vitals, s.Exceptions, s.Resources = emptied(s.Vitals, maxChunk), emptied(s.Exceptions, maxChunk), emptied(s.Resources, maxChunk)
	s.Clicks, s.Interactions = emptied(s.Clicks, maxChunk), emptied(s.Interactions, maxChunk)
	s.LongTasks, s.Measurements = emptied(s.LongTasks, maxChunk), emptied(s.Measurements, maxChunk)
	storages.Put(s)
}

// emptied is the empty slice with its capacity. Its old values are cleared.
func emptied[S ~[]T, T any](s S, most int) S {
	if cap(s) > most {
		return nil
	}
	clear(s[:cap(s)])
	return s[:0]
}

// Beacon is a slice with that one.
func (s *Storage) Beacon(b Beacon) []Beacon {
	s.beacon[0] = b
	return s.beacon[:]
}

// Pages is an empty slice.
func (s *Storage) Pages() []Page {
	pages := s.pages
	s.pages = nil
	return pages
}

// KeepPages stores a slice from Pages, which may have grown, for another body.
func (s *Storage) KeepPages(pages []Page) {
	if cap(pages) > cap(s.pages) {
		s.pages = pages
	}
}

// minTags is how many tags are allocated at once, unless a page has more.
const minTags = 16

// Tags copies the tags to memory that nobody else writes.
func (s *Storage) Tags(of []Tag) []Tag { return appended(&s.tags, of, minTags, maxKeptTags) }

// Events is an empty slice with a capacity of about that many, or more.
func (s *Storage) Events(n int) []Event {
	events := s.events
	s.events = nil
	if cap(events) < n {
		return make([]Event, 0, n)
	}
	return events
}

// Keep stores a slice from Events, which may have grown, for another body.
func (s *Storage) Keep(events []Event) {
	if cap(events) > cap(s.events) {
		s.events = events
	}
}

// minAttributes is how many attributes are allocated at once, unless an event has more.
const minAttributes = 32

// Attributes copies the attributes to memory that nobody else writes.
func (s *Storage) Attributes(of []Attribute) []Attribute {
	return appended(&s.attributes, of, minAttributes, maxKeptAttributes)
}

// appended copies values behind those of the memory, which grows from the least to the most size.
func appended[T any](to *[]T, values []T, least, most int) []T {
	memory := *to
	if cap(memory)-len(memory) < len(values) {
		memory = make([]T, 0, max(least, len(values), min(2*cap(memory), most)))
	}
	from := len(memory)
	memory = append(memory, values...)
	*to = memory
	return memory[from:len(memory):len(memory)]
}

// Chunk hands out places for values, made several at a time.
type Chunk[T any] []T

// Put copies the value to an unused place.
func (c *Chunk[T]) Put(value T) *T {
	if len(*c) == cap(*c) {
		*c = make([]T, 0, min(max(4, 2*cap(*c)), maxChunk))
	}
	*c = append(*c, value)
	return &(*c)[len(*c)-1]
}
