package rumbudgetprocessor

import (
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// What follows tells, at start, of what is allowed but hardly meant.

func (c *Config) warnOfLogs(logger *zap.Logger) {
	texts := c.doubtfulBudgets()
	if c.Sampling.HasValue() {
		texts = append(texts, c.Sampling.Get().doubtful()...)
	}
	warn(logger, texts)
}

// warnOfMetrics leaves out sampling, which is the matter of the logs.
func (c *Config) warnOfMetrics(logger *zap.Logger) {
	warn(logger, append(c.doubtfulBudgets(), c.unreachable()...))
}

func warn(logger *zap.Logger, texts []string) {
	for _, text := range texts {
		logger.Warn(text)
	}
}

func (c *Config) doubtfulBudgets() []string {
	found := c.shadowed()
	for i := range c.Budgets {
		found = append(found, doubtfulKeys(fmt.Sprintf("budget %q", c.Budgets[i].Name), c.Budgets[i].Match)...)
	}
	return found
}

func (c *SamplingConfig) doubtful() []string {
	var found []string
	for _, r := range c.Rules {
		found = append(found, doubtfulKeys(fmt.Sprintf("rule %q", r.Name), r.Match)...)
		if c.Mode == modeStateless && r.Scope == scopeSession {
			found = append(found, fmt.Sprintf("scope session of rule %q has no effect in mode stateless: only sticky remembers sessions", r.Name))
		}
	}
	for _, d := range c.Drop {
		found = append(found, doubtfulKeys(fmt.Sprintf("drop rule %q", d.Name), d.Match)...)
	}
	if c.Mode == modeStateless && c.State != defaultSampling().State {
		found = append(found, "'sampling::state' has no effect in mode stateless: only sticky remembers sessions")
	}
	if c.Mode != modeOff && c.HashSalt == "" {
		found = append(found, "'sampling::hash_salt' is empty: clients can choose session ids that are always kept")
	}
	return found
}

// doubtfulKeys describes keys of `match` that look like a short name with a slip of the pen: hardly any
// attribute has a name without a dot, and one that no record has makes a matcher that never fits.
func doubtfulKeys(owner string, configured map[string]any) []string {
	var found []string
	for _, key := range sortedKeys(configured) {
		if _, short := matchKeys[key]; !short && !strings.Contains(key, ".") {
			found = append(found, fmt.Sprintf("'match::%s' of %s is taken for the name of an attribute: the short names are %s",
				key, owner, strings.Join(sortedKeys(matchKeys), ", ")))
		}
	}
	return found
}

// rounding is more than what 1/(1-0.9) is off 10.
const rounding = 1e-9

// unreachable describes the burn rates that cannot be passed even when every measurement is a violation.
func (c *Config) unreachable() []string {
	var found []string
	for i := range c.Budgets {
		b := &c.Budgets[i]
		highest := 1 / (1 - b.objective())
		if b.BurnRateLimit != nil && *b.BurnRateLimit >= highest*(1-rounding) {
			found = append(found, fmt.Sprintf("'burn_rate_limit' %v of budget %q is never passed: with objective %v the burn rate is at most %.4g",
				*b.BurnRateLimit, b.Name, b.objective(), highest))
		}
	}
	return found
}

// shadowed describes the limits that no measurement can reach, because an earlier budget takes all
// that match. The built-in budget is meant to be shadowed and not looked at.
func (c *Config) shadowed() []string {
	var found []string
	for i := range c.Budgets {
		for j := range i {
			found = append(found, shadowedBy(&c.Budgets[j], &c.Budgets[i])...)
		}
	}
	return found
}

func shadowedBy(earlier, later *BudgetConfig) []string {
	if earlier.Condition != "" || !covers(earlier.Match, later.Match) {
		return nil
	}
	var found []string
	for _, metric := range sortedKeys(later.Limits) {
		if _, taken := earlier.Limits[metric]; taken {
			found = append(found, fmt.Sprintf("limit of %q in budget %q is never reached: budget %q matches first", metric, later.Name, earlier.Name))
		}
	}
	return found
}

func covers(a, b map[string]any) bool {
	pa, errA := parseMatch(a)
	pb, errB := parseMatch(b)
	return errA == nil && errB == nil && match.Covers(pa, pb)
}
