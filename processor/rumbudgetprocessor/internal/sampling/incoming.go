package sampling

import (
	"math"
	"math/bits"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
)

// Incoming is the earlier sampling of a record, from its labels. Made by NewIncoming.
type Incoming struct {
	// ClientRate is the probability with which the browser kept the session. It was drawn independently of ours, so the
	// probabilities are multiplied.
	ClientRate float64
	// Threshold is that of samplers before us. Randomness is shared with them, so the higher of the two thresholds
	// applies: a second pass with the same rules changes nothing.
	Threshold Threshold
	// randomness is the value that the threshold was compared with, if the record has it.
	randomness    Randomness
	hasRandomness bool
}

// Unsampled is the value for a record that has not been sampled.
var Unsampled = Incoming{ClientRate: 1, Threshold: sampling.AlwaysSampleThreshold}

// Labels are a record's sampling attributes as found; the zero value means none.
type Labels struct {
	Threshold     string  // sampling.threshold
	Randomness    string  // sampling.randomness
	ClientRate    float64 // rum.sampling.client_rate, 0 when absent
	AdjustedCount float64 // rum.sampling.adjusted_count, 0 when absent
}

// Defect names the label that could not be used. It is a metric label, so the set is closed.
type Defect string

const (
	NoDefect      Defect = ""
	BadThreshold  Defect = "threshold"
	BadRandomness Defect = "randomness"
	// Inconsistent: the threshold lies above the randomness, so the record should not be here.
	Inconsistent     Defect = "inconsistent"
	BadClientRate    Defect = "client_rate"
	BadAdjustedCount Defect = "adjusted_count"
)

// The largest claims that are accepted, so that no record outweighs all others: a browser that keeps fewer than one
// session in a million hardly sends any. The probability is that of browser and samplers together, and a thousandth
// lower than intended, because thresholds are rounded.
const (
	MinClientRate    = 1e-6
	minProbability   = 0.999e-9
	maxAdjustedCount = 1 / minProbability
)

// NewIncoming interprets labels. A defective label counts as absent; the first defect is reported.
//
// Randomness is used only together with a threshold: an unsampled record takes the randomness of its session,
// which keeps sessions whole. Without a threshold the adjusted count gives the probability, for pipelines without
// the OpenTelemetry labels.
func NewIncoming(l Labels) (Incoming, Defect) {
	in, defect := Unsampled, NoDefect
	if l.ClientRate != 0 {
		if l.ClientRate >= MinClientRate && l.ClientRate <= 1 {
			in.ClientRate = l.ClientRate
		} else {
			defect = BadClientRate
		}
	}
	if l.Threshold != "" {
		return in.withThreshold(l, defect)
	}
	if l.AdjustedCount == 0 {
		return in, defect
	}
	if !(l.AdjustedCount >= 1 && l.AdjustedCount <= maxAdjustedCount) {
		return in, firstDefect(defect, BadAdjustedCount)
	}
	in.Threshold = thresholdOf(l.AdjustedCount * in.ClientRate)
	return in, defect
}

func (in Incoming) withThreshold(l Labels, defect Defect) (Incoming, Defect) {
	t, err := sampling.TValueToThreshold(l.Threshold)
	if err != nil || t.Probability()*in.ClientRate < minProbability {
		return in, firstDefect(defect, BadThreshold)
	}
	if l.Randomness == "" {
		in.Threshold = t
		return in, defect
	}
	r, err := sampling.RValueToRandomness(l.Randomness)
	if err != nil {
		in.Threshold = t
		return in, firstDefect(defect, BadRandomness)
	}
	if !t.ShouldSample(r) {
		return in, firstDefect(defect, Inconsistent)
	}
	in.Threshold, in.randomness, in.hasRandomness = t, r, true
	return in, defect
}

func firstDefect(first, second Defect) Defect {
	if first != NoDefect {
		return first
	}
	return second
}

// rounding is how far, relatively, a count may be off 1 by arithmetic alone.
const rounding = 1e-12

// thresholdOf returns the threshold for this adjusted count; none for 1 and below.
func thresholdOf(adjustedCount float64) Threshold {
	if adjustedCount <= 1+rounding {
		return sampling.AlwaysSampleThreshold
	}
	return toThreshold(1 / adjustedCount)
}

// randomnessGiven returns what to compare our threshold with, from our own randomness.
//
// The record passed an earlier threshold with a randomness that is not known. Given that, it is
// uniform above the threshold. Ours is used as it stands where it could have been the one; below the
// threshold it cannot have been, and is stretched over the range above it. Both parts are uniform
// there, each session keeps one randomness, and a second pass comes to the same decision.
func (in Incoming) randomnessGiven(own Randomness) Randomness {
	if in.hasRandomness {
		return in.randomness
	}
	if in.Threshold.ShouldSample(own) {
		return own
	}
	t := in.Threshold.Unsigned()
	hi, lo := bits.Mul64(own.Unsigned(), sampling.MaxAdjustedCount-t)
	offset, _ := bits.Div64(hi, lo, t) // own < t, so the quotient is below 2^56 - t
	r, err := sampling.UnsignedToRandomness(t + offset)
	if err != nil {
		return sampling.AllProbabilitiesRandomness
	}
	return r
}

// near reports whether two thresholds differ by no more than the rounding of an adjusted count.
func near(a, b Threshold) bool {
	pa, pb := a.Probability(), b.Probability()
	return math.Abs(pa-pb) <= rounding*max(pa, pb)
}
