package aggregate

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/dchest/siphash"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// A vital is reported again and again under the same id: each time the page is hidden, and each time a
// batch is sent anew. It counts once, with its last report, when nothing more is to come: shortly after
// its page view has ended (Settings.SettleAfter), some minutes after it was left for another one of the document
// (leftAfter), or when neither it nor its session was heard of for as
// long as a session may be inactive (Settings.SilentAfter).

// leftAfter is how long after a page view was left its vitals may still change: Datadog's SDK looks at a view for five
// minutes more, and sends what it has at most 30 s later.
// https://github.com/DataDog/browser-sdk: KEEP_TRACKING_AFTER_VIEW_DELAY, FLUSH_DURATION_LIMIT
const leftAfter = 5*time.Minute + 30*time.Second

// vital takes one report. One without an id is a measurement of its own and counts at once.
func (r *recording) vital(e *beacon.Event, report *beacon.Vital) {
	instrument, ok := vitalInstrument(report.Name)
	if ok && returned(report.NavigationType) {
		instrument, ok = returnInstrument(instrument)
	}
	if !ok || instrument == ttfb && !semconv.MeaningfulAfter("ttfb", report.NavigationType) {
		return
	}
	value := report.Value
	if instrument != cls {
		value = seconds(value)
	}
	if !countable(value) {
		return
	}
	if report.ID == "" {
		v := waitingVital{series: r.wait(instrument, report), value: value, weight: r.weight}
		v.byQuestion, v.details = r.breakdowns(instrument), r.details(instrument, e, report)
		r.a.recordLocked(&v, r.now)
		return
	}
	id := r.measurementID(report)
	if v, waits := r.a.waiting.find(id); waits {
		r.again(v, instrument, e, report, value)
		return
	}
	if counted, known := r.a.counted.find(id, r.share(), r.now); known {
		if counted != float32(value) { // else it was reported twice, and nothing is lost
			r.outcome.Late++
		}
		return
	}
	r.first(id, instrument, e, report, value)
}

// first begins to wait for further reports of a new vital. The series is opened now, so that waiting vitals need no memory beyond
// the bound of the series, and a scraper sees the zero before the value.
func (r *recording) first(id uint64, instrument instrumentID, e *beacon.Event, report *beacon.Vital, value float64) {
	a := r.a
	v := waitingVital{
		id: id, view: r.view, session: r.session, series: r.wait(instrument, report),
		value: value, weight: r.weight, time: reported(e), touched: r.now,
		ended: r.page.State == beacon.PageStateEnded, reported: r.page.State != beacon.PageStateUnknown,
		left: r.page.State == beacon.PageStateLeft,
	}
	v.byQuestion, v.details = r.breakdowns(instrument), r.details(instrument, e, report)
	a.waiting.add(v, r.share(), a.dueLocked(&v))
	for a.waiting.len() > a.settings.MaxPending {
		a.settleEarlyLocked(r.now)
	}
}

// again makes the event the last report of its vital, unless a later one arrived before.
func (r *recording) again(v *waitingVital, instrument instrumentID, e *beacon.Event, report *beacon.Vital, value float64) {
	v.touched = r.now
	r.a.waiting.reported(v)
	v.reported = v.reported || r.page.State != beacon.PageStateUnknown
	if r.page.State == beacon.PageStateLeft && !v.ended {
		v.left = true
		r.a.waiting.move(int(v.place), r.a.dueLocked(v))
	}
	time := reported(e)
	if !supersedes(instrument, time, value, v) {
		return
	}
	r.a.waits.leave(v.series)
	v.series, v.value, v.weight, v.time = r.wait(instrument, report), value, r.weight, time
	r.a.releaseLocked(v.details)
	v.details = r.details(instrument, e, report)
}

// wait opens the series of a vital, which waits in it.
func (r *recording) wait(instrument instrumentID, report *beacon.Vital) wait {
	return r.a.waits.enter(r.series(instrument, navigationType(report.NavigationType)))
}

// clockJump is the largest time, in ms, by which a greater value can seem earlier because another report overtook it. Beyond it,
// the clock was set back: this happens while a page is open for hours, and an INP seldom falls.
const clockJump = 30 * 60 * 1000

