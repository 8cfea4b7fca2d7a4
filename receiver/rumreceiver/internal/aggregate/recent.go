package aggregate

// recent maps keys to values and keeps them in the order in which they were last touched. It has no
// bound of its own: its owner removes the oldest. It is not safe for concurrent use.
//
// Entries live in one slice and point to each other by index, so that a touch of a known key allocates
// nothing and the garbage collector has no list to walk.
type recent[V any] struct {
	index map[uint64]int32
	// entries[0] is the sentinel of the ring: its next is the oldest, its previous the newest.
	entries []recentEntry[V]
	free    []int32
}

type recentEntry[V any] struct {
	key        uint64
	at         int64 // when it was last touched, Unix ns
	prev, next int32
	value      V
}

func newRecent[V any]() recent[V] {
	return recent[V]{index: make(map[uint64]int32), entries: make([]recentEntry[V], 1)}
}

func (r *recent[V]) len() int { return len(r.index) }

// get tells when the key was last touched. It does not touch it.
func (r *recent[V]) get(key uint64) (at int64, ok bool) {
	i, ok := r.index[key]
	return r.entries[i].at, ok // the sentinel's time is 0
}

// touch makes the key the newest one, with the zero value if it is new. The pointer is good until
// the next touch or remove.
func (r *recent[V]) touch(key uint64, at int64) (value *V, existed bool) {
	i, existed := r.index[key]
	if existed {
		r.unlink(i)
	} else {
		i = r.allocate()
		r.index[key] = i
	}
	e := &r.entries[i]
	e.key, e.at = key, at
	e.prev, e.next = r.entries[0].prev, 0
	r.entries[e.prev].next = i
	r.entries[0].prev = i
	return &e.value, existed
}

// oldest is the key that was not touched for longest. The pointer is good until the next touch or
// remove.
func (r *recent[V]) oldest() (key uint64, at int64, value *V, ok bool) {
	i := r.entries[0].next
	e := &r.entries[i]
	return e.key, e.at, &e.value, i != 0
}

func (r *recent[V]) remove(key uint64) {
	i, ok := r.index[key]
	if !ok {
		return
	}
	r.unlink(i)
	delete(r.index, key)
	r.entries[i] = recentEntry[V]{}
	r.free = append(r.free, i)
}

func (r *recent[V]) unlink(i int32) {
	e := &r.entries[i]
	r.entries[e.prev].next = e.next
	r.entries[e.next].prev = e.prev
}

func (r *recent[V]) allocate() int32 {
	if last := len(r.free) - 1; last >= 0 {
		i := r.free[last]
		r.free = r.free[:last]
		return i
	}
	r.entries = append(r.entries, recentEntry[V]{})
	return int32(len(r.entries) - 1)
}
