package rumbudgetprocessor

import (
	"errors"
	"fmt"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// Scopes and levels of a rule.
const (
	scopeRecord   = "record"
	scopeSession  = "session"
	levelExceeded = "exceeded"
	levelSevere   = "severe"
)

// minKeep is one in a million: lowered by a target rate, it is still a probability that a later sampler
// accepts.
const minKeep = 1e-6

func validateRules(rules []RuleConfig) error {
	var errs []error
	names := map[string]bool{}
	session, matchesAll := 0, false
	for i := range rules {
		r := &rules[i]
		errs = append(errs, under(fmt.Sprintf("rules[%d] %q", i, r.Name), r.validate()))
		if names[r.Name] {
			errs = append(errs, fmt.Errorf("rules[%d]: 'name' must be unique (got %q again)", i, r.Name))
		}
		names[r.Name] = true
		if r.Scope == scopeSession {
			session++
		}
		matchesAll = matchesAll || r.matchesAll()
	}
	if !matchesAll {
		// Records that can never be kept have no weight, so totals could not be estimated.
		errs = append(errs, errors.New("'rules' must have one without 'match', 'condition' and 'budget', for the records that match no other"))
	}
	if len(rules) > sampling.MaxRules {
		errs = append(errs, fmt.Errorf("'rules' must be at most %d (got %d)", sampling.MaxRules, len(rules)))
	}
	if session > sampling.MaxSessionRules {
		errs = append(errs, fmt.Errorf("'rules' with scope session must be at most %d (got %d)", sampling.MaxSessionRules, session))
	}
	return errors.Join(errs...)
}

func (r *RuleConfig) matchesAll() bool {
	return len(r.Match) == 0 && r.Condition == "" && r.Budget == "" && len(r.Unless) == 0
}

func (r *RuleConfig) validate() error {
	var errs []error
	switch r.Name {
	case "", sampling.ReasonNoKey, reasonSharedKey, reasonIncoming:
		errs = append(errs, fmt.Errorf("'name' must not be empty, %s, %s or %s, which have a meaning of their own (got %q)",
			sampling.ReasonNoKey, reasonSharedKey, reasonIncoming, r.Name))
	}
	if !(r.Keep >= minKeep && r.Keep <= 1) {
		errs = append(errs, fmt.Errorf("'keep' must be from %f to 1 (got %v)%s; to remove records use 'drop'", minKeep, r.Keep, percentHint(r.Keep)))
	}
	switch r.Scope {
	case "", scopeRecord, scopeSession:
	default:
		errs = append(errs, fmt.Errorf("'scope' must be record or session (got %q)", r.Scope))
	}
	switch r.Budget {
	case "", levelExceeded, levelSevere:
	default:
		errs = append(errs, fmt.Errorf("'budget' must be exceeded or severe (got %q)", r.Budget))
	}
	_, matchErr := parseMatch(r.Match)
	_, unlessErr := parseMatch(r.Unless)
	return errors.Join(append(errs, matchErr, under("unless", unlessErr), checkCondition(r.Condition))...)
}

// percentHint suggests the share if a percentage was written.
func percentHint(got float64) string {
	if got > 1 && got <= 100 {
		return fmt.Sprintf(": %v %% is %v", got, got/100)
	}
	return ""
}
