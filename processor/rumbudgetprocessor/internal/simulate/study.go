package simulate

import (
	"fmt"
	"math"
)

const (
	// MaxZ is beyond what chance does once in a million.
	MaxZ = 4.9
	// MaxBias is what a user would notice.
	MaxBias = 0.01
	// Normal95 is the half width of a 95 % interval in standard errors.
	Normal95 = 1.96
)

// Estimator is one estimate over all replications.
type Estimator struct {
	Name  string
	Truth float64
	// Kept is the mean number of records, or sessions, behind the estimate.
	Kept float64
	// Coverage is the share of replications whose 95 % interval holds the truth.
	Coverage float64
	// Enough is the share of replications that have enough sessions behind their interval, and Trusted the
	// coverage of these.
	Enough, Trusted float64
	// Within is half the mean width of all intervals.
	Within        float64
	n, sum, sumSq float64
}

func (e *Estimator) add(x Estimate, kept int) {
	e.n++
	e.sum += x.Value
	e.sumSq += x.Value * x.Value
	e.Kept += (float64(kept) - e.Kept) / e.n
	e.Within += (x.Within(Normal95) - e.Within) / e.n
	holds := 0.0
	if x.Covers(e.Truth, Normal95) {
		holds = 1
	}
	e.Coverage += (holds - e.Coverage) / e.n
	if x.Enough() {
		trusted := e.Enough*(e.n-1) + 1
		e.Trusted += (holds - e.Trusted) / trusted
		e.Enough = trusted / e.n
	} else {
		e.Enough *= (e.n - 1) / e.n
	}
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

// ByChance reports that the estimate is off by no more than chance.
func (e *Estimator) ByChance() bool { return e.Truth == 0 || math.Abs(e.Z()) < MaxZ }

func (e *Estimator) unbiased() bool {
	return e.ByChance() && (e.Truth == 0 || math.Abs(e.Bias()) < MaxBias)
}

// Study is the result of all replications.
type Study struct {
	Total, Sessions Estimator
	ByKind          []Estimator
}

// Replicate samples the population so many times; decider makes one for each salt.
func Replicate(p *Population, kinds []string, times int, decider func(salt string) Decider) *Study {
	s := &Study{Total: Estimator{Name: "all records", Truth: p.Total()}, Sessions: Estimator{Name: "sessions", Truth: float64(p.Sessions)}}
	for k, name := range kinds {
		s.ByKind = append(s.ByKind, Estimator{Name: name, Truth: p.Totals[k]})
	}
	for i := range times {
		salt := fmt.Sprint("replication ", i)
		est := p.run(decider(salt), salt)
		s.Total.add(est.Total, est.Records())
		s.Sessions.add(est.Sessions, est.SessionsKept)
		for k := range s.ByKind {
			s.ByKind[k].add(est.ByKind[k], est.Kept[k])
		}
	}
	return s
}

// All are the estimators of what there is any of.
func (s *Study) All() []*Estimator {
	all := []*Estimator{&s.Total, &s.Sessions}
	for k := range s.ByKind {
		if s.ByKind[k].Truth > 0 {
			all = append(all, &s.ByKind[k])
		}
	}
	return all
}

// Unbiased reports whether no estimate is off by more than chance, nor by more than MaxBias.
func (s *Study) Unbiased() bool {
	for _, e := range s.All() {
		if !e.unbiased() {
			return false
		}
	}
	return true
}
