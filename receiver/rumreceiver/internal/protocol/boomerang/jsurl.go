package boomerang

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNesting is how deep values of JSURL may nest; the deepest that the library sends is 6.
const maxNesting = 16

// jsurl converts JSURL to JSON.
// https://github.com/Sage/jsurl
type jsurl struct {
	in    string
	pos   int
	depth int
	out   []byte
	fault bool
}

// toJSON converts JSURL to JSON. A text that does not begin like JSURL is JSON already: the library sends JSON without its
// compression plugin. ok is false if the text is neither.
func toJSON(text string) (_ []byte, ok bool) {
	if !strings.HasPrefix(text, "~") {
		return []byte(text), true
	}
	j := jsurl{in: text, out: make([]byte, 0, len(text)+len(text)/2)}
	j.value()
	return j.out, !j.fault && j.pos == len(text)
}

func (j *jsurl) at(i int) byte {
	if i < len(j.in) {
		return j.in[i]
	}
	return 0
}

// eat reads a byte that must come next.
func (j *jsurl) eat(c byte) {
	if j.at(j.pos) != c {
		j.fault = true
		return
	}
	j.pos++
}

func (j *jsurl) value() {
	j.eat('~')
	if j.depth++; j.depth > maxNesting {
		j.fault = true
	}
	if j.fault {
		return
	}
	defer func() { j.depth-- }()
	switch j.at(j.pos) {
	case '(':
		j.pos++
		if j.at(j.pos) == '~' {
			j.array()
		} else {
			j.object()
		}
		j.eat(')')
	case '\'':
		j.pos++
		j.text()
	default:
		start := j.pos
		for c := j.at(j.pos); c != 0 && c != '~' && c != ')'; c = j.at(j.pos) {
			j.pos++
		}
		j.literal(j.in[start:j.pos])
	}
}

func (j *jsurl) array() {
	j.out = append(j.out, '[')
	if j.at(j.pos+1) == ')' {
		j.pos++
	} else {
		for first := true; j.at(j.pos) == '~' && !j.fault; first = false {
			if !first {
				j.out = append(j.out, ',')
			}
			j.value()
		}
	}
	j.out = append(j.out, ']')
}

func (j *jsurl) object() {
	j.out = append(j.out, '{')
	for first := true; j.at(j.pos) != ')' && !j.fault; first = false {
		if !first {
			j.eat('~')
			j.out = append(j.out, ',')
		}
		j.text()
		j.out = append(j.out, ':')
		j.value()
	}
	j.out = append(j.out, '}')
}

// literal writes a number, a bool or null.
func (j *jsurl) literal(text string) {
	switch text {
	case "true", "false", "null":
		j.out = append(j.out, text...)
		return
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v != v || v > 1e300 || v < -1e300 {
		j.fault = true
		return
	}
	j.out = strconv.AppendFloat(j.out, v, 'g', -1, 64)
}

// text writes the text up to the next "~" or ")". In it, "*xx" and "**xxxx" are characters by number, and "!" is "$".
func (j *jsurl) text() {
	j.out = append(j.out, '"')
	for j.pos < len(j.in) {
		switch c := j.in[j.pos]; c {
		case '~', ')':
			j.out = append(j.out, '"')
			return
		case '*':
			digits := 2
			j.pos++
			if j.at(j.pos) == '*' {
				digits = 4
				j.pos++
			}
			if j.pos+digits > len(j.in) {
				j.fault = true
				return
			}
			n, err := strconv.ParseUint(j.in[j.pos:j.pos+digits], 16, 16)
			if err != nil {
				j.fault = true
				return
			}
			j.pos += digits
			j.character(rune(n))
		case '!':
			j.pos++
			j.character('$')
		default:
			r, size := utf8.DecodeRuneInString(j.in[j.pos:])
			j.pos += size
			j.character(r)
		}
	}
	j.fault = true
}

// character writes a character as JSON. The halves of a surrogate pair stay escaped; the reader joins them.
func (j *jsurl) character(r rune) {
	const hex = "0123456789abcdef"
	switch {
	case r == '"' || r == '\\':
		j.out = append(j.out, '\\', byte(r))
	case r < ' ' || r >= 0xD800 && r < 0xE000:
		j.out = append(j.out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	default:
		j.out = utf8.AppendRune(j.out, r)
	}
}
