package scrub

import "strings"

// Template converts a scrubbed path to a url.template by replacing the segments that look like identifiers: numbers, UUIDs,
// hashes, dates, e-mail addresses and long tokens, names with a long number in them, and those of which a part was taken
// out. It is a guess that prefers fewer templates. It is not used if the client sends the route of a framework.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/#url-template
func Template(path string) string {
	if path == "" || path == "/" {
		return path
	}
	out := edit{text: path}
	for start := 0; start <= len(path); {
		end := len(path)
		if slash := strings.IndexByte(path[start:], '/'); slash >= 0 {
			end = start + slash
		}
		if placeholder := templateOf(path[start:end]); placeholder != "" {
			out.replace(start, end, placeholder)
		}
		start = end + 1
	}
	return out.String()
}

func templateOf(segment string) string {
	if len(segment) > maxSegment {
		return Token
	}
	all := countOf(segment)
	n, digits, dashes := len(segment), all.of(countDigit), all.of(countDash)
	switch {
	case all.of(countSpecial) > 0 && strings.IndexByte(segment, '{') >= 0:
		return templateIn(segment)
	case all.of(countSpecial) > 0 && (strings.IndexByte(segment, '@') >= 0 || strings.Contains(segment, "%40")):
		return Email
	case digits == 0:
		return ""
	case digits == n:
		return id
	case isDate(segment, digits, dashes):
		return date
	case digits+dashes == n && digits >= minNumber:
		return id
	}
	if with := byForm(segment, all); with != "" {
		return with
	}
	return byLooks(segment, all)
}

const (
	// minRun is the smallest number of digits in a row that make a name an identifier: years have four.
	minRun = 5
	// minShortHash is the length of a commit's short name.
	minShortHash = 7
	// minKey is the shortest key behind the name of its kind.
	minKey = 10
)

// byLooks recognises identifiers that are no secrets: red-shoes-104233, SKU-00001, photo_17.html, 05797c4, cus_0F6wsTnAjI5Esa. The
// segment has a digit.
func byLooks(segment string, all count) string {
	if dot := strings.LastIndexByte(segment, '.'); dot > 0 && isPage(segment[dot+1:]) {
		if with := templateOf(segment[:dot]); with != "" {
			return with + segment[dot:]
		}
		return ""
	}
	if under := strings.IndexByte(segment, '_'); under >= 2 && isRecordKey(segment[under+1:]) {
		return Token
	}
	hex := all.of(countDigit) + all.of(countHex)
	switch {
	case hex == len(segment) && hex >= minShortHash && changes(segment) >= 3:
		return hash
	case all.of(countSpecial) == 0 && longestNumber(segment) >= minRun:
		return id
	}
	return ""
}

// isPage reports whether an extension is that of a page, so that the rest of the name may be an identifier.
func isPage(extension string) bool {
	switch extension {
	case "html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "do", "action":
		return true
	}
	return false
}

// isRecordKey distinguishes random letters and digits from a word with a number.
func isRecordKey(word string) bool {
	all := countOf(word)
	return len(word) >= minKey && len(word) <= maxSegment && all.of(countDigit) > 0 && all.of(countOther)+all.of(countDash) == 0 && changes(word) >= 5
}

func longestNumber(text string) (longest int) {
	run := 0
	for i := range len(text) {
		if run++; !isDigit(text[i]) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// minNumber is the smallest number of digits, in groups, of an identifier: fewer may be a range of pages.
const minNumber = 8

// templateIn is the placeholder of the part that was removed from the segment. It replaces the whole segment.
func templateIn(segment string) string {
	for _, with := range placeholders {
		if segment != with && strings.Contains(segment, with) {
			return with
		}
	}
	return ""
}

// isDate reports whether it is a date such as 2026-11-23 or 2026-11.
func isDate(segment string, digits, dashes int) bool {
	n := len(segment)
	return digits+dashes == n && (n == 10 && dashes == 2 && segment[4] == '-' && segment[7] == '-' ||
		n == 7 && dashes == 1 && segment[4] == '-')
}
