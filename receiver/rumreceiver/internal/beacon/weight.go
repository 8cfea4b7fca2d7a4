package beacon

// LimitWeights is LimitWeight of all beacons of a body, which share the sum.
func LimitWeights(beacons []Beacon, limit, sum float64) {
	events, claimed := 0, 0.0
	for i := range beacons {
		b := &beacons[i]
		events += b.Accepted()
		claimed += min(b.Sampling.Weight(), limit) * float64(b.Accepted())
	}
	for i := range beacons {
		b, share := &beacons[i], sum
		if claimed > sum {
			share = sum / float64(events) * float64(b.Accepted())
		}
		LimitWeight(b, limit, share)
	}
}

// LimitWeight bounds what the events of a beacon stand for: each at most limit, all together at most
// sum, but each for itself. A client that says it keeps fewer sessions is taken to keep so many, and
// the records say so: what anybody may claim must not outweigh what others measure.
func LimitWeight(b *Beacon, limit, sum float64) {
	weight, allowed := b.Sampling.Weight(), min(limit, MaxWeight)
	if events := b.Accepted(); events > 0 {
		allowed = max(1, min(allowed, sum/float64(events)))
	}
	if weight <= allowed*(1+1e-9) { // or rounding would mark what is believed
		return
	}
	b.Sampling.Rate = 1 / allowed
	b.Trims.Add(BoundWeight)
	for i := range b.Pages {
		b.Pages[i].Trimmed |= 1 << BoundWeight
	}
}

// Claimed is how many sessions' events the beacon adds to those that it holds.
func (b *Beacon) Claimed() float64 { return (b.Sampling.Weight() - 1) * float64(b.Accepted()) }
