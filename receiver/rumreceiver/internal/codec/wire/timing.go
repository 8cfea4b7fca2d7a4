package wire

import (
	"math"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Places in Times, as PerformanceNavigationTiming names them.
const (
	domainLookupStart = iota
	domainLookupEnd
	connectStart
	secureConnectionStart
	connectEnd
	requestStart
	responseStart
	responseEnd
	domInteractive
	domContentLoadedEventStart
	domContentLoadedEventEnd
	loadEventStart
	loadEventEnd
	NumTimes
)

// Times of a page load, ms after it began, in the order of the native protocol. What has not happened is 0.
type Times [NumTimes]float64

// TimeNames are what semantic conventions call them, behind a prefix.
var TimeNames = [NumTimes]string{
	"domain_lookup_start", "domain_lookup_end", "connect_start", "secure_connection_start", "connect_end", "request_start",
	"response_start", "response_end", "dom_interactive", "dom_content_loaded_event_start", "dom_content_loaded_event_end",
	"load_event_start", "load_event_end",
}

// loadBegan is no place: the load began at 0.
const loadBegan = -1

// spans are the phases, each from one time to another.
var spans = [beacon.NumPhases][2]int{
	beacon.PhaseDNS:              {domainLookupStart, domainLookupEnd},
	beacon.PhaseTCP:              {connectStart, connectEnd},
	beacon.PhaseTLS:              {secureConnectionStart, connectEnd},
	beacon.PhaseTTFB:             {requestStart, responseStart},
	beacon.PhaseDownload:         {responseStart, responseEnd},
	beacon.PhaseDOMParse:         {responseEnd, domInteractive},
	beacon.PhaseDOMContentLoaded: {domContentLoadedEventStart, domContentLoadedEventEnd},
	beacon.PhaseLoad:             {loadEventStart, loadEventEnd},
	beacon.PhaseTotal:            {loadBegan, loadEventEnd},
}

// Phases makes phases of times. One that has not ended is unknown, one that did not happen took no time.
func (t Times) Phases() *beacon.Phases {
	phases := new(beacon.Phases)
	if t[secureConnectionStart] == 0 {
		t[secureConnectionStart] = t[connectEnd] // a connection that was not secured
	}
	for phase, span := range spans {
		var start float64
		if span[0] != loadBegan {
			start = t[span[0]]
		}
		if end := t[span[1]]; end > 0 {
			phases.Known[phase], phases.Value[phase] = true, max(Tenth(end-start), 0)
		}
	}
	return phases
}

// Tenth rounds ms to what browsers tell.
func Tenth(ms float64) float64 { return math.Round(ms*10) / 10 }
