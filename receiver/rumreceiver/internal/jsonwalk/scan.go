package jsonwalk

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The kind of value or delimiter that begins with each byte; 0 for none.
var kinds = func() (table [256]Kind) {
	for _, c := range "\"{}[]tfn" {
		table[c] = Kind(c)
	}
	for _, c := range "-0123456789" {
		table[c] = '0'
	}
	return table
}()

// Kind of a value or delimiter: one of 0 (a number) n f t " { [ } ], which is how each begins.
type Kind byte

// nextSpecial is the index of the first byte, at or after i, that has a meaning in a JSON string: a quotation mark, a backslash or
// a control character; len(text) when there is none.
// Eight bytes at a time; https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord explains
// why the lowest bit that is set is exact.
func nextSpecial(text []byte, i int) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		quote, backslash := w^(ones*'"'), w^(ones*'\\')
		special := ((quote-ones)&^quote | (backslash-ones)&^backslash | (w-ones*0x20)&^w) & highs
		if special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for i < len(text) && text[i] >= 0x20 && text[i] != '"' && text[i] != '\\' {
		i++
	}
	return i
}

// escapeLen is the length of the escape sequence that s begins with, 0 when it is none.
func escapeLen(s string) int {
	switch {
	case len(s) < 2:
		return 0
	case strings.IndexByte(`"\/bfnrt`, s[1]) >= 0:
		return 2
	case s[1] != 'u':
		return 0
	}
	if _, ok := codeUnit(s); !ok {
		return 0
	}
	return len(`\u0000`)
}

// codeUnit reads \uXXXX, a UTF-16 code unit.
func codeUnit(s string) (unit rune, ok bool) {
	if len(s) < len(`\u0000`) || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(s[2:6]) {
		switch {
		case c >= '0' && c <= '9':
			unit = unit<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape resolves the escape sequences of the inside of a string, which have been checked. A lone
// surrogate becomes U+FFFD: browsers do send half an emoji.
func unescape(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:i])
		s = s[i:]
		if s[1] != 'u' {
			out.WriteByte(escapes[s[1]])
			s = s[2:]
			continue
		}
		char, length := character(s)
		out.WriteRune(char)
		s = s[length:]
	}
}

// character reads the one or two \uXXXX that stand for a character.
func character(s string) (char rune, length int) {
	first, _ := codeUnit(s)
	if !utf16.IsSurrogate(first) {
		return first, 6
	}
	if second, ok := codeUnit(s[6:]); ok {
		if char := utf16.DecodeRune(first, second); char != utf8.RuneError {
			return char, 12
		}
	}
	return utf8.RuneError, 6
}

// numberLen is the length of the number that s begins with, 0 when it is none.
// https://www.rfc-editor.org/rfc/rfc8259#section-6
func numberLen(s string) int {
	i := 0
	if strings.HasPrefix(s, "-") {
		i = 1
	}
	if strings.HasPrefix(s[i:], "0") {
		i++
	} else if i = digits(s, i); i == 0 {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		if i = digits(s, i+1); i == 0 {
			return 0
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		return digits(s, i)
	}
	return i
}

// digits is the end of the digits that begin at i, 0 when there is none.
func digits(s string, i int) int {
	start := i
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	if i == start {
		return 0
	}
	return i
}
