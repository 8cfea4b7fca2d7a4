package aggregate

import (
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The model is a map. Half of the ids have a search that begins in the last slots, and goes on in the first.
func TestCountedValuesAreAMap(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	var table values
	model := map[uint64]float32{}
	ids := make([]uint64, 300)
	for i := range ids {
		if ids[i] = random.Uint64(); i%2 == 0 {
			ids[i] |= 0xFFC0_0000_0000_0000
		}
	}
	for n := range 30_000 {
		id := ids[random.IntN(len(ids))]
		value, known := table.get(id)
		want, ok := model[id]
		require.Equal(t, ok, known)
		if known {
			require.Equal(t, want, value)
		}
		switch {
		case known && random.IntN(2) == 0:
			table.remove(id)
			delete(model, id)
		default:
			table.put(id, float32(n))
			model[id] = float32(n)
		}
		require.Equal(t, len(model), table.len)
	}
	assert.Equal(t, model, maps.Collect(table.all()))
	table.clear()
	assert.Empty(t, maps.Collect(table.all()))
	assert.Zero(t, table.len)
	_, known := table.get(ids[0])
	assert.False(t, known)
}
