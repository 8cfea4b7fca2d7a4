// Package aggregate converts beacons to metrics: every event counts once, a vital with its final value, in a bounded
// number of series.
//
//	beacon ─► Record ─► waiting vitals ─┐ settled
//	             └──── every other ─────┴─► series ─► Collect ─► Window
//
// Time is an argument, and there is no goroutine: the owner of the Aggregator calls Collect at the interval at which
// metrics are emitted.
package aggregate

import (
	"crypto/rand"
	"encoding/binary"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/busiest"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// Aggregator holds the series of all metrics. It is safe for concurrent use.
type Aggregator struct {
	settings Settings
	page     []label   // pageLabels with the tags
	hashKey  [2]uint64 // secret, so that nobody can make two ids collide

	// whole is locked, before mu, by functions that read everything and release mu meanwhile, and by functions that
	// remove.
	whole sync.Mutex

	// One mutex for all: a beacon needs it for some microseconds, less than assigning its events to shards would cost.
	mu         sync.Mutex
	families   [numInstruments]family
	waiting    pending
	waits      waits                // the series of the waiting vitals
	details    recent.Slab[details] // of the waiting vitals
	links      recent.Slab[link]    // of the exemplars in details
	counted    remembered
	batches    batches
	sessions   recent.Map[session]
	apps       *table
	rebalanced int64 // Unix ns
	pages      *table
	asked      [numQuestions]bool
	steady     bool     // a snapshot is under way: no place and no series goes
	early      int64    // vitals that were counted before they were due
	key        []byte   // of the series at hand; reused
	scratch    []byte   // of a hash; reused
	values     []string // of the labels of the page at hand; reused
}

// New returns an Aggregator without series.
func New(settings Settings) *Aggregator {
	settings.MaxPending = max(settings.MaxPending, 1)
	settings.SilentAfter = max(settings.SilentAfter, settings.SettleAfter)
	if settings.MaxRoutes == 0 {
		settings.MaxRoutes = defaultRoutes(settings.Histogram)
	}
	settings.MaxSeries = max(settings.MaxSeries, 1)
	settings.MaxNames = max(settings.MaxNames, 1)
	settings.MaxSessions = max(settings.MaxSessions, 1)
	settings.Tags = slices.Clone(settings.Tags)
	a := &Aggregator{
		settings: settings,
		page:     pageLabels(settings.Tags),
		hashKey:  newKey(),
		waiting:  newPending(),
		waits:    newWaits(),
		details:  recent.NewSlab[details](),
		links:    recent.NewSlab[link](),
		counted:  newRemembered(settings.MaxRemembered, settings.RememberFor),
		batches:  newBatches(settings.MaxBatches, settings.RepeatedFor),
		sessions: recent.New[session](),
		apps:     busiest.New[place](settings.MaxApps),
		pages:    busiest.New[place](settings.MaxRoutes),
	}
	for question, asked := range questions {
		a.asked[question] = slices.Contains(settings.Breakdowns, asked.key)
	}
	for id := range numInstruments {
		a.families[id] = newFamily(id, &settings, a.page)
	}
	return a
}

func newKey() (key [2]uint64) {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return [2]uint64{binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])}
}

func newFamily(id instrumentID, settings *Settings, page []label) family {
	f := family{
		instrument: &instruments[id],
		id:         id,
		limit:      settings.MaxSeries,
		random:     mathrand.Float64,
		series:     make(map[string]*series),
		resources:  make(map[string]int),
	}
	f.choose(attributesOf(id, settings), page)
	if id == measurement || id == interactionDuration {
		f.names = busiest.New[place](settings.MaxNames)
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

// Outcome is the result for the events of one beacon. Events in none of its numbers were counted, wait to settle, or
// belong to no metric.
type Outcome struct {
	// Late are reports that differ from the already counted value of their vital; they change nothing.
	Late int
	// Overflowed are events that went to an overflow series; see Settings.MaxSeries.
	Overflowed int
	// NamesOverflowed are events that went to an overflow series because of their name; see
	// Settings.MaxNames.
	NamesOverflowed int
	// RoutesOverflowed are events that a metric counts at url.template="{other}"; see Settings.MaxRoutes.
	RoutesOverflowed int
	// AppsOverflowed are events that went to a series without an application; see Settings.MaxApps.
	AppsOverflowed int
}

// Record counts the events of an accepted beacon that was received at now. Call it once for each beacon, because only
// repeated vitals, and beacons that an earlier process counted, are recognised. It keeps no reference to the beacon.
func (a *Aggregator) Record(b *beacon.Beacon, now time.Time) Outcome {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.steady && a.pages.Contested() && now.UnixNano()-a.rebalanced >= rebalanceEvery {
		a.rebalanceLocked(now.UnixNano())
		a.vacateLocked(now.UnixNano())
	}
	if a.isCountedLocked(b, now.UnixNano()) {
		return Outcome{}
	}
	r := recording{a: a, beacon: b, now: now.UnixNano(), weight: weightOf(b)}
	defer clear(a.values) // nothing of the beacon is kept
	if b.Client.Synthetic != "" && !a.settings.Synthetic {
		r.synthetic()
	} else {
		r.all()
	}
	return r.outcome
}

// Stats are the current sizes of an Aggregator.
type Stats struct {
	// Pending vitals wait to settle.
	Pending int
	// Counted vitals are remembered, so that a later report is late.
	Counted int
	// Early is how many vitals were counted since New before they were due: past Settings.MaxPending, and at shutdown.
	Early int64
	// Forgotten is how many counted vitals were forgotten since New before Settings.RememberFor.
	Forgotten int64
	// Sessions are remembered.
	Sessions int
	// Series of all metrics, overflow series included.
	Series int
	// Names of measurements and interactions that have series of their own.
	Names int
	// Routes, of applications and with tags, that have series of their own.
	Routes int
	// Apps, each with version and environment, that have series of their own.
	Apps int
}

// Stats returns the current sizes.
func (a *Aggregator) Stats() Stats {
	a.mu.Lock()
	defer a.mu.Unlock()
	stats := Stats{
		Pending: a.waiting.len(), Counted: a.counted.len(), Sessions: a.sessions.Len(),
		Early: a.early, Forgotten: a.counted.forgotten, Routes: a.pages.Len(), Apps: a.apps.Len(),
	}
	stats.Series = a.seriesLocked()
	for i := range a.families {
		if names := a.families[i].names; names != nil {
			stats.Names += names.Len()
		}
	}
	return stats
}

func (a *Aggregator) seriesLocked() (n int) {
	for i := range a.families {
		n += len(a.families[i].series)
	}
	return n
}
