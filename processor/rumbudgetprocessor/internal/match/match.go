// Package match decides which budgets and rules apply to a record or a histogram point.
//
// Matchers are compiled once. They refer to attributes by number, so 20 budgets with a route need one look-up of
// the route per record.
package match

import (
	"slices"
	"strings"
)

// Source is one record or point with its resource.
type Source interface {
	// Attribute returns the text of an attribute, of the record or point if it has it, otherwise of
	// the resource. False means that neither has it.
	Attribute(key string) (string, bool)
	// Condition evaluates a condition by its number, as given to Add.
	Condition(number int) bool
}

// NoCondition is the condition number of a matcher without a condition.
const NoCondition = -1

// Patterns maps attributes to patterns: every attribute must have a value that matches one of its patterns. A pattern
// without '*' is compared as it is; '*' stands for any text within one path segment, '**' for any text.
type Patterns map[string][]string

// Matcher is one compiled set of Patterns with an optional condition. Without patterns and condition it matches
// everything. Immutable, safe for concurrent use. Made by Compiler.Add.
type Matcher struct {
	terms     []term
	condition int
}

type term struct {
	slot     int
	literals []string
	globs    []string
}

// Compiler assigns numbers to attributes. Use one per Facts. Not safe for concurrent use.
type Compiler struct {
	// Forms of attributes that are not compared exactly.
	Forms map[string]Form

	keys  []string
	slots map[string]int
}

// Add compiles patterns and a condition's number (or NoCondition). Terms are ordered by key, so that
// equal configurations behave equally.
func (c *Compiler) Add(patterns Patterns, condition int) Matcher {
	m := Matcher{condition: condition}
	for _, key := range sortedKeys(patterns) {
		t := term{slot: c.slot(key)}
		for _, p := range patterns[key] {
			p = c.Forms[key].normal(p)
			if strings.Contains(p, "*") {
				t.globs = append(t.globs, p)
			} else {
				t.literals = append(t.literals, p)
			}
		}
		m.terms = append(m.terms, t)
	}
	return m
}

func (c *Compiler) slot(key string) int {
	if i, ok := c.slots[key]; ok {
		return i
	}
	if c.slots == nil {
		c.slots = map[string]int{}
	}
	c.slots[key] = len(c.keys)
	c.keys = append(c.keys, key)
	return len(c.keys) - 1
}

// Matches reports whether the source of f matches. The condition is evaluated last, because it is expensive.
func (m *Matcher) Matches(f *Facts) bool {
	for i := range m.terms {
		value, ok := f.value(m.terms[i].slot)
		if !ok || !m.terms[i].matches(value) {
			return false
		}
	}
	return m.condition == NoCondition || f.source.Condition(m.condition)
}

func (t *term) matches(value string) bool {
	for _, l := range t.literals {
		if l == value {
			return true
		}
	}
	for _, g := range t.globs {
		if globMatch(g, value) {
			return true
		}
	}
	return false
}

func sortedKeys(p Patterns) []string {
	keys := make([]string, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
