package encoding

import (
	"bufio"
	"bytes"
)

// maxKept is how large a buffer may be to wait for its next stream. Larger ones are rare, and
// should not stay because of one body.
const maxKept = 1 << 20

// spool holds an encoded body until it is complete. Codecs whose streams name the size of the
// memory that they need read from it, so that a client that sends such a name and then nothing
// holds that memory for no moment longer than it takes to decode what is there.
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
