package recent

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// order is the keys from the oldest to the newest.
func order[V any](m *Map[V]) (keys []uint64) {
	for key := range m.All() {
		keys = append(keys, key.Key)
	}
	return keys
}

func TestKeepsTheOrderOfTouches(t *testing.T) {
	m := New[string]()
	_, _, _, ok := m.Oldest()
	assert.False(t, ok)

	for at, key := range []uint64{7, 8, 9, 7} {
		value, existed := m.Touch(key, 0, int64(at))
		assert.Equal(t, at == 3, existed)
		*value = "touched"
	}
	assert.Equal(t, []uint64{8, 9, 7}, order(&m))
	at, _, ok := m.Get(7)
	assert.True(t, ok)
	assert.EqualValues(t, 3, at)

	m.Remove(9)
	m.Remove(9) // nothing is there
	key, at, value, ok := m.Oldest()
	assert.Equal(t, []any{uint64(8), int64(1), "touched", true}, []any{key, at, *value, ok})
}

func TestUsesThePlaceOfARemovedKeyAgain(t *testing.T) {
	m := New[int]()
	value, _ := m.Touch(1, 0, 0)
	*value = 5
	for key := range uint64(1000) {
		m.Remove(key + 1)
		value, _ := m.Touch(key+2, 0, 0)
		assert.Zero(t, *value)
	}
	assert.Equal(t, 1, m.Len())
	assert.EqualValues(t, 2, m.entries.used)
}

func TestIsASliceThatForgetsNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	m := New[struct{}]()
	var model []uint64
	for range 5000 {
		key := random.Uint64N(50)
		model = slices.DeleteFunc(model, func(k uint64) bool { return k == key })
		if random.IntN(3) == 0 {
			m.Remove(key)
		} else {
			m.Touch(key, 0, 0)
			model = append(model, key)
		}
		assert.Equal(t, len(model), m.Len())
	}
	assert.Equal(t, model, order(&m))
}
