package match

import "strings"

// separator ends a path segment: '*' does not cross it, '**' does.
const separator = '/'

// globMatch reports whether text matches pattern, in which '*' stands for any run of bytes without
// '/' and '**' for any run at all. Every other byte stands for itself.
//
// It remembers one place to go back to per kind of star. When the text goes wrong, the latest '*'
// takes one more byte, or, when it may not, the latest '**'. Earlier stars need never be tried again,
// because what they took already is the shortest choice; so the time is bounded by
// len(pattern)·len(text)², whatever a stranger puts into a URL.
func globMatch(pattern, text string) bool {
	p, t := 0, 0
	single, double := noPlace, noPlace
	for t < len(text) || p < len(pattern) {
		switch {
		case strings.HasPrefix(pattern[p:], "**"):
			p += 2
			double, single = place{p, t}, noPlace
			continue
		case p < len(pattern) && pattern[p] == '*':
			p++
			single = place{p, t}
			continue
		case p < len(pattern) && t < len(text) && pattern[p] == text[t]:
			p++
			t++
			continue
		}
		if single.canGrow(text) && text[single.text] != separator {
			single.text++
			p, t = single.pattern, single.text
			continue
		}
		if !double.canGrow(text) {
			return false
		}
		double.text++
		single = noPlace
		p, t = double.pattern, double.text
	}
	return true
}

// place is where matching resumes: what follows a star in the pattern, and where its run ends so far.
type place struct{ pattern, text int }

var noPlace = place{-1, -1}

func (p place) canGrow(text string) bool { return p.pattern >= 0 && p.text < len(text) }
