package admit

import (
	"errors"
	"fmt"
	"strings"

	patterns "github.com/otelcol-rum/otelcol-rum/internal/origins"
)

// origins is an allow-list. Empty allows any. Immutable, and so safe for concurrent use.
type origins []string

// newOrigins checks patterns and brings them into the form in which browsers send origins: lower
// case, https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
// Errors name the key of the option.
func newOrigins(key string, list []string) (origins, error) {
	var errs []error
	allowed := make(origins, 0, len(list))
	for i, pattern := range list {
		if err := patterns.Check(pattern); err != nil {
			errs = append(errs, fmt.Errorf("'%s[%d]' %w (got %q)", key, i, err, pattern))
		}
		allowed = append(allowed, strings.ToLower(pattern))
	}
	return allowed, errors.Join(errs...)
}

// allow reports whether a browser's Origin header is on the list.
func (o origins) allow(origin string) bool {
	if len(o) == 0 {
		return true
	}
	if len(origin) > patterns.MaxLength {
		return false
	}
	origin = strings.ToLower(origin) // no copy when it is lower case already, as browsers send it
	for _, pattern := range o {
		if pattern == "*" || glob(pattern, origin) {
			return true
		}
	}
	return false
}

// glob matches with * for any bytes except / and @: in the origins of browsers, this is within the scheme, or within host and
// port, as in confighttp's CORS. It goes back to the last * only, because the last * can match everything that an earlier one
// could. So it takes at most len(pattern)*len(s) steps.
func glob(pattern, s string) bool {
	p, i := 0, 0
	star, resume := -1, 0 // position after the last *, and where in s to go on from
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			star, resume = p, i
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0 && s[resume] != '/' && s[resume] != '@':
			resume++
			p, i = star, resume
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
