package match

import (
	"slices"
	"strings"
)

// Covers reports whether everything that matches b also matches a. It is used to warn of rules that can never be
// reached, so a false "no" is harmless: globs are compared with literals and with themselves only.
func (c *Compiler) Covers(a, b Patterns) bool {
	for key, wanted := range a {
		offered, ok := b[key]
		if !ok {
			return false
		}
		for _, p := range offered {
			if !c.Forms[key].anyCovers(wanted, p) {
				return false
			}
		}
	}
	return true
}

func (f Form) anyCovers(patterns []string, p string) bool {
	p = f.normal(p)
	if strings.Contains(p, "*") {
		return slices.ContainsFunc(patterns, func(q string) bool { q = f.normal(q); return q == p || q == "**" })
	}
	return slices.ContainsFunc(patterns, func(q string) bool { return globMatch(f.normal(q), p) })
}

// FirstCovering returns the first of the patterns before number n that covers those of number n, -1 for none. The
// index has the matchers of all patterns, in order; skip returns true for those that cover nothing.
func (x *Index) FirstCovering(c *Compiler, all []Patterns, n int, skip func(i int) bool) int {
	first := n
	try := func(numbers []int32) {
		for _, i := range numbers {
			if int(i) >= first {
				break
			}
			if !skip(int(i)) && c.Covers(all[i], all[n]) {
				first = int(i)
			}
		}
	}
	for i := range x.slots {
		s := &x.slots[i]
		if offered := all[n][c.keys[s.slot]]; len(offered) > 0 {
			s.mayCover(c.Forms[c.keys[s.slot]].normal(offered[0]), try)
		}
	}
	try(x.always)
	if first == n {
		return -1
	}
	return first
}

// mayCover yields the lists of those that have a pattern which may cover p.
func (s *slotIndex) mayCover(p string, yield func([]int32)) {
	for part := range strings.SplitSeq(p, "/") {
		yield(s.segments[part])
	}
	if star := strings.IndexByte(p, '*'); star >= 0 {
		yield(s.prefixes[p[:star]])
		yield(s.suffixes[p[strings.LastIndexByte(p, '*')+1:]])
		return
	}
	yield(s.literals[p])
	for _, n := range s.prefixLengths {
		if n <= len(p) {
			yield(s.prefixes[p[:n]])
		}
	}
	for _, n := range s.suffixLengths {
		if n <= len(p) {
			yield(s.suffixes[p[len(p)-n:]])
		}
	}
}
