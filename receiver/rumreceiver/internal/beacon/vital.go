package beacon

// The web vitals, in lower case as semantic conventions write them.
const (
	LCP  = "lcp"
	INP  = "inp"
	CLS  = "cls"
	FCP  = "fcp"
	TTFB = "ttfb"
	FID  = "fid"
)

// Vital is one report of a web vital.
type Vital struct {
	// Name is one of the constants above.
	Name string
	// Value is ms, and the score for CLS.
	Value float64
	// Delta is the change since the last report of the same measurement.
	Delta float64
	// ID is the identity of the measurement: reports with the same id are of one measurement, and the last one is
	// final. Empty when the format does not say.
	ID string
	// NavigationType in the words of web-vitals.
	NavigationType string
}

// Kind implements Payload.
func (*Vital) Kind() Kind { return KindVital }

func (v *Vital) check() (string, bool) {
	return "value", finite(v.Value, v.Delta) && v.Value >= 0
}

func (v *Vital) doubts() (found Implausibilities) {
	found = outOfRange(v.Value > maxVital(v.Name))
	found.add(DeltaOverValue, v.Delta > v.Value+toleranceOf(v.Name))
	return found
}

func (v *Vital) size(s *Size) {
	s.texts(v.Name, v.ID, v.NavigationType, RatingNeedsImprovement)
	s.numbers(2)
	s.judged()
}

// Scrub leaves the name, which is one of a closed set.
func (v *Vital) Scrub(c Cleaner) { v.ID, v.NavigationType = c.ID(v.ID), c.Text(v.NavigationType) }

// maxVital is the largest value that enters a metric, far beyond what a person waits for.
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

// Ratings of a vital.
const (
	RatingGood             = "good"
	RatingNeedsImprovement = "needs-improvement"
	RatingPoor             = "poor"
)

// VitalThresholds are the values up to which a vital is good and up to which it is not poor, in ms
// (CLS: score). Both include the value itself.
// https://web.dev/articles/vitals and the thresholds of the web-vitals library.
func VitalThresholds(name string) (good, poor float64, ok bool) {
	switch name {
	case LCP:
		return 2500, 4000, true
	case INP:
		return 200, 500, true
	case CLS:
		return 0.1, 0.25, true
	case FCP:
		return 1800, 3000, true
	case TTFB:
		return 800, 1800, true
	case FID:
		return 100, 300, true
	}
	return 0, 0, false
}

// Rating of a vital's value; empty for a name that is not a vital.
func Rating(name string, value float64) string {
	good, poor, ok := VitalThresholds(name)
	switch {
	case !ok:
		return ""
	case value <= good:
		return RatingGood
	case value <= poor:
		return RatingNeedsImprovement
	default:
		return RatingPoor
	}
}
