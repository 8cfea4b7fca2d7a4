package enrich

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const (
	// clockTolerance is how far behind the browser's clock may be to count as right, because a smaller difference may be that of a
	// slow network. A clock that is ahead by any amount is wrong.
	clockTolerance = 5 * time.Second
	// maxAge is how far before its arrival an event may have happened. Batches that wait longer
	// exist (a laptop asleep), but backends refuse records that old.
	maxAge = 24 * time.Hour
)

// correctClock moves all events of a browser with a wrong clock by the same amount, so that their order and distances stay. Then
// it bounds the times to [now-maxAge, now]. BrowserTime keeps the browser's time.
//
// A batch with a sending time shows the error of the clock. One without it only shows that something is wrong when
// its newest event lies in the future or more than maxAge back.
//
// An event without a time gets that of its arrival: the browser's clock has no part in it.
func correctClock(b *beacon.Beacon, now time.Time) (skew time.Duration, known bool) {
	skew, known = clockSkew(b, now)
	wrong := known && (skew < 0 || skew > clockTolerance)
	oldest := now.Add(-maxAge)
	for i := range b.Events {
		event := &b.Events[i]
		event.BrowserTime = event.Time
		if event.Time.IsZero() {
			event.Time = now
			continue
		}
		if wrong {
			event.Time = event.Time.Add(skew)
		}
		if event.Time.After(now) {
			event.Time = now
		} else if event.Time.Before(oldest) {
			event.Time = oldest
		}
	}
	return skew, known
}

func clockSkew(b *beacon.Beacon, now time.Time) (skew time.Duration, known bool) {
	if !b.Clock.Sent.IsZero() {
		return now.Sub(b.Clock.Sent), true
	}
	var newest time.Time
	for i := range b.Events {
		if at := b.Events[i].Time; at.After(newest) {
			newest = at
		}
	}
	if newest.IsZero() {
		return 0, false
	}
	if skew = now.Sub(newest); skew < 0 || skew > maxAge {
		return skew, true
	}
	return 0, false
}
