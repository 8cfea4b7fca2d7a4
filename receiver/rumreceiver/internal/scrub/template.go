package scrub

import "strings"

// Template turns a scrubbed path into a url.template by replacing the segments that look like identifiers:
// numbers, UUIDs, hashes, dates, e-mail addresses and long tokens, and those of which a part was taken out.
// It is a guess that errs towards fewer templates; where a framework knows the route, the client sends it
// and this is not used.
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
	return byForm(segment, all)
}

// minNumber is the least number of digits that, in groups, is no range of pages or the like.
const minNumber = 8

// templateIn is what was taken out of the segment, standing for all of it.
func templateIn(segment string) string {
	for _, with := range placeholders {
		if segment != with && strings.Contains(segment, with) {
			return with
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
