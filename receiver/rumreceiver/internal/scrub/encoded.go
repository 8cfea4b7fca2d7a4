package scrub

import "strings"

// maxEncoded is how many times a text may be percent-encoded: no honest client does it five times.
const maxEncoded = 5

// perDecoding is the cost of decoding a word of any length, in bytes of plain text.
const perDecoding = 32

// decoded is the text without percent-encoding; whole is true when no part of it is still encoded.
func (s *Scrubber) decoded(text string) (plain string, whole bool) {
	for range maxEncoded {
		next := unescape(text)
		if next == text {
			return text, true
		}
		s.again(perDecoding + 2*len(next)) // including the search in the result
		text = next
	}
	return text, unescape(text) == text
}

// unescape undoes one round of percent-encoding. A % without a valid code stays.
func unescape(text string) string {
	at := strings.IndexByte(text, '%')
	if at < 0 {
		return text
	}
	var out strings.Builder
	done := 0
	for ; at+2 < len(text); at++ {
		if text[at] != '%' {
			continue
		}
		high, low := unhex(text[at+1]), unhex(text[at+2])
		if high < 0 || low < 0 {
			continue
		}
		out.WriteString(text[done:at])
		out.WriteByte(byte(high<<4 | low))
		at += 2
		done = at + 1
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// encoded scrubs the percent-encoded words of a text. A word in which something is removed is returned decoded.
func (s *Scrubber) encoded(text string) string {
	out := edit{text: text}
	for from := 0; from < len(text); {
		at := strings.IndexByte(text[from:], '%')
		if at < 0 {
			break
		}
		start, end := from+at, from+at
		for start > from && !is(text[start-1], urlEndByte) {
			start--
		}
		for end < len(text) && !is(text[end], urlEndByte) {
			end++
		}
		word := text[start:end]
		if plain, whole := s.decoded(word); !whole {
			out.replace(start, end, Secret)
		} else if plain != word {
			plain = strings.ToValidUTF8(cleaned(plain), "\uFFFD")
			if clean := s.plainText(plain, classesOf(plain)); clean != plain {
				out.replace(start, end, clean)
			}
		}
		from = end
	}
	return out.String()
}
