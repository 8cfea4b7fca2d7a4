package encoding

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"

	"github.com/golang/snappy"
)

// snappyBlock decodes the block format piece by piece.
// https://github.com/google/snappy/blob/main/format_description.txt
//
// Libraries decode a block at once, into memory of the length in its header: ten bytes could claim 4 GiB. Here memory grows with the
// decoded part, which is not more than a reader has asked for.
type snappyBlock struct {
	in      *bufio.Reader
	decoded []byte // everything so far: a copy may refer to any of it
	read    int    // how much of it was read
	left    uint64 // how much is still to be decoded
	literal uint64 // how much of that is a literal which has begun
}

// snappyPiece is how much is decoded for one Read.
const snappyPiece = 4 << 10

func (s *snappyBlock) begin(in *bufio.Reader) error {
	length, err := binary.ReadUvarint(in)
	if err != nil {
		return noEOF(err)
	}
	if length > math.MaxUint32 {
		return snappy.ErrCorrupt
	}
	*s = snappyBlock{in: in, decoded: s.decoded[:0], left: length}
	return nil
}

func (s *snappyBlock) end() {
	*s = snappyBlock{decoded: s.decoded[:0]}
	if cap(s.decoded) > maxKept {
		s.decoded = nil
	}
}

func (s *snappyBlock) Read(p []byte) (int, error) {
	for want := min(len(p), snappyPiece); len(s.decoded)-s.read < want && s.left > 0; {
		if err := s.decode(); err != nil {
			return 0, noEOF(err)
		}
	}
	n := copy(p, s.decoded[s.read:])
	s.read += n
	if n == 0 && len(p) > 0 {
		return 0, s.atEnd()
	}
	return n, nil
}

// atEnd is io.EOF, unless there is more than the block said.
func (s *snappyBlock) atEnd() error {
	if _, err := s.in.ReadByte(); err != nil {
		return err
	}
	return snappy.ErrCorrupt
}

// decode takes one element, or a piece of a literal.
func (s *snappyBlock) decode() error {
	if s.literal > 0 {
		return s.takeLiteral()
	}
	tag, err := s.in.ReadByte()
	if err != nil {
		return err
	}
	high := uint64(tag >> 2)
	switch tag & 0b11 {
	case 0b00:
		return s.beginLiteral(high)
	case 0b01:
		low, err := s.uint(1)
		return s.copyBack(4+high&0b111, high>>3<<8|low, err)
	case 0b10:
		offset, err := s.uint(2)
		return s.copyBack(1+high, offset, err)
	default:
		offset, err := s.uint(4)
		return s.copyBack(1+high, offset, err)
	}
}

// beginLiteral finds its length: up to 60 in the tag, otherwise in the 1 to 4 bytes that follow.
func (s *snappyBlock) beginLiteral(high uint64) error {
	length := high
	if high >= 60 {
		var err error
		if length, err = s.uint(int(high) - 59); err != nil {
			return err
		}
	}
	length++
	if length > s.left {
		return snappy.ErrCorrupt
	}
	s.literal = length
	return s.takeLiteral()
}

func (s *snappyBlock) takeLiteral() error {
	n, from := int(min(s.literal, snappyPiece)), len(s.decoded)
	s.decoded = slices.Grow(s.decoded, n)[:from+n]
	if _, err := io.ReadFull(s.in, s.decoded[from:]); err != nil {
		return err
	}
	s.literal -= uint64(n)
	s.left -= uint64(n)
	return nil
}

// copyBack repeats bytes from offset before the end. The two parts may overlap.
func (s *snappyBlock) copyBack(length, offset uint64, err error) error {
	if err != nil {
		return err
	}
	if offset == 0 || offset > uint64(len(s.decoded)) || length > s.left {
		return snappy.ErrCorrupt
	}
	from := len(s.decoded) - int(offset)
	for i := range int(length) {
		s.decoded = append(s.decoded, s.decoded[from+i])
	}
	s.left -= length
	return nil
}

// uint reads a little-endian number of n bytes.
func (s *snappyBlock) uint(n int) (uint64, error) {
	var p [8]byte
	for i := range n {
		b, err := s.in.ReadByte()
		if err != nil {
			return 0, err
		}
		p[i] = b
	}
	return binary.LittleEndian.Uint64(p[:]), nil
}

// noEOF converts an end that is too early.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
