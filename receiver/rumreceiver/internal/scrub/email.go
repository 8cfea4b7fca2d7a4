package scrub

import "strings"

const (
	// The bounds of RFC 5321, section 4.5.3.1; they also keep the search linear.
	maxLocalPart = 64
	maxDomain    = 255
	// maxLiteral is the length of the longest address in brackets.
	maxLiteral = 64
)

// redactSpelledEmails replaces e-mail addresses in which the @ is written as a word, (at) or [at], or as a code,
// \u0040. It may have spaces around it if a dot before or behind it distinguishes an address from prose.
func redactSpelledEmails(text, sign string) string {
	out := edit{text: text}
	for from := 0; ; {
		at := strings.Index(text[from:], sign)
		if at < 0 {
			return out.String()
		}
		at += from
		from = at + len(sign)
		domain := from + len(text[from:]) - len(strings.TrimPrefix(text[from:], " "))
		local := max(out.done, len(strings.TrimSuffix(text[:at], " ")))
		start := localStart(text, out.done, local)
		end := spelledDomainEnd(text, domain)
		isSpaced := domain > from || local < at || sign[0] == ' '
		if end == domain && sign[0] != ' ' && (!isSpaced || strings.IndexByte(text[start:local], '.') > 0) {
			end = domainEnd(text, domain)
		}
		if start < local && end > domain {
			out.replace(start, end, Email)
			from = end
		}
	}
}

// spelledDomainEnd is the end of a domain whose dots are words, mail [dot] example; start if there is none.
func spelledDomainEnd(text string, start int) int {
	end, dots := start, 0
	for i := start; i < len(text) && i-start < maxDomain; {
		label := i
		for i < len(text) && is(text[i], domainByte) && i-start < maxDomain {
			i++
		}
		if i == label {
			break
		}
		if end = i; dots > 0 && !isLetter(text[label]) {
			return start
		}
		word := 0
		for _, dot := range [...]string{" [dot] ", " (dot) ", "[dot]", "(dot)", " dot ", " DOT "} {
			if strings.HasPrefix(text[i:], dot) {
				word = len(dot)
				break
			}
		}
		if word == 0 {
			break
		}
		i += word
		dots++
	}
	if dots == 0 {
		return start
	}
	return end
}

// redactEmails replaces e-mail addresses.
// https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1
func redactEmails(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		at := strings.IndexByte(text[from:], '@')
		if at < 0 {
			return out.String()
		}
		at += from
		from = at + 1
		start := localStart(text, out.done, at)
		if start == at {
			continue
		}
		if end := domainEnd(text, from); end > from {
			out.replace(start, end, Email)
			from = end
		}
	}
}

// localStart is the beginning of the part before the @, which may be quoted; at if there is none.
func localStart(text string, from, at int) int {
	start := at
	if at > from+1 && text[at-1] == '"' {
		if open := strings.LastIndexByte(text[max(from, at-1-maxLocalPart):at-1], '"'); open >= 0 {
			return max(from, at-1-maxLocalPart) + open
		}
	}
	for start > from && at-start < maxLocalPart && is(text[start-1], emailByte) {
		start--
	}
	return start
}

// domainEnd is the end of the domain that begins at start, or start when there is none. A domain has a dot and a last
// label that begins with two letters, or it is an address in brackets, or localhost.
func domainEnd(text string, start int) int {
	if rest := text[start:]; strings.HasPrefix(rest, "localhost") {
		return start + len("localhost")
	} else if strings.HasPrefix(rest, "[") {
		if end := strings.IndexByte(rest[:min(len(rest), maxLiteral)], ']'); end > 1 && (isDigit(rest[1]) || strings.HasPrefix(rest[1:], "IPv6:")) {
			return start + end + 1
		}
		return start
	}
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
	if strings.HasPrefix(domain[letters:], "xn--") { // in punycode
		return start + len(domain)
	}
	for letters < len(domain) && (isLetter(domain[letters]) || domain[letters] >= 0x80) {
		letters++
	}
	if letters-dot-1 < 2 {
		return start
	}
	return start + letters
}

// isVersion distinguishes react@18.2.0-beta.rc from an address: two labels of digits alone.
func isVersion(domain string) bool {
	first, rest, _ := strings.Cut(domain, ".")
	second, _, _ := strings.Cut(rest, ".")
	return isDigits(first) && isDigits(second)
}

// isDensity distinguishes logo@2x.png from an address.
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
