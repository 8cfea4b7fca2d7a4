package enrich

import "strings"

const (
	// The bounds of RFC 5321, section 4.5.3.1; they also keep the search linear.
	maxLocalPart = 64
	maxDomain    = 255
)

// redactEmails replaces e-mail addresses, also URL-encoded ones.
func redactEmails(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		at, after := nextAt(text, from)
		if at < 0 {
			return out.String()
		}
		start, end := at, domainEnd(text, after)
		for start > out.done && at-start < maxLocalPart && is(text[start-1], emailByte) {
			start--
		}
		if from = after; start < at && end > after {
			out.replace(start, end, redactedEmail)
			from = end
		}
	}
}

// nextAt finds an @, %40 or %2540; at is negative when there is none.
func nextAt(text string, from int) (at, after int) {
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '@':
			return i, i + 1
		case '%':
			if rest := text[i+1:]; strings.HasPrefix(rest, "40") {
				return i, i + len("%40")
			} else if strings.HasPrefix(rest, "2540") {
				return i, i + len("%2540")
			}
		}
	}
	return -1, -1
}

// domainEnd is where the domain that begins at start ends, or start when there is none: it needs a
// dot and a last label that begins with two letters.
func domainEnd(text string, start int) int {
	end := start
	for end < len(text) && end-start < maxDomain && is(text[end], domainByte) {
		end++
	}
	domain := strings.TrimRight(text[start:end], ".-")
	dot := strings.LastIndexByte(domain, '.')
	if dot <= 0 || isVersion(domain) || isDensity(domain) {
		return start
	}
	letters := dot + 1
	for letters < len(domain) && (isLetter(domain[letters]) || domain[letters] >= 0x80) {
		letters++
	}
	if letters-dot-1 < 2 {
		return start
	}
	return start + letters
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isVersion tells react@18.2.0-beta.rc from an address: two labels of digits alone.
func isVersion(domain string) bool {
	first, rest, _ := strings.Cut(domain, ".")
	second, _, _ := strings.Cut(rest, ".")
	return isDigits(first) && isDigits(second)
}

// isDensity tells logo@2x.png from an address.
func isDensity(domain string) bool {
	first, rest, _ := strings.Cut(domain, ".")
	density, ok := strings.CutSuffix(first, "x")
	if !ok || !isDigits(density) {
		return false
	}
	switch extension, _, _ := strings.Cut(rest, "."); extension {
	case "png", "jpg", "jpeg", "webp", "gif", "svg", "avif":
		return true
	}
	return false
}

func isDigits(s string) bool {
	for i := range len(s) {
		if !is(s[i], digitByte) {
			return false
		}
	}
	return s != ""
}
