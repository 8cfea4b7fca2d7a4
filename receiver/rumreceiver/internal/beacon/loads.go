package beacon

import (
	"hash/maphash"
	"slices"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Loads compares the loading vitals of a page view, which come in several beacons: the first byte is
// never after the first paint, nor that after the largest. Safe for concurrent use.
//
// It remembers at most maxLoads page views, some 200 B each; past it the one not heard of for longest
// is forgotten and what comes later is not compared with it. Only page views with an id are
// remembered. The others are compared within their beacon.
type Loads struct {
	seed maphash.Seed

	mu   sync.Mutex
	byID *simplelru.LRU[uint64, load]
}

// maxLoads is more page views than a busy site has between their first and their last vital.
const maxLoads = 16_384

// load has the loading vitals of one page view, in the order in which they must happen.
type load struct {
	navigation uint64 // hash of the navigation type: a page that is restored has vitals anew
	known      [numLoading]bool
	value      [numLoading]float64
	event      [numLoading]*Event // of this beacon, nil if it came before
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
func NewLoads() *Loads {
	byID, err := simplelru.NewLRU[uint64, load](maxLoads, nil)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Loads{seed: maphash.MakeSeed(), byID: byID}
}

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
			pages = append(pages, pageLoad{page: e.Page, load: l.find(b, e.Page)})
		}
		current := &pages[at].load
		if navigation := maphash.String(l.seed, vital.NavigationType); navigation != current.navigation {
			*current = load{navigation: navigation}
		}
		current.take(place, vital.Value, e)
	}
	for i := range pages {
		l.store(b, pages[i])
	}
}

// pageLoad is what is known of one page of a beacon.
type pageLoad struct {
	page int
	load load
}

// take remembers a vital and compares it with the others.
func (c *load) take(place int, value float64, e *Event) {
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

func (l *Loads) find(b *Beacon, page int) (before load) {
	if id := l.id(b, page); id != 0 {
		l.mu.Lock()
		defer l.mu.Unlock()
		before, _ = l.byID.Get(id)
	}
	return before
}

func (l *Loads) store(b *Beacon, p pageLoad) {
	if id := l.id(b, p.page); id != 0 {
		p.load.event = [numLoading]*Event{} // of a beacon that ends
		l.mu.Lock()
		defer l.mu.Unlock()
		l.byID.Add(id, p.load)
	}
}
