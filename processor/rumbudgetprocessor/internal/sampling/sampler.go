package sampling

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
)

// ReasonNoKey is the reason of records that could not be tied to a session.
const ReasonNoKey = "no_key"

// Settings describe a Sampler.
type Settings struct {
	// Rules should contain one that matches every record: what matches none is never kept, and so
	// stands for nothing. At most MaxRules, of which MaxSessionRules hold for the session.
	Rules []Rule
	Salt  string
	// State makes the sampler sticky; nil is stateless.
	State *State
	// MaxRecordsPerSession is how many records of one key are believed to be of one session. Later
	// ones are treated as having no key and counted. Sticky mode only; at most 65535.
	MaxRecordsPerSession int
	// RecordsPerSecond is the target rate, 0 for none.
	RecordsPerSecond float64
	// Draw returns 64 random bits for records without a key. Nil: math/rand/v2.
	Draw func() uint64
}

// Sampler decides. Safe for concurrent use.
type Sampler struct {
	settings Settings
	hash     hasher
	session  sessionRules
	current  atomic.Pointer[thresholds]
	target   *target
}

// New returns a sampler.
func New(s Settings) *Sampler {
	if s.Draw == nil {
		s.Draw = rand.Uint64
	}
	sampler := &Sampler{settings: s, hash: newHasher(s.Salt), session: newSessionRules(s.Rules)}
	sampler.current.Store(newThresholds(s.Rules, 1, 1))
	if s.RecordsPerSecond > 0 {
		sampler.target = newTarget(s.Rules, s.RecordsPerSecond)
	}
	return sampler
}

// Record is what the decision depends on.
type Record struct {
	// Key is the session id, empty when there is none.
	Key string
	// Matched are the rules that the record itself matches.
	Matched  RuleSet
	Incoming Incoming
}

// Decision is what becomes of a record. Its labels hold even when the record is not kept: the
// probability was the same either way.
type Decision struct {
	Keep          bool
	Threshold     Threshold
	Randomness    Randomness
	AdjustedCount float64
	// Reason is the rule whose threshold holds, ReasonNoKey, or empty when an earlier sampler's
	// threshold is at least as high and so its reason still stands.
	Reason string
	// SharedKey: there is a key, but too many share it. Reason is ReasonNoKey all the same.
	SharedKey bool
	// WeightIn is what the record stood for when it came.
	WeightIn float64
}

// Decide settles one record that arrived now.
func (s *Sampler) Decide(r Record, now time.Time) Decision {
	if s.target != nil {
		s.target.advance(now, &s.current)
	}
	matched, keyed := s.withSession(r, now)
	current := s.current.Load()
	rule := current.lowest(matched)
	threshold := sampling.NeverSampleThreshold
	if rule >= 0 {
		threshold = current.byRule[rule]
	}
	if s.target != nil && rule >= 0 {
		s.target.count(rule, r.Incoming)
	}
	d := Decision{
		Randomness: r.Incoming.randomnessGiven(s.own(r.Key, keyed)),
		Threshold:  threshold,
		Reason:     s.reason(rule, keyed),
		SharedKey:  !keyed && r.Key != "",
		WeightIn:   weight(r.Incoming.ClientRate, r.Incoming.Threshold),
	}
	if in := r.Incoming.Threshold; in != sampling.AlwaysSampleThreshold && (near(in, threshold) || sampling.ThresholdGreater(in, threshold)) {
		d.Threshold, d.Reason = in, ""
	}
	d.Keep = d.Threshold.ShouldSample(d.Randomness)
	d.AdjustedCount = weight(r.Incoming.ClientRate, d.Threshold)
	return d
}

// withSession adds what the session has earned to what the record matches, and remembers what the
// record earns. It reports whether the record can be tied to a session.
func (s *Sampler) withSession(r Record, now time.Time) (RuleSet, bool) {
	if r.Key == "" {
		return r.Matched, false
	}
	if s.settings.State == nil {
		return r.Matched, true
	}
	earned, records := s.settings.State.Observe(Fingerprint(r.Key), s.session.earned(r.Matched), now)
	if records > s.settings.MaxRecordsPerSession {
		return r.Matched, false
	}
	return r.Matched | s.session.set(earned), true
}

func (s *Sampler) own(key string, keyed bool) Randomness {
	if keyed {
		return s.hash.randomness(key)
	}
	return toRandomness(s.settings.Draw())
}

func (s *Sampler) reason(rule int, keyed bool) string {
	switch {
	case !keyed:
		return ReasonNoKey
	case rule < 0:
		return ""
	}
	return s.settings.Rules[rule].Name
}

// Scale returns the factors by which the target rate currently lowers the rules' probabilities.
func (s *Sampler) Scale() (unprotected, protected float64) {
	t := s.current.Load()
	return t.unprotected, t.protected
}

func weight(clientRate float64, t Threshold) float64 { return t.AdjustedCount() / clientRate }
