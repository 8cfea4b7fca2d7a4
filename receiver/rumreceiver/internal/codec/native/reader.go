package native

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// reader walks JSON text token by token. Strings without escapes are slices of one copy of the body,
// so that a string costs nothing and the caller may reuse the body. The first syntax error stays:
// from then on every loop ends and every value is absent. Not safe for concurrent use.
type reader struct {
	dec  jsontext.Decoder
	buf  bytes.Buffer // jsontext reads a bytes.Buffer in place
	text string
	err  error
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// newReader reads body, which must not change until release. repaired tells that it was not valid
// UTF-8; browsers do send broken strings (an emoji cut in half), and one must not cost a batch.
func newReader(body []byte) (r *reader, repaired bool) {
	if !utf8.Valid(body) {
		body, repaired = bytes.ToValidUTF8(body, []byte("\uFFFD")), true
	}
	r = readers.Get().(*reader)
	r.text = string(body)
	r.buf = *bytes.NewBuffer(body)
	// A lone surrogate (\ud83d) becomes U+FFFD; of a repeated member the last one counts, as in
	// every browser.
	r.dec.Reset(&r.buf, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	return r, repaired
}

func (r *reader) release() {
	r.text, r.err, r.buf = "", nil, bytes.Buffer{}
	readers.Put(r)
}

// kind of the next value: one of 0 n f t " # { [ } ].
func (r *reader) kind() jsontext.Kind {
	if r.err != nil {
		return 0
	}
	return r.dec.PeekKind()
}

// token consumes a delimiter.
func (r *reader) token() {
	if r.err == nil {
		_, r.err = r.dec.ReadToken()
	}
}

func (r *reader) skip() {
	if r.err == nil {
		r.err = r.dec.SkipValue()
	}
}

// open enters an object or array. Any other value is skipped; null is ok and empty, for that is
// how a client says "none".
func (r *reader) open(delim jsontext.Kind) (entered, ok bool) {
	switch r.kind() {
	case delim:
		r.token()
		return r.err == nil, true
	case 'n':
		r.skip()
		return false, true
	default:
		r.skip()
		return false, false
	}
}

// more is the condition of a loop over members or elements; it consumes the closing delimiter.
func (r *reader) more() bool {
	switch r.kind() {
	case '}', ']':
		r.token()
		return false
	case 0:
		r.token() // for its error
		return false
	default:
		return r.err == nil
	}
}

// str reads a string. ok is false for any other value but null, which reads as empty.
func (r *reader) str() (s string, ok bool) {
	switch r.kind() {
	case '"':
		return r.rawString(), r.err == nil
	case 'n':
		r.skip()
		return "", true
	default:
		r.skip()
		return "", false
	}
}

// rawString consumes the string that comes next: a member's name or a value.
func (r *reader) rawString() string {
	raw, err := r.dec.ReadValue()
	if err != nil {
		r.err = err
		return ""
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		end := int(r.dec.InputOffset())
		return r.text[end-len(raw)+1 : end-1]
	}
	unquoted, _ := jsontext.AppendUnquote(make([]byte, 0, len(raw)), raw) // errs only for U+FFFD
	return string(unquoted)
}

// num reads a number. ok is false for any other value, null too (which is what JSON.stringify makes
// of NaN), and for one that float64 cannot hold.
func (r *reader) num() (v float64, ok bool) {
	if r.kind() != '0' {
		r.skip()
		return 0, false
	}
	tok, err := r.dec.ReadToken()
	if err != nil {
		r.err = err
		return 0, false
	}
	v, err = tok.Float()
	return v, err == nil
}

func (r *reader) boolean() (v, ok bool) {
	switch r.kind() {
	case 't', 'f':
		v = r.kind() == 't'
		r.skip()
		return v, r.err == nil
	default:
		r.skip()
		return false, false
	}
}

// end checks that nothing follows the first value.
func (r *reader) end() {
	if r.err == nil && r.dec.PeekKind() != 0 {
		r.err = errTrailing
	} else if r.err == nil && strings.TrimLeft(r.text[r.dec.InputOffset():], " \t\r\n") != "" {
		r.err = errTrailing
	}
}

var errTrailing = errors.New("more than one value")

// offset of the first syntax error, for the answer.
func (r *reader) offset() int64 {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](r.err); ok {
		return syntactic.ByteOffset
	}
	return r.dec.InputOffset()
}
