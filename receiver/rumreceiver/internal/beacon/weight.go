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

// LimitWeight bounds the weights of the events of a beacon: each to limit, and all together to sum, but never below 1. A larger
// claimed weight is cut, and the records are marked, because invented weights must not outweigh the measurements of others.
func LimitWeight(b *Beacon, limit, sum float64) {
	weight, allowed := b.Sampling.Weight(), min(limit, MaxWeight)
	if events := b.Accepted(); events > 0 {
		allowed = max(1, min(allowed, sum/float64(events)))
	}
	if weight <= allowed*(1+1e-9) { // otherwise rounding would mark weights within the bound
		return
	}
	b.Sampling.Rate = 1 / allowed
	b.Trims.Add(BoundWeight)
	for i := range b.Pages {
		b.Pages[i].Trimmed |= 1 << BoundWeight
	}
}

// Claimed is the additional weight of the beacon's events.
func (b *Beacon) Claimed() float64 { return (b.Sampling.Weight() - 1) * float64(b.Accepted()) }
