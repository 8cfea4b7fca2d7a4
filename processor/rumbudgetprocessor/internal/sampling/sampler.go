package sampling

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
)

// ReasonNoKey is the reason of records that could not be tied to a session.
const ReasonNoKey = "no_key"

// Settings describe a Sampler.
type Settings struct {
	// Rules should contain one that matches every record: a record without a matching rule is never kept, and no weight
	// includes it. At most MaxRules, of which MaxSessionRules apply to the session.
	Rules []Rule
	Salt  string
	// State remembers the rules of sessions and counts their records; nil does neither.
	State *State
	// Stateless ignores the rules of sessions: State only counts.
	Stateless bool
	// Measurements remembers the rules and the draw of each measurement, so that its later reports get the same
	// decision; nil does not.
	Measurements *State
	// MaxRecordsPerSession is how many records of one key count as one session. Later ones are treated as records
	// without a key, and counted. At most 65534.
	MaxRecordsPerSession int
	// MaxRecordsTogether is how many records of a session share its draw; 0 for all. Later ones are drawn one by one,
	// with the same probability, so that no single session dominates a total.
	MaxRecordsTogether int
	// RecordsPerSecond is the target rate, 0 for none.
	RecordsPerSecond float64
	// Draw returns 64 random bits for records without a key and without Content. Nil: math/rand/v2.
	Draw func() uint64
}

// Sampler decides. Safe for concurrent use.
type Sampler struct {
	settings Settings
	hash     hasher
	session  sessionRules
	measured sessionRules
	lowest   *thresholds // of the rules; the target rate only raises them
	single   sync.Pool
	current  atomic.Pointer[thresholds]
	target   *target
}

// New returns a sampler.
func New(s Settings) *Sampler {
	if s.Draw == nil {
		s.Draw = rand.Uint64
	}
	sampler := &Sampler{settings: s, hash: newHasher(s.Salt), session: newSessionRules(s.Rules), measured: newMeasurementRules(s.Rules)}
	sampler.lowest = newThresholds(s.Rules, 1, 1)
	sampler.current.Store(sampler.lowest)
	if s.RecordsPerSecond > 0 {
		sampler.target = newTarget(s.Rules, s.RecordsPerSecond)
	}
	sampler.single.New = func() any { return sampler.Begin() }
	return sampler
}

// Unit is the unit of a draw: records of one unit are kept or dropped together.
type Unit string

const (
	UnitSession     Unit = "session"
	UnitMeasurement Unit = "measurement" // all reports of one vital
	UnitRecord      Unit = "record"
)

// Record is the input of a decision.
type Record struct {
	// Key is the session id, empty if there is none.
	Key string
	// Measurement is the fingerprint of the measurement that the record reports, 0 for none.
	Measurement uint64
	// Content returns the fingerprint of the record, the same at every attempt to send it. Called for records that are
	// drawn one by one.
	Content func() uint64
	// Matched are the rules that the record itself matches.
	Matched  RuleSet
	Incoming Incoming
}

// Decision is the result for a record. Its labels are valid even if the record is not kept, because the probability
// is the same.
type Decision struct {
	Keep          bool
	Threshold     Threshold
	Randomness    Randomness
	AdjustedCount float64
	// Reason is the rule whose threshold applies, ReasonNoKey, or empty if an earlier sampler's threshold is at least as
	// high, so that its reason is still valid.
	Reason string
	Unit   Unit
	// SharedKey is true if too many records share the key. Reason is then ReasonNoKey.
	SharedKey bool
	// WeightIn is the weight of the record when it arrived.
	WeightIn float64
}

// Decide decides about one record that arrived now, and commits its changes of session state.
func (s *Sampler) Decide(r Record, now time.Time) Decision {
	b := s.single.Get().(*Batch)
	d := b.Decide(r, now)
	b.Commit(now)
	s.single.Put(b)
	return d
}

// draw is the randomness of the unit. For a record it is computed from the record's content, so that a refused record
// which is sent again is not drawn again.
func (s *Sampler) draw(r *Record, unit Unit) Randomness {
	switch {
	case unit == UnitSession:
		return s.hash.randomness(r.Key)
	case unit == UnitMeasurement:
		return s.hash.randomnessOf(r.Measurement)
	case r.Content != nil:
		return s.hash.randomnessOf(r.Content())
	}
	return toRandomness(s.settings.Draw())
}

// keptAnyway are the rules that keep no record which the earlier sampler, with the same randomness, would not keep.
func (s *Sampler) keptAnyway(earlier Threshold) (rules RuleSet) {
	for i, own := range s.lowest.byRule {
		if near(own, earlier) || sampling.ThresholdGreater(own, earlier) {
			rules = rules.With(i)
		}
	}
	return rules
}

func (s *Sampler) reason(rule int, keyless bool) string {
	switch {
	case keyless:
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
