package aggregate

import (
	"fmt"
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// recording is one call of Record, under the lock. The key of a series is built in steps: the resource once, the rest for each
// event, from the values that the events of a page share and its own.
type recording struct {
	a      *Aggregator
	beacon *beacon.Beacon
	page   *beacon.Page
	now    int64
	weight float64

	resource int // length of the resource's part of a.key
	places   holders
	// view and session are hashes of the current page view and session; 0 when unknown.
	view, session uint64
	went          whither
	outcome       Outcome
}

func (r *recording) all() {
	page := -1
	for i := range r.beacon.Events {
		e := &r.beacon.Events[i]
		if e.Page != page {
			r.turnTo(&r.beacon.Pages[e.Page], page < 0)
			page = e.Page
		}
		if !e.Implausible.Has(beacon.OutOfRange) {
			r.one(e)
		}
	}
	r.endViews()
}

// synthetic counts the events of a bot or a test, separate from those of people.
func (r *recording) synthetic() {
	r.enter()
	for i := range r.beacon.Events {
		r.values(&r.beacon.Pages[r.beacon.Events[i].Page])
		r.findPage(false)
		r.observe(syntheticEvents, 1)
	}
}

func (r *recording) values(page *beacon.Page) {
	r.page = page
	r.a.values = appendPageValues(r.a.values[:0], r.beacon, page, r.a.settings.Tags)
}

func (r *recording) turnTo(page *beacon.Page, first bool) {
	r.values(page)
	r.identify()
	if first {
		r.enter()
	}
	r.findPage(true)
	r.sighted()
}

func (r *recording) one(e *beacon.Event) {
	r.went = whither{}
	r.event(e)
	switch {
	case r.went.noApp:
		r.outcome.AppsOverflowed++
	case r.went.overflow:
		r.outcome.Overflowed++
	case r.went.other:
		r.outcome.RoutesOverflowed++
	}
}

// whither says which shared series an event went to, if it has no series of its own.
type whither struct{ noApp, overflow, other bool }

// event finds the metric of an event.
func (r *recording) event(e *beacon.Event) {
	switch p := e.Payload.(type) {
	case *beacon.Vital:
		r.vital(e, p)
	case *beacon.PageLoad:
		if p.Type != "prerender" { // nobody waited for it
			r.phases(&p.Phases)
		}
	case *beacon.Resource:
		r.observe(resourceDuration, seconds(p.Duration), initiatorType(p.InitiatorType))
	case *beacon.LongTask:
		r.observe(longTaskDuration, seconds(p.Duration), semconv.LongTaskTypeTask)
	case *beacon.LongFrame:
		r.observe(longTaskDuration, seconds(p.Duration), semconv.LongTaskTypeFrame)
	case *beacon.Interaction:
		r.named(interactionDuration, seconds(p.Duration), p.Name)
	case *beacon.Measurement:
		r.named(measurement, p.Value, p.Name, p.Unit)
	case *beacon.Exception:
		r.exception(p)
	case *beacon.PageView:
		r.observe(pageViews, 1, strconv.FormatBool(p.SameDocument))
	case *beacon.SessionStart:
		if !r.page.SessionImplicit || r.page.SessionID == "" { // else it counts by its id
			r.observe(sessions, 1)
		}
	case *beacon.Click, *beacon.Budget, *beacon.SessionEnd, *beacon.Custom:
		// no metric: these are records, and budgets are evaluated from the histograms
	default:
		panic(fmt.Sprintf("%T is no kind of event that is counted or left out on purpose", p))
	}
}

// exception counts noise separately.
func (r *recording) exception(x *beacon.Exception) {
	if x.Noise != "" {
		r.observe(noiseExceptions, 1, x.Noise)
		return
	}
	r.observe(exceptions, 1, exceptionSource(x.Source))
	r.erroneous()
}

func (r *recording) phases(phases *beacon.Phases) {
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
	f := &r.a.families[id]
	if r.places.app == nil {
		r.went.noApp = true
		return f.overflow(nil, nil, r.now)
	}
	key := r.a.key[:r.resource]
	for _, from := range f.sources {
		if from < len(r.a.values) {
			key = appendLabel(key, r.a.values[from])
		} else {
			key = appendLabel(key, own[from-len(r.a.values)])
		}
	}
	if len(f.sources) == 0 {
		key = append(key, 0) // the one series without attributes is no overflow
	}
	r.a.key = key // keeps a buffer that has grown
	s, overflowed := f.find(key, r.resource, r.now, r.places)
	r.went.overflow = r.went.overflow || overflowed
	r.went.other = r.went.other || f.paged && r.places.page == nil
	return s
}
