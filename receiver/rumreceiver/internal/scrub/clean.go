package scrub

import (
	"strings"
	"unicode/utf8"
)

// Clean replaces each run of unwanted characters with one U+FFFD: control characters except tab and line ends (some
// stores refuse NUL), and characters that change the direction of writing, because with them a reader sees another text
// than the stored one. It is for strings that are not scrubbed, such as ids.
// https://trojansource.codes
func Clean(text string) string {
	if classesOf(text)&(controlByte|highByte) == 0 {
		return text
	}
	return cleaned(text)
}

func cleaned(text string) string {
	out := edit{text: text}
	for i := 0; i < len(text); {
		n := unwanted(text[i:])
		if n == 0 {
			i++
			continue
		}
		start := i
		for i += n; i < len(text); i += n {
			if n = unwanted(text[i:]); n == 0 {
				break
			}
		}
		out.replace(start, i, "\uFFFD")
	}
	return out.String()
}

// unwanted is the length of the first character of the text if Clean replaces it, otherwise 0.
func unwanted(text string) int {
	if text[0] < utf8.RuneSelf {
		if is(text[0], controlByte) {
			return 1
		}
		return 0
	}
	if r, n := utf8.DecodeRuneInString(text); r >= 0x80 && r < 0xA0 || isBidi(r) {
		return n
	}
	return 0
}

// isBidi reports whether it is an explicit directional formatting character.
// https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
func isBidi(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// fold writes full-width forms, and wide and narrow spaces and dashes, as ASCII, and removes characters without width.
// So the searches need to know ASCII only. A text without such characters is returned unchanged.
func fold(text string) string {
	out := edit{text: text}
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r >= 0xFF01 && r <= 0xFF5E: // full-width ! to ~
			out.replace(i, i+n, asciiOf[r-0xFF01:r-0xFF01+1])
		case r == 0xA0 || r >= 0x2000 && r <= 0x200A || r == 0x202F || r == 0x205F || r == 0x3000:
			out.replace(i, i+n, " ")
		case r >= 0x2010 && r <= 0x2015 || r == 0x2212:
			out.replace(i, i+n, "-")
		case r == 0xAD || r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF:
			out.replace(i, i+n, "")
		case r >= 0x660 && r <= 0x669: // Arabic-Indic digits
			out.replace(i, i+n, asciiDigits[r-0x660:r-0x660+1])
		case r >= 0x6F0 && r <= 0x6F9:
			out.replace(i, i+n, asciiDigits[r-0x6F0:r-0x6F0+1])
		}
		i += n
	}
	return out.String()
}

const asciiDigits = "0123456789"

// asciiOf is ! to ~.
var asciiOf = func() string {
	var all strings.Builder
	for c := '!'; c <= '~'; c++ {
		all.WriteRune(c)
	}
	return all.String()
}()
