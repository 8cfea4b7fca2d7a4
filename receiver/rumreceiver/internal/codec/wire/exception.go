package wire

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// ExceptionType finds the class of an error: its name when it is one, else its kind, else what stack or message
// begin with. "error" is the name that says nothing.
func ExceptionType(name, kind string, e *beacon.Error) string {
	if name != "" && name != "error" {
		return name
	}
	if looksLikeType(kind) {
		return kind
	}
	for _, text := range []string{e.Stack, strings.TrimPrefix(e.Message, "Uncaught ")} {
		if class, _, found := strings.Cut(text, ":"); found && looksLikeType(class) {
			return class
		}
	}
	return "Error"
}

// looksLikeType takes TypeError and DOMException, not javascript_error or a sentence.
func looksLikeType(s string) bool {
	return len(s) <= 100 && !strings.ContainsAny(s, " _-/") &&
		(strings.HasSuffix(s, "Error") || strings.HasSuffix(s, "Exception"))
}
