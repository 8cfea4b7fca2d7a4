package match

import (
	"net/url"
	"strings"
)

// Form is the way in which texts of an attribute are compared.
type Form uint8

const (
	// Exact compares byte by byte.
	Exact Form = iota
	// Folded leaves out whether letters are capital.
	Folded
	// Route is Folded, and leaves out a slash at the end and how characters are percent-encoded.
	Route
)

// normal returns the normalised text. It does not allocate if the text is already normalised.
func (f Form) normal(text string) string {
	if f == Route {
		text = normalRoute(text)
	}
	if f == Exact {
		return text
	}
	return strings.ToLower(text)
}

// normalRoute decodes segment by segment, so that an encoded slash stays part of its segment.
func normalRoute(text string) string {
	if strings.IndexByte(text, '%') >= 0 {
		segments := strings.Split(text, "/")
		for i, s := range segments {
			if decoded, err := url.PathUnescape(s); err == nil && !strings.Contains(decoded, "/") && strings.Count(decoded, "*") == strings.Count(s, "*") {
				segments[i] = decoded
			}
		}
		text = strings.Join(segments, "/")
	}
	for len(text) > 1 && text[len(text)-1] == '/' {
		text = text[:len(text)-1]
	}
	return text
}
