package beacon

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAStackKeepsItsInnermostFrames(t *testing.T) {
	const stack = "TypeError: x\n at a\n at b"
	f := func(frames int, stack, want string, cut int32) {
		t.Helper()
		var trims Trims
		assert.Equal(t, want, trims.CutStack(stack, &Limits{MaxFrames: frames}))
		assert.Equal(t, cut, trims[BoundFrames])
	}
	f(2, stack, stack, 0)
	f(2, stack+"\n", stack+"\n", 0)
	f(3, stack, stack, 0)
	f(1, stack, "TypeError: x\n at a", 1)
	f(1, "a@https://shop.example/a.js:1:2\nb@https://shop.example/a.js:1:3", "a@https://shop.example/a.js:1:2", 1)
	f(2, "Error: a message\nof two lines\n at a\n at b\n at c", "Error: a message\nof two lines\n at a\n at b", 1)
	f(2, " at a\nwhat is behind the frames\n at b", " at a\nwhat is behind the frames", 1)
	f(1, "", "", 0)
	f(2, "no frames\nof\nthree lines", "no frames\nof", 1)
	f(2, "\n\n\n", "\n", 1)
}

func TestTrimsKnowWhichBoundsWereCrossedSince(t *testing.T) {
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
