// Package recent is the memory of what was seen lately: of sessions, and of batches.
package recent

import "iter"

// Map maps keys to values and keeps them in the order in which they were last touched. It has no
// bound of its own: its owner removes the oldest. It is not safe for concurrent use.
//
// Entries live in chunks and point to each other by index, so that a touch of a known key allocates
// nothing, more of them move none, and the garbage collector has no list to walk.
type Map[V any] struct {
	index map[uint64]int32
	// The first entry is the sentinel of the ring: its next is the oldest, its previous the newest.
	chunks []*[chunkLen]entry[V]
	used   int32
	free   []int32
}

// chunkLen is a power of two.
const chunkLen = 256

func (m *Map[V]) at(i int32) *entry[V] { return &m.chunks[i/chunkLen][i%chunkLen] }

type entry[V any] struct {
	key        uint64
	at         int64 // when it was last touched, Unix ns
	prev, next int32
	value      V
}

// New remembers nothing yet.
func New[V any]() Map[V] {
	return Map[V]{index: make(map[uint64]int32), chunks: []*[chunkLen]entry[V]{new([chunkLen]entry[V])}, used: 1}
}

// Len is how many keys there are.
func (m *Map[V]) Len() int { return len(m.index) }

// Get returns when the key was last touched, and its value, which is valid until it is removed. It does not touch the
// key.
func (m *Map[V]) Get(key uint64) (at int64, value *V, ok bool) {
	i, ok := m.index[key]
	e := m.at(i) // the sentinel's time is 0
	return e.at, &e.value, ok
}

// Touch makes the key the newest one, with the zero value if it is new. The pointer is good until
// it is removed.
func (m *Map[V]) Touch(key uint64, at int64) (value *V, existed bool) {
	i, existed := m.index[key]
	if existed {
		m.unlink(i)
	} else {
		i = m.allocate()
		m.index[key] = i
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
	*m.at(i) = entry[V]{}
	m.free = append(m.free, i)
}

func (m *Map[V]) unlink(i int32) {
	e := m.at(i)
	m.at(e.prev).next = e.next
	m.at(e.next).prev = e.prev
}

func (m *Map[V]) allocate() int32 {
	if last := len(m.free) - 1; last >= 0 {
		i := m.free[last]
		m.free = m.free[:last]
		return i
	}
	if int(m.used) == len(m.chunks)*chunkLen {
		m.chunks = append(m.chunks, new([chunkLen]entry[V]))
	}
	m.used++
	return m.used - 1
}
