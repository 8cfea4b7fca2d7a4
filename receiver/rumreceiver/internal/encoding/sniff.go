package encoding

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Sniff decodes gzip that no Content-Encoding declares, as clients send it whose beacons cannot set
// headers. It knows gzip by its first two bytes, with which no text begins; every other body comes
// out as it is. Nothing is read before the first Read.
//
// As with Decoders, bound what comes out.
func Sniff(body io.ReadCloser) io.ReadCloser { return &sniffed{body: body} }

// gzipMagic is ID1 and ID2 of https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
var gzipMagic = [2]byte{0x1f, 0x8b}

type sniffed struct {
	body    io.ReadCloser
	source  source
	start   [2]byte
	decoded io.Reader // nil before the first Read
	err     error     // of every Read from now on
}

func (s *sniffed) Read(p []byte) (int, error) {
	if s.err == nil && s.decoded == nil {
		s.decoded, s.err = s.open()
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.decoded.Read(p)
	if s.start == gzipMagic {
		err = s.source.blame(err)
	}
	return n, err
}

func (s *sniffed) open() (io.Reader, error) {
	s.source = source{Reader: s.body}
	n, _ := io.ReadFull(&s.source, s.start[:])
	if s.source.err != nil {
		return nil, s.source.err
	}
	whole := io.MultiReader(bytes.NewReader(s.start[:n]), &s.source)
	if s.start != gzipMagic {
		return whole, nil
	}
	unzipped, err := gzip.NewReader(whole)
	if err != nil {
		return nil, s.source.blame(err)
	}
	return unzipped, nil
}

func (s *sniffed) Close() error { return s.body.Close() }
