package sampling

import (
	"cmp"
	"math/bits"
	"slices"
)

// Bounds of the rule sets, which are bit sets. Session rules have 16 bits in a slot of the decision
// cache.
const (
	MaxRules        = 64
	MaxSessionRules = 16
)

// Rule is the probability with which a matching record is kept.
type Rule struct {
	Name string
	// Keep is the probability, in (0, 1].
	Keep float64
	// Session makes the rule apply, in sticky mode, also to the session's later records.
	Session bool
	// Protect spares the rule while the target rate can be met by lowering the other rules.
	Protect bool
}

// RuleSet is a set of rules by their index.
type RuleSet uint64

// With returns the set with one more rule.
func (s RuleSet) With(rule int) RuleSet { return s | 1<<rule }

// sessionRules maps between rules and the bits of a slot.
type sessionRules []int

func newSessionRules(rules []Rule) sessionRules {
	var indices sessionRules
	for i, r := range rules {
		if r.Session && len(indices) < MaxSessionRules {
			indices = append(indices, i)
		}
	}
	return indices
}

// ownDraw is the bit of a measurement's slot which says that it was drawn separately, not with its session.
const ownDraw = 1 << (MaxSessionRules - 1)

// newMeasurementRules are the rules with the highest keep, because a lower keep never decides.
func newMeasurementRules(rules []Rule) sessionRules {
	indices := make(sessionRules, len(rules))
	for i := range rules {
		indices[i] = i
	}
	slices.SortStableFunc(indices, func(a, b int) int { return cmp.Compare(rules[b].Keep, rules[a].Keep) })
	return indices[:min(len(indices), MaxSessionRules-1)]
}

// earned returns the slot bits of the session rules among matched.
func (s sessionRules) earned(matched RuleSet) uint16 {
	var slot uint16
	for bit, rule := range s {
		if matched&(1<<rule) != 0 {
			slot |= 1 << bit
		}
	}
	return slot
}

func (s sessionRules) set(slot uint16) RuleSet {
	var rules RuleSet
	for ; slot != 0; slot &= slot - 1 {
		rules = rules.With(s[bits.TrailingZeros16(slot)])
	}
	return rules
}

// thresholds holds the rules' current thresholds. Immutable; replaced as a whole when the target
// rate scales it.
type thresholds struct {
	byRule                 []Threshold
	unprotected, protected float64 // the scale of either kind of rule, for telemetry
}

func newThresholds(rules []Rule, unprotected, protected float64) *thresholds {
	t := &thresholds{byRule: make([]Threshold, len(rules)), unprotected: unprotected, protected: protected}
	for i, r := range rules {
		scale := unprotected
		if r.Protect {
			scale = protected
		}
		t.byRule[i] = toThreshold(r.Keep * scale)
	}
	return t
}

// lowest returns the matching rule with the highest keep (the first among equals), or -1 without a match.
func (t *thresholds) lowest(matched RuleSet) int {
	best := -1
	for ; matched != 0; matched &= matched - 1 {
		rule := bits.TrailingZeros64(uint64(matched))
		if best < 0 || t.byRule[rule].Unsigned() < t.byRule[best].Unsigned() {
			best = rule
		}
	}
	return best
}
