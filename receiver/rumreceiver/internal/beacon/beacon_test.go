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
		"LCP":                  {Event{Payload: &Vital{Name: LCP, Value: 2000}}, fine},
		"NegativeLCP":          {Event{Payload: &Vital{Name: LCP, Value: -1}}, refused},
		"EndlessLCP":           {Event{Payload: &Vital{Name: LCP, Value: math.Inf(1)}}, refused},
		"NaNDelta":             {Event{Payload: &Vital{Name: LCP, Delta: math.NaN()}}, refused},
		"LCPOfYears":           {Event{Payload: &Vital{Name: LCP, Value: 818_693_952_298}}, logOnly},
		"INPOfAMinute":         {Event{Payload: &Vital{Name: INP, Value: 60_000}}, fine},
		"INPBeyond":            {Event{Payload: &Vital{Name: INP, Value: 60_001}}, logOnly},
		"CLSBeyond":            {Event{Payload: &Vital{Name: CLS, Value: 101}}, logOnly},
		"NegativeResource":     {Event{Payload: &Resource{Duration: -1}}, refused},
		"ResourceOfHours":      {Event{Payload: &Resource{Duration: 2 * 60 * 60 * 1000}}, logOnly},
		"NegativePhase":        {Event{Payload: &PageLoad{Phases: *phases(-1)}}, refused},
		"PhaseOfHours":         {Event{Payload: &PageLoad{Phases: *phases(1e9)}}, logOnly},
		"NegativeMeasurement":  {Event{Payload: &Measurement{Value: -3}}, logOnly},
		"EndlessMeasurement":   {Event{Payload: &Measurement{Value: 1e308}}, logOnly},
		"LargeMeasurement":     {Event{Payload: &Measurement{Value: 1e15}}, fine},
		"EndlessBudgetLimit":   {Event{Payload: &Budget{Limit: math.Inf(-1)}}, refused},
		"EndlesslyExceeded":    {Event{Payload: &Budget{Value: 1e308, Limit: -1e308}}, refused},
		"PageViewHasNoMeaning": {Event{Payload: &PageView{}}, fine},
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

func TestAWeightBeyondTheBoundIsCutAndMarked(t *testing.T) {
	for rate, want := range map[float64]struct {
		weight float64
		cut    bool
	}{0: {1, false}, 1: {1, false}, 0.5: {2, false}, 1e-3: {1000, false}, 1e-4: {1000, true}, 5e-324: {1000, true}} {
		b := Beacon{Sampling: Sampling{Rate: rate}, Pages: make([]Page, 2), Events: []Event{{Count: 1}}}
		LimitWeight(&b, 1000, 100_000)
		assert.InEpsilon(t, want.weight, b.Sampling.Weight(), 1e-12, rate)
		assert.Equal(t, want.cut, b.Trims.Any(), rate)
		if want.cut {
			assert.EqualValues(t, 1, b.Trims[BoundWeight])
			assert.Equal(t, []string{"max_weight"}, b.Pages[1].Trimmed.Names())
		}
	}
	b := Beacon{Sampling: Sampling{Rate: 5e-324}}
	LimitWeight(&b, 1e300, 1e300)
	assert.InEpsilon(t, MaxWeight, b.Sampling.Weight(), 1e-12)
}

func TestTheWeightsOfABeaconAreBoundedTogether(t *testing.T) {
	for events, want := range map[int]float64{0: 1000, 99: 1000, 100: 1000, 200: 500, 1000: 100, 100_000: 1, 200_000: 1} {
		b := Beacon{Sampling: Sampling{Rate: 1e-3}, Pages: make([]Page, 1), Events: []Event{{Count: events}}}
		LimitWeight(&b, 1000, 100_000)
		assert.InEpsilon(t, want, b.Sampling.Weight(), 1e-12, events)
		assert.InEpsilon(t, 1+(want-1)*float64(events), 1+b.Claimed(), 1e-9)
		LimitWeight(&b, 1000, b.Claimed()+float64(events))
		assert.Equal(t, events > 100, b.Trims[BoundWeight] == 1, "once")
	}
}

func TestRefusalsPastABoundOfTheBatchAreOne(t *testing.T) {
	var b Beacon
	b.Refuse(2, ReasonBadValue, "value")
	b.Refuse(3, ReasonBadValue, "value")
	for i := range 1000 {
		b.Refuse(5+i, ReasonTooManyEvents, "")
	}
	assert.Equal(t, []Refusal{
		{Index: 2, Reason: ReasonBadValue, Field: "value"}, {Index: 3, Reason: ReasonBadValue, Field: "value"},
		{Index: 5, Reason: ReasonTooManyEvents, More: 999},
	}, b.Refused)
	assert.Equal(t, 1002, b.Rejected())
	assert.Equal(t, 1002, b.Received())
}
