package simulate

import (
	"hash/fnv"
	"math/rand/v2"
)

// Kept is a kept record.
type Kept struct {
	Event
	// Weight from the sampler, including the browser's part.
	Weight float64
	// Alone is true if the record was drawn separately, not with its session.
	Alone bool
}

// Decider is a sampler. It may emit earlier events later.
type Decider interface {
	Decide(e Event, emit func(Kept))
}

// Refusable is a Decider that handles refusals.
type Refusable interface {
	Decider
	// Refuse decides about an event that the next component refuses, and reports whether it was kept.
	Refuse(e Event) bool
}

// Estimates are what a user would compute from the kept records of one run.
type Estimates struct {
	Total, Sessions Estimate
	ByKind          []Estimate
	// Records that were kept, by kind, and sessions of which any was.
	Kept         []int
	SessionsKept int
}

// Records is how many were kept.
func (e *Estimates) Records() (n int) {
	for _, kept := range e.Kept {
		n += kept
	}
	return n
}

// Estimate reads kept records, each yielded once, in any order.
func (p *Population) Estimate(records func(yield func(Kept))) *Estimates {
	est := &Estimates{ByKind: make([]Estimate, len(p.Totals)), Kept: make([]int, len(p.Totals))}
	sessions := make([][]Kept, len(p.Traits))
	records(func(k Kept) {
		est.Kept[k.Kind]++
		sessions[k.Session] = append(sessions[k.Session], k)
	})
	for session, kept := range sessions {
		est.addSession(kept, p.Traits[session])
	}
	return est
}

// addSession counts a session by the surest of the records that were drawn with it: whenever any of them is
// kept, that one is.
func (e *Estimates) addSession(kept []Kept, trait Trait) {
	if len(kept) == 0 {
		return
	}
	if trait.WithoutID { // it is unknown which records belong together
		for _, k := range kept {
			one := cluster{rate: trait.ClientRate, alone: []float64{k.Weight}}
			e.Total.add(&one)
			e.ByKind[k.Kind].add(&one)
		}
		return
	}
	all, surest := cluster{rate: trait.ClientRate}, cluster{rate: trait.ClientRate}
	kinds := make([]cluster, len(e.ByKind))
	for _, k := range kept {
		all.add(k)
		kinds[k.Kind].rate = trait.ClientRate
		kinds[k.Kind].add(k)
		if !k.Alone && (len(surest.together) == 0 || k.Weight < surest.together[0]) {
			surest.together = []float64{k.Weight}
		}
	}
	e.Total.add(&all)
	for kind := range kinds {
		e.ByKind[kind].add(&kinds[kind])
	}
	if len(surest.together) > 0 {
		e.SessionsKept++
		e.Sessions.add(&surest)
	}
}

// run samples the population once. Browsers draw by themselves, so what they leave out is another matter in
// each replication, as is what is refused.
func (p *Population) run(d Decider, replication string) *Estimates {
	h := fnv.New64a()
	_, _ = h.Write([]byte(replication))
	rng := rand.New(rand.NewPCG(h.Sum64(), 13))
	sent := make([]bool, len(p.Traits))
	for i := range sent {
		sent[i] = p.Traits[i].ClientRate == 1 || rng.Float64() < p.Traits[i].ClientRate
	}
	refusable, _ := d.(Refusable)
	return p.Estimate(func(yield func(Kept)) {
		for _, e := range p.Events {
			if sent[e.Session] && (p.refused == 0 || refusable == nil || p.goesOn(e, refusable, rng)) {
				d.Decide(e, yield)
			}
		}
	})
}

// goesOn reports whether an event is sent again; one that an attempt has sampled away is not.
func (p *Population) goesOn(e Event, d Refusable, rng *rand.Rand) bool {
	for rng.Float64() < p.refused {
		if !d.Refuse(e) {
			return false
		}
	}
	return true
}
