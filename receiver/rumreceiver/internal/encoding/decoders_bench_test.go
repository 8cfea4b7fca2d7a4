package encoding

import (
	"bytes"
	"io"
	"testing"
)

// BenchmarkDecoders decodes a batch of usual size. The reuse of codecs shows in B/op.
func BenchmarkDecoders(b *testing.B) {
	plain := page[:8<<10]
	decoders := Decoders()
	for _, encoding := range encodings {
		encoded := encode(b, encoding, plain)
		b.Run(encoding, func(b *testing.B) { benchmarkDecoder(b, decoders[encoding], encoded, len(plain)) })
	}
	sniff := func(body io.ReadCloser) (io.ReadCloser, error) { return Sniff(body), nil }
	b.Run("SniffPlain", func(b *testing.B) { benchmarkDecoder(b, sniff, plain, len(plain)) })
	b.Run("SniffGzip", func(b *testing.B) { benchmarkDecoder(b, sniff, encode(b, "gzip", plain), len(plain)) })
}

func benchmarkDecoder(b *testing.B, decoder decoderFunc, encoded []byte, size int) {
	var buffer bytes.Buffer
	b.ReportAllocs()
	b.SetBytes(int64(size))
	for b.Loop() {
		buffer.Reset()
		decoded, _ := decoder(body(encoded))
		if _, err := buffer.ReadFrom(decoded); err != nil {
			b.Fatal(err)
		}
		_ = decoded.Close()
	}
}
