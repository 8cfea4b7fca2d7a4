package budget

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

type attributes map[string]string

func (a attributes) Attribute(key string) (string, bool) { v, ok := a[key]; return v, ok }
func (attributes) Condition(int) bool                    { return true }

func TestSetFindsTheFirstBudgetThatMatchesAndNamesTheMetric(t *testing.T) {
	var c match.Compiler
	lcp, cls, cart := Metric{Name: "lcp"}, Metric{Name: "cls"}, Custom("cart")
	mobile := &Budget{
		Name:    "mobile",
		Matcher: c.Add(match.Patterns{"device": {"mobile"}}, match.NoCondition),
		Limits:  map[Metric]Limit{lcp: {Value: 3000}, cart: {Value: 7}},
	}
	fallback := &Budget{Name: "default", Matcher: c.Add(nil, match.NoCondition), Limits: Defaults()}
	set := NewSet([]*Budget{mobile, fallback})
	f := match.NewFacts(&c)

	found := func(m Metric, a attributes) string {
		f.Reset(a)
		if b, _ := set.Find(m, f); b != nil {
			return b.Name
		}
		return ""
	}
	assert.Equal(t, "mobile", found(lcp, attributes{"device": "mobile"}))
	assert.Equal(t, "default", found(lcp, attributes{"device": "desktop"}))
	assert.Equal(t, "default", found(lcp, attributes{}))
	assert.Equal(t, "default", found(cls, attributes{"device": "mobile"}), "mobile does not name cls")
	assert.Equal(t, "mobile", found(cart, attributes{"device": "mobile"}))
	assert.Empty(t, found(cart, attributes{}))
	assert.Empty(t, found(Custom("lcp"), attributes{}), "a custom metric is not the vital of its name")
}

func TestJudgeIsStrict(t *testing.T) {
	for m, l := range Defaults() {
		assert.Equal(t, Within, l.Judge(0), m)
		assert.Equal(t, Within, l.Judge(l.Value), m)
		assert.Equal(t, Exceeded, l.Judge(math.Nextafter(l.Value, math.Inf(1))), m)
		assert.Equal(t, Exceeded, l.Judge(l.Severe), m)
		assert.Equal(t, Severe, l.Judge(math.Nextafter(l.Severe, math.Inf(1))), m)
	}
	assert.Equal(t, Exceeded, Limit{Value: 1, Severe: math.Inf(1)}.Judge(math.MaxFloat64))
}

func TestDefaultSevere(t *testing.T) {
	lcp := Metric{Name: "lcp"}
	assert.Equal(t, 4000.0, DefaultSevere(lcp, 3000))
	assert.Equal(t, 4000.0, DefaultSevere(lcp, 4000))
	assert.Equal(t, math.Inf(1), DefaultSevere(lcp, 5000))
	assert.Equal(t, math.Inf(1), DefaultSevere(Custom("lcp"), 1))
}

func TestVitalNamesInAnyCase(t *testing.T) {
	for _, name := range []string{"LCP", "lcp", "Inp", "CLS", "FCP", "TTFB", "FID"} {
		_, ok := Vital(name)
		assert.True(t, ok, name)
	}
	_, ok := Vital("tbt")
	assert.False(t, ok)
}

func TestCheck(t *testing.T) {
	lcp, cls := Metric{Name: "lcp"}, Metric{Name: "cls"}
	for _, c := range []struct {
		metric Metric
		value  float64
		want   Invalid
	}{
		{lcp, 0, Valid},
		{lcp, 120_000, Valid},
		{lcp, 120_000.1, TooLarge},
		{lcp, 818_693_952_298, TooLarge},
		{lcp, -1, Negative},
		{lcp, math.NaN(), NotANumber},
		{lcp, math.Inf(1), Infinite},
		{lcp, math.Inf(-1), Infinite},
		{Metric{Name: "inp"}, 60_001, TooLarge},
		{cls, 100.5, TooLarge},
		{Custom("balance"), -1e12, Valid},
		{Custom("balance"), math.NaN(), NotANumber},
	} {
		assert.Equal(t, c.want, Check(c.metric, c.value), "%v = %v", c.metric, c.value)
	}
}

func TestMeaningfulAfter(t *testing.T) {
	meaningless := map[string][]string{
		"back-forward-cache": {"lcp", "fcp", "ttfb"},
		"back_forward_cache": {"lcp", "fcp", "ttfb"},
		"prerender":          {"ttfb"},
		"soft-navigation":    {"ttfb"},
		"navigate":           {},
		"":                   {},
	}
	for navigation, names := range meaningless {
		for _, v := range vitals {
			want := !slices.Contains(names, v.name)
			assert.Equal(t, want, MeaningfulAfter(Metric{Name: v.name}, navigation), "%s after %s", v.name, navigation)
		}
	}
	assert.True(t, MeaningfulAfter(Custom("ttfb"), "prerender"))
}
