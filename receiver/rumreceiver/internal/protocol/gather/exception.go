package gather

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Constants that browsers and SDKs put before messages.
const (
	uncaught    = "Uncaught "
	nonError    = "Non-Error promise rejection captured with value: "
	inPromise   = "(in promise) "
	genericType = "error"
)

// NameException sets the type of an exception, and removes the type and constants of the format from its message, so that an
// error is the same from any SDK. The type is the name if it is a type ("error" is none), else the kind, else the beginning
// of stack or message.
func NameException(x *beacon.Exception, name, kind string) {
	x.Message = strings.TrimPrefix(x.Message, uncaught)
	x.Message = strings.TrimPrefix(strings.TrimPrefix(x.Message, inPromise), nonError)
	x.Type = exceptionType(x, name, kind)
	if rest, ok := strings.CutPrefix(x.Message, x.Type); ok {
		if rest, ok = strings.CutPrefix(rest, ": "); ok {
			x.Message = rest
		}
	}
}

func exceptionType(x *beacon.Exception, name, kind string) string {
	if name != "" && name != genericType {
		return name
	}
	if looksLikeType(kind) {
		return kind
	}
	for _, text := range []string{x.Stack, x.Message} {
		if class, _, found := strings.Cut(text, ":"); found && looksLikeType(class) {
			return class
		}
	}
	return "Error"
}

// BeginsWithType reports whether a message has the type of its error before it.
func BeginsWithType(message string) bool {
	class, _, found := strings.Cut(message, ":")
	return found && looksLikeType(class)
}

// looksLikeType reports whether it is a type such as TypeError or DOMException, not javascript_error or a sentence.
func looksLikeType(s string) bool {
	return len(s) <= 100 && !strings.ContainsAny(s, " _-/") &&
		(strings.HasSuffix(s, "Error") || strings.HasSuffix(s, "Exception"))
}
