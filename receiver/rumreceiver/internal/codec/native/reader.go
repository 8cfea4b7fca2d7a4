package native

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// reader walks JSON text (RFC 8259) value by value, once and without building a tree. Strings
// without escapes are slices of one copy of the body, so that a string costs nothing and the caller
// may reuse the body. Of a repeated member the last one counts, as in every browser, and that is up
// to the caller, who sees them all. The first fault stays: from then on every loop ends and every
// value is absent. Not safe for concurrent use.
//
// Why not jsontext: its checks for states that this walk cannot be in, and a second look at each
// string, made half the cost of a decoded batch. FuzzReader holds the two together.
type reader struct {
	body  []byte // what text is a copy of
	text  string
	pos   int
	depth int
	// first tells that of the container entered last nothing has been read.
	first bool
	err   error
}

// maxDepth is how deep values may nest. The deepest that any known client sends is 6: the layout
// shift sources of a vital's entries in the metadata of an event. Past it the body is refused.
const maxDepth = 64

var (
	errSyntax   = errors.New("invalid JSON")
	errTrailing = errors.New("more than one JSON value")
	errTooDeep  = errors.New("nested too deeply")
)

// newReader reads body, which must not change while reading. repaired tells that it was not valid
// UTF-8; browsers do send broken strings (an emoji cut in half), and one must not cost a batch.
func newReader(body []byte) (r reader, repaired bool) {
	if !utf8.Valid(body) {
		body, repaired = bytes.ToValidUTF8(body, []byte("\uFFFD")), true
	}
	return reader{body: body, text: string(body)}, repaired
}

// fail keeps the first fault, at the byte where the reader stands.
func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// kind of what comes next, after white space; 0 at the end and for what is no JSON.
func (r *reader) kind() kind {
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

// open enters an object or array. Any other value is skipped; null is ok and empty, for that is
// how a client says "none".
func (r *reader) open(delim kind) (entered, ok bool) {
	switch r.kind() {
	case delim:
		r.pos++
		r.first = true
		if r.depth++; r.depth > maxDepth {
			r.fail(errTooDeep)
		}
		return r.err == nil, true
	case 'n':
		r.skip()
		return false, true
	default:
		r.skip()
		return false, false
	}
}

// more is the condition of a loop over members or elements. It consumes the comma before the next
// one, or the closing delimiter.
func (r *reader) more(closing byte) bool {
	r.kind() // white space
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
	if next := r.kind(); next == '}' || next == ']' { // [1,]
		r.fail(errSyntax)
	}
	return r.err == nil
}

// name consumes the name of a member and its colon.
func (r *reader) name() string {
	if r.kind() != '"' {
		r.fail(errSyntax)
		return ""
	}
	name := r.quoted()
	r.kind() // white space
	if r.err != nil || r.pos >= len(r.text) || r.text[r.pos] != ':' {
		r.fail(errSyntax)
		return ""
	}
	r.pos++
	return name
}

// str reads a string. ok is false for any other value but null, which reads as empty.
func (r *reader) str() (s string, ok bool) {
	switch r.kind() {
	case '"':
		return r.quoted(), r.err == nil
	case 'n':
		r.skip()
		return "", true
	default:
		r.skip()
		return "", false
	}
}

// quoted consumes the string that begins here.
func (r *reader) quoted() string {
	raw, escaped := r.string()
	if escaped {
		return unescape(raw)
	}
	return raw
}

// string consumes the string that begins here and gives what stands between its quotation marks.
func (r *reader) string() (raw string, escaped bool) {
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

// num reads a number. ok is false for any other value, null too (which is what JSON.stringify makes
// of NaN), and for one that float64 cannot hold.
func (r *reader) num() (v float64, ok bool) {
	if r.kind() != '0' {
		r.skip()
		return 0, false
	}
	text := r.raw()
	if integer, ok := smallInteger(text); ok {
		return integer, true
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// smallInteger reads what most numbers are: times in milliseconds, sizes, counts.
func smallInteger(text string) (v float64, ok bool) {
	const exact = 15 // digits that float64 holds for certain
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

func (r *reader) boolean() (v, ok bool) {
	switch k := r.kind(); k {
	case 't', 'f':
		r.skip()
		return k == 't', r.err == nil
	default:
		r.skip()
		return false, false
	}
}

// raw consumes a number or literal and gives its text.
func (r *reader) raw() string {
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

// skip consumes any value, and checks it all the same.
func (r *reader) skip() {
	switch r.kind() {
	case '"':
		r.string()
	case '0', 't', 'f', 'n':
		r.raw()
	case '[':
		for entered, _ := r.open('['); entered && r.more(']'); {
			r.skip()
		}
	case '{':
		for entered, _ := r.open('{'); entered && r.more('}'); {
			r.name()
			r.skip()
		}
	default:
		r.fail(errSyntax)
	}
}

// end checks that nothing follows the first value.
func (r *reader) end() {
	if r.kind(); r.err == nil && r.pos < len(r.text) {
		r.fail(errTrailing)
	}
}
