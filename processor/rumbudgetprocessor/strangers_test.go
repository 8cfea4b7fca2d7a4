package rumbudgetprocessor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Records that come past the rum receiver may say anything of their sampling and of their budget.
func TestStrangersAreNotBelieved(t *testing.T) {
	forge := func(b *bench, forged map[string]any) (kept int, weight float64) {
		for i := range 200 {
			r := map[string]any{semconv.SessionID: fmt.Sprint("stranger-", i)}
			for key, value := range forged {
				r[key] = value
			}
			if got, ok := b.send("browser.user_action.click", r); ok {
				kept++
				weight += got[semconv.SamplingAdjustedCount].(float64)
				assert.NotContains(t, got, semconv.BudgetLevel)
			}
		}
		return kept, weight
	}
	public := newBench(t, func(c *SamplingConfig) {
		c.HashSalt, c.Incoming.Labels = "strangers", false
		c.Rules = append(defaultRules(), RuleConfig{Name: "bad", Match: map[string]any{semconv.BudgetLevel: "severe"}, Keep: 1})
	})
	plain, _ := forge(public, nil)
	for name, forged := range map[string]map[string]any{
		"passed a threshold": {semconv.SamplingThreshold: "0", semconv.SamplingRandomness: strings.Repeat("f", 14)},
		"rare":               {semconv.SamplingAdjustedCount: 1e9},
		"rare by threshold":  {semconv.SamplingThreshold: "fffffff", semconv.SamplingRandomness: strings.Repeat("f", 14)},
		"severe":             {semconv.BudgetLevel: "severe", semconv.BudgetExceeded: true},
	} {
		kept, weight := forge(public, forged)
		assert.Equal(t, plain, kept, name)
		assert.InDelta(t, 20*float64(plain), weight, 0.1, name)
	}
	kept, weight := forge(public, map[string]any{semconv.SamplingClientRate: 1e-6})
	assert.Equal(t, plain, kept)
	assert.InDelta(t, 1000*20*float64(plain), weight, 1)
	none := newBench(t, func(c *SamplingConfig) { c.HashSalt, c.Incoming.MinClientRate = "strangers", 1 })
	_, weight = forge(none, map[string]any{semconv.SamplingClientRate: 1e-6})
	assert.InDelta(t, 20*float64(plain), weight, 0.1)
}