// supersedes reports whether a report is later than the known one. LCP and CLS never fall under one id, so the greater
// value is later, whatever the clock; for the others the time decides, or the greater value without a time.
func supersedes(id instrumentID, time int64, value float64, known *waitingVital) bool {
	if id == lcp || id == cls || time == known.time || time == 0 || known.time == 0 {
		return value >= known.value
	}
	return time > known.time || value > known.value && known.time-time > clockJump
}

// reported is the time of the report by the browser's clock, Unix ms; 0 when unknown.
func reported(e *beacon.Event) int64 {
	if e.BrowserTime.IsZero() {
		return 0
	}
	return e.BrowserTime.UnixMilli()
}

// measurementID is a hash of application, vital and id, which identify a measurement. Of the application only the name counts,
// because a page may set its version between two reports. The key is secret, so nobody can make two ids collide; by chance one
// new id in 10^13 collides with one of a million.
func (r *recording) measurementID(report *beacon.Vital) uint64 {
	return r.a.hashLocked(r.beacon.App.Name, report.Name, report.ID)
}

// hashLocked is never 0.
func (a *Aggregator) hashLocked(parts ...string) uint64 {
	a.scratch = a.scratch[:0]
	for _, part := range parts {
		a.scratch = binary.AppendUvarint(a.scratch, uint64(len(part)))
		a.scratch = append(a.scratch, part...)
	}
	return max(siphash.Hash(a.hashKey[0], a.hashKey[1], a.scratch), 1)
}

// dueLocked returns when a vital is counted if there is no further report.
func (a *Aggregator) dueLocked(v *waitingVital) int64 {
	if v.ended {
		return v.touched + int64(a.settings.SettleAfter)
	}
	if unreported := a.settings.UnreportedAfter; unreported > 0 && !v.reported {
		return v.touched + int64(unreported)
	}
	if v.left {
		return v.touched + int64(min(leftAfter, a.settings.SilentAfter))
	}
	heard := v.touched
	if at, _, ok := a.sessions.Get(v.session); ok {
		heard = max(heard, at)
	}
	return heard + int64(a.settings.SilentAfter)
}

// settleLocked counts the vitals that are due by the given time.
func (a *Aggregator) settleLocked(by, now int64) {
	for {
		v, due := a.waiting.first()
		if v == nil || due > by {
			return
		}
		if !v.ended && by != math.MaxInt64 {
			if later := a.dueLocked(v); later > due {
				a.waiting.move(int(v.place), later)
				continue
			}
		}
		a.countLocked(v, now)
	}
}

// settleEarlyLocked counts a vital because too many wait. If an address has too many of them, it is the one that this address
// has not reported for longest; otherwise the one that is due first.
func (a *Aggregator) settleEarlyLocked(now int64) {
	if v := a.waiting.excess(); v != nil {
		a.early++
		a.countLocked(v, now)
		return
	}
	for {
		v, due := a.waiting.first()
		if later := a.dueLocked(v); !v.ended && later > due {
			a.waiting.move(int(v.place), later)
			continue
		}
		a.early++
		a.countLocked(v, now)
		return
	}
}

func (a *Aggregator) countLocked(v *waitingVital, now int64) {
	a.recordLocked(v, now)
	a.counted.add(v.id, float32(v.value), a.waiting.share(v), now)
	a.waiting.remove(v)
}

// recordLocked records a vital that is final wherever it counts.
func (a *Aggregator) recordLocked(v *waitingVital, now int64) {
	s := a.waits.leave(v.series)
	s.record(v.value, v.weight, now)
	for _, by := range v.byQuestion {
		if counts := a.waits.leave(by); counts != nil {
			counts.record(v.value, v.weight, now)
		}
	}
	a.recordDetailsLocked(s, v, now)
}

// countable reports whether a value may enter a histogram. Beacons are validated before; this is the last check,
// because one NaN would stay in a sum for ever.
func countable(v float64) bool { return v >= 0 && !math.IsInf(v, 0) }

// seconds converts milliseconds. Dividing keeps what is exact in decimals exact, so that 200 ms is
// the bound 0.2 itself; multiplying with 0.001 would not.
func seconds(ms float64) float64 { return ms / 1000 }
