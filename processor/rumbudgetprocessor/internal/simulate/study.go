package simulate

import (
	"fmt"
	"math"
	"strings"
)

const (
	// MaxZ is beyond what chance does once in a million.
	MaxZ = 4.9
	// MaxBias is what a user would notice.
	MaxBias = 0.01
	// normal95 is the half width of a 95 % interval in standard errors.
	normal95 = 1.96
)

// Estimator is one estimate over all replications.
type Estimator struct {
	Name          string
	Truth         float64
	n, sum, sumSq float64
}

func (e *Estimator) add(x float64) {
	e.n++
	e.sum += x
	e.sumSq += x * x
}

// Bias is relative to the truth.
func (e *Estimator) Bias() float64 { return e.sum/e.n/e.Truth - 1 }

// Z is the bias in standard errors of the mean.
func (e *Estimator) Z() float64 {
	mean := e.sum / e.n
	deviation := e.deviation()
	if deviation == 0 {
		if math.Abs(e.Bias()) < 1e-9 {
			return 0
		}
		return math.Inf(1)
	}
	return (mean - e.Truth) / (deviation / math.Sqrt(e.n))
}

// deviation is the standard deviation of a single estimate.
func (e *Estimator) deviation() float64 {
	mean := e.sum / e.n
	return math.Sqrt(max(0, (e.sumSq-e.n*mean*mean)/(e.n-1)))
}

func (e *Estimator) unbiased() bool {
	return e.Truth == 0 || math.Abs(e.Z()) < MaxZ && math.Abs(e.Bias()) < MaxBias
}

// Study is what all replications say together.
type Study struct {
	Total, Sessions Estimator
	ByKind          []Estimator
	// Coverage is the share of replications whose 95 % interval of the total holds the truth.
	Coverage float64
	// Kept is the mean number of records.
	Kept float64
}

// Replicate samples the population so many times; decider makes one for each salt.
func Replicate(p *Population, kinds []string, times int, decider func(salt string) Decider) *Study {
	s := &Study{Total: Estimator{Name: "events", Truth: p.Total()}, Sessions: Estimator{Name: "sessions", Truth: float64(p.Sessions)}}
	for k, name := range kinds {
		s.ByKind = append(s.ByKind, Estimator{Name: name, Truth: p.Totals[k]})
	}
	for i := range times {
		est := p.run(decider(fmt.Sprint("replication ", i)))
		s.Total.add(est.Total)
		s.Sessions.add(est.Sessions)
		for k := range s.ByKind {
			s.ByKind[k].add(est.ByKind[k])
		}
		if est.Covers(p.Total()) {
			s.Coverage += 1 / float64(times)
		}
		s.Kept += float64(est.Kept) / float64(times)
	}
	return s
}

// Unbiased reports that no estimate is off by more than chance, nor by more than MaxBias.
func (s *Study) Unbiased() bool {
	ok := s.Total.unbiased() && s.Sessions.unbiased()
	for k := range s.ByKind {
		ok = ok && s.ByKind[k].unbiased()
	}
	return ok
}

// String is a table for people.
func (s *Study) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "kept %.0f of %.0f records (%.1f %%); the 95 %% interval of the total covers %.1f %%\n",
		s.Kept, s.Total.Truth, 100*s.Kept/s.Total.Truth, 100*s.Coverage)
	fmt.Fprintf(&b, "%-36s %10s %8s %6s %18s\n", "", "truth", "bias", "z", "error of one run")
	for _, e := range append([]Estimator{s.Total, s.Sessions}, s.ByKind...) {
		if e.Truth == 0 {
			continue
		}
		fmt.Fprintf(&b, "%-36s %10.0f %+7.2f%% %+6.1f %16.1f %%\n", e.Name, e.Truth, 100*e.Bias(), e.Z(), 100*e.deviation()/e.Truth)
	}
	return b.String()
}
