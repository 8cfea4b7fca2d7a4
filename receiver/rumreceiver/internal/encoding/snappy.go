package encoding

import (
	"bufio"
	"bytes"

	"github.com/golang/snappy"
)

// snappyStart is how every framed stream begins.
// https://github.com/google/snappy/blob/main/framing_format.txt section 4.1
const snappyStart = "\xff\x06\x00\x00sNaPpY"

// snappyFramedCodec decodes the framing format. Its chunks have at most 64 KiB.
type snappyFramedCodec struct{ reader *snappy.Reader }

func (s *snappyFramedCodec) begin(in *bufio.Reader) error {
	if s.reader == nil {
		s.reader = snappy.NewReader(nil)
	}
	s.reader.Reset(in)
	return nil
}

func (s *snappyFramedCodec) Read(p []byte) (int, error) { return s.reader.Read(p) }

func (s *snappyFramedCodec) end() {}

// snappyCodec decodes the block format, and the framing format under the same name, which is what
// collectors used to send.
type snappyCodec struct {
	block    snappyBlock
	framed   snappyFramedCodec
	isFramed bool
}

func (s *snappyCodec) begin(in *bufio.Reader) error {
	start, _ := in.Peek(len(snappyStart)) // a shorter body is a block
	if s.isFramed = bytes.Equal(start, []byte(snappyStart)); s.isFramed {
		return s.framed.begin(in)
	}
	return s.block.begin(in)
}

func (s *snappyCodec) Read(p []byte) (int, error) {
	if s.isFramed {
		return s.framed.Read(p)
	}
	return s.block.Read(p)
}

func (s *snappyCodec) end() { s.block.end() }
