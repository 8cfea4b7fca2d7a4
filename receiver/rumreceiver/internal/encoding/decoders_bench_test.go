package encoding

import (
	"bytes"
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
