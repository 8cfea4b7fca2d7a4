package encoding

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/stretchr/testify/require"
)

var encodings = []string{"gzip", "x-gzip", "zstd", "zlib", "deflate", "snappy", "x-snappy-framed", "lz4"}

// page is what a beacon looks like to a codec: text that repeats itself, longer than every buffer.
var page = []byte(strings.Repeat(`{"type":"metric","name":"LCP","value":1234.5},`, 5000))

// encode as a client would, with other implementations than those under test where there are any.
func encode(t testing.TB, encoding string, plain []byte) []byte {
	t.Helper()
	if encoding == "snappy" {
		return snappy.Encode(nil, plain)
	}
	var encoded bytes.Buffer
	w := encoder(t, encoding, &encoded)
	_, err := w.Write(plain)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return encoded.Bytes()
}

func encoder(t testing.TB, encoding string, to io.Writer) io.WriteCloser {
	t.Helper()
	switch encoding {
	case "gzip", "x-gzip":
		w, err := gzip.NewWriterLevel(to, gzip.BestSpeed) // 64 MiB, with the race detector
		require.NoError(t, err)
		return w
	case "zlib", "deflate":
		w, err := zlib.NewWriterLevel(to, zlib.BestSpeed)
		require.NoError(t, err)
		return w
	case "x-snappy-framed":
		return snappy.NewBufferedWriter(to)
	case "lz4":
		return lz4.NewWriter(to)
	case "zstd":
		w, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(maxWindow))
		require.NoError(t, err)
		return w
	default:
		t.Fatalf("no encoder for %s", encoding)
		return nil
	}
}

// body that is all there.
func body(encoded []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(encoded)) }

// decode everything, in small reads.
func decode(t testing.TB, decoder func(io.ReadCloser) (io.ReadCloser, error), encoded []byte) ([]byte, error) {
	t.Helper()
	decoded, err := decoder(body(encoded))
	require.NoError(t, err, "decoders are lazy")
	defer func() { require.NoError(t, decoded.Close()) }()
	return io.ReadAll(decoded)
}

// each runs the test once per encoding.
func each(t *testing.T, f func(t *testing.T, encoding string, decoder func(io.ReadCloser) (io.ReadCloser, error))) {
	t.Helper()
	decoders := Decoders()
	require.Len(t, decoders, len(encodings))
	for _, encoding := range slices.Sorted(slices.Values(encodings)) {
		t.Run(encoding, func(t *testing.T) { f(t, encoding, decoders[encoding]) })
	}
}
