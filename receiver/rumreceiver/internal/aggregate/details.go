package aggregate

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// details of a vital are its parts, and an exemplar that shows why it is slow. They belong to one report, and go with it. Like
// waitingVital they have no pointers.
type details struct {
	values [maxParts]float64 // s
	series [maxParts]wait    // of the parts; 0: unknown
	link   int32             // of the exemplar: place in Aggregator.links; 0 without one
	slow   bool
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

// details of a report, by their place; 0 when there are none. A slow report, and one with a trace, gets an exemplar.
func (r *recording) details(id instrumentID, e *beacon.Event, report *beacon.Vital) (place int32) {
	var d *details
	open := func() {
		if place == 0 {
			place = r.a.details.Allocate()
			d = r.a.details.At(place)
		}
	}
	instrument, names := partsOf(id)
	for i := range e.Attributes {
		attribute := &e.Attributes[i]
		n := slices.Index(names, attribute.Key)
		value, isNumber := attribute.Float()
		if n < 0 || !isNumber || !countable(value) || value > report.Value+1 { // ms; a part is not longer than all
			continue
		}
		open()
		if d.series[n] == 0 {
			d.series[n], d.values[n] = r.a.waits.enter(r.series(instrument, names[n])), seconds(value)
		}
	}
	good, _, ok := beacon.VitalThresholds(report.Name)
	slow := report.Value > good
	if ok && (slow || r.traced(e)) && id < returnLCP {
		open()
		d.slow, d.link = slow, r.a.links.Allocate()
		*r.a.links.At(d.link) = r.link(e)
	}
	return place
}

// releaseLocked forgets the details of a report that is superseded by another one.
func (a *Aggregator) releaseLocked(place int32) {
	if place == 0 {
		return
	}
	for _, one := range a.details.At(place).series {
		a.waits.leave(one)
	}
	a.freeDetailsLocked(place)
}

func (a *Aggregator) freeDetailsLocked(place int32) {
	if link := a.details.At(place).link; link != 0 {
		a.links.Free(link)
	}
	a.details.Free(place)
}

// recordDetailsLocked counts the parts of a vital that is counted in s, and shows it there.
func (a *Aggregator) recordDetailsLocked(s *series, v *waitingVital, now int64) {
	if v.details == 0 {
		return
	}
	d := a.details.At(v.details)
	for n, one := range d.series {
		if counts := a.waits.leave(one); counts != nil {
			counts.record(d.values[n], v.weight, now)
		}
	}
	if d.link != 0 && (d.slow || s.family.shape == shapeExplicit) { // the other shapes have room for one exemplar only
		s.tally.show(s.family, exemplar{value: v.value, at: now, link: *a.links.At(d.link)})
	}
	a.freeDetailsLocked(v.details)
}
