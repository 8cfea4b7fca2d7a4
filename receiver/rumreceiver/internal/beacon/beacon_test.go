package beacon

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRatingFollowsTheThresholdsAndIncludesThem(t *testing.T) {
	for _, tc := range []struct {
		name  string
		value float64
		want  string
	}{
		{LCP, 2500, RatingGood},
		{LCP, 2500.1, RatingNeedsImprovement},
		{LCP, 4000, RatingNeedsImprovement},
		{LCP, 4000.1, RatingPoor},
		{CLS, 0.1, RatingGood},
		{CLS, 0.26, RatingPoor},
		{INP, 201, RatingNeedsImprovement},
		{"xyz", 1, ""},
	} {
		assert.Equal(t, tc.want, Rating(tc.name, tc.value), "%s %v", tc.name, tc.value)
	}
}

func TestValidateRefusesImpossibleValuesAndKeepsImplausibleOnesOutOfMetrics(t *testing.T) {
	phases := func(v float64) *Phases {
		p := new(Phases)
		p.Known[PhaseLoad], p.Value[PhaseLoad] = true, v
		return p
	}
	const refused, logOnly, fine = "refused", "log only", "fine"
	for name, tc := range map[string]struct {
		event Event
		want  string
	}{
		"LCP":                  {Event{Kind: KindVital, Name: LCP, Value: 2000}, fine},
		"NegativeLCP":          {Event{Kind: KindVital, Name: LCP, Value: -1}, refused},
		"EndlessLCP":           {Event{Kind: KindVital, Name: LCP, Value: math.Inf(1)}, refused},
		"NaNDelta":             {Event{Kind: KindVital, Name: LCP, Delta: math.NaN()}, refused},
		"LCPOfYears":           {Event{Kind: KindVital, Name: LCP, Value: 818_693_952_298}, logOnly},
		"INPOfAMinute":         {Event{Kind: KindVital, Name: INP, Value: 60_000}, fine},
		"INPBeyond":            {Event{Kind: KindVital, Name: INP, Value: 60_001}, logOnly},
		"CLSBeyond":            {Event{Kind: KindVital, Name: CLS, Value: 101}, logOnly},
		"NegativeResource":     {Event{Kind: KindResource, Value: -1}, refused},
		"ResourceOfHours":      {Event{Kind: KindResource, Value: 2 * 60 * 60 * 1000}, logOnly},
		"NegativePhase":        {Event{Kind: KindNavigationTiming, Phases: phases(-1)}, refused},
		"PhaseOfHours":         {Event{Kind: KindNavigationTiming, Phases: phases(1e9)}, logOnly},
		"NegativeMeasurement":  {Event{Kind: KindMeasurement, Value: -3}, logOnly},
		"EndlessMeasurement":   {Event{Kind: KindMeasurement, Value: 1e308}, logOnly},
		"LargeMeasurement":     {Event{Kind: KindMeasurement, Value: 1e15}, fine},
		"EndlessBudgetLimit":   {Event{Kind: KindBudget, Limit: math.Inf(-1)}, refused},
		"PageViewHasNoMeaning": {Event{Kind: KindPageView}, fine},
	} {
		t.Run(name, func(t *testing.T) {
			tc.event.Count = 2
			b := Beacon{Events: []Event{tc.event}}
			Validate(&b)
			assert.Equal(t, 2, b.Received(), "an event stands for all of its parts, refused or not")
			got := refused
			if len(b.Events) == 1 {
				got = fine
				if b.Events[0].Implausible.Has(OutOfRange) {
					got = logOnly
				}
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestCutNeverSplitsACharacter(t *testing.T) {
	for max, want := range map[int]string{0: "", 1: "a", 2: "a", 3: "aé", 4: "aé", 5: "aé", 6: "aé", 7: "aé😀"} {
		got, trimmed := Cut("aé😀", max)
		assert.Equal(t, want, got, max)
		assert.Equal(t, max < 7, trimmed)
	}
}

func TestWeightIsTheReciprocalOfTheRate(t *testing.T) {
	for rate, want := range map[float64]float64{0: 1, 1: 1, 0.25: 4, -1: 1, 7: 1} {
		assert.InDelta(t, want, Sampling{Rate: rate}.Weight(), 0, rate)
	}
}

func TestEveryEventReasonExplainsItself(t *testing.T) {
	for _, reason := range []Reason{
		ReasonTooManyEvents, ReasonTooManyPages, ReasonBadEvent, ReasonUnknownType, ReasonMissingName, ReasonBadValue, ReasonBadTimestamp,
	} {
		assert.NotEqual(t, string(reason), reason.Explain())
	}
}
