package beacon

import "math"

// Validate refuses events whose values cannot be (negative or endless durations) and marks those
// that are measured but not believable. It keeps the order of the others.
func Validate(b *Beacon) {
	boundWeight(b)
	kept := b.Events[:0]
	for _, event := range b.Events {
		if field, ok := checkEvent(&event); !ok {
			for range event.Count {
				b.Refuse(event.Index, ReasonBadValue, field)
			}
			continue
		}
		event.Implausible = doubts(&event)
		kept = append(kept, event)
	}
	b.Events = kept
}

// boundWeight makes a rate below 1/MaxWeight that one.
func boundWeight(b *Beacon) {
	if rate := b.Sampling.Rate; !(rate > 0 && rate < 1/MaxWeight) {
		return
	}
	b.Sampling.Rate = 1 / MaxWeight
	b.Trims.Add(BoundWeight)
	for i := range b.Pages {
		b.Pages[i].Trimmed |= 1 << BoundWeight
	}
}

func checkEvent(e *Event) (field string, ok bool) {
	if !finite(e.Value) || !finite(e.Delta) || !finite(e.Limit) || !finite(e.Blocking) {
		return "value", false
	}
	switch e.Kind {
	case KindVital, KindResource, KindInteraction, KindLongTask:
		return "value", e.Value >= 0
	case KindBudget:
		return "value", finite(e.Value - e.Limit) // by how much it was exceeded
	case KindNavigationTiming:
		for phase, value := range e.Phases.Value {
			if e.Phases.Known[phase] && !(finite(value) && value >= 0) {
				return PhaseNames[phase], false
			}
		}
	}
	return "", true
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// maxDuration is the longest duration that enters a metric. Tabs sleep, clocks jump and sums never
// recover from one LCP of 26 years, which has been seen in the wild.
const maxDuration = 60 * 60 * 1000 // ms

// maxMeasurement is the largest value of a measurement that enters a metric, a petabyte in bytes:
// added to a sum of such values, thousandths still count. 1e308 twice would make the sum endless.
const maxMeasurement = 1e15

// plausible tells whether the value belongs into a histogram. The bounds of vitals are far beyond
// what a person waits for.
func plausible(e *Event) bool {
	switch e.Kind {
	case KindVital:
		return e.Value <= maxVital(e.Name)
	case KindResource, KindInteraction, KindLongTask:
		return e.Value <= maxDuration
	case KindNavigationTiming:
		for phase, value := range e.Phases.Value {
			if e.Phases.Known[phase] && value > maxDuration {
				return false
			}
		}
	case KindMeasurement:
		return e.Value >= 0 && e.Value <= maxMeasurement // the sum of a histogram must not fall
	}
	return true
}

func maxVital(name string) float64 {
	switch name {
	case CLS:
		return 100
	case INP, FID:
		return 60_000
	default:
		return 120_000
	}
}
