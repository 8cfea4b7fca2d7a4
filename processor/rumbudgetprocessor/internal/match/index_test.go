package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// attributes are a source without conditions.
type attributes map[string]string

func (a attributes) Attribute(key string) (string, bool) { v, ok := a[key]; return v, ok }
func (a attributes) Condition(int) bool                  { return false }

// Whatever the patterns, the index finds what going through the matchers finds, and the warning of what is
// never reached what comparing all pairs does.
func TestIndexFindsTheFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	part := func() string { return []string{"a", "b", "ab", "*", "**", "", "A", "b%41"}[rng.IntN(8)] }
	text := func() string { return "/" + part() + "/" + part() + part() }
	found := 0
	for range 400 {
		c := Compiler{Forms: map[string]Form{"route": Route}}
		var matchers []*Matcher
		var all []Patterns
		for range rng.IntN(30) {
			p := Patterns{}
			for _, key := range []string{"route", "service"} {
				for range rng.IntN(3) {
					p[key] = append(p[key], text())
				}
			}
			m := c.Add(p, NoCondition)
			matchers, all = append(matchers, &m), append(all, p)
		}
		x := NewIndex(matchers)
		for range 50 {
			f := NewFacts(&c)
			f.Reset(attributes{"route": strings.ReplaceAll(text(), "*", "x"), "service": strings.ReplaceAll(text(), "*", "x")})
			want := -1
			for i := range matchers {
				if matchers[i].Matches(f) {
					want = i
					found++
					break
				}
			}
			assert.Equal(t, want, x.First(f))
		}
		for n := range all {
			want := -1
			for i := range n {
				if i%5 != 0 && c.Covers(all[i], all[n]) {
					want = i
					break
				}
			}
			assert.Equal(t, want, x.FirstCovering(&c, all, n, func(i int) bool { return i%5 == 0 }), "%v of %v", all[n], all[:n])
		}
	}
	assert.Greater(t, found, 1000)
}

func TestForms(t *testing.T) {
	for pair, want := range map[[2]string][3]bool{ // exact, folded, route
		{"/Cart", "/cart"}:             {false, true, true},
		{"/cart/", "/cart"}:            {false, false, true},
		{"/cart", "/cart//"}:           {false, false, true},
		{"/caf%C3%A9", "/café"}:        {false, false, true},
		{"/caf%c3%a9/*", "/CAFÉ/x"}:    {false, false, true},
		{"/a%2Fb", "/a/b"}:             {false, false, false},
		{"/100%", "/100%"}:             {true, true, true},
		{"/", "/"}:                     {true, true, true},
		{"/p/{id}", "/p/{ID}"}:         {false, true, true},
		{"/search/%2A", "/search/all"}: {false, false, false},
	} {
		for form, want := range want {
			c := Compiler{Forms: map[string]Form{"k": Form(form)}}
			m := c.Add(Patterns{"k": {pair[0]}}, NoCondition)
			f := NewFacts(&c)
			f.Reset(attributes{"k": pair[1]})
			assert.Equal(t, want, m.Matches(f), "%v, form %d", pair, form)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{20, 1000, 10_000} {
		for shape, pattern := range map[string]string{"literal": "/area-%d", "prefix": "/area-%d/**", "suffix": "/shop/*/item-%d", "middle": "/*/area-%d/**"} {
			c := Compiler{Forms: map[string]Form{"route": Route}}
			var matchers []*Matcher
			for i := range n {
				m := c.Add(Patterns{"service": {"shop"}, "route": {fmt.Sprintf(pattern, i)}}, NoCondition)
				matchers = append(matchers, &m)
			}
			x, f := NewIndex(matchers), NewFacts(&c)
			var source Source = attributes{"route": "/de/area-7/cart", "service": "shop"}
			b.Run(fmt.Sprintf("%s/n=%d", shape, n), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					f.Reset(source)
					x.First(f)
				}
			})
		}
	}
}
