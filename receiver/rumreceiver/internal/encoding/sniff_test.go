package encoding

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGzipIsKnownByItsFirstBytes(t *testing.T) {
	assert.True(t, IsGzip(encode(t, "gzip", page)))
	assert.True(t, IsGzip(encode(t, "gzip", nil)))
	for _, plain := range []string{"", "[", "\x1f", "\x1f{", "[]", string(page)} {
		assert.False(t, IsGzip([]byte(plain)))
	}
}
