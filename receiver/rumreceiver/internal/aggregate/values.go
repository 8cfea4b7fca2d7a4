package aggregate

import (
	"iter"
	"math/bits"
)

// values are counted vitals with their values, in 15 to 23 bytes for each, where a map takes some 38. Ids are hashes with a secret
// key, and not 0. The zero value is empty. It is not safe for concurrent use.
//
// It is a hash table with open addressing, which looks at one slot after the other, and grows by half.
type values struct {
	ids    []uint64 // 0: the slot is free
	values []float32
	len    int
}

// minValues is the number of slots of a table that is not empty.
const minValues = 16

func (t *values) get(id uint64) (value float32, ok bool) {
	if t.len == 0 {
		return 0, false
	}
	i := t.slot(id)
	return t.values[i], t.ids[i] == id
}

// put remembers the value of a vital, new or known.
func (t *values) put(id uint64, value float32) {
	if (t.len+1)*5 > len(t.ids)*4 { // a fifth stays free, or a search takes long
		t.grow()
	}
	i := t.slot(id)
	if t.ids[i] != id {
		t.len++
	}
	t.ids[i], t.values[i] = id, value
}

// remove forgets a vital that is there.
func (t *values) remove(id uint64) {
	free := t.slot(id)
	t.len--
	// What follows moves up, if its search passes by the free slot: algorithm R of Knuth, 6.4.
	for i := t.next(free); t.ids[i] != 0; i = t.next(i) {
		if home := t.home(t.ids[i]); t.distance(home, i) >= t.distance(free, i) {
			t.ids[free], t.values[free] = t.ids[i], t.values[i]
			free = i
		}
	}
	t.ids[free] = 0
}

// clear keeps the memory for others.
func (t *values) clear() {
	clear(t.ids)
	t.len = 0
}

// all are in no order.
func (t *values) all() iter.Seq2[uint64, float32] {
	return func(yield func(uint64, float32) bool) {
		for i, id := range t.ids {
			if id != 0 && !yield(id, t.values[i]) {
				return
			}
		}
	}
}

func (t *values) grow() {
	old := *t
	size := max(minValues, len(old.ids)*3/2)
	*t = values{ids: make([]uint64, size), values: make([]float32, size), len: old.len}
	for id, value := range old.all() {
		i := t.slot(id)
		t.ids[i], t.values[i] = id, value
	}
}

// slot is that of a vital, or the free one where it would be.
func (t *values) slot(id uint64) int {
	i := t.home(id)
	for t.ids[i] != id && t.ids[i] != 0 {
		i = t.next(i)
	}
	return i
}

// home is where the search for a vital begins. https://lemire.me/blog/2016/06/27/a-fast-alternative-to-the-modulo-reduction/
func (t *values) home(id uint64) int {
	home, _ := bits.Mul64(id, uint64(len(t.ids)))
	return int(home) //nolint:gosec // below len(t.ids)
}

func (t *values) next(i int) int {
	if i++; i < len(t.ids) {
		return i
	}
	return 0
}

func (t *values) distance(from, to int) int {
	if to < from {
		to += len(t.ids)
	}
	return to - from
}
