package window

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Kinds of visitors.
const (
	Person = "person" // neither of the others
	Bot    = "bot"
	Test   = "test"
)

// Prefixes of the attributes for a vital's causes. Only the last segment of a name after them counts, so records of
// other instrumentations, and of other versions of ours, are read too.
var vitalPrefixes = [...]string{"browser.web_vital.", "rum.web_vital."}

// Meaning of the last segment of such an attribute.
const (
	causeTarget = "target"
	causeURL    = "url"
	causeScript = "script"
)

// parts are the phases of the vitals that have some, in the order in which they happen.
var parts = map[string][]string{
	"lcp": {"time_to_first_byte", "resource_load_delay", "resource_load_duration", "element_render_delay"},
	"inp": {"input_delay", "processing_duration", "presentation_delay"},
}

// Parts returns the names of a vital's phases in the order in which they happen; nil if it has none.
func Parts(vital string) []string { return parts[vital] }

// vitalCause returns the last segment of an attribute for a vital's cause; empty for other attributes.
func vitalCause(key string) string {
	for _, prefix := range vitalPrefixes {
		if strings.HasPrefix(key, prefix) {
			return key[strings.LastIndexByte(key, '.')+1:]
		}
	}
	return ""
}

// pageURLs are the attributes that may hold the page's URL, best first.
var pageURLs = [...]string{semconv.DocumentURL, semconv.URLFull, semconv.URLPath}

// durations are the last segments of attributes that hold how long an event took, in milliseconds.
const durationSegment = ".duration"
