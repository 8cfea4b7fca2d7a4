package recent

// Slab holds values at places, by number. Values live in chunks: more of them move none, and a freed place is used
// again. The first place, 0, is never allocated and stands for none. It is not safe for concurrent use.
type Slab[T any] struct {
	chunks chunks[T]
	used   int32 // places that were ever allocated, and the first
	free   []int32
}

// chunkLen is a power of two.
const chunkLen = 256

// NewSlab has only the first place.
func NewSlab[T any]() Slab[T] {
	s := Slab[T]{used: 1}
	s.chunks.reach(0)
	return s
}

// At is the value at a place, until the place is freed.
func (s *Slab[T]) At(place int32) *T { return s.chunks.at(place) }

// Allocate returns a place with the zero value.
func (s *Slab[T]) Allocate() int32 {
	if last := len(s.free) - 1; last >= 0 {
		place := s.free[last]
		s.free = s.free[:last]
		return place
	}
	s.chunks.reach(s.used)
	s.used++
	return s.used - 1
}

// Free makes the place free, and its value zero.
func (s *Slab[T]) Free(place int32) {
	*s.At(place) = *new(T)
	s.free = append(s.free, place)
}

// End is one more than the highest place that was ever allocated.
func (s *Slab[T]) End() int32 { return s.used }

type chunks[T any] []*[chunkLen]T

func (c chunks[T]) at(i int32) *T { return &c[i/chunkLen][i%chunkLen] }

// reach makes sure that there is such an index.
func (c *chunks[T]) reach(i int32) {
	for int(i) >= len(*c)*chunkLen {
		*c = append(*c, new([chunkLen]T))
	}
}
