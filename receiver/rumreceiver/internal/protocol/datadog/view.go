package datadog

import (
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// fact is a number in a document of a view.
type fact uint8

const (
	timeSpent fact = iota
	firstByte
	fcp
	lcp
	cls
	inp
	inpTime
	fid
	domInteractive
	domContentLoaded
	domComplete
	loadEvent
	loadingTime
	loadDelay
	loadTime
	renderDelay
	inputDelay
	processing
	presentation
	shiftTime
	numFacts
)

// word is a text in a document of a view.
type word uint8

const (
	loadingType word = iota
	lcpTarget
	lcpURL
	clsTarget
	inpTarget
	numWords
)

// facts and words by their paths in the document. Numbers are ns, except the score.
var facts = map[string]fact{
	"time_spent": timeSpent, "first_byte": firstByte, "first_contentful_paint": fcp, "largest_contentful_paint": lcp,
	"cumulative_layout_shift": cls, "interaction_to_next_paint": inp, "interaction_to_next_paint_time": inpTime,
	"dom_interactive": domInteractive, "dom_content_loaded": domContentLoaded, "dom_complete": domComplete, "load_event": loadEvent,
	"first_input_delay": fid, // before version 6
	"loading_time":      loadingTime, "cumulative_layout_shift_time": shiftTime,
	"performance.fcp.timestamp": fcp, "performance.lcp.timestamp": lcp, "performance.cls.score": cls,
	"performance.inp.duration": inp, "performance.inp.timestamp": inpTime,
	"performance.lcp.sub_parts.load_delay": loadDelay, "performance.lcp.sub_parts.load_time": loadTime, "performance.lcp.sub_parts.render_delay": renderDelay,
	"performance.inp.sub_parts.input_delay": inputDelay, "performance.inp.sub_parts.processing_duration": processing,
	"performance.inp.sub_parts.presentation_delay": presentation,
}

var words = map[string]word{
	"loading_type": loadingType, "largest_contentful_paint_target_selector": lcpTarget, "performance.lcp.target_selector": lcpTarget,
	"performance.lcp.resource_url": lcpURL, "cumulative_layout_shift_target_selector": clsTarget, "performance.cls.target_selector": clsTarget,
	"interaction_to_next_paint_target_selector": inpTarget, "performance.inp.target_selector": inpTarget,
}

// snapshot is the data of a view in one document.
type snapshot struct {
	value [numFacts]float64
	known [numFacts]bool
	words [numWords]string
}

// over completes the later of two snapshots with data that only the earlier one has.
func (s *snapshot) over(earlier *snapshot) {
	for i := range s.value {
		if !s.known[i] && earlier.known[i] {
			s.value[i], s.known[i] = earlier.value[i], true
		}
	}
	for i := range s.words {
		if s.words[i] == "" {
			s.words[i] = earlier.words[i]
		}
	}
}

// viewMember reads a member of an event's view: in documents of views it is a snapshot, in other events little more than the
// id.
func (d *decoder) viewMember(name string) {
	in := &d.in
	switch name {
	case "id":
		in.page.ID = d.Text(d.r, beacon.BoundString)
	case "url":
		in.page.URL = d.Text(d.r, beacon.BoundURL)
	case "referrer":
		in.page.Referrer = d.Text(d.r, beacon.BoundURL)
	case "is_active":
		// That a view is active says nothing: pages may end without a report.
		if active, ok := d.r.Bool(); ok && !active {
			in.left = true
		}
	case "name":
		d.nameOfView()
	case "custom_timings":
		d.timings()
	default:
		d.viewFact(name)
	}
}

// nameOfView is a route if the SDK's plugins for routers name the views, otherwise a tag.
func (d *decoder) nameOfView() {
	page, name := &d.in.page, d.Text(d.r, beacon.BoundString)
	switch {
	case strings.HasPrefix(name, "/"):
		page.Route = name
	case name != "":
		page.Tags = gather.AddTag(page.Tags, "view", name, &d.Limits, &d.Trims)
	}
}

func (d *decoder) viewFact(path string) {
	s := &d.in.view
	switch d.r.Kind() {
	case '0':
		v, ok := d.r.Num()
		if at, known := facts[path]; known && ok {
			s.value[at], s.known[at] = v, true
		}
	case '"':
		text := d.Text(d.r, beacon.BoundURL)
		if at, known := words[path]; known {
			s.words[at] = text
		}
	case '{':
		if path != "performance" && !strings.HasPrefix(path, "performance.") {
			d.r.Skip()
			return
		}
		d.r.Object(func(name string) { d.viewFact(path + "." + name) })
	default:
		d.r.Skip()
	}
}

// timings are moments of the view, named by the application.
func (d *decoder) timings() {
	d.r.Object(func(name string) {
		if v, ok := d.r.Num(); ok {
			d.Bag.Number(d.Cut("custom_timings."+name, beacon.BoundString), beacon.Tenth(millis(v)))
		}
	})
}

// view is the data of a view in all documents of a body: of the latest version.
type view struct {
	snapshot
	version      float64
	index, count int // of the first document; the number of documents
	left         bool
	app          beacon.App
	page         beacon.Page
	event        beacon.Event
	attributes   []beacon.Attribute
}

// document of a view: it is held until the end of the body, because only the last one of each view becomes events.
func (d *decoder) document() gather.Fault {
	in := &d.in
	if in.page.ID == "" {
		return gather.Fault{Reason: beacon.ReasonMissingName, Field: "view.id"}
	}
	attributes := d.tagsOfContext()
	event, fault := d.new()
	if fault.Reason != "" {
		return fault
	}
	isPartial := in.kind == "view_update"
	later := &view{snapshot: in.view, version: in.version, count: 1, left: in.left, app: d.application(), page: in.page, event: event, attributes: attributes}
	before := d.byID[in.page.ID]
	if before == nil {
		if d.byID == nil {
			d.byID = map[string]*view{}
		}
		later.index, later.event.Trimmed = d.Hold()
		d.byID[in.page.ID] = later
		d.views = append(d.views, later)
		return gather.Fault{}
	}
	d.Hold()
	before.count++
	before.left = before.left || in.left // a view does not come back
	switch {
	case in.version < before.version:
		before.over(&in.view)
	case isPartial:
		later.over(&before.snapshot)
		before.snapshot, before.version, before.event.Time = later.snapshot, later.version, later.event.Time
		before.attributes = join(before.attributes, later.attributes, d.Limits.MaxAttributes)
	default:
		before.snapshot, before.version, before.event, before.attributes = later.snapshot, later.version, later.event, later.attributes
		before.app, before.page = later.app, later.page
	}
	return gather.Fault{}
}

// tagsOfContext makes the application's context of a view tags of the page. The timings stay attributes.
func (d *decoder) tagsOfContext() (timings []beacon.Attribute) {
	page := &d.in.page
	for _, a := range d.Bag.Free() {
		if strings.HasPrefix(a.Key, "custom_timings.") {
			timings = append(timings, a)
			continue
		}
		page.Tags = gather.AddTag(page.Tags, a.Key, a.Text(), &d.Limits, &d.Trims)
	}
	return timings
}

func join(earlier, later []beacon.Attribute, most int) []beacon.Attribute {
	for _, a := range later {
		if len(earlier) < most {
			earlier = gather.AddItem(earlier, a)
		}
	}
	return earlier
}

// makeViews makes events of the documents: a page view and a page load, which count with their first report, and vitals, which
// count with their last.
func (d *decoder) makeViews() {
	for _, v := range d.views {
		d.makeView(v)
	}
}

// maxOfView is the largest number of events of a view.
const maxOfView = 2 + 6

func (d *decoder) makeView(v *view) {
	d.Application(v.app)
	event := v.event
	event.Index, event.Count = v.index, v.count
	if !d.Fits(maxOfView) {
		for range v.count {
			d.RefuseEvent(&event, gather.Fault{Reason: beacon.ReasonTooManyEvents})
		}
		return
	}
	if v.left {
		d.Beacon.Pages[event.Page].State = beacon.PageStateLeft
	}
	kind := v.words[loadingType]
	began := event.Time
	event.Once = true
	event.Payload = &beacon.PageView{Type: navigationOf(kind), SameDocument: kind != "initial_load"}
	event.Attributes = v.attributes
	d.Place(event)
	event.Count, event.Attributes = 0, nil
	if v.known[loadEvent] && v.value[loadEvent] > 0 && kind == "initial_load" {
		event.Payload, event.Attributes = d.load(v)
		d.Place(event)
	}
	event.Once = false
	event.Time = began.Add(v.spent())
	for _, of := range vitals {
		if payload, attributes, ok := d.report(v, of.name, of.fact); ok {
			event.Payload, event.Attributes = payload, attributes
			d.Place(event)
		}
	}
}

// spent is how long the view had been open when the document was made. It gives the order of documents.
func (v *view) spent() time.Duration {
	if ns := v.value[timeSpent]; ns >= 0 && ns < float64(24*time.Hour) {
		return time.Duration(ns)
	}
	return 0
}

// navigationOf is the type of a view in the words of web-vitals. The SDK does not report a reload from another load.
func navigationOf(loading string) string {
	switch loading {
	case "initial_load":
		return "navigate"
	case "bf_cache":
		return "back-forward-cache"
	case "route_change":
		return "soft-navigation"
	}
	return loading
}

// load has the times since the start of the view. The phases of the network are in the event of the document's resource.
func (d *decoder) load(v *view) (beacon.Payload, []beacon.Attribute) {
	load := &beacon.PageLoad{Type: navigationOf(v.words[loadingType])}
	load.Phases.Set(beacon.PhaseTotal, beacon.Tenth(millis(v.value[loadEvent])))
	d.Bag.Reset()
	for _, of := range []struct {
		name string
		fact fact
	}{{"dom_interactive", domInteractive}, {"dom_content_loaded", domContentLoaded}, {"dom_complete", domComplete}, {"loading_time", loadingTime}} {
		d.numberOf(v, of.name, of.fact)
	}
	return load, d.Bag.Free()
}

// numberOf adds a duration, if the view has it.
func (d *decoder) numberOf(v *view, name string, of fact) {
	if v.known[of] {
		d.Bag.Number(name, beacon.Tenth(millis(v.value[of])))
	}
}

var vitals = []struct {
	name string
	fact fact
}{{beacon.TTFB, firstByte}, {beacon.FCP, fcp}, {beacon.LCP, lcp}, {beacon.CLS, cls}, {beacon.INP, inp}, {beacon.FID, fid}}

// report is a vital of the view. Its id is that of the view, so that the last report counts. An INP of 0 without a time is
// left out: no interaction took long enough to be measured.
func (d *decoder) report(v *view, name string, of fact) (beacon.Payload, []beacon.Attribute, bool) {
	if !v.known[of] || v.value[of] < 0 || of == inp && v.value[inp] == 0 && !v.known[inpTime] {
		return nil, nil, false
	}
	value := millis(v.value[of])
	if of == cls {
		value = v.value[of]
	}
	vital := d.Vitals.Put(beacon.Vital{
		Name: name, Value: value, Delta: value, ID: v.page.ID + "-" + name, NavigationType: navigationOf(v.words[loadingType]),
	})
	d.Bag.Reset()
	switch of {
	case lcp:
		d.Bag.Text(semconv.AttributionTarget, v.words[lcpTarget])
		d.Bag.Text(semconv.AttributionURL, v.words[lcpURL])
		d.numberOf(v, semconv.AttributionTimeToFirstByte, firstByte)
		d.numberOf(v, semconv.AttributionResourceLoadDelay, loadDelay)
		d.numberOf(v, semconv.AttributionResourceLoadDuration, loadTime)
		d.numberOf(v, semconv.AttributionElementRenderDelay, renderDelay)
	case cls:
		d.Bag.Text(semconv.AttributionTarget, v.words[clsTarget])
		d.numberOf(v, semconv.AttributionLargestShiftTime, shiftTime)
	case inp:
		d.Bag.Text(semconv.AttributionTarget, v.words[inpTarget])
		d.numberOf(v, semconv.AttributionInputDelay, inputDelay)
		d.numberOf(v, semconv.AttributionProcessingDuration, processing)
		d.numberOf(v, semconv.AttributionPresentationDelay, presentation)
	}
	return vital, d.Bag.Free(), true
}
