package rumbudgetprocessor

import (
	"fmt"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// policy is the configuration, compiled. Immutable, safe for concurrent use.
type policy struct {
	compiler   match.Compiler
	budgets    *budget.Set
	rules      []samplingRule
	drops      []dropRule
	conditions []namedCondition
}

// samplingRule is the matcher of a rule; the sampler has the rest.
type samplingRule struct {
	matcher match.Matcher
	unless  *match.Matcher // nil for none
	level   budget.Level   // at least this; Within asks for nothing
}

type dropRule struct {
	name    string
	matcher match.Matcher
}

// compileBudgets compiles the part that logs and metrics share. The configuration must be valid.
func compileBudgets(c *Config) (*policy, error) {
	p := &policy{compiler: match.Compiler{Forms: matchForms}}
	var compiled []*budget.Budget
	for _, b := range c.budgets() {
		limits, err := b.parseLimits()
		if err != nil {
			return nil, err
		}
		m, err := p.matcher(fmt.Sprintf("budget %q", b.Name), b.Match, b.Condition)
		if err != nil {
			return nil, err
		}
		compiled = append(compiled, &budget.Budget{
			Name: b.Name, Matcher: m, Limits: limits, Objective: b.objective(), BurnRateLimit: b.burnRateLimit(),
		})
	}
	p.budgets = budget.NewSet(compiled)
	return p, nil
}

// addSampling compiles the rules of a logs pipeline.
func (p *policy) addSampling(c *SamplingConfig) error {
	for _, d := range c.Drop {
		m, err := p.matcher(fmt.Sprintf("drop rule %q", d.Name), d.Match, d.Condition)
		if err != nil {
			return err
		}
		p.drops = append(p.drops, dropRule{d.Name, m})
	}
	if c.Mode == modeOff {
		return nil
	}
	for _, r := range c.rules() {
		m, err := p.matcher(fmt.Sprintf("rule %q", r.Name), r.Match, r.Condition)
		if err != nil {
			return err
		}
		rule := samplingRule{matcher: m, level: levelNamed(r.Budget)}
		if len(r.Unless) > 0 {
			u, err := p.matcher(fmt.Sprintf("rule %q, unless", r.Name), r.Unless, "")
			if err != nil {
				return err
			}
			rule.unless = &u
		}
		p.rules = append(p.rules, rule)
	}
	return nil
}

func (p *policy) matcher(owner string, configured map[string]any, condition string) (match.Matcher, error) {
	patterns, err := parseMatch(configured)
	if err != nil {
		return match.Matcher{}, fmt.Errorf("%s: %w", owner, err)
	}
	number := match.NoCondition
	if condition != "" {
		number = len(p.conditions)
		p.conditions = append(p.conditions, namedCondition{owner, condition})
	}
	return p.compiler.Add(patterns, number), nil
}

// matching returns the rules that a record of this level matches.
func (p *policy) matching(f *match.Facts, level budget.Level) sampling.RuleSet {
	var set sampling.RuleSet
	for i := range p.rules {
		if p.rules[i].matches(f, level) {
			set = set.With(i)
		}
	}
	return set
}

func (r *samplingRule) matches(f *match.Facts, level budget.Level) bool {
	return level >= r.level && r.matcher.Matches(f) && (r.unless == nil || !r.unless.Matches(f))
}

// dropped returns the first drop rule that matches.
func (p *policy) dropped(f *match.Facts) (string, bool) {
	for i := range p.drops {
		if p.drops[i].matcher.Matches(f) {
			return p.drops[i].name, true
		}
	}
	return "", false
}

func levelNamed(name string) budget.Level {
	switch name {
	case levelSevere:
		return budget.Severe
	case levelExceeded:
		return budget.Exceeded
	}
	return budget.Within
}

// samplerRules converts the rules for the sampler.
func (c *SamplingConfig) samplerRules() []sampling.Rule {
	var rules []sampling.Rule
	for _, r := range c.rules() {
		rules = append(rules, sampling.Rule{Name: r.Name, Keep: r.Keep, Session: r.Scope == scopeSession, Protect: r.Protect})
	}
	return rules
}
