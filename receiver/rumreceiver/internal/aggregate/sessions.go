package aggregate

import "time"

// sessionMemory is how long a session is remembered since it was last seen: the longest that a
// session lasts in the OpenTelemetry and other browser SDKs.
const sessionMemory = 4 * time.Hour

// sighted counts a session at the first sight of its id, for formats that do not tell its start.
func (r *recording) sighted() {
	if !r.page.SessionImplicit || r.page.SessionID == "" {
		return
	}
	a := r.a
	id := a.hashLocked(r.beacon.App.Name, r.page.SessionID)
	at, known := a.sessions.get(id)
	a.sessions.touch(id, r.now)
	if !known || r.now-at >= int64(sessionMemory) {
		r.observe(sessions, 1)
	}
	for a.sessions.len() > a.settings.MaxSessions {
		oldest, _, _, _ := a.sessions.oldest()
		a.sessions.remove(oldest)
	}
}

// forgetLocked lets go what is remembered for long enough.
func (a *Aggregator) forgetLocked(now int64) {
	forgetBefore(&a.counted, now-int64(a.settings.RememberFor))
	forgetBefore(&a.sessions, now-int64(sessionMemory))
}

// forgetBefore removes what was last touched at the time or before.
func forgetBefore(r *recent[struct{}], time int64) {
	for {
		id, at, _, ok := r.oldest()
		if !ok || at > time {
			return
		}
		r.remove(id)
	}
}
