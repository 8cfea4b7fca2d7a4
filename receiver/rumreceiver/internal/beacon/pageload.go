package beacon

import (
	"math"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// PageLoad is the timing of a document.
// https://w3c.github.io/navigation-timing/
type PageLoad struct {
	// Type of the navigation, in the words of web-vitals.
	Type string
	// Phases are its parts, if the format has them.
	Phases Phases
	// Times are its moments, if the format has them; otherwise nil.
	Times *Times
}

// Time is one moment of a page load.
type Time uint8

// The moments, in the order of semconv.NavigationTimes and of the native protocol.
const (
	DomainLookupStart Time = iota
	DomainLookupEnd
	ConnectStart
	SecureConnectionStart
	ConnectEnd
	RequestStart
	ResponseStart
	ResponseEnd
	DOMInteractive
	DOMContentLoadedEventStart
	DOMContentLoadedEventEnd
	LoadEventStart
	LoadEventEnd
	NumTimes
)

// Times of a page load, ms after it began. What has not happened is 0.
type Times [NumTimes]float64

// Phase is one part of a page load.
type Phase uint8

// The phases of a page load, in the order in which they happen.
const (
	PhaseDNS Phase = iota
	PhaseTCP
	PhaseTLS
	PhaseTTFB // request start to first byte, unlike the vital of that name
	PhaseDownload
	PhaseDOMParse
	PhaseDOMContentLoaded
	PhaseLoad
	PhaseTotal
	NumPhases
)

// PhaseNames are the last parts of the attribute and metric names.
var PhaseNames = [NumPhases]string{
	"dns", "tcp", "tls", "ttfb", "download", "dom_parse", "dom_content_loaded", "load", "total",
}

// Phases are durations in ms.
type Phases struct {
	Value [NumPhases]float64
	Known [NumPhases]bool
}

// Set makes a phase known.
func (p *Phases) Set(phase Phase, ms float64) { p.Value[phase], p.Known[phase] = ms, true }

// began is no place in Times: the load began at 0.
const began = NumTimes

// spans are the phases, each from one time to another.
var spans = [NumPhases][2]Time{
	PhaseDNS:              {DomainLookupStart, DomainLookupEnd},
	PhaseTCP:              {ConnectStart, ConnectEnd},
	PhaseTLS:              {SecureConnectionStart, ConnectEnd},
	PhaseTTFB:             {RequestStart, ResponseStart},
	PhaseDownload:         {ResponseStart, ResponseEnd},
	PhaseDOMParse:         {ResponseEnd, DOMInteractive},
	PhaseDOMContentLoaded: {DOMContentLoadedEventStart, DOMContentLoadedEventEnd},
	PhaseLoad:             {LoadEventStart, LoadEventEnd},
	PhaseTotal:            {began, LoadEventEnd},
}

// Phases makes phases of times. One that has not ended is unknown, one that did not happen took no time.
func (t Times) Phases() (phases Phases) {
	if t[SecureConnectionStart] == 0 {
		t[SecureConnectionStart] = t[ConnectEnd] // a connection that was not secured
	}
	for phase, span := range spans {
		var start float64
		if span[0] != began {
			start = t[span[0]]
		}
		if end := t[span[1]]; end > 0 {
			phases.Set(Phase(phase), max(Tenth(end-start), 0))
		}
	}
	return phases
}

// Tenth rounds ms to the precision of browsers.
func Tenth(ms float64) float64 { return math.Round(ms*10) / 10 }

// Kind implements Payload.
func (*PageLoad) Kind() Kind { return KindPageLoad }

func (l *PageLoad) check() (field string, ok bool) {
	for phase, value := range l.Phases.Value {
		if l.Phases.Known[phase] && !(finite(value) && value >= 0) {
			return PhaseNames[phase], false
		}
	}
	if l.Times != nil {
		for time, value := range l.Times {
			if !finite(value) {
				return semconv.NavigationTimes[time], false
			}
		}
	}
	return "", true
}

func (l *PageLoad) doubts() (found Implausibilities) {
	total := l.Phases.Value[PhaseTotal]
	for phase, value := range l.Phases.Value {
		if known := l.Phases.Known[phase]; known {
			found.add(OutOfRange, value > maxDuration)
			found.add(PhaseOverTotal, l.Phases.Known[PhaseTotal] && value > total+tolerance)
		}
	}
	return found
}

func (l *PageLoad) size(s *Size) {
	s.texts(l.Type)
	for _, known := range l.Phases.Known {
		if known {
			s.numbers(1)
		}
	}
	if l.Times != nil {
		s.numbers(len(l.Times))
	}
}

// Scrub implements Payload.
func (l *PageLoad) Scrub(c Cleaner) { l.Type = c.Text(l.Type) }
