// Package simulate samples a simulated population many times and compares the estimates from kept records with the
// truth. The tests use it to verify the sampler, and users to try keep rates. It is independent of the sampler, which
// is a Decider.
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
	EventsPerSession float64   // mean, at least 1
	Shares           []float64 // of each kind among the events of a session; they add to 1
	TroubledShare    float64   // of the sessions
	TroubledShares   []float64
	// Start of the first session; one more starts every Spacing.
	Start   time.Time
	Spacing time.Duration
	// Gap between the events of a session.
	Gap time.Duration

	// Tail is the index of a Pareto distribution of the sessions' lengths: the lower, the more is in a few long
	// sessions. 0: they are geometric and hardly longer than a few times the mean.
	Tail float64
	// Longest is how many events a session has at most when there is a Tail.
	Longest int
	// Bursts, in which sessions begin more often.
	Bursts Bursts
	// Swings of the share of troubled sessions.
	Swings Swings
	// WithoutID is the share of the sessions whose records have no session id.
	WithoutID float64
	// Clients that keep some of their sessions only.
	Clients []Clients
	// Refused is the share of the records that the next component refuses, so that they are sent again. A record
	// may be refused more than once.
	Refused float64
}

// Bursts come once in every Every, for For; sessions begin Factor times as often.
type Bursts struct {
	Every, For time.Duration
	Factor     float64
}

// Swings of so many points (0.02 is two), up and down, one in every Every.
type Swings struct {
	Every  time.Duration
	Points float64
}

// Clients are a share of the sessions, of which their browsers keep each with probability Rate.
type Clients struct{ Share, Rate float64 }

// Event is one record to be. Kind is an index into the shares.
type Event struct {
	Session int
	Kind    int
	At      time.Time
}

// Trait is what holds for a whole session.
type Trait struct {
	WithoutID  bool
	ClientRate float64 // 1 for a browser that keeps all
}

// Population is made once and sampled many times; only the draw varies.
type Population struct {
	Events   []Event       // in the order of their time
	Traits   []Trait       // by session
	Sessions int           // that have events and an id
	Totals   []float64     // events by kind
	Length   time.Duration // from the first event to the last
	refused  float64
}

// longest bounds a geometric session at so many times the mean.
const longest = 4.5

// New makes a population; the same one for the same description.
func New(d Description) *Population {
	rng := rand.New(rand.NewPCG(7, 11))
	p := &Population{refused: d.Refused}
	start := time.Duration(0)
	for s := range d.Sessions {
		events := d.length(rng)
		shares := d.Shares
		if rng.Float64() < d.TroubledShare+d.Swings.at(start) {
			shares = d.TroubledShares
		}
		p.Traits = append(p.Traits, d.trait(rng))
		for i := range events {
			at := d.Start.Add(start + time.Duration(i)*d.Gap)
			kind := draw(shares, rng.Float64())
			p.Events = append(p.Events, Event{s, kind, at})
		}
		start += d.Bursts.spacing(start, d.Spacing)
	}
	slices.SortStableFunc(p.Events, func(a, b Event) int { return a.At.Compare(b.At) })
	p.count(len(d.Shares))
	return p
}

// length of a session. What is above one is geometric, or Pareto with the same mean if it had no end.
func (d *Description) length(rng *rand.Rand) int {
	if d.Tail > 0 {
		least := d.EventsPerSession * (d.Tail - 1) / d.Tail
		return int(min(max(1, least*math.Pow(1-rng.Float64(), -1/d.Tail)), float64(d.Longest)))
	}
	decay := math.Log1p(1 / max(d.EventsPerSession-1, 1e-9))
	return 1 + int(min(rng.ExpFloat64(), longest)/decay)
}

// trait asks for random numbers only where something depends on them, lest each option change all populations.
func (d *Description) trait(rng *rand.Rand) Trait {
	t := Trait{ClientRate: 1}
	if d.WithoutID > 0 {
		t.WithoutID = rng.Float64() < d.WithoutID
	}
	if len(d.Clients) > 0 {
		u := rng.Float64()
		for _, c := range d.Clients {
			if u < c.Share {
				t.ClientRate = c.Rate
				break
			}
			u -= c.Share
		}
	}
	return t
}

func (b Bursts) spacing(at, ordinary time.Duration) time.Duration {
	if b.Every > 0 && at%b.Every < b.For {
		return time.Duration(float64(ordinary) / b.Factor)
	}
	return ordinary
}

func (s Swings) at(at time.Duration) float64 {
	if s.Every == 0 {
		return 0
	}
	return s.Points * math.Sin(2*math.Pi*float64(at)/float64(s.Every))
}

// count computes the true numbers.
func (p *Population) count(kinds int) {
	p.Totals, p.Sessions = make([]float64, kinds), 0
	seen := map[int]bool{}
	for _, e := range p.Events {
		p.Totals[e.Kind]++
		seen[e.Session] = seen[e.Session] || !p.Traits[e.Session].WithoutID
	}
	for _, hasID := range seen {
		if hasID {
			p.Sessions++
		}
	}
	if n := len(p.Events); n > 0 {
		p.Length = p.Events[n-1].At.Sub(p.Events[0].At)
	}
}

// Without removes what never reaches a sampler, so that nothing is expected of it.
func (p *Population) Without(dropped func(kind int) bool) *Population {
	rest := &Population{Traits: p.Traits, refused: p.refused}
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
