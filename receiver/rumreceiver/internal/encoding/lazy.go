package encoding

import (
	"bufio"
	"io"
	"net/http"
	"sync"
)

// codec decodes one stream after another.
type codec interface {
	// begin starts on another stream, which is not empty.
	begin(in *bufio.Reader) error
	io.Reader
	// end releases the stream, and buffers that are too large to keep.
	end()
}

// pool of codecs, each with the buffer that it reads from. sync.Pool gives unused ones to the
// garbage collector.
type pool struct{ streams sync.Pool }

type stream struct {
	source source
	in     *bufio.Reader
	codec  codec
}

// source is a body that remembers its read error.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// blame decides whether reading the body failed, or the body is not in its encoding.
func (s *source) blame(err error) error {
	switch {
	case err == nil || err == io.EOF: //nolint:errorlint // only io.EOF itself is an end; a codec that wraps it met one too early
		return err
	case s.err != nil:
		return s.err
	default:
		return &MalformedError{err}
	}
}

// MalformedError means that a body is not in its encoding. Any other error comes from reading the body.
type MalformedError struct{ Err error }

func (e *MalformedError) Error() string { return "malformed: " + e.Err.Error() }

func (e *MalformedError) Unwrap() error { return e.Err }

func newPool(newCodec func() codec) *pool {
	return &pool{streams: sync.Pool{New: func() any {
		return &stream{in: bufio.NewReader(nil), codec: newCodec()}
	}}}
}

// open takes a codec for the body.
func (p *pool) open(body io.Reader) (*stream, error) {
	s := p.streams.Get().(*stream)
	s.source = source{Reader: body}
	s.in.Reset(&s.source)
	_, err := s.in.Peek(1) // io.EOF, if the body is empty
	if err == nil {
		err = s.codec.begin(s.in)
	}
	if err = s.source.blame(err); err != nil {
		p.release(s)
		return nil, err
	}
	return s, nil
}

func (p *pool) release(s *stream) {
	s.codec.end()
	s.in.Reset(nil)
	s.source = source{}
	p.streams.Put(s)
}

func (p *pool) decoder(body io.ReadCloser) (io.ReadCloser, error) {
	return &lazy{pool: p, body: body}, nil
}

// lazy has a codec only from the first Read to the last, not until Close, because a handler keeps the body open while it waits for
// its pipeline.
type lazy struct {
	pool   *pool
	body   io.ReadCloser
	stream *stream
	begun  bool
	err    error // of every Read from now on
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	s := l.stream
	l.begun = true
	if s == nil {
		if s, l.err = l.pool.open(l.body); l.err != nil {
			return 0, l.err
		}
	}
	// A codec that panics must not be used again. confighttp turns the panic into an error and
	// then closes the body, which finds no codec to release.
	l.stream = nil
	n, err := s.codec.Read(p)
	if err != nil {
		l.err = s.source.blame(err)
		l.pool.release(s)
		return n, l.err
	}
	l.stream = s
	return n, nil
}

// Close closes a body that has been read from. An unread body is left to http.Server, which closes it after the answer: closing it
// here would first wait for the rest of the body.
func (l *lazy) Close() error {
	if l.stream != nil {
		l.pool.release(l.stream)
		l.stream = nil
	}
	if l.err == nil {
		l.err = http.ErrBodyReadAfterClose
	}
	if !l.begun {
		return nil
	}
	return l.body.Close()
}
