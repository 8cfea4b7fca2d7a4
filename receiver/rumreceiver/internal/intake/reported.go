package intake

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// reported remembers reported page views and page loads, for formats that repeat them with every report of the page: of
// these events, which are marked Once, only the first is kept.
//
// It remembers at most maxReported page views, some 150 B each, in memory of this process. Past it the one silent for
// longest, of an address that has too many, else of all, is forgotten, and counts again if it is reported again. Safe for
// concurrent use.
type reported struct {
	seed maphash.Seed

	mu     sync.Mutex
	byPage recent.Map[reporters]
	urls   recent.Map[string]
}

// maxReportedURL is how much of a page's URL is remembered, in bytes: longer ones are not.
const maxReportedURL = 256

// maxReported is more page views than a busy site has open at a time.
const maxReported = 32_768

// reporters are the batches that reported a page view first, 0 for none. If such a batch is sent again, its page view is
// kept, because a sink may have refused it.
type reporters struct{ view, load uint64 }

func (t *reporters) of(kind beacon.Kind) *uint64 {
	if kind == beacon.KindPageLoad {
		return &t.load
	}
	return &t.view
}

func newReported() *reported {
	return &reported{seed: maphash.MakeSeed(), byPage: recent.New[reporters](), urls: recent.New[string]()}
}

// remember touches a key, and forgets another one if there are too many.
func remember[V any](m *recent.Map[V], key uint64, of recent.Share) *V {
	value, known := m.Touch(key, of, 0) // their order is enough
	if !known && m.Len() > maxReported {
		m.Remove(m.Excess())
	}
	return value
}

func (t *reported) key(b *beacon.Beacon, page string) uint64 {
	return maphash.Comparable(t.seed, [2]string{b.App.Name, page})
}

// locate sets the URL of pages from another page with the same id, in this beacon or an earlier one, for formats that
// send it only once.
func (t *reported) locate(b *beacon.Beacon, of recent.Share) {
	if !slices.ContainsFunc(b.Pages, func(p beacon.Page) bool { return p.Elsewhere }) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range b.Pages {
		if p := &b.Pages[i]; p.Elsewhere && p.URL != "" && len(p.URL) <= maxReportedURL {
			*remember(&t.urls, t.key(b, p.ID), of) = strings.Clone(p.URL)
		}
	}
	for i := range b.Pages {
		if p := &b.Pages[i]; p.Elsewhere && p.URL == "" {
			if key := t.key(b, p.ID); t.urls.Has(key) {
				p.URL = *remember(&t.urls, key, of)
			}
		}
	}
}

// firstReport is a page view or load that a batch reported first.
type firstReport struct {
	key  uint64
	kind beacon.Kind
}

// drop removes page views and loads that another batch has reported. It returns the number of removed events, and the
// page views and loads that this batch is the first to report.
func (t *reported) drop(b *beacon.Beacon, batch uint64, of recent.Share) (dropped int, firsts []firstReport) {
	if !slices.ContainsFunc(b.Events, func(e beacon.Event) bool { return e.Once }) {
		return 0, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := b.Events[:0]
	for i, event := range b.Events {
		if id := b.Pages[event.Page].ID; event.Once && id != "" {
			f := firstReport{t.key(b, id), event.Kind()}
			if !t.isFirstLocked(f, batch, of) {
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

func (t *reported) isFirstLocked(f firstReport, batch uint64, of recent.Share) bool {
	reporter := remember(&t.byPage, f.key, of).of(f.kind)
	if *reporter == 0 {
		*reporter = batch
	}
	return *reporter == batch
}

// forget removes the page views and loads of a batch that no sink accepted, so that the next batch is the first.
func (t *reported) forget(firsts []firstReport, batch uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range firsts {
		if _, known, ok := t.byPage.Get(f.key); ok && *known.of(f.kind) == batch {
			*known.of(f.kind) = 0
		}
	}
}
