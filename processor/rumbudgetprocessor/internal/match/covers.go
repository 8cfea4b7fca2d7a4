package match

import (
	"slices"
	"strings"
)

// Covers reports that whatever fits b also fits a. It is used to warn of rules that can never be
// reached, so a false "no" is harmless: globs are compared with literals and with themselves only.
func Covers(a, b Patterns) bool {
	for key, wanted := range a {
		offered, ok := b[key]
		if !ok {
			return false
		}
		for _, p := range offered {
			if !anyCovers(wanted, p) {
				return false
			}
		}
	}
	return true
}

func anyCovers(patterns []string, p string) bool {
	if strings.Contains(p, "*") {
		return slices.Contains(patterns, p) || slices.Contains(patterns, "**")
	}
	return slices.ContainsFunc(patterns, func(q string) bool { return globMatch(q, p) })
}
