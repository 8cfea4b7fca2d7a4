package beacon

import (
	"math"
	"strings"
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
		"EndlesslyExceeded":    {Event{Kind: KindBudget, Value: 1e308, Limit: -1e308}, refused},
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

func TestAWeightBeyondTheBoundIsCutAndMarked(t *testing.T) {
	for rate, want := range map[float64]struct {
		weight float64
		cut    bool
	}{0: {1, false}, 1: {1, false}, 0.5: {2, false}, 1e-6: {1e6, false}, 1e-7: {1e6, true}, 5e-324: {1e6, true}} {
		b := Beacon{Sampling: Sampling{Rate: rate}, Pages: make([]Page, 2)}
		Validate(&b)
		assert.InEpsilon(t, want.weight, b.Sampling.Weight(), 1e-12, rate)
		assert.Equal(t, want.cut, b.Trims.Any(), rate)
		if want.cut {
			assert.EqualValues(t, 1, b.Trims[BoundWeight])
			assert.Equal(t, []string{"max_weight"}, b.Pages[1].Trimmed.Names())
		}
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

func TestEventsPastTheSizeOfABatchAreRefused(t *testing.T) {
	long := strings.Repeat("x", 1000)
	event := func(page int) Event { return Event{Kind: KindPageView, Count: 2, Page: page} }
	f := func(bytes, kept int, pages []Page, events ...Event) {
		t.Helper()
		b := Beacon{Pages: pages, Events: events}
		LimitSize(&b, bytes)
		assert.Len(t, b.Events, kept)
		assert.Equal(t, 2*(len(events)-kept), b.Rejected())
		assert.Equal(t, 2*len(events), b.Received(), "none is lost")
	}
	narrow, wide := Page{}, Page{Tags: []Tag{{Key: "a", Value: long}, {Key: "b", Value: long}}}
	f(10_000, 4, []Page{narrow}, event(0), event(0), event(0), event(0))
	f(10_000, 3, []Page{wide}, event(0), event(0), event(0), event(0), event(0))
	f(10_000, 4, []Page{narrow, wide}, event(0), event(1), event(1), event(1), event(1))
	f(recordOverhead, 1, []Page{narrow}, event(0))
	f(recordOverhead-1, 0, []Page{narrow}, event(0))
	for _, large := range []Event{
		{Name: long}, {Error: &Error{Stack: long}}, {Error: &Error{Message: long}}, {Resource: &Resource{ErrorType: long}},
		{Element: &Element{Selector: long}}, {Attributes: []Attribute{{Key: "k", String: long}}}, {MeasurementID: long},
	} {
		large.Count = 2
		f(1500, 0, []Page{narrow}, large)
	}
}
