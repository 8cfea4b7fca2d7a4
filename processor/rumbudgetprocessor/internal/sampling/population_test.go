package sampling

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// A population is made once and sampled many times, each time under another salt: what varies is the
// draw alone, as the theory wants it.
type population struct {
	events   []event
	sessions int
	totals   [kinds]float64
}

type event struct {
	session int
	kind    int
	at      time.Time
}

// Kinds of event, each with the rule of the default rules that it matches beside base.
const (
	kindOther = iota
	kindSkeleton
	kindExceeded
	kindSevere
	kindError
	kinds
)

var (
	defaultRules = []Rule{
		{Name: "errors", Keep: 1, Session: true, Protect: true},
		{Name: "severe", Keep: 1, Session: true, Protect: true},
		{Name: "exceeded", Keep: 0.25, Session: true},
		{Name: "skeleton", Keep: 0.25},
		{Name: "base", Keep: 0.05},
	}
	matchedBy = [kinds]RuleSet{
		kindOther:    1 << 4,
		kindSkeleton: 1<<4 | 1<<3,
		kindExceeded: 1<<4 | 1<<3 | 1<<2,
		kindSevere:   1<<4 | 1<<3 | 1<<2 | 1<<1,
		kindError:    1<<4 | 1<<0,
	}
	epoch = time.Unix(1_764_000_000, 0)
)

// newPopulation makes sessions of 1 to 31 events that overlap in time. Bad sessions, a third, have most
// of the violations and errors: what is kept is correlated with what is counted, the hard case.
func newPopulation(sessions int) population {
	rng := rand.New(rand.NewPCG(7, 11))
	p := population{sessions: sessions}
	for s := range sessions {
		events := 1 + int(rng.ExpFloat64()*7)
		bad := rng.Float64() < 0.33
		for i := range min(events, 31) {
			e := event{session: s, kind: kindOf(rng.Float64(), bad), at: epoch.Add(time.Duration(s+i*20) * time.Second)}
			p.events = append(p.events, e)
			p.totals[e.kind]++
		}
	}
	slices.SortStableFunc(p.events, func(a, b event) int { return a.at.Compare(b.at) })
	return p
}

func kindOf(u float64, bad bool) int {
	shares := [kinds]float64{0.62, 0.33, 0.03, 0.01, 0.01}
	if bad {
		shares = [kinds]float64{0.55, 0.25, 0.12, 0.04, 0.04}
	}
	for k, share := range shares {
		if u < share {
			return k
		}
		u -= share
	}
	return kindOther
}

func (p *population) total() (sum float64) {
	for _, n := range p.totals {
		sum += n
	}
	return sum
}

// kept is a record that came out.
type kept struct {
	event
	weight float64
	noKey  bool // not tied to its session: a random number of its own
}

// decider is a sampler under test, the real one or a wrong one. It may emit earlier events later.
type decider interface {
	decide(e event, emit func(kept))
}

// real wraps the sampler.
type real struct {
	sampler *Sampler
	keys    []string
}

func newReal(salt string, s Settings, keys []string) *real {
	s.Salt = salt
	if s.Rules == nil {
		s.Rules = defaultRules
	}
	if s.State != nil && s.MaxRecordsPerSession == 0 {
		s.MaxRecordsPerSession = 10_000
	}
	return &real{New(s), keys}
}

func (r *real) decide(e event, emit func(kept)) {
	d := r.sampler.Decide(Record{Key: r.keys[e.session], Matched: matchedBy[e.kind], Incoming: Unsampled}, e.at)
	if d.Keep {
		emit(kept{e, d.AdjustedCount, d.Reason == ReasonNoKey})
	}
}

func sessionKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = "session-" + strconv.Itoa(i)
	}
	return keys
}

// estimates are what a user would compute from the kept records of one run.
type estimates struct {
	byKind   [kinds]float64
	sessions float64
	variance float64 // of the event total
	kept     int
}

func (e *estimates) total() (sum float64) {
	for _, n := range e.byKind {
		sum += n
	}
	return sum
}

// run samples the population once.
func (p *population) run(d decider) estimates {
	var est estimates
	weights := make([][]float64, p.sessions)
	for _, e := range p.events {
		d.decide(e, func(k kept) {
			est.kept++
			est.byKind[k.kind] += k.weight
			if k.noKey {
				est.variance += k.weight*k.weight - k.weight
				return
			}
			weights[k.session] = append(weights[k.session], k.weight)
		})
	}
	for _, w := range weights {
		est.addSession(w)
	}
	return est
}

// addSession counts a session by its surest record, and adds its part of the variance: that of Horvitz
// and Thompson for records that share one random number.
func (e *estimates) addSession(weights []float64) {
	if len(weights) == 0 {
		return
	}
	smallest := math.Inf(1)
	for _, a := range weights {
		smallest = min(smallest, a)
		for _, b := range weights {
			e.variance += a*b - max(a, b)
		}
	}
	e.sessions += smallest
}
