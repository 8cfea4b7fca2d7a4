package intake

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// told remembers which page views and page loads were told, for formats that tell them again with every report of the
// page: of those events, which are marked Once, only the first comes through.
//
// It remembers at most maxTold page views, some 150 B each; past it the one not heard of for longest is forgotten, and
// counts again if it is told once more. It is of this process. Safe for concurrent use.
type told struct {
	seed maphash.Seed

	mu     sync.Mutex
	byPage *simplelru.LRU[uint64, tellers]
	urls   *simplelru.LRU[uint64, string]
}

// maxToldURL is how much of a page's URL is remembered, in bytes: longer ones are not.
const maxToldURL = 256

// maxTold is more page views than a busy site has open at a time.
const maxTold = 32_768

// tellers are the batches that told of a page view first, 0 for none. Such a batch, sent anew, tells it again: perhaps
// a sink did not take it.
type tellers struct{ view, load uint64 }

func (t *tellers) of(kind beacon.Kind) *uint64 {
	if kind == beacon.KindPageLoad {
		return &t.load
	}
	return &t.view
}

func newTold() *told {
	byPage, err := simplelru.NewLRU[uint64, tellers](maxTold, nil)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	urls, err := simplelru.NewLRU[uint64, string](maxTold, nil)
	if err != nil {
		panic(err)
	}
	return &told{seed: maphash.MakeSeed(), byPage: byPage, urls: urls}
}

func (t *told) key(b *beacon.Beacon, page string) uint64 {
	return maphash.Comparable(t.seed, [2]string{b.App.Name, page})
}

// locate gives pages the URL that another page of the same id has, in this beacon or in one before, for formats that
// tell it only once.
func (t *told) locate(b *beacon.Beacon) {
	if !slices.ContainsFunc(b.Pages, func(p beacon.Page) bool { return p.Elsewhere }) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range b.Pages {
		if p := &b.Pages[i]; p.Elsewhere && p.URL != "" && len(p.URL) <= maxToldURL {
			t.urls.Add(t.key(b, p.ID), strings.Clone(p.URL))
		}
	}
	for i := range b.Pages {
		if p := &b.Pages[i]; p.Elsewhere && p.URL == "" {
			p.URL, _ = t.urls.Get(t.key(b, p.ID))
		}
	}
}

// telling is a page view or load of which a batch told first.
type telling struct {
	key  uint64
	kind beacon.Kind
}

// drop takes out of a beacon what another batch has told. It says for how many events of the wire that stood, and of
// what this batch is the first to tell.
func (t *told) drop(b *beacon.Beacon, batch uint64) (dropped int, firsts []telling) {
	if !slices.ContainsFunc(b.Events, func(e beacon.Event) bool { return e.Once }) {
		return 0, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := b.Events[:0]
	for i, event := range b.Events {
		if id := b.Pages[event.Page].ID; event.Once && id != "" {
			f := telling{t.key(b, id), event.Kind()}
			if !t.isFirstLocked(f, batch) {
				if next := i + 1; next < len(b.Events) && b.Events[next].Index == event.Index {
					b.Events[next].Count += event.Count // another event of the same report stands for it
				} else {
					dropped += event.Count
				}
				continue
			}
			firsts = append(firsts, f)
		}
		kept = append(kept, event)
	}
	b.Events = kept
	return dropped, firsts
}

func (t *told) isFirstLocked(f telling, batch uint64) bool {
	known, _ := t.byPage.Get(f.key)
	teller := known.of(f.kind)
	if *teller == 0 {
		*teller = batch
		t.byPage.Add(f.key, known)
	}
	return *teller == batch
}

// forget what a batch told that no sink has taken: whoever tells it next is the first.
func (t *told) forget(firsts []telling, batch uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range firsts {
		if known, ok := t.byPage.Peek(f.key); ok && *known.of(f.kind) == batch {
			*known.of(f.kind) = 0
			t.byPage.Add(f.key, known)
		}
	}
}
