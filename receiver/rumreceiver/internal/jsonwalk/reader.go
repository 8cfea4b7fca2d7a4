// Package jsonwalk reads JSON value by value, without building a tree.
package jsonwalk

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Reader walks JSON text (RFC 8259) value by value, once and without building a tree. Strings
// without escapes are slices of one copy of the body, so that a string costs nothing and the caller
// may reuse the body. Of a repeated member the last one counts, as in every browser, and that is up
// to the caller, who sees them all. The first fault stays: from then on every loop ends and every
// value is absent. Not safe for concurrent use.
//
// It replaces jsontext, whose checks for states that are impossible here, and whose second scan of each string, were half the
// cost of decoding a batch. FuzzReader compares the two.
type Reader struct {
	body  []byte // what text is a copy of
	text  string
	pos   int
	depth int
	// first is true before the first member or element of the current container.
	first bool
	err   error
}

// maxDepth is how deep values may nest. The deepest of a recorded client is 19: the layout shift sources of a vital's entries as
// values of OTLP, which take four levels for each; other formats have 7 at most. Past it the body is refused.
const maxDepth = 64

var (
	errSyntax   = errors.New("invalid JSON")
	errTrailing = errors.New("more than one JSON value")
	errTooDeep  = errors.New("nested too deeply")
)

// NewReader reads body, which must not change while reading. repaired means that it was not valid UTF-8; browsers do
// send broken strings (an emoji cut in half), and one must not cost a batch. A byte order mark is passed over, as RFC
// 8259, 8.1 allows.
func NewReader(body []byte) (r Reader, repaired bool) {
	body = bytes.TrimPrefix(body, []byte(byteOrderMark))
	if !utf8.Valid(body) {
		body, repaired = bytes.ToValidUTF8(body, []byte("\uFFFD")), true
	}
	return Reader{body: body, text: string(body)}, repaired
}

const byteOrderMark = "\uFEFF"

// fail keeps the first fault, at the current byte.
func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Remaining returns how many bytes of the body have not been read.
func (r *Reader) Remaining() int { return len(r.text) - r.pos }

// Kind of the next value or delimiter, after white space; 0 at the end and for anything that is not JSON.
func (r *Reader) Kind() Kind {
	if r.err != nil {
		return 0
	}
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; c {
		case ' ', '\t', '\r', '\n':
			r.pos++
		default:
			return kinds[c]
		}
	}
	return 0
}

// Open enters an object or array. Any other value is skipped; null is ok and empty, for that is
// how a client says "none".
func (r *Reader) Open(delim Kind) (entered, ok bool) {
	switch r.Kind() {
	case delim:
		r.pos++
		r.first = true
		if r.depth++; r.depth > maxDepth {
			r.fail(errTooDeep)
		}
		return r.err == nil, true
	case 'n':
		r.Skip()
		return false, true
	default:
		r.Skip()
		return false, false
	}
}

// Object calls member with the name of each member of an object, whose value it must consume. ok is as of Open.
func (r *Reader) Object(member func(name string)) (ok bool) {
	entered, ok := r.Open('{')
	for entered && r.More('}') {
		member(r.Name())
	}
	return ok
}

// Array calls element for each element of an array, which it must consume. ok is as of Open.
func (r *Reader) Array(element func()) (ok bool) {
	entered, ok := r.Open('[')
	for entered && r.More(']') {
		element()
	}
	return ok
}

// More is the condition of a loop over members or elements. It consumes the comma before the next
// one, or the closing delimiter.
func (r *Reader) More(closing byte) bool {
	r.Kind() // white space
	if r.err != nil || r.pos >= len(r.text) {
		r.fail(errSyntax)
		return false
	}
	first := r.first
	r.first = false
	switch c := r.text[r.pos]; {
	case c == closing:
		r.pos++
		r.depth--
		return false
	case first:
		return true
	case c != ',':
		r.fail(errSyntax)
		return false
	}
	r.pos++
	if next := r.Kind(); next == '}' || next == ']' { // [1,]
		r.fail(errSyntax)
	}
	return r.err == nil
}

// Name consumes the name of a member and its colon.
func (r *Reader) Name() string {
	if r.Kind() != '"' {
		r.fail(errSyntax)
		return ""
	}
	name := r.quoted()
	r.Kind() // white space
	if r.err != nil || r.pos >= len(r.text) || r.text[r.pos] != ':' {
		r.fail(errSyntax)
		return ""
	}
	r.pos++
	return name
}

