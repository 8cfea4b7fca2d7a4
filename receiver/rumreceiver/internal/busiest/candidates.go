package busiest

import (
	"cmp"
	"slices"
)

// candidates are the keys without a place. When there are too many, one is forgotten by the clock algorithm: a hand goes round the
// ring and takes a chance from each key; the first key without a chance is forgotten. Each further visitor is a chance, so keys
// with many visitors stay.
type candidates struct {
	index map[string]int
	ring  []candidate
	hand  int
}

type candidate struct {
	key      string // empty: free
	visitors visitors
	chances  uint8
}

const maxChances = 8

func newCandidates() candidates { return candidates{index: map[string]int{}} }

func (c *candidates) len() int { return len(c.index) }

// sight adds a visitor to a known key.
func (c *candidates) sight(key []byte, visitor uint64) bool {
	i, ok := c.index[string(key)]
	if !ok {
		return false
	}
	one := &c.ring[i]
	before := one.visitors.now[visitor%registers]
	one.visitors.add(visitor)
	if one.visitors.now[visitor%registers] != before && one.chances < maxChances {
		one.chances++
	}
	return true
}

func (c *candidates) add(key string, visitor uint64) {
	i := c.room()
	c.ring[i] = candidate{key: key, visitors: visitors{}.with(visitor)}
	c.index[key] = i
}

// room is a free place of the ring.
func (c *candidates) room() int {
	if len(c.ring) < maxCandidates {
		c.ring = append(c.ring, candidate{})
		return len(c.ring) - 1
	}
	for {
		c.hand = (c.hand + 1) % len(c.ring)
		one := &c.ring[c.hand]
		if one.key == "" || one.chances == 0 {
			delete(c.index, one.key)
			return c.hand
		}
		one.chances--
	}
}

// take removes a key and returns its visitors.
func (c *candidates) take(key string) visitors {
	i := c.index[key]
	v := c.ring[i].visitors
	delete(c.index, key)
	c.ring[i] = candidate{}
	return v
}

// turn forgets the keys without a visitor in a window.
func (c *candidates) turn() {
	for i := range c.ring {
		one := &c.ring[i]
		if one.visitors.now == ([registers]uint8{}) {
			delete(c.index, one.key)
			*one = candidate{}
			continue
		}
		one.visitors.turn()
	}
}

type rankedKey struct {
	key      string
	visitors float64
}

// ranked are the keys, those with the most visitors first.
func (c *candidates) ranked() []rankedKey {
	all := make([]rankedKey, 0, len(c.index))
	for key, i := range c.index {
		all = append(all, rankedKey{key, c.ring[i].visitors.estimate()})
	}
	slices.SortFunc(all, func(a, b rankedKey) int {
		return cmp.Or(cmp.Compare(b.visitors, a.visitors), cmp.Compare(a.key, b.key))
	})
	return all
}
