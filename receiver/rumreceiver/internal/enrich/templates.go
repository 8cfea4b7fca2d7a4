package enrich

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/busiest"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/scrub"
)

const (
	// maxTemplate is the longest url.template in bytes; nobody writes longer ones by hand.
	maxTemplate = 256
	// otherRoute is the url.template of pages past the bound of templates.
	otherRoute = "{other}"
	// idleTemplate is how long a template that is not seen keeps its place.
	idleTemplate = time.Hour
	// rebalanceEvery is how often places are given to templates that more visitors see.
	rebalanceEvery = 15 * time.Second
)

// templates bounds how many distinct url.template values are in use: strangers choose the paths, and
// each value may become a metric series. Safe for concurrent use.
//
// At most max are kept, those that most visitors see, some 500 bytes each. The others are replaced by "{other}" and
// counted. One that has not been seen for an hour makes room.
type templates struct {
	overflowed atomic.Int64

	mu            sync.Mutex
	seen          *busiest.Table[struct{}]
	key           []byte // reused
	nextRebalance time.Time
}

func newTemplates(limit int) *templates {
	if limit == 0 {
		limit = defaultMaxRoutes
	}
	return &templates{seen: busiest.New[struct{}](limit)}
}

// bound is the template, or {other} if it has no place.
func (t *templates) bound(template string, visitor uint64, now time.Time) string {
	if template == "" {
		return ""
	}
	if len(template) <= maxTemplate && t.hasPlace(template, visitor, now) {
		return template
	}
	t.overflowed.Add(1)
	return otherRoute
}

func (t *templates) hasPlace(template string, visitor uint64, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !now.Before(t.nextRebalance) {
		t.nextRebalance = now.Add(rebalanceEvery)
		t.seen.Rebalance(now.UnixNano())
		t.seen.Vacate(now.UnixNano(), func(e *busiest.Entry[struct{}]) bool {
			return e.Leaving() || now.UnixNano()-e.Seen() >= int64(idleTemplate)
		})
	}
	t.key = append(t.key[:0], template...)
	return t.seen.Sight(t.key, visitor, now.UnixNano()) != nil
}

func (t *templates) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen.Len()
}

// plainTemplate reports whether a template from outside may be used: no query, no fragment, no
// control character, valid length.
func plainTemplate(template string) bool {
	if len(template) > maxTemplate {
		return false
	}
	for i := range len(template) {
		if c := template[i]; c < ' ' || c == 0x7F || c == '?' || c == '#' {
			return false
		}
	}
	return !strings.Contains(template, "://") && scrub.Clean(template) == template
}
