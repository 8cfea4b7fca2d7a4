package aggregate

import (
	"math"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// weightOf is the number of events for which an event of the beacon stands because its client samples, from 1 to
// beacon.MaxWeight.
func weightOf(b *beacon.Beacon) float64 {
	weight := b.Sampling.Weight()
	if !(weight >= 1) { // also if the rate is NaN
		return 1
	}
	return min(weight, beacon.MaxWeight) // Validate has checked it already; but a wrong sum would stay wrong
}

// wholes turns a weight into a count, because buckets hold whole numbers and a weight may be 1/0.3.
//
// It rounds systematically: the fraction that is left of each event is carried to the next one of
// the same series, and an event for which the carry reaches 1 counts one more. After any number of
// events the count is less than 1 away from the sum of their weights. The carry starts at random in
// [0, 1), so that each single event, and so each bucket, has its weight as its expected count; were
// it to start at 0, the many series with few events would all be rounded down. A whole weight leaves
// the carry as it is and counts exactly.
//
// The sum of a histogram takes no part in this: there values are multiplied with the weight itself.
func (s *series) wholes(weight float64) uint64 {
	whole, fraction := math.Modf(weight)
	n := uint64(whole)
	s.carry += fraction
	if s.carry >= 1 {
		s.carry--
		n++
	}
	return n
}
