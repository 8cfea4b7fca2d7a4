// Package busiest bounds collections whose keys strangers choose, such as the pages of a site: the keys with the most
// visitors have a place, in any order of arrival.
//
// It counts visitors, not visits: a thousand visits of one visitor count once, so an attacker with invented keys
// needs as many addresses as the site's pages have visitors.
package busiest

import (
	"cmp"
	"slices"
	"time"
)

const (
	// Window is how long a visitor counts at least; at most twice as long. A page that is seen every other minute may sometimes not
	// be seen for ten, and must not lose its place then to a page with two visitors.
	Window = time.Hour
	// newFor is how long the new keys of a visitor are counted.
	newFor = 10 * time.Minute
	// maxCandidates is how many keys without a place are watched, some 300 B each and their key. Past it one
	// that few visitors asked for is forgotten.
	maxCandidates = 1024
	// maxNew is how many new keys one visitor may bring in that time, once three quarters of the places are taken. Further
	// ones are not watched.
	maxNew = 50
	// hysteresis is by how many times as many visitors a key must have to displace another.
	hysteresis = 1.5
)

// Table is a bounded collection. It is not safe for concurrent use.
type Table[V any] struct {
	limit      int
	entries    map[string]*Entry[V]
	candidates candidates
	brought    brought
	turned     int64 // Unix ns: when the present window began
	renewed    int64 // Unix ns: since when brought counts
}

// Entry is a key with a place.
type Entry[V any] struct {
	Key   string
	Value V

	visitors visitors
	seen     int64
	leaving  bool
}

// Seen is the time of the last visitor, Unix ns.
func (e *Entry[V]) Seen() int64 { return e.seen }

// Leaving reports whether the place will be given to another key.
func (e *Entry[V]) Leaving() bool { return e.leaving }

// New returns a Table of at most limit keys.
func New[V any](limit int) *Table[V] {
	return &Table[V]{limit: max(limit, 1), entries: map[string]*Entry[V]{}, candidates: newCandidates()}
}

// Len returns how many keys have a place.
func (t *Table[V]) Len() int { return len(t.entries) }

// Sight counts a visitor (a well mixed hash) of a key. It returns nil if the key has no place. A new key gets one while
// there are free ones and nobody waits for them. All who are unknown, 0, count as one visitor.
func (t *Table[V]) Sight(key []byte, visitor uint64, now int64) *Entry[V] {
	if e, ok := t.entries[string(key)]; ok {
		e.visitors.add(visitor)
		e.seen = now
		if !e.leaving {
			return e
		}
	}
	if t.candidates.sight(key, visitor) {
		return nil
	}
	if visitor != 0 && len(t.entries) >= t.limit-t.limit/4 && !t.brought.another(visitor) {
		return nil
	}
	if len(t.entries) < t.limit && t.candidates.len() == 0 {
		return t.enter(string(key), visitors{}.with(visitor), now)
	}
	t.candidates.add(string(key), visitor)
	return nil
}

// Find returns the entry of a key, leaving or not, without counting anybody; nil if it has no place.
func (t *Table[V]) Find(key []byte) *Entry[V] { return t.entries[string(key)] }

func (t *Table[V]) enter(key string, v visitors, now int64) *Entry[V] {
	e := &Entry[V]{Key: key, visitors: v, seen: now}
	t.entries[key] = e
	return e
}

// Rebalance decides who has a place: entries with clearly fewer visitors than a key that waits become Leaving.
// Vacate gives their places away. It reports whether any entry is leaving.
func (t *Table[V]) Rebalance(now int64) (leaving bool) {
	t.turn(now)
	places := t.limit - len(t.entries) // that are free, or will be
	for _, e := range t.entries {
		if e.leaving {
			places++
			leaving = true
		}
	}
	if t.candidates.len() <= places {
		return leaving
	}
	coldest := t.ranked()
	for i, waits := range t.candidates.ranked()[places:] {
		if i == len(coldest) || waits.visitors < max(coldest[i].visitors*hysteresis, 2) {
			break
		}
		coldest[i].entry.leaving = true
		leaving = true
	}
	return leaving
}

// Contested reports whether keys wait for a place.
func (t *Table[V]) Contested() bool { return t.candidates.len() > 0 }

// Vacate removes the entries for which gone returns true. The waiting keys with the most visitors get the free
// places.
func (t *Table[V]) Vacate(now int64, gone func(*Entry[V]) bool) {
	for key, e := range t.entries {
		if gone(e) {
			delete(t.entries, key)
		}
	}
	free := t.limit - len(t.entries)
	if free <= 0 || t.candidates.len() == 0 {
		return
	}
	for _, waits := range t.candidates.ranked() {
		if free == 0 {
			return
		}
		if _, stays := t.entries[waits.key]; !stays { // else until it has gone
			t.enter(waits.key, t.candidates.take(waits.key), now)
			free--
		}
	}
}

type ranked[V any] struct {
	entry    *Entry[V]
	visitors float64
}

// ranked are the entries, those with the fewest visitors first.
func (t *Table[V]) ranked() []ranked[V] {
	all := make([]ranked[V], 0, len(t.entries))
	for _, e := range t.entries {
		if !e.leaving {
			all = append(all, ranked[V]{e, e.visitors.estimate()})
		}
	}
	slices.SortFunc(all, func(a, b ranked[V]) int {
		return cmp.Or(cmp.Compare(a.visitors, b.visitors), cmp.Compare(a.entry.Key, b.entry.Key))
	})
	return all
}

// turn begins a new window when it is time.
func (t *Table[V]) turn(now int64) {
	if now-t.renewed >= int64(newFor) {
		t.renewed, t.brought = now, brought{}
	}
	switch since := now - t.turned; {
	case t.turned == 0:
		t.turned = now
	case since >= int64(Window):
		t.turned = now
		for _, e := range t.entries {
			e.visitors.turn()
		}
		t.candidates.turn()
	}
}

// brought counts the new keys of visitors, by a hash: visitors with one hash share the bound.
type brought [4096]uint8

func (b *brought) another(visitor uint64) bool {
	n := &b[(visitor>>16)%uint64(len(b))]
	if *n >= maxNew {
		return false
	}
	*n++
	return true
}
