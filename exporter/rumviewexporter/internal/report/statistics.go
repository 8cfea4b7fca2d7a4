// Package report answers queries about the events of a window. Every count is a sum of weights, every quantile is
// weighted, and a verdict is only given when it is statistically certain.
package report

import (
	"math"
	"slices"
)

// Objective is the share of measurements that must be within the limit, as for Core Web Vitals: the p75 is within the
// limit if at most a quarter exceeds it.
const Objective = 0.75

// z of a 95 % interval.
const z = 1.959964

// Verdict on a share of measurements over the limit.
type Verdict string

// Verdicts.
const (
	Within   Verdict = "within"   // at most a quarter exceeds, with 95 % confidence
	Exceeded Verdict = "exceeded" // more than a quarter exceeds, with 95 % confidence
	Unknown  Verdict = "unknown"  // not enough data
)

// weighted is one value and its weight.
type weighted struct{ value, weight float64 }

// sample is a set of values with weights. The first quantile sorts it by value.
type sample struct {
	values []weighted
	sorted bool
	sum    float64 // of weights
	square float64 // of squared weights
	over   float64 // weight of those over their limit
}

func (s *sample) add(value, weight float64, over bool) {
	s.values = append(s.values, weighted{value, weight})
	s.sum += weight
	s.square += weight * weight
	s.sorted = false
	if over {
		s.over += weight
	}
}

// quantile is the smallest value with at least a share q of the weight at or below it.
func (s *sample) quantile(q float64) float64 {
	if len(s.values) == 0 {
		return 0
	}
	if !s.sorted {
		slices.SortFunc(s.values, func(a, b weighted) int {
			switch {
			case a.value < b.value:
				return -1
			case a.value > b.value:
				return 1
			default:
				return 0
			}
		})
		s.sorted = true
	}
	upTo := 0.0
	for _, v := range s.values {
		upTo += v.weight
		if upTo >= q*s.sum {
			return v.value
		}
	}
	return s.values[len(s.values)-1].value
}

// effective is the number of records of equal weight with the same precision (Kish).
func (s *sample) effective() float64 {
	if s.square == 0 {
		return 0
	}
	return s.sum * s.sum / s.square
}

func (s *sample) verdict() Verdict {
	if s.sum == 0 {
		return Unknown
	}
	return judge(s.over/s.sum, s.effective())
}

// judge compares the Wilson interval of a share of n measurements with the allowed share.
func judge(share, n float64) Verdict {
	if n <= 0 {
		return Unknown
	}
	middle := share + z*z/(2*n)
	half := z * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	switch allowed := 1 - Objective; {
	case (middle-half)/scale > allowed:
		return Exceeded
	case (middle+half)/scale <= allowed:
		return Within
	default:
		return Unknown
	}
}

// sessions counts sessions by the smallest weight of each, because the records of a session are kept or dropped
// together.
type sessions map[string]float64

func (s sessions) add(id string, weight float64) {
	if id == "" {
		return
	}
	if before, ok := s[id]; !ok || weight < before {
		s[id] = weight
	}
}

func (s sessions) count() float64 {
	sum := 0.0
	for _, weight := range s {
		sum += weight
	}
	return sum
}

// round removes floating-point errors of sums, so that 3 is 3 in JSON.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }
