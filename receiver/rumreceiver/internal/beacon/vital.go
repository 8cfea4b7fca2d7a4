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
