package sampling

import "strings"

// isPlaceholder tells ids that stand for "no id" in the languages that clients are written in. Every visitor
// of a page that sends one would be of one session.
func isPlaceholder(key string) bool {
	switch strings.ToLower(strings.TrimSpace(key)) {
	case "", "null", "undefined", "nil", "none", "nan", "unknown", "anonymous", "false", "true", "n/a", "na", "-", "[object object]", "(null)", "(not set)", "not set":
		return true
	}
	return strings.Trim(key, "0-") == "" // 0, 00000000-0000-0000-0000-000000000000
}
