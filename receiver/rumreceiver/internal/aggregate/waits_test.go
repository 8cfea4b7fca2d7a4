package aggregate

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

// hasPointers reports whether the garbage collector would have to look into values of the type.
func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Int,
		reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint, reflect.Float32, reflect.Float64:
		return false
	case reflect.Array:
		return hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	default:
		return true
	}
}

func TestWhatWaitsHasNoPointers(t *testing.T) {
	assert.True(t, hasPointers(reflect.TypeFor[series]()))
	assert.False(t, hasPointers(reflect.TypeFor[waitingVital]()))
	assert.False(t, hasPointers(reflect.TypeFor[details]()))
}

func TestANumberOfASeriesIsUsedAgainWhenItsLastVitalHasLeft(t *testing.T) {
	w := newWaits()
	first, second, third := &series{}, &series{}, &series{}
	a, b, c := w.enter(first), w.enter(first), w.enter(second)
	assert.Equal(t, a, b)
	assert.NotEqual(t, a, c)
	assert.Equal(t, int32(2), first.waiting)

	first.into, third.waiting, first.waiting = third, first.waiting, 0 // as when it is retired
	assert.Same(t, third, w.leave(a))
	assert.Equal(t, int32(1), third.waiting)
	assert.NotZero(t, first.wait)
	assert.Same(t, third, w.of(b))
	assert.Same(t, third, w.leave(b))
	assert.Zero(t, third.waiting)
	assert.Zero(t, first.wait)

	assert.Equal(t, a, w.enter(third))
	assert.Same(t, second, w.leave(c))
	assert.Nil(t, w.of(0))
	assert.Nil(t, w.leave(0))
	assert.Len(t, w.places, 3)
}
