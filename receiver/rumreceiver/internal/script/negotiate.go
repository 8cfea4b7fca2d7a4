package script

import (
	"net/http"
	"strconv"
	"strings"
)

// choose returns the variant that the browser prefers, and the smallest of equals. Without the header, or without an acceptable
// variant, it is the uncompressed script.
// https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding
func (e *edition) choose(header http.Header) *variant {
	plain := &e.variants[len(e.variants)-1]
	lines, sent := header["Accept-Encoding"]
	if !sent {
		return plain
	}
	accept := strings.Join(lines, ",")
	best, most := plain, 0.0
	for i := range e.variants {
		v := &e.variants[i]
		if weight := weightOf(accept, v.encoding); weight > most {
			best, most = v, weight
		}
	}
	return best
}

// weightOf a coding, 0 when it is not acceptable. A named coding takes precedence over *. The uncompressed script is acceptable unless
// it is excluded, with a lower weight than named codings.
func weightOf(accept, encoding string) float64 {
	name := encoding
	if name == "" {
		name = "identity"
	}
	others, named := 0.0, false
	for part := range strings.SplitSeq(accept, ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		switch {
		case coding == name, coding == "x-gzip" && name == "gzip": // RFC 9110, 8.4.1.3
			return quality(parameters)
		case coding == "*":
			others, named = quality(parameters), true
		}
	}
	if named {
		return others
	}
	if encoding == "" {
		return leastQuality
	}
	return 0
}

// leastQuality is the smallest weight that can be sent.
const leastQuality = 0.001

// quality reads a weight. An invalid one is 0, so that its sender gets the uncompressed script.
// https://www.rfc-editor.org/rfc/rfc9110#quality.values
func quality(parameters string) float64 {
	parameters = strings.TrimSpace(parameters)
	if parameters == "" {
		return 1
	}
	value, ok := strings.CutPrefix(strings.ToLower(parameters), "q=")
	if !ok || strings.Trim(value, "0123456789.") != "" {
		return 0
	}
	weight, err := strconv.ParseFloat(value, 64)
	if err != nil || weight > 1 {
		return 0
	}
	return weight
}

// unchanged reports whether the browser already has the variant. Tags are compared weakly: a proxy that compresses makes
// them weak. https://www.rfc-editor.org/rfc/rfc9110#field.if-none-match
func unchanged(header http.Header, etag string) bool {
	for _, line := range header["If-None-Match"] {
		if strings.TrimSpace(line) == "*" {
			return true
		}
		for line != "" {
			tag, rest, ok := nextTag(line)
			if !ok {
				break
			}
			if tag == etag {
				return true
			}
			line = rest
		}
	}
	return false
}

// nextTag takes the next entity tag of a list, without W/. A comma may stand within one.
func nextTag(list string) (tag, rest string, ok bool) {
	list = strings.TrimPrefix(strings.TrimLeft(list, ", \t"), "W/")
	if !strings.HasPrefix(list, `"`) {
		return "", "", false
	}
	end := strings.IndexByte(list[1:], '"')
	if end < 0 {
		return "", "", false
	}
	return list[:end+2], list[end+2:], true
}
