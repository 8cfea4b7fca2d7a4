package simulate

import (
	"cmp"
	"math"
	"slices"
)

// Kept is a record that came out.
type Kept struct {
	Event
	Weight float64
	// NoKey: not tied to its session, a random number of its own.
	NoKey bool
}

// Decider is a sampler. It may emit earlier events later.
type Decider interface {
	Decide(e Event, emit func(Kept))
}

// Estimate is a sum of weights and the variance of that sum.
type Estimate struct{ Value, Variance float64 }

// Within is half the width of the interval of so many standard errors.
func (e Estimate) Within(z float64) float64 { return z * math.Sqrt(max(0, e.Variance)) }

// Covers reports whether the interval of so many standard errors holds the truth. Where all is kept the
// interval is a point.
func (e Estimate) Covers(truth, z float64) bool {
	return math.Abs(e.Value-truth) <= e.Within(z)+1e-9*truth
}

// add adds records that share one random number. The variance is that of Horvitz and Thompson:
// w_i·w_j − max(w_i, w_j) over all pairs, each with itself and both ways. In falling order, the weight of
// rank r of n is the maximum of 2(n−r)+1 of them.
func (e *Estimate) add(weights []float64) {
	slices.SortFunc(weights, func(a, b float64) int { return cmp.Compare(b, a) })
	sum, maxima := 0.0, 0.0
	for i, w := range weights {
		sum += w
		maxima += w * float64(2*(len(weights)-i)-1)
	}
	e.Value += sum
	e.Variance += sum*sum - maxima
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
	sessions := make([][]Kept, p.numbers)
	records(func(k Kept) {
		est.Kept[k.Kind]++
		if k.NoKey {
			est.Total.add([]float64{k.Weight})
			est.ByKind[k.Kind].add([]float64{k.Weight})
			return
		}
		sessions[k.Session] = append(sessions[k.Session], k)
	})
	weights := make([]float64, 0, 64)
	for _, kept := range sessions {
		est.addSession(kept, weights)
	}
	return est
}

// addSession counts a session by its surest record: whenever any is kept, that one is.
func (e *Estimates) addSession(kept []Kept, weights []float64) {
	if len(kept) == 0 {
		return
	}
	e.SessionsKept++
	weights = weights[:0]
	for _, k := range kept {
		weights = append(weights, k.Weight)
	}
	surest := slices.Min(weights)
	e.Sessions.add([]float64{surest})
	e.Total.add(weights)
	for kind := range e.ByKind {
		weights = weights[:0]
		for _, k := range kept {
			if k.Kind == kind {
				weights = append(weights, k.Weight)
			}
		}
		e.ByKind[kind].add(weights)
	}
}

// run samples the population once.
func (p *Population) run(d Decider) *Estimates {
	return p.Estimate(func(yield func(Kept)) {
		for _, e := range p.Events {
			d.Decide(e, yield)
		}
	})
}
