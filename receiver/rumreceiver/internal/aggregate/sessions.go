package aggregate

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// sessionMemory is how long a session is remembered since it was last seen: the longest that a
// session lasts in the OpenTelemetry and other browser SDKs.
const sessionMemory = 4 * time.Hour

// session is a remembered session.
type session struct {
	counted bool // as a session
	errored bool // as one with an error
}

// identify makes the hashes of the current page view and session.
func (r *recording) identify() {
	r.view, r.session = 0, 0
	if r.page.SessionID == "" {
		return
	}
	r.session = r.a.hashLocked(r.beacon.App.Name, r.page.SessionID)
	if r.page.ID != "" {
		r.view = r.a.hashLocked(r.beacon.App.Name, r.page.SessionID, r.page.ID)
	}
}

// sighted remembers that the session of the current page continues, which postpones its vitals. In formats without an event for
// its start, a session is counted when its id is first seen.
func (r *recording) sighted() {
	if r.session == 0 {
		return
	}
	a := r.a
	at, _, known := a.sessions.Get(r.session)
	s, _ := a.sessions.Touch(r.session, r.share(), r.now)
	if known && r.now-at >= int64(sessionMemory) {
		*s = session{}
	}
	if r.page.SessionImplicit && !s.counted {
		s.counted = true
		r.observe(sessions, 1)
	}
	for a.sessions.Len() > a.settings.MaxSessions {
		a.sessions.Remove(a.sessions.Excess())
	}
}

// endViews settles the vitals of pages that have ended, from this beacon and from earlier ones.
func (r *recording) endViews() {
	for i := range r.beacon.Pages {
		page := &r.beacon.Pages[i]
		if page.State != beacon.PageStateEnded || page.SessionID == "" || page.ID == "" {
			continue
		}
		view := r.a.hashLocked(r.beacon.App.Name, page.SessionID, page.ID)
		r.a.waiting.end(view, r.now+int64(r.a.settings.SettleAfter))
	}
}

// erroneous counts the session of the current page as one with an error, once.
func (r *recording) erroneous() {
	if r.session == 0 {
		return
	}
	if s, _ := r.a.sessions.Touch(r.session, r.share(), r.now); !s.errored {
		s.errored = true
		r.observe(sessionsWithError, 1)
	}
}

// forgetLocked forgets vitals and sessions that were remembered for long enough.
func (a *Aggregator) forgetLocked(now int64) {
	a.counted.turn(now)
	for {
		id, at, _, ok := a.sessions.Oldest()
		if !ok || at > now-int64(sessionMemory) {
			return
		}
		a.sessions.Remove(id)
	}
}
