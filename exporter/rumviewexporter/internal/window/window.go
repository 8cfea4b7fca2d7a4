package window

import (
	"sync"
	"time"
)

// Limits bound a window.
type Limits struct {
	Age     time.Duration // how long an event stays
	Entries int           // how many there are; past it the oldest go
	Bytes   int64         // how much memory they may take, estimated; past it the oldest go
}

// Window keeps the events of the last minutes, in the order in which they arrived. It is safe for
// concurrent use.
type Window struct {
	limits Limits

	mu     sync.Mutex
	events []*Event // from head on; what stands before has left
	head   int
	books  Books
}

// Books count what happened to the received events: Received = Expired + EvictedEntries + EvictedBytes + Entries.
type Books struct {
	Received       int64     `json:"received"`
	Expired        int64     `json:"expired"`         // older than the window
	EvictedEntries int64     `json:"evicted_entries"` // more than max_entries
	EvictedBytes   int64     `json:"evicted_bytes"`   // more than max_bytes
	Entries        int64     `json:"entries"`
	Bytes          int64     `json:"bytes"`
	Oldest         time.Time `json:"oldest"` // arrival of the oldest one, or now
}

// New returns an empty window.
func New(limits Limits) *Window { return &Window{limits: limits} }

// Add adds events and removes the oldest.
func (w *Window) Add(events []*Event, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, events...)
	w.books.Received += int64(len(events))
	for _, e := range events {
		w.books.Bytes += e.size
	}
	w.trimLocked(now)
}

// Events returns the events in the window, oldest first. The caller may keep and change the slice, but not the
// events.
func (w *Window) Events(now time.Time) []*Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trimLocked(now)
	return append([]*Event(nil), w.events[w.head:]...)
}

// Books returns the counts.
func (w *Window) Books(now time.Time) Books {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trimLocked(now)
	b := w.books
	b.Entries, b.Oldest = int64(len(w.events)-w.head), now
	if b.Entries > 0 {
		b.Oldest = w.events[w.head].Arrived
	}
	return b
}

// trimLocked removes events that are too old or too many, and compacts the slice when half of it is empty.
func (w *Window) trimLocked(now time.Time) {
	for w.head < len(w.events) {
		counter := w.tooMuchLocked(w.events[w.head], now)
		if counter == nil {
			break
		}
		*counter++
		w.books.Bytes -= w.events[w.head].size
		w.events[w.head] = nil
		w.head++
	}
	if w.head > len(w.events)/2 {
		w.events = append([]*Event(nil), w.events[w.head:]...)
		w.head = 0
	}
}

// tooMuchLocked returns the counter for the removal of the oldest event, or nil if it may stay.
func (w *Window) tooMuchLocked(oldest *Event, now time.Time) *int64 {
	switch {
	case now.Sub(oldest.Arrived) > w.limits.Age:
		return &w.books.Expired
	case len(w.events)-w.head > w.limits.Entries:
		return &w.books.EvictedEntries
	case w.books.Bytes > w.limits.Bytes:
		return &w.books.EvictedBytes
	default:
		return nil
	}
}
