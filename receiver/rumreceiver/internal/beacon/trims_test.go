package beacon

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAStackKeepsItsFirstLines(t *testing.T) {
	const stack = "TypeError: x\n at a\n at b"
	f := func(frames int, stack, want string, cut int32) {
		t.Helper()
		var trims Trims
		assert.Equal(t, want, trims.CutStack(stack, &Limits{MaxFrames: frames}))
		assert.Equal(t, cut, trims[BoundFrames])
	}
	f(3, stack, stack, 0)
	f(3, stack+"\n", stack+"\n", 0)
	f(4, stack, stack, 0)
	f(2, stack, "TypeError: x\n at a", 1)
	f(1, stack, "TypeError: x", 1)
	f(1, "", "", 0)
	f(2, "\n\n\n", "\n", 1)
}

func TestTrimsTellWhichBoundsWereCrossedSince(t *testing.T) {
	limits := Limits{MaxString: 2, MaxURL: 3, MaxStack: 4}
	var trims Trims
	assert.False(t, trims.Any())
	assert.Equal(t, "ab", trims.Cut("abc", &limits, BoundString))
	before := trims
	assert.Zero(t, trims.Since(&before))
	assert.Equal(t, "abc", trims.Cut("abc", &limits, BoundURL), "at the bound")
	assert.Zero(t, trims.Since(&before))
	assert.Equal(t, "abc", trims.Cut("abcd", &limits, BoundURL))
	assert.Equal(t, "abcd", trims.Cut("abcde", &limits, BoundStack))
	assert.Equal(t, []string{"max_url_length", "max_stack_length"}, trims.Since(&before).Names())
	assert.True(t, trims.Any())
	assert.Equal(t, Trims{BoundString: 1, BoundURL: 1, BoundStack: 1}, trims)
}

func TestEveryBoundHasItsOwnName(t *testing.T) {
	names := slices.Sorted(slices.Values(BoundNames[:]))
	assert.NotContains(t, names, "")
	assert.Len(t, slices.Compact(names), int(NumBounds))
	assert.Empty(t, Bounds(0).Names())
}
