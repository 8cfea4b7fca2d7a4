package native

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// readTimes reads "pt". Further times from a newer client are skipped.
func (d *batchDecoder) readTimes(in *batchEvent) {
	entered, _ := d.r.Open('[')
	if !entered {
		in.Note(beacon.ReasonBadEvent, "pt")
	}
	times := new(beacon.Times)
	for i := 0; entered && d.r.More(']'); i++ {
		v, ok := d.r.Num()
		if !ok {
			in.Note(beacon.ReasonBadValue, "pt")
		}
		if i < len(times) {
			times[i] = v
		}
	}
	in.times = times
}
