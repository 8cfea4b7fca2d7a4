// Package recent is the memory of what was seen lately, such as sessions and batches; and its parts, for other bounded
// stores.
package recent

import "iter"

// Map maps keys to values and keeps them in the order in which they were last touched. It has no
// bound of its own: its owner removes Excess. It is not safe for concurrent use.
//
// A touch of a known key allocates nothing, and the garbage collector has no list to walk: entries point to each other
// by their place.
type Map[V any] struct {
	index map[uint64]int32
	// The first entry is the sentinel of the ring: its next is the oldest, its previous the newest.
	entries Slab[entry[V]]
	shares  *Shares
}

type entry[V any] struct {
	key        uint64
	at         int64 // when it was last touched, Unix ns
	prev, next int32
	value      V
}

// New remembers nothing yet.
func New[V any]() Map[V] {
	return Map[V]{index: make(map[uint64]int32), entries: NewSlab[entry[V]](), shares: NewShares()}
}

func (m *Map[V]) at(place int32) *entry[V] { return m.entries.At(place) }

// Len is how many keys there are.
func (m *Map[V]) Len() int { return len(m.index) }

// Get returns when the key was last touched, and its value, which is valid until it is removed. It does not touch the
// key.
func (m *Map[V]) Get(key uint64) (at int64, value *V, ok bool) {
	i, ok := m.index[key]
	e := m.at(i) // the sentinel's time is 0
	return e.at, &e.value, ok
}

// Has reports whether the key is known.
func (m *Map[V]) Has(key uint64) bool {
	_, ok := m.index[key]
	return ok
}

// Touch makes the key the newest one, with the zero value if it is new. A new key is of the given share, and stays so. The
// pointer is good until the key is removed.
func (m *Map[V]) Touch(key uint64, of Share, at int64) (value *V, existed bool) {
	i, existed := m.index[key]
	if existed {
		m.unlink(i)
		m.shares.Touch(i)
	} else {
		i = m.entries.Allocate()
		m.index[key] = i
		m.shares.Add(i, of)
	}
	e := m.at(i)
	e.key, e.at = key, at
	e.prev, e.next = m.at(0).prev, 0
	m.at(e.prev).next = i
	m.at(0).prev = i
	return &e.value, existed
}

// Oldest is the key that was not touched for longest. The pointer is good until it is
// removed.
func (m *Map[V]) Oldest() (key uint64, at int64, value *V, ok bool) {
	i := m.at(0).next
	e := m.at(i)
	return e.key, e.at, &e.value, i != 0
}

// Excess is the key to remove when there are too many: see Shares.Excess; if no share is too large, the Oldest.
func (m *Map[V]) Excess() (key uint64) {
	i := m.shares.Excess()
	if i == 0 {
		i = m.at(0).next
	}
	return m.at(i).key
}

// All are the keys, from the one that was not touched for longest on, each with the time of its last touch and its value.
// Nothing may be touched or removed meanwhile.
func (m *Map[V]) All() iter.Seq2[Key, *V] {
	return func(yield func(Key, *V) bool) {
		for i := m.at(0).next; i != 0; i = m.at(i).next {
			if e := m.at(i); !yield(Key{e.key, e.at}, &e.value) {
				return
			}
		}
	}
}

// Key is one, and when it was last touched, Unix ns.
type Key struct {
	Key uint64
	At  int64
}

// Remove forgets the key, if it is known.
func (m *Map[V]) Remove(key uint64) {
	i, ok := m.index[key]
	if !ok {
		return
	}
	m.unlink(i)
	delete(m.index, key)
	m.shares.Remove(i)
	m.entries.Free(i)
}

func (m *Map[V]) unlink(i int32) {
	e := m.at(i)
	m.at(e.prev).next = e.next
	m.at(e.next).prev = e.prev
}
