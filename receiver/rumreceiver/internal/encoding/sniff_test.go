package encoding

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGzipIsKnownByItsFirstBytes(t *testing.T) {
	encoded := encode(t, "gzip", page)
	require.NoError(t, iotest.TestReader(Sniff(body(encoded)), page))
	require.NoError(t, iotest.TestReader(Sniff(io.NopCloser(iotest.OneByteReader(bytes.NewReader(encoded)))), page))
}

func TestEveryOtherBodyComesOutAsItIs(t *testing.T) {
	for _, plain := range []string{"", "[", "\x1f", "\x1f{", "[]", string(page)} {
		got, err := io.ReadAll(Sniff(body([]byte(plain))))
		require.NoError(t, err)
		assert.Equal(t, plain, string(got))
	}
}

func TestSniffingReadsNothingBeforeTheFirstRead(t *testing.T) {
	source := &unread{t: t}
	require.NoError(t, Sniff(source).Close())
	assert.True(t, source.closed)
}

func TestSniffedErrors(t *testing.T) {
	encoded := encode(t, "gzip", page)
	for n := 2; n < 30; n++ {
		sniffed := Sniff(body(encoded[:n]))
		_, err := io.ReadAll(sniffed)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d bytes", n)
		_, malformed := errors.AsType[*MalformedError](err)
		require.True(t, malformed)
		_, err = sniffed.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "and again")
	}
	broken := errors.New("connection reset")
	for _, start := range [][]byte{nil, {'['}, []byte("[]"), encoded[:1], encoded[:2], encoded[:30]} {
		_, err := io.ReadAll(Sniff(io.NopCloser(io.MultiReader(bytes.NewReader(start), iotest.ErrReader(broken)))))
		require.Equal(t, broken, err, "as it is, after %d bytes", len(start))
	}
}

func TestASniffedBombIsStoppedAtTheLimitOfTheBody(t *testing.T) {
	bomb := encode(t, "gzip", make([]byte, bombSize))
	grown := allocated(func() {
		n, err := io.Copy(io.Discard, http.MaxBytesReader(nil, Sniff(body(bomb)), bodyLimit))
		assert.EqualValues(t, bodyLimit, n)
		assert.Error(t, err)
	})
	t.Logf("%d bytes for %d MiB: %d KiB allocated", len(bomb), bombSize>>20, grown>>10)
	assert.Less(t, grown, int64(1<<20))
}
