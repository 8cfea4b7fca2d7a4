package sentry

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// load is a page load whose parts are separate spans in one envelope.
type load struct {
	segmentID string
	event     beacon.Event
	app       beacon.App
	parts     int // number of spans
	index     int // of the first
	began     time.Time
	ended     time.Time
	phases    beacon.Phases
	request   float64 // ms, with the response
	hasParts  bool
}

// loadOf finds or makes the load of a segment. Their number is about bounded by Limits.MaxEvents.
func (d *decoder) loadOf(segmentID string) *load {
	for _, l := range d.loads {
		if l.segmentID == segmentID {
			return l
		}
	}
	l := &load{segmentID: segmentID}
	d.loads = append(d.loads, l)
	return l
}

// parts of a page load by the operations of their spans.
var parts = map[string]beacon.Phase{
	"browser.dns": beacon.PhaseDNS, "browser.DNS": beacon.PhaseDNS, "browser.connect": beacon.PhaseTCP,
	"browser.tls": beacon.PhaseTLS, "browser.TLS/SSL": beacon.PhaseTLS, "browser.secure_connection": beacon.PhaseTLS,
	"browser.response": beacon.PhaseDownload, "browser.dom_content_loaded_event": beacon.PhaseDOMContentLoaded, "browser.domContentLoadedEvent": beacon.PhaseDOMContentLoaded,
	"browser.load_event": beacon.PhaseLoad, "browser.loadEvent": beacon.PhaseLoad,
}

// part is a span of a load. It is held until the end of the envelope. Paints are reported as vitals.
func (d *decoder) part() gather.Fault {
	in := &d.in
	phase, known := parts[in.op]
	isRequest := in.op == "browser.request"
	if !known && !isRequest || in.segmentID == "" {
		d.LeaveOut()
		return gather.Fault{}
	}
	in.url = d.Bag.TakeString("url.full")
	l := d.loadOf(in.segmentID)
	if !l.hasParts {
		var fault gather.Fault
		if l.event, fault = d.new(in.start); fault.Reason != "" {
			return fault
		}
		l.hasParts, l.app = true, d.Beacon.App
		l.index, l.event.Trimmed = d.Hold()
	} else {
		d.Hold()
	}
	l.parts++
	l.add(phase, isRequest, in)
	return gather.Fault{}
}

func (l *load) add(phase beacon.Phase, isRequest bool, in *element) {
	duration := millisBetween(in.start, in.end)
	if isRequest {
		l.request = duration
		return
	}
	l.phases.Set(phase, beacon.Tenth(duration))
	if phase == beacon.PhaseLoad {
		l.ended = in.end
	}
}

// timing makes the page load of the parts. The SDK's request includes the response.
func (l *load) timing() *beacon.PageLoad {
	response := l.phases.Value[beacon.PhaseDownload]
	if l.phases.Known[beacon.PhaseDownload] && l.request >= response {
		l.phases.Set(beacon.PhaseTTFB, beacon.Tenth(l.request-response))
	}
	if !l.began.IsZero() && l.ended.After(l.began) {
		l.phases.Set(beacon.PhaseTotal, beacon.Tenth(millisBetween(l.began, l.ended)))
	}
	return &beacon.PageLoad{Type: "navigate", Phases: l.phases}
}

// makeLoads makes an event of the parts of each load.
func (d *decoder) makeLoads() {
	for _, l := range d.loads {
		if !l.hasParts {
			continue
		}
		d.Application(l.app)
		event := l.event
		event.Index, event.Count = l.index, l.parts
		if !d.Fits(1) {
			for range l.parts {
				d.RefuseEvent(&event, gather.Fault{Reason: beacon.ReasonTooManyEvents})
			}
			continue
		}
		event.Payload = l.timing()
		d.Place(event)
	}
}
