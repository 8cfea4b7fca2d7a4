package enrich

import "strings"

// class is a set of byte properties, so that one pass over a text tells what to look for in it.
type class uint16

const (
	wordByte    class = 1 << iota // a part of tokens and names: letters, digits, - and _
	digitByte                     // 0 to 9
	cardByte                      // a part of a written card number: digits, space, -
	atByte                        // @
	percentByte                   // %, for what is encoded
	assignByte                    // = and :
	queryByte                     // ?
	spaceByte                     // space
	urlEndByte                    // ends a URL inside a text
	valueEnd                      // ends an unquoted value inside a text
	emailByte                     // a part of an e-mail address before the @
	domainByte                    // a part of one after it
	schemeByte                    // a part of a URL's scheme
)

var classes = func() (table [256]class) {
	for set, bytes := range map[class]string{
		wordByte: "-_", cardByte: " -", atByte: "@", percentByte: "%", assignByte: "=:", queryByte: "?", spaceByte: " ",
		urlEndByte: " \t\r\n\"'<>()`,;", valueEnd: " \t\r\n\"'<>()`,;&#}]", emailByte: "._%+-", domainByte: ".-", schemeByte: "+-.",
	} {
		for i := range len(bytes) {
			table[bytes[i]] |= set
		}
	}
	for c := range 256 {
		switch {
		case c >= '0' && c <= '9':
			table[c] |= digitByte | cardByte | wordByte | emailByte | domainByte | schemeByte
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			table[c] |= wordByte | emailByte | domainByte | schemeByte
		case c >= 0x80: // addresses may be written in any script
			table[c] |= emailByte | domainByte
		}
	}
	return table
}()

// classesOf is the union over the text.
func classesOf(text string) (all class) {
	for i := range len(text) {
		all |= classes[text[i]]
	}
	return all
}

func is(c byte, set class) bool { return classes[c]&set != 0 }

// longRun finds the next run of at least min bytes of the set, from a place that is not inside one.
// start is negative when there is none. It looks at every min-th byte first, which in prose, where
// words are short, saves most of the work.
func longRun(text string, from int, set class, min int) (start, end int) {
	for from+min <= len(text) {
		i := from + min - 1
		for i >= from && classes[text[i]]&set != 0 {
			i--
		}
		if i >= from {
			from = i + 1
			continue
		}
		end = from + min
		for end < len(text) && classes[text[end]]&set != 0 {
			end++
		}
		return from, end
	}
	return -1, -1
}

// edit collects replacements in a text, from left to right. Without any, the text comes back as it
// is, without a copy.
type edit struct {
	text string
	out  strings.Builder
	done int // text[:done] is in out
}

func (e *edit) replace(start, end int, with string) {
	if e.out.Cap() == 0 {
		e.out.Grow(len(e.text))
	}
	e.out.WriteString(e.text[e.done:start])
	e.out.WriteString(with)
	e.done = end
}

// String is the text with the replacements. It ends the edit.
func (e *edit) String() string {
	if e.done == 0 {
		return e.text
	}
	e.out.WriteString(e.text[e.done:])
	return e.out.String()
}
