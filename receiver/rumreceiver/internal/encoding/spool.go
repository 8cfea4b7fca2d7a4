package encoding

import (
	"bufio"
	"bytes"
)

// maxKept is the largest buffer that is kept for the next stream. Larger ones are rare, and should not stay because of one body.
const maxKept = 1 << 20

// spool keeps an encoded body until it is complete. Codecs whose streams declare the memory that they need read from it. So a client
// that declares much memory and then sends nothing does not keep that memory in use.
type spool struct {
	buffer bytes.Buffer
	reader bytes.Reader
}

// fill reads the stream to its end.
func (s *spool) fill(in *bufio.Reader) error {
	s.buffer.Reset()
	if _, err := in.WriteTo(&s.buffer); err != nil {
		return err
	}
	s.reader.Reset(s.buffer.Bytes())
	return nil
}

func (s *spool) end() {
	s.reader.Reset(nil)
	if s.buffer.Cap() > maxKept {
		s.buffer = bytes.Buffer{}
	}
}
