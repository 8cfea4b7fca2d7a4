package simulate

import (
	"cmp"
	"math"
	"slices"
)

// Estimate is a sum of weights, and what is needed for its interval.
type Estimate struct {
	Value, Variance float64
	skew            float64 // third moment, of what is drawn together
	squares         float64 // of the variances of the sessions
	longest         float64 // records of the longest session, estimated from kept records
	rarest          float64 // lowest rate of a browser; 0 for none
}

const (
	// enoughSessions is the smallest number of sessions for an interval: with fewer, one session dominates.
	enoughSessions = 20
	// enoughVariance is how many times the variance must be what the longest session would add, had it been of
	// the browsers that keep least: what they leave out nobody has seen.
	enoughVariance = 2
)

// Enough reports whether the interval can be trusted. Sessions differ in length and weight, so each counts by its
// part of the variance.
func (e Estimate) Enough() bool {
	if e.Variance <= 0 {
		return true
	}
	unseen := 0.0
	if e.rarest > 0 {
		heaviest := e.longest / e.rarest
		unseen = (1 - e.rarest) * heaviest * heaviest
	}
	return e.Variance*e.Variance >= enoughSessions*e.squares && e.Variance >= enoughVariance*unseen
}

// Interval is that of so many standard errors, a score interval: where few long sessions are behind a total, too
// low an estimate comes with too low a variance. The variance is taken at the bound, to which it leads by its slope,
// skew over variance: (value − bound)² = z²·(variance + slope·(bound − value)). Where all is kept it is a point.
func (e Estimate) Interval(z float64) (low, high float64) {
	if e.Variance <= 0 {
		return e.Value, e.Value
	}
	shift := z * z / 2 * e.skew / e.Variance
	half := math.Sqrt(z*z*e.Variance + shift*shift)
	return e.Value + shift - half, e.Value + shift + half
}

// Within is half the width of the interval.
func (e Estimate) Within(z float64) float64 {
	low, high := e.Interval(z)
	return (high - low) / 2
}

// Covers reports whether the interval holds the truth.
func (e Estimate) Covers(truth, z float64) bool {
	low, high := e.Interval(z)
	return low-1e-9*truth <= truth && truth <= high+1e-9*truth
}

// cluster holds the kept records of one session.
type cluster struct {
	rate     float64   // of its browser
	together []float64 // weights of records that share one random number
	alone    []float64 // weights of those drawn one by one
}

func (c *cluster) add(k Kept) {
	if k.Alone {
		c.alone = append(c.alone, k.Weight)
	} else {
		c.together = append(c.together, k.Weight)
	}
}

// records is how many the session has, at least: those drawn alone stand for others of it.
func (c *cluster) records() float64 {
	n := float64(len(c.together))
	for _, w := range c.alone {
		n += w * c.rate
	}
	return n
}

// add adds a session. The variance is that of Horvitz and Thompson: w_i·w_j − max(w_i, w_j) over all pairs that
// share a random number, each with itself and both ways. In falling order, the weight of rank r of n is the
// maximum of 2(n−r)+1 of them. Pairs that do not share one were drawn together by the browser, if it drew:
// (1 − rate)·w_i·w_j.
func (e *Estimate) add(c *cluster) {
	slices.SortFunc(c.together, func(a, b float64) int { return cmp.Compare(b, a) })
	sum, maxima := 0.0, 0.0
	for i, w := range c.together {
		sum += w
		maxima += w * float64(2*(len(c.together)-i)-1)
	}
	variance, squares := e.draw(sum, sum*sum-maxima), sum*sum
	for _, w := range c.alone {
		sum += w
		squares += w * w
		variance += e.draw(w, w*w-w)
	}
	variance += e.draw(sum, (1-c.rate)*(sum*sum-squares))
	e.Value += sum
	e.Variance += variance
	e.squares += variance * variance
	e.longest = max(e.longest, c.records())
	if c.rate < 1 && sum > 0 && (e.rarest == 0 || c.rate < e.rarest) {
		e.rarest = c.rate
	}
}

// draw adds to the skew what one draw for such a sum and variance has, and returns the variance.
func (e *Estimate) draw(sum, variance float64) float64 {
	if sum > 0 {
		e.skew += variance * variance / sum
	}
	return variance
}
