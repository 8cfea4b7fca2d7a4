package aggregate

import (
	"encoding/binary"
	"hash/maphash"
	"math"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// A vital is reported again and again under the same id, each time the page is hidden and each time
// a batch is sent anew. It counts once, with its last report: it waits until it has not been
// reported for Settings.SettleAfter, then its series gets the value and its id is remembered as
// counted.

// waitingVital is the last report of a vital that has not settled.
type waitingVital struct {
	series        *series
	value, weight float64
	time          int64 // Unix ms, by the browser's clock: tells which report is the last
}

// vital takes one report. One without an id is a measurement of its own and counts at once.
func (r *recording) vital(e *beacon.Event) {
	instrument, ok := vitalInstrument(e.Name)
	if !ok {
		return
	}
	value := e.Value
	if instrument != cls {
		value = seconds(value)
	}
	if e.MeasurementID == "" || !countable(value) {
		r.observe(instrument, value, navigationType(e.NavigationType))
		return
	}
	id := r.measurementID(e)
	if r.counted(id) {
		r.outcome.Late++
		return
	}
	r.report(id, instrument, e, value)
}

func (r *recording) counted(id uint64) bool {
	at, ok := r.a.counted.get(id)
	return ok && r.now-at < int64(r.a.settings.RememberFor)
}

// report makes the event the last word on its vital, unless a later one came before it. The series
// is opened now, so that what waits needs no memory beyond the bound of the series.
func (r *recording) report(id uint64, instrument instrumentID, e *beacon.Event, value float64) {
	a := r.a
	v, existed := a.waiting.touch(id, r.now)
	time := e.Time.UnixMilli()
	if existed {
		if time < v.time {
			return
		}
		v.series.waiting--
	}
	s := r.series(instrument, navigationType(e.NavigationType))
	s.waiting++
	*v = waitingVital{series: s, value: value, weight: r.weight, time: time}
	a.boundMeasurementsLocked(r.now)
}

// measurementID is a hash of what makes a measurement one: application, vital and id. Of the
// application only the name counts, because a page may tell its version between two reports. With a
// secret seed nobody can make two ids meet, and by chance one new id in 10^14 meets one of 100000.
func (r *recording) measurementID(e *beacon.Event) uint64 {
	return r.a.hashLocked(r.beacon.App.Name, e.Name, e.MeasurementID)
}

func (a *Aggregator) hashLocked(parts ...string) uint64 {
	a.scratch = a.scratch[:0]
	for _, part := range parts {
		a.scratch = binary.AppendUvarint(a.scratch, uint64(len(part)))
		a.scratch = append(a.scratch, part...)
	}
	return maphash.Bytes(a.seed, a.scratch)
}

// boundMeasurementsLocked lets the oldest go while there are too many. At least one waits: the newest.
func (a *Aggregator) boundMeasurementsLocked(now int64) {
	for a.waiting.len()+a.counted.len() > a.settings.MaxMeasurements {
		counted, at, _, some := a.counted.oldest()
		waiting, last, vital, _ := a.waiting.oldest()
		if some && at <= last {
			a.counted.remove(counted)
			continue
		}
		vital.settle(now)
		a.waiting.remove(waiting)
	}
}

// settleLocked counts the vitals whose last report was not after the given time.
func (a *Aggregator) settleLocked(upTo, now int64) {
	for {
		id, last, vital, ok := a.waiting.oldest()
		if !ok || last > upTo {
			return
		}
		vital.settle(now)
		a.waiting.remove(id)
		a.counted.touch(id, now)
	}
}

func (v *waitingVital) settle(now int64) {
	v.series.waiting--
	v.series.record(v.value, v.weight, now)
}

// countable tells whether a value may enter a histogram. Beacons are validated before; this is the
// last door, since one NaN would stay in a sum for ever.
func countable(v float64) bool { return v >= 0 && !math.IsInf(v, 0) }

// seconds converts milliseconds. Dividing keeps what is exact in decimals exact, so that 200 ms is
// the bound 0.2 itself; multiplying with 0.001 would not.
func seconds(ms float64) float64 { return ms / 1000 }
