package sampling

import "strings"

// isPlaceholder reports whether an id means "no id" in a language of clients (null, undefined, …). Otherwise all
// visitors of a page that sends it would share one session.
func isPlaceholder(key string) bool {
	switch strings.ToLower(strings.TrimSpace(key)) {
	case "", "null", "undefined", "nil", "none", "nan", "unknown", "anonymous", "false", "true", "n/a", "na", "-", "[object object]", "(null)", "(not set)", "not set":
		return true
	}
	return strings.Trim(key, "0-") == "" // 0, 00000000-0000-0000-0000-000000000000
}
