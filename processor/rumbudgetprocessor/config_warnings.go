package rumbudgetprocessor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// The following functions find valid settings that are probably mistakes; they are logged at
// start.

func (c *Config) warnOfLogs(logger *zap.Logger) {
	texts := c.doubtfulBudgets()
	if c.Sampling.HasValue() {
		texts = append(texts, c.Sampling.Get().doubtful()...)
	}
	warn(logger, texts)
}

// warnOfMetrics leaves out sampling, which concerns logs only.
func (c *Config) warnOfMetrics(logger *zap.Logger) {
	warn(logger, slices.Concat(c.doubtfulBudgets(), c.unreachable(), c.notOfPoints()))
}

func warn(logger *zap.Logger, texts []string) {
	for _, text := range texts {
		logger.Warn(text)
	}
}

func (c *Config) doubtfulBudgets() []string {
	found := append(c.shadowed(), c.doubtfulWhole()...)
	for i := range c.Budgets {
		b := &c.Budgets[i]
		found = append(found, doubtfulKeys(fmt.Sprintf("budget %q", b.Name), b.Match)...)
		found = append(found, b.doubtfulLimits()...)
	}
	return found
}

func (c *SamplingConfig) doubtful() []string {
	var found []string
	for _, r := range c.Rules {
		found = append(found, doubtfulKeys(fmt.Sprintf("rule %q", r.Name), r.Match)...)
		found = append(found, doubtfulKeys(fmt.Sprintf("rule %q, unless,", r.Name), r.Unless)...)
		if c.Mode == modeStateless && r.Scope == scopeSession {
			found = append(found, fmt.Sprintf("scope session of rule %q has no effect in mode stateless: only sticky remembers sessions", r.Name))
		}
	}
	for _, d := range c.Drop {
		found = append(found, doubtfulKeys(fmt.Sprintf("drop rule %q", d.Name), d.Match)...)
	}
	if c.Mode == modeStateless && (c.State.Storage != nil || c.State.MaxMeasurements != defaultSampling().State.MaxMeasurements) {
		found = append(found, "'sampling::state::storage' and 'max_measurements' have no effect in mode stateless: only sticky remembers what sessions have earned")
	}
	return append(append(found, c.doubtfulRules()...), c.doubtfulSession()...)
}

// doubtfulKeys describes keys of `match` that look like a short name with a slip of the pen: hardly any
// attribute has a name without a dot, and one that no record has makes a matcher that never fits.
func doubtfulKeys(owner string, configured map[string]any) []string {
	var found []string
	for _, key := range sortedKeys(configured) {
		if _, short := matchKeys[key]; !short && !strings.Contains(key, ".") {
			found = append(found, fmt.Sprintf("'match::%s' of %s is treated as the name of an attribute: the short names are %s",
				key, owner, strings.Join(sortedKeys(matchKeys), ", ")))
		}
	}
	return append(found, doubtfulMatch(owner, configured)...)
}

// covers reports whether everything that matches b also matches a.
func covers(a, b match.Patterns) bool {
	return (&match.Compiler{Forms: matchForms}).Covers(a, b)
}

// ofRecords are attributes that records have, but points of metrics do not.
var ofRecords = []string{
	semconv.EventName, semconv.URLPath, semconv.URLFull, semconv.SessionID, semconv.PageViewID, semconv.UserID, semconv.WebVitalID,
}

// notOfPoints describes the budgets that can match no point of a metric.
func (c *Config) notOfPoints() []string {
	var found []string
	for i := range c.Budgets {
		for _, key := range sortedKeys(c.Budgets[i].Match) {
			if attribute := cmp.Or(matchKeys[key], key); slices.Contains(ofRecords, attribute) {
				found = append(found, fmt.Sprintf("'match::%s' of budget %q asks for what no metric has, so that it counts nothing here: ask for route, device or another attribute of the histograms, or use a processor of its own in the logs pipeline",
					key, c.Budgets[i].Name))
			}
		}
	}
	return found
}

// rounding is more than the floating-point error of 1/(1-0.9).
const rounding = 1e-9

// unreachable describes the burn rates that cannot be exceeded even if every measurement is a violation.
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
	compiler := match.Compiler{Forms: matchForms}
	all := make([]match.Patterns, len(c.Budgets))
	matchers := make([]match.Matcher, len(c.Budgets))
	byMetric := map[string][]int{}
	for i := range c.Budgets {
		all[i], _ = parseMatch(c.Budgets[i].Match) // the configuration is valid
		matchers[i] = compiler.Add(all[i], match.NoCondition)
		for metric := range c.Budgets[i].Limits {
			byMetric[metric] = append(byMetric[metric], i)
		}
	}
	var found []string
	for _, metric := range sortedKeys(byMetric) {
		found = append(found, c.shadowedOf(metric, byMetric[metric], &compiler, all, matchers)...)
	}
	return found
}

// shadowedOf looks at the budgets that name one metric.
func (c *Config) shadowedOf(metric string, budgets []int, compiler *match.Compiler, all []match.Patterns, matchers []match.Matcher) []string {
	patterns := make([]match.Patterns, 0, len(budgets))
	these := make([]*match.Matcher, 0, len(budgets))
	for _, i := range budgets {
		patterns, these = append(patterns, all[i]), append(these, &matchers[i])
	}
	index := match.NewIndex(these)
	conditional := func(n int) bool { return c.Budgets[budgets[n]].Condition != "" }
	var found []string
	for n, i := range budgets {
		if by := index.FirstCovering(compiler, patterns, n, conditional); by >= 0 {
			found = append(found, fmt.Sprintf("limit of %q in budget %q is never reached: budget %q matches first", metric, c.Budgets[i].Name, c.Budgets[budgets[by]].Name))
		}
	}
	return found
}
