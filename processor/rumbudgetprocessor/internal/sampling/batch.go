package sampling

import (
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
)

// Batch decides the records of one batch. Changes of session state apply within the batch at once, and to other
// batches after Commit. After Discard the state is as before, so the same batch gets the same decisions when it is
// sent again. Not safe for concurrent use.
type Batch struct {
	sampler      *Sampler
	sessions     *Pending // nil without a State
	measurements *Pending // nil without Measurements
	input        []int64  // for the target rate, by rule
}

// Begin returns a batch, which can be reused after Commit or Discard.
func (s *Sampler) Begin() *Batch {
	b := &Batch{sampler: s}
	if s.settings.State != nil {
		b.sessions = NewPending(s.settings.State)
	}
	if s.settings.Measurements != nil {
		b.measurements = NewPending(s.settings.Measurements)
	}
	if s.target != nil {
		b.input = make([]int64, len(s.settings.Rules))
	}
	return b
}

// Commit applies the batch's changes of session state.
func (b *Batch) Commit(now time.Time) {
	if b.sessions != nil {
		b.sessions.Commit(now)
	}
	if b.measurements != nil {
		b.measurements.Commit(now)
	}
	for rule, n := range b.input {
		if n > 0 {
			b.sampler.target.add(rule, n)
		}
	}
	clear(b.input)
}

// Discard forgets the batch.
func (b *Batch) Discard() {
	if b.sessions != nil {
		b.sessions.Discard()
	}
	if b.measurements != nil {
		b.measurements.Discard()
	}
	clear(b.input)
}

// Decide decides about one record that arrived now.
func (b *Batch) Decide(r Record, now time.Time) Decision {
	s := b.sampler
	if s.target != nil {
		s.target.advance(now, &s.current)
	}
	u := b.unitOf(&r, now)
	current := s.current.Load()
	rule := current.lowest(u.matched)
	threshold := sampling.NeverSampleThreshold
	if rule >= 0 {
		threshold = current.byRule[rule]
	}
	if s.target != nil && rule >= 0 {
		b.input[rule] += s.target.expected(rule, r.Incoming)
	}
	d := Decision{
		Randomness: r.Incoming.randomnessGiven(s.draw(&r, u.unit)),
		Threshold:  threshold,
		Reason:     s.reason(rule, u.keyless),
		Unit:       u.unit,
		SharedKey:  u.keyless && r.Key != "",
		WeightIn:   weight(r.Incoming.ClientRate, r.Incoming.Threshold),
	}
	if in := r.Incoming.Threshold; in != sampling.AlwaysSampleThreshold && (near(in, threshold) || sampling.ThresholdGreater(in, threshold)) {
		d.Threshold, d.Reason = in, ""
	}
	if d.Threshold == sampling.AlwaysSampleThreshold && !u.keyless {
		d.Unit = UnitSession // a record that is always kept needs no draw, and represents its session like any other
	}
	d.Keep = d.Threshold.ShouldSample(d.Randomness)
	d.AdjustedCount = weight(r.Incoming.ClientRate, d.Threshold)
	return d
}

// membership is the unit whose draw a record shares, and the rules that apply to it.
type membership struct {
	matched RuleSet
	unit    Unit
	keyless bool // there is no session, or too many share its id
}

func (b *Batch) unitOf(r *Record, now time.Time) membership {
	u := b.inSession(r, now)
	if r.Measurement == 0 {
		return u
	}
	own := u.unit != UnitSession
	if b.measurements != nil {
		own = b.remembered(r, &u, own, now)
	}
	if own {
		u.unit = UnitMeasurement
	} else {
		u.unit = UnitSession
	}
	return u
}

// inSession adds the session's rules to those that the record matches, and records new rules of the session.
func (b *Batch) inSession(r *Record, now time.Time) membership {
	s := b.sampler
	u := membership{matched: r.Matched, unit: UnitSession}
	if r.Key == "" || isPlaceholder(r.Key) {
		return membership{r.Matched, UnitRecord, true}
	}
	if b.sessions == nil {
		return u
	}
	earned, records := b.learn(b.sessions, Fingerprint(r.Key), s.session, r.Matched, r.Incoming.Threshold, now)
	if records > s.settings.MaxRecordsPerSession {
		return membership{r.Matched, UnitRecord, true}
	}
	if !s.settings.Stateless {
		u.matched |= s.session.set(earned)
	}
	if most := s.settings.MaxRecordsTogether; most > 0 && records > most {
		u.unit = UnitRecord
	}
	return u
}

// learn is Pending.Observe with the rules that the record matches, and returns all rules that apply to it.
//
// Behind an earlier sampler the record is here only if the randomness was at or above that sampler's threshold. A rule whose own
// threshold is as high is earned nevertheless: it would keep nothing of a session that has not got here. Other rules apply only to
// records with the same earlier threshold, which are here under the same condition, so they are remembered separately. Otherwise
// the probability of later records would depend on the draw.
func (b *Batch) learn(p *Pending, fingerprint uint64, rules sessionRules, matched RuleSet, earlier Threshold, now time.Time) (earned uint16, records int) {
	earns := rules.earned(matched)
	if earlier == sampling.AlwaysSampleThreshold {
		return p.Observe(fingerprint, earns, now)
	}
	anyway := rules.earned(matched & b.sampler.keptAnyway(earlier))
	earned, records = p.Observe(fingerprint, anyway, now)
	return earned | p.learn(behind(fingerprint, earlier), earns&^earned, now).earned, records
}

// remembered lets the reports of one measurement share one draw and keep all their rules, even if the session has
// been forgotten: the last report is kept whenever an earlier one is.
func (b *Batch) remembered(r *Record, u *membership, own bool, now time.Time) bool {
	rules := b.sampler.measured
	earned, reports := b.learn(b.measurements, r.Measurement, rules, u.matched, r.Incoming.Threshold, now)
	if reports == 1 {
		if own {
			e := b.measurements.slot(r.Measurement, now)
			e.earned |= ownDraw
			e.earns |= ownDraw
		}
		return own
	}
	u.matched |= rules.set(earned &^ ownDraw)
	return earned&ownDraw != 0 || r.Key == ""
}
