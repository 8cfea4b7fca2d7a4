package encoding

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type decoderFunc = func(io.ReadCloser) (io.ReadCloser, error)

func TestRoundTrip(t *testing.T) {
	noise := make([]byte, 300_000)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	each(t, func(t *testing.T, encoding string, decoder decoderFunc) {
		for range 3 { // again from the pool
			for _, plain := range [][]byte{nil, []byte("{"), page, noise} {
				decoded, err := decode(t, decoder, encode(t, encoding, plain))
				require.NoError(t, err)
				require.True(t, bytes.Equal(plain, decoded), "%d bytes in, %d out", len(plain), len(decoded))
			}
		}
	})
}

func TestBytesThatArriveOneByOneAreDecoded(t *testing.T) {
	each(t, func(t *testing.T, encoding string, decoder decoderFunc) {
		slow := io.NopCloser(iotest.OneByteReader(bytes.NewReader(encode(t, encoding, page))))
		decoded, err := decoder(slow)
		require.NoError(t, err)
		require.NoError(t, iotest.TestReader(decoded, page))
	})
}

// unread fails the test when somebody reads it.
type unread struct {
	t      *testing.T
	closed bool
}

func (u *unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func (u *unread) Close() error {
	u.closed = true
	return nil
}

func TestNothingIsReadBeforeTheFirstRead(t *testing.T) {
	each(t, func(t *testing.T, _ string, decoder decoderFunc) {
		source := &unread{t: t}
		decoded, err := decoder(source)
		require.NoError(t, err)
		require.NoError(t, decoded.Close())
		assert.False(t, source.closed, "http.Server closes it after the answer")
		_, err = decoded.Read(make([]byte, 10))
		assert.ErrorIs(t, err, http.ErrBodyReadAfterClose)
	})
}

func TestAnEmptyBodyIsDecodedToNothing(t *testing.T) {
	each(t, func(t *testing.T, _ string, decoder decoderFunc) {
		decoded, err := decode(t, decoder, nil)
		assert.NoError(t, err)
		assert.Empty(t, decoded)
	})
}

func TestATruncatedBodyIsAnError(t *testing.T) {
	small := page[:2000]
	each(t, func(t *testing.T, encoding string, decoder decoderFunc) {
		encoded := encode(t, encoding, small)
		for n := 1; n < len(encoded); n++ {
			decoded, err := decode(t, decoder, encoded[:n])
			if encoding == "x-snappy-framed" && n == len(snappyStart) {
				assert.Empty(t, decoded) // a whole stream of no chunk: the format has no end mark
				continue
			}
			_, malformed := errors.AsType[*MalformedError](err)
			require.True(t, malformed, "%d of %d bytes: %v", n, len(encoded), err)
		}
	})
}

func TestGarbageIsAnError(t *testing.T) {
	each(t, func(t *testing.T, encoding string, decoder decoderFunc) {
		for _, garbage := range []string{"{", `[{"type":"metric"}]`, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"} {
			_, err := decode(t, decoder, []byte(garbage))
			_, malformed := errors.AsType[*MalformedError](err)
			assert.True(t, malformed, "%q: %v", garbage, err)
		}
		_, err := decode(t, decoder, append(encode(t, encoding, nil), "garbage"...))
		if encoding != "zlib" && encoding != "deflate" { // what follows a zlib stream is not looked at
			assert.Error(t, err, "after the end")
		}
	})
}

func TestErrorsOfTheBodyComeOutAsTheyAre(t *testing.T) {
	broken := errors.New("connection reset")
	each(t, func(t *testing.T, encoding string, decoder decoderFunc) {
		encoded := encode(t, encoding, page)
		for _, n := range []int{0, 1, len(encoded) / 2, len(encoded) - 1} {
			decoded, err := decoder(io.NopCloser(io.MultiReader(bytes.NewReader(encoded[:n]), iotest.ErrReader(broken))))
			require.NoError(t, err)
			_, err = io.ReadAll(decoded)
			require.Equal(t, broken, err, "after %d bytes", n)
			_, err = decoded.Read(make([]byte, 1))
			require.Equal(t, broken, err, "and again")
		}
	})
}

func TestOnlyTheAlgorithmsThatAreAskedFor(t *testing.T) {
	names := func(algorithms ...string) []string { return slices.Sorted(maps.Keys(Decoders(algorithms...))) }
	assert.Equal(t, []string{"gzip", "x-gzip"}, names("gzip"))
	assert.Equal(t, []string{"deflate", "zstd"}, names("", "zstd", "deflate", "br"))
	assert.Equal(t, slices.Sorted(slices.Values(encodings)), names())
	assert.Empty(t, Decoders([]string{}...), "an empty list takes none")
}

func TestDecodersAreSharedByGoroutines(t *testing.T) {
	each(t, func(t *testing.T, encoding string, decoder decoderFunc) {
		var senders sync.WaitGroup
		for i := range 8 {
			plain := bytes.Repeat([]byte{byte('a' + i)}, 50_000)
			encoded := encode(t, encoding, plain)
			senders.Go(func() {
				for range 5 {
					decoded, err := decode(t, decoder, encoded)
					assert.NoError(t, err)
					assert.True(t, bytes.Equal(plain, decoded))
				}
			})
		}
		senders.Wait()
	})
}

// panicking is a codec with a bug.
type panicking struct{ gzipCodec }

func (*panicking) Read([]byte) (int, error) { panic("bug") }

func TestACodecThatPanickedIsNotUsedAgain(t *testing.T) {
	made := 0
	p := newPool(func() codec { made++; return new(panicking) })
	for range 5 {
		decoded, err := p.decoder(body(encode(t, "gzip", page)))
		require.NoError(t, err)
		assert.Panics(t, func() { _, _ = decoded.Read(make([]byte, 1)) })
		require.NoError(t, decoded.Close())
	}
	assert.Equal(t, 5, made)
}
