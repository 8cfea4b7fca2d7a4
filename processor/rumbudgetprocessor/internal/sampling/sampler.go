package sampling

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// ReasonNoKey is the reason of records that could not be tied to a session.
const ReasonNoKey = "no_key"

// Settings describe a Sampler.
type Settings struct {
	// Rules should contain one that matches every record: what matches none is never kept, and so
	// stands for nothing. At most MaxRules, of which MaxSessionRules hold for the session.
	Rules []Rule
	Salt  string
	// State remembers what sessions have earned and counts their records; nil does neither.
	State *State
	// Stateless leaves what sessions have earned out: State only counts.
	Stateless bool
	// Measurements remembers by which rules, and by whose draw, a measurement was reported, so that its
	// later reports share the decision; nil does not.
	Measurements *State
	// MaxRecordsPerSession is how many records of one key are believed to be of one session. Later
	// ones are treated as having no key and counted. At most 65534.
	MaxRecordsPerSession int
	// MaxRecordsTogether is how many records of a session share its draw; 0 for all. Later ones are drawn
	// one by one, at the same probability, so that no single session decides a total.
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
	sampler.current.Store(newThresholds(s.Rules, 1, 1))
	if s.RecordsPerSecond > 0 {
		sampler.target = newTarget(s.Rules, s.RecordsPerSecond)
	}
	sampler.single.New = func() any { return sampler.Begin() }
	return sampler
}

// Unit is what a draw was made for: records of one unit are kept or not together.
type Unit string

const (
	UnitSession     Unit = "session"
	UnitMeasurement Unit = "measurement" // all reports of one vital
	UnitRecord      Unit = "record"
)

// Record is what the decision depends on.
type Record struct {
	// Key is the session id, empty when there is none.
	Key string
	// Measurement is the fingerprint of what the record is a report of, 0 for none.
	Measurement uint64
	// Content returns the fingerprint of the record itself, the same at every attempt to send it. Asked for
	// records that are drawn one by one.
	Content func() uint64
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
	Unit   Unit
	// SharedKey: there is a key, but too many share it. Reason is ReasonNoKey all the same.
	SharedKey bool
	// WeightIn is what the record stood for when it came.
	WeightIn float64
}

// Decide settles one record that arrived now, and commits what it earns.
func (s *Sampler) Decide(r Record, now time.Time) Decision {
	b := s.single.Get().(*Batch)
	d := b.Decide(r, now)
	b.Commit(now)
	s.single.Put(b)
	return d
}

// draw is the randomness of the unit. That of a record comes from the record, not from the attempt: one
// that is refused behind us and sent again must not have a second chance.
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
