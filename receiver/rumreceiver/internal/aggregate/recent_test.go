package aggregate

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// order is the keys from the oldest to the newest.
func order[V any](r *recent[V]) (keys []uint64) {
	for i := r.entries[0].next; i != 0; i = r.entries[i].next {
		keys = append(keys, r.entries[i].key)
	}
	return keys
}

func TestRecent_KeepsTheOrderOfTouches(t *testing.T) {
	r := newRecent[string]()
	_, _, _, ok := r.oldest()
	assert.False(t, ok)

	for at, key := range []uint64{7, 8, 9, 7} {
		value, existed := r.touch(key, int64(at))
		assert.Equal(t, at == 3, existed)
		*value = "touched"
	}
	assert.Equal(t, []uint64{8, 9, 7}, order(&r))
	at, ok := r.get(7)
	assert.True(t, ok)
	assert.EqualValues(t, 3, at)

	r.remove(9)
	r.remove(9) // nothing is there
	key, at, value, ok := r.oldest()
	assert.Equal(t, []any{uint64(8), int64(1), "touched", true}, []any{key, at, *value, ok})
}

func TestRecent_UsesThePlaceOfARemovedKeyAgain(t *testing.T) {
	r := newRecent[int]()
	value, _ := r.touch(1, 0)
	*value = 5
	for key := range uint64(1000) {
		r.remove(key + 1)
		value, _ := r.touch(key+2, 0)
		assert.Zero(t, *value)
	}
	assert.Equal(t, 1, r.len())
	assert.Len(t, r.entries, 2)
}

func TestRecent_IsASliceThatForgetsNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	r := newRecent[struct{}]()
	var model []uint64
	for range 5000 {
		key := random.Uint64N(50)
		model = slices.DeleteFunc(model, func(k uint64) bool { return k == key })
		if random.IntN(3) == 0 {
			r.remove(key)
		} else {
			r.touch(key, 0)
			model = append(model, key)
		}
		assert.Equal(t, len(model), r.len())
	}
	assert.Equal(t, model, order(&r))
}
