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
	// version is a hash of the version and environment of its application when it was first seen; 0 when unknown, as from
	// snapshots that did not have it.
	version uint32
}

// versionLocked is a hash, not 0, of an application with its version and environment.
func (a *Aggregator) versionLocked(app *holder) uint32 {
	if app.Value.version == 0 {
		app.Value.version = max(uint32(a.hashLocked(app.Key)), 1) //nolint:gosec // the low half
	}
	return app.Value.version
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
	if app := r.places.app; app != nil && (s.version == 0 || s.version != app.Value.version) { // without a place, versions are not told apart
		r.inVersion(s, a.versionLocked(app))
	}
	if r.page.SessionImplicit && !s.counted {
		s.counted = true
		r.observe(sessions, 1)
	}
	for a.sessions.Len() > a.settings.MaxSessions {
		a.sessions.Remove(a.sessions.Excess())
	}
}

// inVersion counts the session of the current page in a version that it did not begin in: once, though pages of several versions
// may be open at a time. Errors are counted in the version that has them, so it must be known how many sessions had it.
func (r *recording) inVersion(s *session, version uint32) {
	if s.version == 0 {
		s.version = version
	}
	if s.version == version {
		return
	}
	a := r.a
	app := &r.beacon.App
	id := a.hashLocked(app.Name, app.Version, app.Environment, r.page.SessionID)
	at, _, known := a.sessions.Get(id)
	here, _ := a.sessions.Touch(id, r.share(), r.now)
	here.version = version
	if !known || r.now-at >= int64(sessionMemory) {
		r.observe(sessionsContinued, 1)
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
