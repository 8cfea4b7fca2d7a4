package recent

// Index finds the places of entries by their keys, in 10 to 20 bytes for each, where a map takes 30 and more. It has a part of each
// key; the whole keys stay in the entries. Keys must be well mixed: they are hashes with a secret seed. The garbage collector has
// no pointers to follow. The zero value is empty. It is not safe for concurrent use.
//
// It is a hash table with open addressing, which looks at one slot after the other.
type Index struct {
	slots []slot // a power of two of them
	len   int
}

// slot of a table. Place 0 is none: the slot is free.
type slot struct {
	part  uint32 // of the key; where the search for it begins, too
	place int32
}

// minSlots of a table that is not empty.
const minSlots = 16

// Len is how many places there are.
func (x *Index) Len() int { return x.len }

// Find returns the place of a key, by the keys of places; 0 if the key is not there.
func (x *Index) Find(key uint64, keyAt func(place int32) uint64) int32 {
	if x.len == 0 {
		return 0
	}
	part := uint32(key)
	for i := x.home(part); ; i = x.next(i) {
		switch s := x.slots[i]; {
		case s.place == 0:
			return 0
		case s.part == part && keyAt(s.place) == key:
			return s.place
		}
	}
}

// Add adds a key that is not there, at a place above 0.
func (x *Index) Add(key uint64, place int32) {
	if (x.len+1)*5 > len(x.slots)*4 { // a fifth stays free, or a search takes long
		x.grow()
	}
	x.insert(slot{uint32(key), place})
	x.len++
}

// Move gives a key another place.
func (x *Index) Move(key uint64, from, to int32) { x.slots[x.find(key, from)].place = to }

// Remove forgets a key and its place.
func (x *Index) Remove(key uint64, place int32) {
	free := x.find(key, place)
	x.len--
	// What follows moves up, if its search passes by the free slot: algorithm R of Knuth, 6.4.
	for i := x.next(free); x.slots[i].place != 0; i = x.next(i) {
		if home := x.home(x.slots[i].part); x.distance(home, i) >= x.distance(free, i) {
			x.slots[free] = x.slots[i]
			free = i
		}
	}
	x.slots[free] = slot{}
}

// find returns the slot of a place, which must be there.
func (x *Index) find(key uint64, place int32) int {
	i := x.home(uint32(key))
	for x.slots[i].place != place {
		i = x.next(i)
	}
	return i
}

func (x *Index) insert(s slot) {
	i := x.home(s.part)
	for x.slots[i].place != 0 {
		i = x.next(i)
	}
	x.slots[i] = s
}

func (x *Index) grow() {
	old := x.slots
	x.slots = make([]slot, max(minSlots, 2*len(old)))
	for _, s := range old {
		if s.place != 0 {
			x.insert(s)
		}
	}
}

func (x *Index) home(part uint32) int        { return int(part) & (len(x.slots) - 1) }
func (x *Index) next(i int) int              { return (i + 1) & (len(x.slots) - 1) }
func (x *Index) distance(home, slot int) int { return (slot - home) & (len(x.slots) - 1) }
