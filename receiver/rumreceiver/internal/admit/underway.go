package admit

import (
	"net/netip"
	"sync"
)

// underway counts the requests of each client between Admit and Release, so that a client with slow bodies cannot have all places.
// It knows only clients with a request under way, so at most Settings.MaxConcurrent. Safe for concurrent use. A nil underway
// bounds nothing.
type underway struct {
	limit int

	mu       sync.Mutex
	byClient map[netip.Prefix]int
}

func newUnderway(limit int) *underway {
	if limit == 0 {
		return nil
	}
	return &underway{limit: limit, byClient: make(map[netip.Prefix]int)}
}

// enter reports whether the client may have one more.
func (u *underway) enter(client netip.Prefix) bool {
	if u == nil {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.byClient[client] >= u.limit {
		return false
	}
	u.byClient[client]++
	return true
}

// leave undoes one enter.
func (u *underway) leave(client netip.Prefix) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.byClient[client]--; u.byClient[client] <= 0 {
		delete(u.byClient, client)
	}
}
