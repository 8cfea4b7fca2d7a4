package translate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNamesAreJoinedOnceAndNeverMixedUp(t *testing.T) {
	for range 3 {
		for i := range 3 * maxNames {
			word := fmt.Sprint("w", i)
			assert.Equal(t, "a."+word, joinedNames.join("a.", word))
			assert.Equal(t, "b."+word, joinedNames.join("b.", word))
		}
	}
	long := strings.Repeat("x", maxWord+1)
	assert.Equal(t, "a."+long, joinedNames.join("a.", long))
	assert.Equal(t, "a.", joinedNames.join("a.", ""))
	word := "experiment"
	joinedNames.join("rum.tag.", word)
	assert.Zero(t, testing.AllocsPerRun(10, func() { joinedNames.join("rum.tag.", word) }))
}
