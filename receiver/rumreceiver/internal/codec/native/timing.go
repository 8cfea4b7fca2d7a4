package native

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// The times of a page load in "pt", in this order, as PerformanceNavigationTiming names them.
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
	numTimes
)

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
	beacon.PhaseTotal:            {numTimes, loadEventEnd}, // numTimes: when the load began, which is 0
}

// phasesOf makes phases of times. One that has not ended is unknown, one that did not happen took no
// time.
func phasesOf(times *[numTimes + 1]float64) *beacon.Phases {
	phases := new(beacon.Phases)
	times[numTimes] = 0
	if times[secureConnectionStart] == 0 {
		times[secureConnectionStart] = times[connectEnd] // a connection that was not secured
	}
	for phase, span := range spans {
		if end := times[span[1]]; end > 0 {
			phases.Known[phase], phases.Value[phase] = true, max(tenth(end-times[span[0]]), 0)
		}
	}
	return phases
}

// readTimes reads "pt". Times that a newer client adds behind ours are passed over.
func (d *batchDecoder) readTimes(in *batchEvent) {
	entered, _ := d.r.Open('[')
	if !entered {
		in.fault(beacon.ReasonBadEvent, "pt")
	}
	var times [numTimes + 1]float64
	for i := 0; entered && d.r.More(']'); i++ {
		v, ok := d.r.Num()
		if !ok {
			in.fault(beacon.ReasonBadValue, "pt")
		}
		if i < numTimes {
			times[i] = v
		}
	}
	in.phases = phasesOf(&times)
}
