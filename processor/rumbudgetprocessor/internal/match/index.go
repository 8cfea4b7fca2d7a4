package match

import (
	"math"
	"slices"
	"strings"
)

// Index finds the first of many matchers that matches, in a time that hardly depends on their number. Each matcher is
// indexed by its most selective attribute: by its literals, or by the literal parts of its globs (before the first star,
// after the last, or between slashes). Matchers without such parts are always tried. Immutable, safe for concurrent use.
type Index struct {
	matchers []*Matcher
	slots    []slotIndex
	always   []int32
}

// slotIndex holds matchers by values of one attribute. Lists are in the order of the matchers.
type slotIndex struct {
	slot                         int
	literals, prefixes, suffixes map[string][]int32
	segments                     map[string][]int32
	prefixLengths, suffixLengths []int
}

// anchor is the part of a pattern that a value must have.
type anchor struct {
	slot int
	kind anchorKind
	text string
}

type anchorKind uint8

const (
	unanchored anchorKind = iota
	literal
	prefix
	suffix
	segment
)

// NewIndex returns an index of matchers of one Compiler.
func NewIndex(matchers []*Matcher) *Index {
	x := &Index{matchers: matchers}
	popularity := map[anchor]int{}
	for _, m := range matchers {
		for _, t := range m.terms {
			for _, a := range t.anchors(nil) {
				popularity[a]++
			}
		}
	}
	for i, m := range matchers {
		x.add(int32(i), m, popularity)
	}
	for i := range x.slots {
		x.slots[i].prefixLengths = lengthsOf(x.slots[i].prefixes)
		x.slots[i].suffixLengths = lengthsOf(x.slots[i].suffixes)
	}
	return x
}

// add puts a matcher under the term whose anchors it shares with the fewest.
func (x *Index) add(number int32, m *Matcher, popularity map[anchor]int) {
	var best []anchor
	fewest := math.MaxInt
	for _, t := range m.terms {
		anchors := t.anchors(popularity)
		most := 0
		for _, a := range anchors {
			if a.kind == unanchored {
				most = math.MaxInt
				break
			}
			most = max(most, popularity[a])
		}
		if most < fewest {
			best, fewest = anchors, most
		}
	}
	if best == nil {
		x.always = append(x.always, number)
		return
	}
	for _, a := range best {
		x.at(a.slot).insert(a, number)
	}
}

func (x *Index) at(slot int) *slotIndex {
	for i := range x.slots {
		if x.slots[i].slot == slot {
			return &x.slots[i]
		}
	}
	x.slots = append(x.slots, slotIndex{slot: slot, literals: map[string][]int32{}, prefixes: map[string][]int32{}, suffixes: map[string][]int32{}, segments: map[string][]int32{}})
	return &x.slots[len(x.slots)-1]
}

func (s *slotIndex) insert(a anchor, number int32) {
	to := s.literals
	switch a.kind {
	case prefix:
		to = s.prefixes
	case suffix:
		to = s.suffixes
	case segment:
		to = s.segments
	}
	if list := to[a.text]; len(list) == 0 || list[len(list)-1] != number {
		to[a.text] = append(list, number)
	}
}

// anchors are those of the term's patterns: of a glob all that it has, or with popularity the rarest.
func (t *term) anchors(popularity map[anchor]int) []anchor {
	var all []anchor
	for _, l := range t.literals {
		all = append(all, anchor{t.slot, literal, l})
	}
	for _, g := range t.globs {
		parts := globAnchors(t.slot, g)
		switch {
		case len(parts) == 0:
			all = append(all, anchor{slot: t.slot})
		case popularity == nil:
			all = append(all, parts...)
		default:
			all = append(all, slices.MinFunc(parts, func(a, b anchor) int { return popularity[a] - popularity[b] }))
		}
	}
	return all
}

func globAnchors(slot int, glob string) []anchor {
	var all []anchor
	if before := glob[:strings.IndexByte(glob, '*')]; before != "" {
		all = append(all, anchor{slot, prefix, before})
	}
	if behind := glob[strings.LastIndexByte(glob, '*')+1:]; behind != "" {
		all = append(all, anchor{slot, suffix, behind})
	}
	parts := strings.Split(glob, "/")
	for i, part := range parts {
		if i > 0 && i < len(parts)-1 && part != "" && !strings.Contains(part, "*") {
			all = append(all, anchor{slot, segment, part})
		}
	}
	return all
}

func lengthsOf(texts map[string][]int32) []int {
	var lengths []int
	for text := range texts {
		if !slices.Contains(lengths, len(text)) {
			lengths = append(lengths, len(text))
		}
	}
	slices.Sort(lengths)
	return lengths
}

// First returns the number of the first matcher that matches, or -1.
func (x *Index) First(f *Facts) int {
	first := int32(math.MaxInt32)
	for i := range x.slots {
		s := &x.slots[i]
		value, ok := f.value(s.slot)
		if !ok {
			continue
		}
		first = x.earlier(first, s.literals[value], f)
		for _, n := range s.prefixLengths {
			if n > len(value) {
				break
			}
			first = x.earlier(first, s.prefixes[value[:n]], f)
		}
		for _, n := range s.suffixLengths {
			if n > len(value) {
				break
			}
			first = x.earlier(first, s.suffixes[value[len(value)-n:]], f)
		}
		if len(s.segments) > 0 {
			for part := range strings.SplitSeq(value, "/") {
				first = x.earlier(first, s.segments[part], f)
			}
		}
	}
	first = x.earlier(first, x.always, f)
	if first == math.MaxInt32 {
		return -1
	}
	return int(first)
}

// earlier is the first of the numbers, if before first, whose matcher fits.
func (x *Index) earlier(first int32, numbers []int32, f *Facts) int32 {
	for _, n := range numbers {
		if n >= first {
			break
		}
		if x.matchers[n].Matches(f) {
			return n
		}
	}
	return first
}
