package enrich

import "strings"

// Template turns a path into a url.template by replacing the segments that look like identifiers:
// numbers, UUIDs, hashes, dates, e-mail addresses and long tokens, and those of which a part was
// redacted. It is a guess that errs towards fewer templates; where a framework knows the route, the
// client sends it and this is not used.
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
		if placeholder := placeholderFor(path[start:end]); placeholder != "" {
			out.replace(start, end, placeholder)
		}
		start = end + 1
	}
	return out.String()
}

const (
	// minHash is the shortest run of hex digits that counts as a hash: shorter ones are words
	// (deadbeef, facade) or are numbers anyway.
	minHash = 16
	// minTokenSegment is the shortest mix of letters and digits that counts as a token.
	minTokenSegment = 24
	uuidLen         = 36
)

func placeholderFor(segment string) string {
	var digits, hex, letters, others, dashes, braces int
	for i := range len(segment) {
		switch c := segment[i]; {
		case c >= '0' && c <= '9':
			digits++
			hex++
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			hex++
			letters++
		case c >= 'g' && c <= 'z' || c >= 'G' && c <= 'Z':
			letters++
		case c == '-':
			dashes++
		case c == '{':
			braces++
		default:
			others++
		}
	}
	n := len(segment)
	switch {
	case braces > 0:
		return redactedIn(segment)
	case strings.Contains(segment, "@") || strings.Contains(segment, "%40"):
		return "{email}"
	case digits == 0:
		return ""
	case digits == n:
		return "{id}"
	case n == uuidLen && dashes == 4 && hex == n-4:
		return "{uuid}"
	case isDate(segment, digits, dashes):
		return "{date}"
	case hex == n && n >= minHash:
		return "{hash}"
	case n >= minTokenSegment && letters > 0 && digits >= n/6 && others == 0:
		return "{token}"
	}
	return ""
}

// redactedIn is what was redacted in the segment, standing for all of it.
func redactedIn(segment string) string {
	for _, redacted := range []string{redactedEmail, redactedToken, redactedCard, redactedSecret} {
		if strings.Contains(segment, redacted) {
			return redacted
		}
	}
	return ""
}

// isDate takes 2026-11-23 and 2026-11.
func isDate(segment string, digits, dashes int) bool {
	n := len(segment)
	return digits+dashes == n && (n == 10 && dashes == 2 && segment[4] == '-' && segment[7] == '-' ||
		n == 7 && dashes == 1 && segment[4] == '-')
}
