// Package simulate samples a made-up population again and again and says how far the estimates from
// what was kept are from the truth. It proves the sampler in the tests, and lets users try keep rates
// before they use them. It knows no sampler: that is a Decider.
package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Description of a population. Troubled sessions have shares of their own, so that what is kept is
// correlated with what is counted, which is the hard case.
type Description struct {
	Sessions         int
	EventsPerSession float64   // mean, at least 1; the distribution is long-tailed
	Shares           []float64 // of each kind among the events of a session; they add to 1
	TroubledShare    float64   // of the sessions
	TroubledShares   []float64
	// Start of the first session; one more starts every Spacing.
	Start   time.Time
	Spacing time.Duration
	// Gap between the events of a session.
	Gap time.Duration
}

// Event is one record to be. Kind is an index into the shares.
type Event struct {
	Session int
	Kind    int
	At      time.Time
}

// Population is made once and sampled many times: what varies is the draw alone.
type Population struct {
	Events   []Event       // in the order of their time
	Sessions int           // that have events
	Totals   []float64     // events by kind
	Length   time.Duration // from the first event to the last
	numbers  int           // above those of all sessions
}

// longest bounds a session at so many times the mean, lest one session decide the totals.
const longest = 4.5

// New makes a population; the same one for the same description.
func New(d Description) *Population {
	rng := rand.New(rand.NewPCG(7, 11))
	p := &Population{}
	// What is above one is geometric; at 1 there is nothing above.
	decay := math.Log1p(1 / max(d.EventsPerSession-1, 1e-9))
	for s := range d.Sessions {
		events := 1 + int(min(rng.ExpFloat64(), longest)/decay)
		shares := d.Shares
		if rng.Float64() < d.TroubledShare {
			shares = d.TroubledShares
		}
		for i := range events {
			at := d.Start.Add(time.Duration(s)*d.Spacing + time.Duration(i)*d.Gap)
			kind := draw(shares, rng.Float64())
			p.Events = append(p.Events, Event{s, kind, at})
		}
	}
	slices.SortStableFunc(p.Events, func(a, b Event) int { return a.At.Compare(b.At) })
	p.count(len(d.Shares))
	return p
}

// count finds the truth.
func (p *Population) count(kinds int) {
	p.Totals, p.Sessions, p.numbers = make([]float64, kinds), 0, 0
	seen := map[int]bool{}
	for _, e := range p.Events {
		p.Totals[e.Kind]++
		p.numbers = max(p.numbers, e.Session+1)
		seen[e.Session] = true
	}
	p.Sessions = len(seen)
	if n := len(p.Events); n > 0 {
		p.Length = p.Events[n-1].At.Sub(p.Events[0].At)
	}
}

// Without removes what never reaches a sampler, so that nothing is expected of it.
func (p *Population) Without(dropped func(kind int) bool) *Population {
	rest := &Population{}
	for _, e := range p.Events {
		if !dropped(e.Kind) {
			rest.Events = append(rest.Events, e)
		}
	}
	rest.count(len(p.Totals))
	return rest
}

func draw(shares []float64, u float64) int {
	for kind, share := range shares {
		if u < share {
			return kind
		}
		u -= share
	}
	return 0
}

// Total is the number of events.
func (p *Population) Total() float64 { return float64(len(p.Events)) }
