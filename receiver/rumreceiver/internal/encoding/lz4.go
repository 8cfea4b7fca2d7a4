package encoding

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/pierrec/lz4/v4"
)

// lz4Codec decodes the frame format.
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
//
// The library allocates two blocks of the size in the frame's header, hence the spool. It also accepts a frame that is cut off
// between two blocks, hence the check.
type lz4Codec struct {
	spool  spool
	reader *lz4.Reader
}

func (l *lz4Codec) begin(in *bufio.Reader) error {
	if err := l.spool.fill(in); err != nil {
		return err
	}
	if err := checkLZ4(l.spool.buffer.Bytes()); err != nil {
		return err
	}
	// Not used twice: a Reader keeps the end of the last stream as a dictionary, which the blocks
	// of the next one could refer to. Its large buffers are reused all the same.
	l.reader = lz4.NewReader(&l.spool.reader)
	return nil
}

func (l *lz4Codec) Read(p []byte) (int, error) { return l.reader.Read(p) }

func (l *lz4Codec) end() {
	if l.reader != nil {
		l.reader.Reset(nil) // returns its buffers
		l.reader = nil
	}
	l.spool.end()
}

var errLZ4 = errors.New("lz4: not a frame, or of a version that is not taken")

const (
	lz4Magic         = 0x184D2204
	lz4SkippableMask = 0xFFFFFFF0
	lz4Skippable     = 0x184D2A50
	lz4Uncompressed  = 1 << 31 // in the size of a block

	lz4Version         = 0b01 << 6
	lz4VersionMask     = 0b11 << 6
	lz4BlockChecksum   = 1 << 4
	lz4ContentSize     = 1 << 3
	lz4ContentChecksum = 1 << 2
	lz4Dictionary      = 1 << 0
)

// checkLZ4 walks over the frames without decoding them. Legacy frames, whose end is not marked and
// whose blocks have 8 MiB, are refused, as are those that need a dictionary.
func checkLZ4(body []byte) error {
	b := lz4Body{rest: bytes.NewBuffer(body)}
	for b.rest.Len() > 0 {
		if b.frame(); b.err != nil {
			return b.err
		}
	}
	return nil
}

// lz4Body reads on until the first error.
type lz4Body struct {
	rest *bytes.Buffer
	err  error
}

func (b *lz4Body) frame() {
	magic := b.uint32()
	if magic&lz4SkippableMask == lz4Skippable {
		b.skip(int64(b.uint32()))
		return
	}
	if magic != lz4Magic {
		b.fail(errLZ4)
		return
	}
	flags := b.descriptor()
	for b.err == nil {
		size := b.uint32()
		if size == 0 {
			break
		}
		b.skip(int64(size &^ lz4Uncompressed))
		b.skipIf(flags&lz4BlockChecksum, 4)
	}
	b.skipIf(flags&lz4ContentChecksum, 4)
}

func (b *lz4Body) descriptor() (flags byte) {
	if head := b.rest.Next(2); len(head) == 2 {
		flags = head[0]
	} else {
		b.fail(io.ErrUnexpectedEOF)
	}
	if flags&lz4VersionMask != lz4Version || flags&lz4Dictionary != 0 {
		b.fail(errLZ4)
	}
	b.skipIf(flags&lz4ContentSize, 8)
	b.skip(1) // checksum of the descriptor
	return flags
}

func (b *lz4Body) uint32() uint32 {
	if p := b.rest.Next(4); len(p) == 4 {
		return binary.LittleEndian.Uint32(p)
	}
	b.fail(io.ErrUnexpectedEOF)
	return 0
}

func (b *lz4Body) skipIf(flag byte, n int64) {
	if flag != 0 {
		b.skip(n)
	}
}

func (b *lz4Body) skip(n int64) {
	if n > int64(b.rest.Len()) {
		b.fail(io.ErrUnexpectedEOF)
		n = int64(b.rest.Len())
	}
	b.rest.Next(int(n))
}

func (b *lz4Body) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}
