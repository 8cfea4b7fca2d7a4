package api

import (
	"net/http"
	"sync"
	"time"
)

const (
	// freshFor is how long an answer is given again: many may look at the same page.
	freshFor = time.Second
	// maxRecent is how many answers are remembered; past it all are forgotten.
	maxRecent = 32
	// maxRemembered is how many bytes a remembered answer may have: a thousand records of strangers can be
	// as large as the window. Larger ones are made anew each time.
	maxRemembered = 1 << 20
)

// recent remembers the last answers. It is safe for concurrent use.
type recent struct {
	mu      sync.Mutex
	answers map[string]remembered
}

type remembered struct {
	at     time.Time
	status int
	body   []byte
}

func newRecent() *recent { return &recent{answers: map[string]remembered{}} }

// get returns the answer of the same query, if it is recent.
func (m *recent) get(uri string, now time.Time, w http.ResponseWriter) bool {
	m.mu.Lock()
	last, ok := m.answers[uri]
	m.mu.Unlock()
	if !ok || now.Sub(last.at) >= freshFor {
		return false
	}
	send(w, last.status, last.body)
	return true
}

func (m *recent) put(uri string, now time.Time, status int, body []byte) {
	if len(body) > maxRemembered {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.answers) >= maxRecent {
		clear(m.answers)
	}
	m.answers[uri] = remembered{now, status, body}
}