// Str reads a string. ok is false for any other value but null, which reads as empty.
func (r *Reader) Str() (s string, ok bool) {
	switch r.Kind() {
	case '"':
		return r.quoted(), r.err == nil
	case 'n':
		r.Skip()
		return "", true
	default:
		r.Skip()
		return "", false
	}
}

// ID reads a text that may be written as a number, as ids of databases are. ok is false for any other value but null,
// which reads as empty.
func (r *Reader) ID() (id string, ok bool) {
	if r.Kind() == '0' {
		return r.Raw(), r.err == nil
	}
	return r.Str()
}

// quoted consumes the string that begins here.
func (r *Reader) quoted() string {
	raw, escaped := r.string()
	if escaped {
		return unescape(raw)
	}
	return raw
}

// string consumes the string that begins here and gives what stands between its quotation marks.
func (r *Reader) string() (raw string, escaped bool) {
	start := r.pos + 1
	for i := start; ; {
		r.pos = nextSpecial(r.body, i)
		if r.pos == len(r.body) {
			r.fail(errSyntax)
			return "", false
		}
		switch r.body[r.pos] {
		case '"':
			raw = r.text[start:r.pos]
			r.pos++
			return raw, escaped
		case '\\':
			length := escapeLen(r.text[r.pos:])
			if length == 0 {
				r.fail(errSyntax)
				return "", false
			}
			i, escaped = r.pos+length, true
		default: // a control character
			r.fail(errSyntax)
			return "", false
		}
	}
}

// Num reads a number. ok is false for any other value, including null (JSON.stringify writes NaN as null), and for a number that
// float64 cannot represent.
func (r *Reader) Num() (v float64, ok bool) {
	if r.Kind() != '0' {
		r.Skip()
		return 0, false
	}
	text := r.Raw()
	if integer, ok := smallInteger(text); ok {
		return integer, true
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// smallInteger reads a whole number of few digits, as most are: times in milliseconds, sizes, counts.
func smallInteger(text string) (v float64, ok bool) {
	const exact = 15 // digits that float64 always represents exactly
	if len(text) > exact {
		return 0, false
	}
	n := int64(0)
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 {
			return 0, false
		}
		n = n*10 + int64(digit)
	}
	return float64(n), text != ""
}

// Bool reads true or false. ok is false for any other value.
func (r *Reader) Bool() (v, ok bool) {
	switch k := r.Kind(); k {
	case 't', 'f':
		r.Skip()
		return k == 't', r.err == nil
	default:
		r.Skip()
		return false, false
	}
}

// Raw consumes a number or literal and gives its text.
func (r *Reader) Raw() string {
	length := 0
	switch rest := r.text[r.pos:]; kinds[rest[0]] {
	case '0':
		length = numberLen(rest)
	case 't':
		length = literalLen(rest, "true")
	case 'f':
		length = literalLen(rest, "false")
	case 'n':
		length = literalLen(rest, "null")
	}
	if length == 0 {
		r.fail(errSyntax)
		return ""
	}
	r.pos += length
	return r.text[r.pos-length : r.pos]
}

// literalLen is the length of literal when s begins with it, else 0.
func literalLen(s, literal string) int {
	if strings.HasPrefix(s, literal) {
		return len(literal)
	}
	return 0
}

// Skip consumes and checks any value.
func (r *Reader) Skip() {
	switch r.Kind() {
	case '"':
		r.string()
	case '0', 't', 'f', 'n':
		r.Raw()
	case '[':
		for entered, _ := r.Open('['); entered && r.More(']'); {
			r.Skip()
		}
	case '{':
		for entered, _ := r.Open('{'); entered && r.More('}'); {
			r.Name()
			r.Skip()
		}
	default:
		r.fail(errSyntax)
	}
}

// End checks that nothing follows the first value.
func (r *Reader) End() {
	if r.Kind(); r.err == nil && r.pos < len(r.text) {
		r.fail(errTrailing)
	}
}

// Rejection is the first fault of the text and its position; nil without one.
func (r *Reader) Rejection() error {
	switch {
	case r.err == nil:
		return nil
	case errors.Is(r.err, errTooDeep):
		return &beacon.Rejection{
			Reason: beacon.ReasonTooDeep,
			Limit:  maxDepth,
			Detail: fmt.Sprintf("values nest more than %d deep at byte %d", maxDepth, r.pos),
		}
	default:
		return &beacon.Rejection{Reason: beacon.ReasonBadJSON, Detail: fmt.Sprintf("%v at byte %d", r.err, r.pos)}
	}
}
