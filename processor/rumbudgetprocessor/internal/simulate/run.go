package simulate

import "math"

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

// Estimates are what a user would compute from the kept records of one run.
type Estimates struct {
	ByKind   []float64
	Total    float64
	Sessions float64
	Variance float64 // of the total
	Kept     int
}

// Covers reports whether the 95 % interval of the total holds the truth.
func (e *Estimates) Covers(truth float64) bool {
	return math.Abs(e.Total-truth) <= normal95*math.Sqrt(e.Variance)
}

// Estimate reads kept records, each yielded once, in any order.
func (p *Population) Estimate(records func(yield func(Kept))) Estimates {
	est := Estimates{ByKind: make([]float64, len(p.Totals))}
	weights := make([][]float64, p.Sessions)
	records(func(k Kept) {
		est.Kept++
		est.Total += k.Weight
		est.ByKind[k.Kind] += k.Weight
		if k.NoKey {
			est.Variance += k.Weight*k.Weight - k.Weight
			return
		}
		weights[k.Session] = append(weights[k.Session], k.Weight)
	})
	for _, w := range weights {
		est.addSession(w)
	}
	return est
}

// run samples the population once.
func (p *Population) run(d Decider) Estimates {
	return p.Estimate(func(yield func(Kept)) {
		for _, e := range p.Events {
			d.Decide(e, yield)
		}
	})
}

// addSession counts a session by its surest record, and adds its part of the variance: that of Horvitz
// and Thompson for records that share one random number, w_i·w_j − max(w_i, w_j) over all pairs.
func (e *Estimates) addSession(weights []float64) {
	if len(weights) == 0 {
		return
	}
	smallest := math.Inf(1)
	for _, a := range weights {
		smallest = min(smallest, a)
		for _, b := range weights {
			e.Variance += a*b - max(a, b)
		}
	}
	e.Sessions += smallest
}
