package beacon

import (
	"hash/maphash"
	"slices"
	"sync"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// Loads compares the loading vitals of a page view, which come in several beacons: the first byte is
// never after the first paint, nor that after the largest. Safe for concurrent use.
//
// It remembers at most maxLoads page views, some 100 B each; past it the one not heard of for longest
// is forgotten and what comes later is not compared with it. Only page views with an id are
// remembered. The others are compared within their beacon.
type Loads struct {
	seed maphash.Seed

	mu   sync.Mutex
	byID recent.Map[load]
}

// maxLoads is more page views than a busy site has between their first and their last vital.
const maxLoads = 16_384

// load has the loading vitals of one page view, in their only possible order.
type load struct {
	navigation uint64 // hash of the navigation type: a page that is restored has vitals anew
	known      [numLoading]bool
	value      [numLoading]float64
}

const numLoading = 3

// loadingVital is the place of a vital in a load.
func loadingVital(name string) (place int, ok bool) {
	switch name {
	case TTFB:
		return 0, true
	case FCP:
		return 1, true
	case LCP:
		return 2, true
	}
	return 0, false
}

// disorder of the vitals at two places.
var disorder = [numLoading][numLoading]Implausibility{
	0: {1: TTFBAfterFCP, 2: TTFBAfterLCP},
	1: {2: FCPAfterLCP},
}

// NewLoads remembers nothing yet.
func NewLoads() *Loads { return &Loads{seed: maphash.MakeSeed(), byID: recent.New[load]()} }

// Len is how many page views are remembered.
func (l *Loads) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byID.Len()
}

// Compare marks the vitals of the beacon that contradict each other or those before.
func (l *Loads) Compare(b *Beacon) {
	var few [4]pageLoad // most beacons are of one page
	pages := few[:0]
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range b.Events {
		e := &b.Events[i]
		vital, isVital := e.Payload.(*Vital)
		if !isVital {
			continue
		}
		place, ok := loadingVital(vital.Name)
		if !ok {
			continue
		}
		at := slices.IndexFunc(pages, func(p pageLoad) bool { return p.page == e.Page })
		if at < 0 {
			at = len(pages)
			pages = append(pages, pageLoad{page: e.Page, load: l.loadLocked(b, e.Page)})
		}
		current := &pages[at]
		if navigation := maphash.String(l.seed, vital.NavigationType); navigation != current.navigation {
			*current.load, current.event = load{navigation: navigation}, [numLoading]*Event{}
		}
		current.take(place, vital.Value, e)
	}
}

// pageLoad is what is known of one page of a beacon.
type pageLoad struct {
	page int
	*load
	event [numLoading]*Event // of this beacon, nil if it came before
}

// take remembers a vital and compares it with the others.
func (c *pageLoad) take(place int, value float64, e *Event) {
	c.known[place], c.value[place], c.event[place] = true, value, e
	for other := range numLoading {
		first, second := min(place, other), max(place, other)
		if first == second || !c.known[other] || c.value[first] <= c.value[second]+tolerance {
			continue
		}
		e.Implausible.add(disorder[first][second], true)
		if before := c.event[other]; before != nil {
			before.Implausible.add(disorder[first][second], true)
		}
	}
}

// id of a page view, 0 if it has none.
func (l *Loads) id(b *Beacon, page int) uint64 {
	if b.Pages[page].ID == "" {
		return 0
	}
	return maphash.Comparable(l.seed, [2]string{b.App.Name, b.Pages[page].ID})
}

// loadLocked is what is remembered of a page view; of one without an id nothing is. It is good until maxLoads others were
// asked for, and no beacon has as many pages.
func (l *Loads) loadLocked(b *Beacon, page int) *load {
	id := l.id(b, page)
	if id == 0 {
		return &load{}
	}
	known, existed := l.byID.Touch(id, 0, 0) // their order is enough
	if !existed && l.byID.Len() > maxLoads {
		oldest, _, _, _ := l.byID.Oldest()
		l.byID.Remove(oldest)
	}
	return known
}
