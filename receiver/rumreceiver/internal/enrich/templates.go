package enrich

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxTemplate is the longest url.template in bytes; nobody writes longer ones by hand.
	maxTemplate = 256
	// otherRoute is the url.template of pages past the bound of templates.
	otherRoute = "{other}"
	// idleTemplate is how long a template that is not seen keeps its place.
	idleTemplate = time.Hour
	// sweepEvery bounds the work that an attacker who invents paths causes.
	sweepEvery = time.Minute
)

// templates bounds how many distinct url.template values are in use: strangers choose the paths, and
// each value may become a metric series. Safe for concurrent use.
//
// At most max are kept, some 300 bytes each. Past it a new one is replaced by "{other}" and counted,
// until one that has not been seen for an hour makes room.
type templates struct {
	max        int
	overflowed atomic.Int64

	mu        sync.RWMutex
	seen      map[string]*atomic.Int64 // Unix nanoseconds of the last sight
	nextSweep time.Time
}

func newTemplates(max int) *templates {
	if max == 0 {
		max = defaultMaxRoutes
	}
	return &templates{max: max, seen: map[string]*atomic.Int64{}}
}

// bound is the template, or what stands for it.
func (t *templates) bound(template string, now time.Time) string {
	if template == "" {
		return ""
	}
	if len(template) <= maxTemplate && (t.touch(template, now) || t.add(template, now)) {
		return template
	}
	t.overflowed.Add(1)
	return otherRoute
}

func (t *templates) touch(template string, now time.Time) bool {
	t.mu.RLock()
	last, ok := t.seen[template]
	t.mu.RUnlock()
	if ok {
		last.Store(now.UnixNano())
	}
	return ok
}

func (t *templates) add(template string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.seen) >= t.max && !now.Before(t.nextSweep) {
		t.nextSweep = now.Add(sweepEvery)
		t.sweepLocked(now.Add(-idleTemplate).UnixNano())
	}
	if len(t.seen) >= t.max {
		return false
	}
	last := new(atomic.Int64)
	last.Store(now.UnixNano())
	t.seen[strings.Clone(template)] = last // not the URL it is a part of
	return true
}

func (t *templates) sweepLocked(before int64) {
	for template, last := range t.seen {
		if last.Load() <= before {
			delete(t.seen, template)
		}
	}
}

func (t *templates) len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.seen)
}

// plainTemplate tells whether a template from outside may be used: no query, no fragment, no
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
	return !strings.Contains(template, "://")
}
