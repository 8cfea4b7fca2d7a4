package beacon

// Implausibility is a reason not to believe a value that is possible all the same. Its event is
// taken and marked; nothing is corrected. The set is closed: the metric's label and an element of the
// record's attribute.
type Implausibility uint8

// The implausibilities.
const (
	// OutOfRange is a value beyond what a person waits for. It enters no metric.
	OutOfRange Implausibility = iota
	// DeltaOverValue is a vital that has grown by more than all of it.
	DeltaOverValue
	// PhaseOverTotal is a part of a page load that took longer than the whole.
	PhaseOverTotal
	// BlockingOverDuration is a long task that blocked for longer than it ran.
	BlockingOverDuration
	// These are impossible orders of the loading vitals of one page view.
	TTFBAfterFCP
	TTFBAfterLCP
	FCPAfterLCP
	NumImplausibilities
)

// ImplausibilityNames are their names in metrics and records.
var ImplausibilityNames = [NumImplausibilities]string{
	"out_of_range", "delta_over_value", "phase_over_total", "blocking_over_duration", "ttfb_after_fcp", "ttfb_after_lcp", "fcp_after_lcp",
}

// Implausibilities is a set of them.
type Implausibilities uint16

func (s *Implausibilities) add(i Implausibility, when bool) {
	if when {
		*s |= 1 << i
	}
}

// Has reports whether the set holds it.
func (s Implausibilities) Has(i Implausibility) bool { return s&(1<<i) != 0 }

// Names of those in the set.
func (s Implausibilities) Names() (names []string) {
	for i, name := range ImplausibilityNames {
		if s.Has(Implausibility(i)) {
			names = append(names, name)
		}
	}
	return names
}

// tolerance is how far apart two clock readings of the same moment may be, in ms: browsers coarsen
// some entries and not others, paints of other origins to 4 ms, and Firefox more.
// https://w3c.github.io/hr-time/#dfn-coarsen-time
const tolerance = 10

func toleranceOf(vital string) float64 {
	if vital == CLS { // a sum of scores, of which only rounding can make two
		return 0.001
	}
	return tolerance
}
