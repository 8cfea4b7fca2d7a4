package aggregate

import (
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// instrument is the definition of a metric.
type instrument struct {
	name, unit, description string
	// sum is true for a counter; everything else is a histogram.
	sum bool
	// labels are the attributes that only this metric has, in the order of the key.
	labels []label
}

// label is an attribute of a point.
type label struct {
	name string
	// boolean labels are written as "true" or "false" in the key.
	boolean bool
	// paged labels have values that the page chooses; see places.go.
	paged bool
}

// instrumentID is an index into instruments. It is also the order of the metrics in a Window.
type instrumentID int

const (
	lcp instrumentID = iota
	inp
	cls
	fcp
	ttfb
	fid
	returnLCP
	returnFCP
	lcpPart
	inpPart
	firstBreakdown
	firstPhase = firstBreakdown + numQuestions*numBrokenDown
)

const (
	resourceDuration = firstPhase + instrumentID(beacon.NumPhases) + iota
	longTaskDuration
	interactionDuration
	measurement
	exceptions
	pageViews
	sessions
	sessionsContinued
	sessionsWithError
	noiseExceptions
	syntheticEvents
	numInstruments
)

// instruments are all the metrics that the receiver can emit.
var instruments = func() (all [numInstruments]instrument) {
	all[lcp] = vital(beacon.LCP, "s", "Largest Contentful Paint")
	all[inp] = vital(beacon.INP, "s", "Interaction to Next Paint")
	all[cls] = vital(beacon.CLS, "1", "Cumulative Layout Shift")
	all[fcp] = vital(beacon.FCP, "s", "First Contentful Paint")
	all[ttfb] = vital(beacon.TTFB, "s", "Time to First Byte")
	all[fid] = vital(beacon.FID, "s", "First Input Delay")
	all[returnLCP] = instrument{
		name: semconv.MetricReturnPrefix + beacon.LCP, unit: "s",
		description: "Largest Contentful Paint of pages that came back from the back/forward cache",
	}
	all[returnFCP] = instrument{
		name: semconv.MetricReturnPrefix + beacon.FCP, unit: "s",
		description: "First Contentful Paint of pages that came back from the back/forward cache",
	}
	all[lcpPart] = instrument{
		name: semconv.MetricLCPPart, unit: "s", description: "Parts of the Largest Contentful Paint",
		labels: []label{{name: semconv.WebVitalPart}},
	}
	all[inpPart] = instrument{
		name: semconv.MetricINPPart, unit: "s", description: "Parts of the Interaction to Next Paint",
		labels: []label{{name: semconv.WebVitalPart}},
	}
	for question, asked := range questions {
		for id := range numBrokenDown {
			all[breakdown(question, id)] = instrument{
				name: asked.prefix + vitalName(id), unit: all[id].unit, description: all[id].description + asked.description,
			}
		}
	}
	for phase, name := range beacon.PhaseNames {
		all[firstPhase+instrumentID(phase)] = instrument{
			name: semconv.MetricPageLoadPrefix + name, unit: "s",
			description: "Duration of a phase of page loads",
		}
	}
	all[resourceDuration] = instrument{
		name: semconv.MetricResourceDuration, unit: "s", description: "Duration of resource loads",
		labels: []label{{name: semconv.ResourceTimingInitiatorType}},
	}
	all[longTaskDuration] = instrument{
		name: semconv.MetricLongTaskDuration, unit: "s",
		description: "Duration of long tasks and long animation frames",
		labels:      []label{{name: semconv.LongTaskType}},
	}
	all[interactionDuration] = instrument{
		name: semconv.MetricInteractionDuration, unit: "s",
		description: "Duration of interactions that the application tracks",
		labels:      []label{{name: semconv.InteractionName}},
	}
	all[measurement] = instrument{
		name: semconv.MetricMeasurement, description: "Values that the application measures, as sent",
		labels: []label{{name: semconv.MeasurementName}, {name: semconv.MeasurementUnit}},
	}
	all[exceptions] = instrument{
		name: semconv.MetricExceptions, unit: "{exception}", sum: true,
		description: "Uncaught errors, unhandled rejections and reported errors, without noise",
		labels:      []label{{name: semconv.ExceptionSource}},
	}
	all[pageViews] = instrument{
		name: semconv.MetricPageViews, unit: "{page_view}", sum: true,
		description: "Page loads and route changes",
		labels:      []label{{name: semconv.NavigationSameDocument, boolean: true}},
	}
	all[sessions] = instrument{
		name: semconv.MetricSessions, unit: "{session}", sum: true, description: "Sessions started",
	}
	all[sessionsContinued] = instrument{
		name: semconv.MetricSessionsContinued, unit: "{session}", sum: true,
		description: "Sessions that came to this version or environment from another one, in which they are counted as started",
	}
	all[sessionsWithError] = instrument{
		name: semconv.MetricSessionsWithError, unit: "{session}", sum: true,
		description: "Sessions with at least one exception that is no noise",
	}
	all[noiseExceptions] = instrument{
		name: semconv.MetricNoiseExceptions, unit: "{exception}", sum: true,
		description: "Exceptions that are none of the application's",
		labels:      []label{{name: semconv.ExceptionNoise}},
	}
	all[syntheticEvents] = instrument{
		name: semconv.MetricSyntheticEvents, unit: "{event}", sum: true,
		description: "Events of bots and tests, which no other metric counts",
	}
	return all
}()

func vital(name, unit, title string) instrument {
	return instrument{
		name: semconv.MetricWebVitalPrefix + name, unit: unit,
		description: title + ", final values",
		labels:      []label{{name: semconv.WebVitalNavigationType}},
	}
}

// returnInstrument finds the metric of a vital of a page that came back from the back/forward cache: nothing was loaded, so the
// loading vitals have metrics of their own, and there is no first byte.
func returnInstrument(id instrumentID) (instrumentID, bool) {
	switch id {
	case lcp:
		return returnLCP, true
	case fcp:
		return returnFCP, true
	case ttfb:
		return 0, false
	}
	return id, true
}

// vitalInstrument finds the metric of a vital; false for a name that is none.
func vitalInstrument(name string) (instrumentID, bool) {
	switch name {
	case beacon.LCP:
		return lcp, true
	case beacon.INP:
		return inp, true
	case beacon.CLS:
		return cls, true
	case beacon.FCP:
		return fcp, true
	case beacon.TTFB:
		return ttfb, true
	case beacon.FID:
		return fid, true
	}
	return 0, false
}
