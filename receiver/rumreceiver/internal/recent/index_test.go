package recent

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The model is a map. Half of the keys differ only in their upper half, of which the index has nothing.
func TestAnIndexIsAMap(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	var x Index
	model, keys := map[uint64]int32{}, map[int32]uint64{}
	keyAt := func(place int32) uint64 { return keys[place] }
	place := int32(0)
	for range 20_000 {
		key := random.Uint64N(100)<<32 | random.Uint64N(2)*0xFFFF_FFF0
		known, ok := model[key]
		require.Equal(t, known, x.Find(key, keyAt))
		place++
		switch {
		case !ok:
			x.Add(key, place)
			model[key], keys[place] = place, key
		case random.IntN(2) == 0:
			x.Move(key, known, place)
			model[key], keys[place] = place, key
		default:
			x.Remove(key, known)
			delete(model, key)
		}
		require.Equal(t, len(model), x.Len())
	}
	for key, place := range model {
		assert.Equal(t, place, x.Find(key, keyAt))
	}
}

func TestAnIndexThatStaysAsLargeAllocatesNothing(t *testing.T) {
	var x Index
	for place := range int32(1000) {
		x.Add(mixed(uint64(place)), place+1)
	}
	slots, number := len(x.slots), uint64(1000)
	assert.Zero(t, testing.AllocsPerRun(10_000, func() {
		x.Remove(mixed(number-1000), int32(number-1000)+1)
		x.Add(mixed(number), int32(number)+1)
		number++
	}))
	assert.Len(t, x.slots, slots)
	assert.Equal(t, 1000, x.Len())
}

// mixed is a key as hashes are. https://prng.di.unimi.it/splitmix64.c
func mixed(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
