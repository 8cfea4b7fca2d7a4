// Package aggregate turns beacons into metrics: every event counts once, a vital with its final value,
// in a bounded number of series.
//
//	beacon ─► Record ─► waiting vitals ─┐ settled
//	             └──── every other ─────┴─► series ─► Collect ─► Window
//
// Time enters as an argument, and there is no goroutine: whoever owns the Aggregator calls Collect in
// the interval in which metrics are to be handed on.
package aggregate

import (
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Aggregator holds the series of all metrics. It is safe for concurrent use.
type Aggregator struct {
	settings Settings
	common   []label // commonLabels with the tags
	seed     maphash.Seed

	// One mutex for all: a beacon needs it for some microseconds, which is less than what telling
	// its events apart by shards would cost.
	mu       sync.Mutex
	families [numInstruments]family
	waiting  recent[waitingVital]
	counted  recent[struct{}]
	sessions recent[struct{}]
	key      []byte // of the series at hand; reused
	scratch  []byte // of a hash; reused
}

// New returns an Aggregator without series.
func New(settings Settings) *Aggregator {
	settings.MaxMeasurements = max(settings.MaxMeasurements, 1)
	settings.MaxSeries = max(settings.MaxSeries, 1)
	settings.MaxNames = max(settings.MaxNames, 1)
	settings.MaxSessions = max(settings.MaxSessions, 1)
	settings.Tags = slices.Clone(settings.Tags)
	a := &Aggregator{
		settings: settings,
		common:   commonLabels(settings.Tags),
		seed:     maphash.MakeSeed(),
		waiting:  newRecent[waitingVital](),
		counted:  newRecent[struct{}](),
		sessions: newRecent[struct{}](),
	}
	for id := range numInstruments {
		a.families[id] = newFamily(id, &settings)
	}
	return a
}

func newFamily(id instrumentID, settings *Settings) family {
	f := family{
		instrument: &instruments[id],
		id:         id,
		limit:      settings.MaxSeries,
		random:     rand.Float64,
		names:      names{limit: settings.MaxNames, maxIdle: settings.MaxIdle, known: newRecent[struct{}]()},
		series:     make(map[string]*series),
		resources:  make(map[string]int),
	}
	switch {
	case f.sum:
		f.shape = shapeSum
	case settings.Histogram == Exponential:
		f.shape = shapeExponential
	default:
		f.shape = shapeExplicit
		f.bounds = defaultBuckets[id]
		if bounds, ok := settings.Buckets[f.name]; ok {
			f.bounds = slices.Clone(bounds)
		}
	}
	return f
}

// Outcome is what became of the events of one beacon. Events that are in neither number were counted,
// wait to settle, or belong to no metric.
type Outcome struct {
	// Late are reports of vitals that had been counted already; they change nothing.
	Late int
	// Overflowed are events that went to an overflow series; see Settings.MaxSeries.
	Overflowed int
	// NamesOverflowed are events that went to an overflow series because of their name; see
	// Settings.MaxNames.
	NamesOverflowed int
}

// Record takes the events of an accepted beacon that was received at now. It must be called once for
// each beacon: only vitals are told from their repetition. It keeps nothing of the beacon.
func (a *Aggregator) Record(b *beacon.Beacon, now time.Time) Outcome {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := recording{a: a, beacon: b, now: now.UnixNano(), weight: weightOf(b)}
	r.all()
	return r.outcome
}

// Stats are the present sizes of what an Aggregator remembers.
type Stats struct {
	// Pending vitals wait to settle.
	Pending int
	// Counted vitals are remembered, so that a later report is late.
	Counted int
	// Sessions are remembered of formats without a session start.
	Sessions int
	// Series of all metrics, overflow series included.
	Series int
	// Names of measurements and interactions that have series of their own.
	Names int
}

// Stats returns the present sizes.
func (a *Aggregator) Stats() Stats {
	a.mu.Lock()
	defer a.mu.Unlock()
	stats := Stats{Pending: a.waiting.len(), Counted: a.counted.len(), Sessions: a.sessions.len()}
	for i := range a.families {
		stats.Series += len(a.families[i].series)
		stats.Names += a.families[i].names.known.len()
	}
	return stats
}
