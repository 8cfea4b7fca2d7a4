// Package sampling decides which records are kept, and with which weight.
//
// The central rule: a kept record is labelled with the probability with which it was kept, and that probability
// depends on data, clock and configuration, never on the random draw. Then sums of weights are unbiased
// (Horvitz–Thompson), whatever the rules. So thresholds, session state and target rate are computed without
// looking at the randomness.
//
// Thresholds and randomness are those of consistent probability sampling, 56 bits each; a record is kept when
// randomness ≥ threshold.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
package sampling

import (
	"encoding/binary"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"github.com/zeebo/xxh3"
)

// Threshold and Randomness are the types of contrib's pkg/sampling, which does the arithmetic.
type (
	Threshold  = sampling.Threshold
	Randomness = sampling.Randomness
)

// hasher converts session ids to randomness. The salt prevents strangers from choosing ids that are always kept. It
// must be the same on all replicas and tiers, so that they make equal decisions.
type hasher struct{ seed uint64 }

func newHasher(salt string) hasher { return hasher{seed: xxh3.HashString("rum_budget " + salt)} }

func (h hasher) randomness(key string) Randomness {
	return toRandomness(xxh3.HashStringSeed(key, h.seed))
}

// randomnessOf turns a fingerprint into randomness.
func (h hasher) randomnessOf(fingerprint uint64) Randomness {
	var text [8]byte
	binary.LittleEndian.PutUint64(text[:], fingerprint)
	return toRandomness(xxh3.HashSeed(text[:], h.seed))
}

// Fingerprint identifies a session in the decision cache. It is unsalted, hence independent of the
// randomness: which session is forgotten first must not depend on which are kept.
func Fingerprint(key string) uint64 { return xxh3.HashString(key) }

// behind is the fingerprint of what is remembered of a session, or measurement, behind an earlier sampler with this threshold.
func behind(fingerprint uint64, earlier Threshold) uint64 {
	var text [8]byte
	binary.LittleEndian.PutUint64(text[:], earlier.Unsigned())
	return fingerprint ^ xxh3.Hash(text[:])
}

// toRandomness takes the upper 56 of 64 random bits.
func toRandomness(bits uint64) Randomness {
	r, err := sampling.UnsignedToRandomness(bits >> 8)
	if err != nil {
		panic(err) // 56 bits are always in range
	}
	return r
}

// toThreshold returns the threshold of a probability, limited to the range that can be expressed.
func toThreshold(probability float64) Threshold {
	t, err := sampling.ProbabilityToThreshold(min(max(probability, sampling.MinSamplingProbability), 1))
	if err != nil {
		return sampling.AlwaysSampleThreshold // NaN only, which no caller passes
	}
	return t
}
