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

// estimates are what a user would compute from the kept records of one run.
type estimates struct {
	byKind   []float64
	total    float64
	sessions float64
	variance float64 // of the total
	kept     int
}

// run samples the population once.
func (p *Population) run(d Decider) estimates {
	est := estimates{byKind: make([]float64, len(p.Totals))}
	weights := make([][]float64, p.Sessions)
	for _, e := range p.Events {
		d.Decide(e, func(k Kept) {
			est.kept++
			est.total += k.Weight
			est.byKind[k.Kind] += k.Weight
			if k.NoKey {
				est.variance += k.Weight*k.Weight - k.Weight
				return
			}
			weights[k.Session] = append(weights[k.Session], k.Weight)
		})
	}
	for _, w := range weights {
		est.addSession(w)
	}
	return est
}

// addSession counts a session by its surest record, and adds its part of the variance: that of Horvitz
// and Thompson for records that share one random number, w_i·w_j − max(w_i, w_j) over all pairs.
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
