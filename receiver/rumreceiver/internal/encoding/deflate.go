package encoding

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// gzipCodec decodes RFC 1952, with as many members as there are.
type gzipCodec struct{ gzip.Reader }

func (g *gzipCodec) begin(in *bufio.Reader) error { return g.Reset(in) }

func (g *gzipCodec) end() {}

// zlibCodec decodes RFC 1950.
type zlibCodec struct{ reader io.ReadCloser }

func (z *zlibCodec) begin(in *bufio.Reader) (err error) {
	if z.reader != nil {
		return z.reader.(zlib.Resetter).Reset(in, nil)
	}
	// The package makes readers from streams only, so the first one may fail with its stream.
	reader, err := zlib.NewReader(in)
	if err == nil {
		z.reader = reader
	}
	return err
}

func (z *zlibCodec) Read(p []byte) (int, error) { return z.reader.Read(p) }

func (z *zlibCodec) end() {}
