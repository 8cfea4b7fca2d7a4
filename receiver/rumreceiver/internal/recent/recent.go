// Package recent is the memory of what was seen lately, such as sessions and batches; and its parts, for other bounded
// stores.
package recent

import "iter"

// Map maps keys, which must be well mixed, to values and keeps them in the order in which they were last touched. It has no
// bound of its own: its owner removes Excess. It is not safe for concurrent use.
//
// A touch of a known key allocates nothing, and the garbage collector has no list to walk: entries point to each other
// by their place.
type Map[V any] struct {
	index Index
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
	return Map[V]{entries: NewSlab[entry[V]](), shares: NewShares()}
}

func (m *Map[V]) at(place int32) *entry[V] { return m.entries.At(place) }

// find is the place of the key; 0 if it is not known.
func (m *Map[V]) find(key uint64) int32 {
	return m.index.Find(key, func(place int32) uint64 { return m.at(place).key })
}

// Len is how many keys there are.
func (m *Map[V]) Len() int { return m.index.Len() }

// Get returns when the key was last touched, and its value, which is valid until it is removed. It does not touch the
// key.
func (m *Map[V]) Get(key uint64) (at int64, value *V, ok bool) {
	i := m.find(key)
	e := m.at(i) // the sentinel's time is 0
	return e.at, &e.value, i != 0
}

// Has reports whether the key is known.
func (m *Map[V]) Has(key uint64) bool { return m.find(key) != 0 }

// Touch makes the key the newest one, with the zero value if it is new. A new key is of the given share, and stays so. The
// pointer is good until the key is removed.
func (m *Map[V]) Touch(key uint64, of Share, at int64) (value *V, existed bool) {
	i := m.find(key)
	if existed = i != 0; existed {
		m.unlink(i)
		m.shares.Touch(i)
	} else {
		i = m.entries.Allocate()
		m.index.Add(key, i)
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
	i := m.find(key)
	if i == 0 {
		return
	}
	m.unlink(i)
	m.index.Remove(key, i)
	m.shares.Remove(i)
	m.entries.Free(i)
}

func (m *Map[V]) unlink(i int32) {
	e := m.at(i)
	m.at(e.prev).next = e.next
	m.at(e.next).prev = e.prev
}
