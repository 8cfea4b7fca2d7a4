package aggregate

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// details of a vital are its parts, and an exemplar that shows why it is slow. They belong to one report, and go with it.
type details struct {
	parts    [maxParts]part
	exemplar exemplar
	shown    bool // has an exemplar
	slow     bool
}

type part struct {
	series *series // nil: unknown
	value  float64 // s
}

const maxParts = 4

// partsOf names the attributes of a vital in which decoders put its parts, in ms.
func partsOf(id instrumentID) (instrumentID, []string) {
	switch id {
	case lcp:
		return lcpPart, lcpParts
	case inp:
		return inpPart, inpParts
	}
	return 0, nil
}

var (
	lcpParts = []string{
		semconv.AttributionTimeToFirstByte, semconv.AttributionResourceLoadDelay,
		semconv.AttributionResourceLoadDuration, semconv.AttributionElementRenderDelay,
	}
	inpParts = []string{
		semconv.AttributionInputDelay, semconv.AttributionProcessingDuration, semconv.AttributionPresentationDelay,
	}
)

// details of a report; nil when there are none. A slow report, and one with a trace, gets an exemplar.
func (r *recording) details(id instrumentID, e *beacon.Event, report *beacon.Vital) *details {
	var d *details
	instrument, names := partsOf(id)
	for i := range e.Attributes {
		attribute := &e.Attributes[i]
		n := slices.Index(names, attribute.Key)
		value, isNumber := attribute.Float()
		if n < 0 || !isNumber || !countable(value) || value > report.Value+1 { // ms; a part is not longer than all
			continue
		}
		if d == nil {
			d = &details{}
		}
		if d.parts[n].series == nil {
			s := r.series(instrument, names[n])
			s.waiting++
			d.parts[n] = part{series: s, value: seconds(value)}
		}
	}
	good, _, ok := beacon.VitalThresholds(report.Name)
	slow := report.Value > good
	if ok && (slow || r.traced(e)) && id < returnLCP {
		if d == nil {
			d = &details{}
		}
		d.slow, d.shown, d.exemplar = slow, true, r.exemplar(e)
	}
	return d
}

// release forgets a report that is superseded by another one.
func (d *details) release() {
	if d == nil {
		return
	}
	for i := range d.parts {
		if s := d.parts[i].series; s != nil {
			s.done()
		}
	}
}

func (d *details) record(s *series, v *waitingVital, now int64) {
	if d == nil {
		return
	}
	for i := range d.parts {
		if p := &d.parts[i]; p.series != nil {
			p.series.done().record(p.value, v.weight, now)
		}
	}
	if d.slow || d.shown && s.family.shape == shapeExplicit { // the other shapes have room for one exemplar only
		d.exemplar.value, d.exemplar.at = v.value, now
		s.tally.show(s.family, d.exemplar)
	}
}
