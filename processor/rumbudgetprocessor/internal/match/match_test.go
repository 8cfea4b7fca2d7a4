package match

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"/checkout/*", "/checkout/pay", true},
		{"/checkout/*", "/checkout/pay/card", false},
		{"/checkout/*", "/checkout/", true},
		{"/checkout/**", "/checkout/pay/card", true},
		{"/checkout/**", "/checkout", false},
		{"/**/edit", "/a/b/edit", true},
		{"/**/edit", "/edit", false},
		{"**", "", true},
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"/p/*/q/*", "/p/1/q/2", true},
		{"/p/*/q/**", "/p/1/2/q/2", false},
		{"**/a*b", "/x/acc/ab/aab", true},
		{"a*", "b", false},
	} {
		assert.Equal(t, c.want, globMatch(c.pattern, c.text), "%q against %q", c.pattern, c.text)
	}
}

// Every pattern and text over a small alphabet, compared with a regular expression.
func TestGlobAgreesWithRegexp(t *testing.T) {
	texts := words([]string{"a", "b", "/"}, 5)
	for _, pattern := range words([]string{"a", "/", "*", "**"}, 4) {
		re := regexp.MustCompile("^" + strings.NewReplacer("**", ".*", "*", "[^/]*").Replace(pattern) + "$")
		for _, text := range texts {
			if got, want := globMatch(pattern, text), re.MatchString(text); got != want {
				t.Fatalf("%q against %q: got %v, want %v", pattern, text, got, want)
			}
		}
	}
}

// words returns every concatenation of up to n letters.
func words(letters []string, n int) []string {
	all, last := []string{""}, []string{""}
	for range n {
		var next []string
		for _, w := range last {
			for _, l := range letters {
				next = append(next, w+l)
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

// A stranger chooses the text, so the time must stay polynomial in it.
func TestGlobIsNotExponential(t *testing.T) {
	pattern := strings.Repeat("a*", 20) + "b"
	assert.False(t, globMatch(pattern, strings.Repeat("a", 2000)))
	assert.False(t, globMatch(strings.Repeat("a**", 20)+"b", strings.Repeat("a/", 1000)))
}

type fakeSource struct {
	attrs   map[string]string
	asked   []string
	outcome bool
}

func (s *fakeSource) Attribute(key string) (string, bool) {
	s.asked = append(s.asked, key)
	v, ok := s.attrs[key]
	return v, ok
}

func (s *fakeSource) Condition(int) bool {
	s.asked = append(s.asked, "condition")
	return s.outcome
}

func TestMatcher(t *testing.T) {
	var c Compiler
	m := c.Add(Patterns{"route": {"/a", "/b/*"}, "device": {"mobile"}}, NoCondition)
	everything := c.Add(nil, NoCondition)
	conditional := c.Add(Patterns{"device": {"mobile"}}, 0)
	f := NewFacts(&c)

	s := &fakeSource{attrs: map[string]string{"route": "/b/c", "device": "mobile"}}
	f.Reset(s)
	assert.True(t, m.Matches(f))
	assert.True(t, m.Matches(f))
	assert.True(t, everything.Matches(f))
	assert.Equal(t, []string{"device", "route"}, s.asked, "each attribute is looked up once")
	assert.False(t, conditional.Matches(f))

	s = &fakeSource{attrs: map[string]string{"route": "/b/c"}, outcome: true}
	f.Reset(s)
	assert.False(t, m.Matches(f), "a missing attribute matches no pattern")
	assert.False(t, conditional.Matches(f))
	assert.NotContains(t, s.asked, "condition", "the condition is asked only after the patterns matched")

	f.Reset(&fakeSource{attrs: map[string]string{"device": "mobile"}, outcome: true})
	assert.True(t, conditional.Matches(f))
	f.Reset(&fakeSource{attrs: map[string]string{"device": ""}})
	assert.False(t, m.Matches(f))
}

func TestCovers(t *testing.T) {
	mobile, checkout := Patterns{"device": {"mobile"}}, Patterns{"device": {"mobile"}, "route": {"/checkout/pay"}}
	assert.True(t, (&Compiler{}).Covers(nil, mobile))
	assert.True(t, (&Compiler{}).Covers(mobile, checkout))
	assert.False(t, (&Compiler{}).Covers(checkout, mobile))
	assert.True(t, (&Compiler{}).Covers(Patterns{"route": {"/checkout/**"}}, checkout))
	assert.False(t, (&Compiler{}).Covers(Patterns{"route": {"/cart/**"}}, checkout))
	assert.True(t, (&Compiler{}).Covers(Patterns{"route": {"/a/*"}}, Patterns{"route": {"/a/*"}}))
	assert.False(t, (&Compiler{}).Covers(Patterns{"route": {"/a/*"}}, Patterns{"route": {"/b/*", "/a/*"}}))
}
