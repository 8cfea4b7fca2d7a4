package encoding

import (
	"bufio"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is the largest window that a zstd content encoding may use.
// https://www.rfc-editor.org/rfc/rfc9659#section-3
const maxWindow = 8 << 20

// zstdCodec decodes RFC 8878. The library allocates the window that a frame names, hence the bound
// and the spool.
type zstdCodec struct {
	spool   spool
	decoder *zstd.Decoder
}

func (z *zstdCodec) begin(in *bufio.Reader) (err error) {
	if err := z.spool.fill(in); err != nil {
		return err
	}
	if z.decoder == nil {
		z.decoder, err = zstd.NewReader(nil,
			zstd.WithDecoderMaxWindow(maxWindow),
			zstd.WithDecoderLowmem(true),
			zstd.WithDecoderConcurrency(1), // no goroutines, and so nothing to close
		)
		if err != nil {
			return err
		}
	}
	return z.decoder.Reset(&z.spool.reader)
}

func (z *zstdCodec) Read(p []byte) (int, error) { return z.decoder.Read(p) }

func (z *zstdCodec) end() {
	if z.decoder != nil {
		_ = z.decoder.Reset(nil) // releases the stream; fails only after Close
	}
	z.spool.end()
}
