package aggregate

import (
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// recording is one call of Record, under the lock. The key of the series at hand is built in steps:
// the resource once, what a page's events share once for each page, the rest for each event.
type recording struct {
	a      *Aggregator
	beacon *beacon.Beacon
	page   *beacon.Page
	now    int64
	weight float64

	resource int // length of the resource's part of a.key
	common   int // length of that and the common labels
	// overflowed is set when the event at hand went to an overflow series.
	overflowed bool
	outcome    Outcome
}

func (r *recording) all() {
	r.a.key = appendResource(r.a.key[:0], &r.beacon.App)
	r.resource = len(r.a.key)
	page := -1
	for i := range r.beacon.Events {
		e := &r.beacon.Events[i]
		if e.Page != page {
			page = e.Page
			r.turnTo(&r.beacon.Pages[page])
		}
		if !e.Implausible.Has(beacon.OutOfRange) {
			r.one(e)
		}
	}
}

func (r *recording) turnTo(page *beacon.Page) {
	r.page = page
	r.a.key = appendCommon(r.a.key[:r.resource], r.beacon, page, r.a.settings.Tags)
	r.common = len(r.a.key)
	r.sighted()
}

func (r *recording) one(e *beacon.Event) {
	r.overflowed = false
	r.event(e)
	if r.overflowed {
		r.outcome.Overflowed++
	}
}

// event finds the metric of an event.
func (r *recording) event(e *beacon.Event) {
	switch e.Kind {
	case beacon.KindVital:
		r.vital(e)
	case beacon.KindNavigationTiming:
		r.phases(e.Phases)
	case beacon.KindResource:
		r.observe(resourceDuration, seconds(e.Value), initiatorType(e.Resource))
	case beacon.KindLongTask:
		r.observe(longTaskDuration, seconds(e.Value), e.LongTaskType())
	case beacon.KindInteraction:
		r.named(interactionDuration, seconds(e.Value), e.Name)
	case beacon.KindMeasurement:
		r.named(measurement, e.Value, e.Name, e.Unit)
	case beacon.KindError:
		r.observe(exceptions, 1, exceptionSource(e.Error))
	case beacon.KindPageView:
		r.observe(pageViews, 1, strconv.FormatBool(e.SameDocument))
	case beacon.KindSessionStart:
		if !r.page.SessionImplicit || r.page.SessionID == "" { // else it counts by its id
			r.observe(sessions, 1)
		}
	case beacon.KindClick, beacon.KindBudget:
		// no metric: a click is a record, and budgets are evaluated from the histograms
	}
}

func (r *recording) phases(phases *beacon.Phases) {
	if phases == nil {
		return
	}
	for phase, known := range phases.Known {
		if known {
			r.observe(firstPhase+instrumentID(phase), seconds(phases.Value[phase]))
		}
	}
}

// observe counts a value now, at the labels that are the instrument's own.
func (r *recording) observe(id instrumentID, value float64, own ...string) {
	if countable(value) {
		r.series(id, own...).record(value, r.weight, r.now)
	}
}

func (r *recording) series(id instrumentID, own ...string) *series {
	key := r.a.key[:r.common]
	for _, value := range own {
		key = appendLabel(key, value)
	}
	r.a.key = key // keeps a buffer that has grown
	s, overflowed := r.a.families[id].find(key, r.resource, r.now)
	r.overflowed = r.overflowed || overflowed
	return s
}
