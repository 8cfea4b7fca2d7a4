package aggregate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// visit is a click in a session whose start is not reported; a click has no metric of its own.
func visit(session string) *beacon.Beacon {
	b := shop(beacon.Event{Payload: &beacon.Click{}})
	b.Pages[0].SessionID, b.Pages[0].SessionImplicit = session, true
	return b
}

func sessionsCounted(a *Aggregator, now time.Duration) int {
	w := a.Collect(after(now))
	if w.Metrics.DataPointCount() == 0 {
		return 0
	}
	return int(firstSum(w).IntValue())
}

func TestSessions_CountAtFirstSight(t *testing.T) {
	a := New(testSettings())
	a.Record(visit("s1"), after(0))
	a.Record(visit("s1"), after(time.Hour))
	a.Record(visit("s2"), after(time.Hour))
	a.Record(of("blog", visit("s1")), after(time.Hour))
	holds(t, a.Collect(after(time.Hour)),
		"blog rum.sessions{url.template=/p} 1", "shop rum.sessions{url.template=/p} 2")
	assert.Equal(t, 3, a.Stats().Sessions)
}

func TestSessions_CountByTheirStartIfTheFormatReportsIt(t *testing.T) {
	a := New(testSettings())
	a.Record(shop(beacon.Event{Payload: &beacon.SessionStart{}}, pageView()), after(0))
	a.Record(shop(pageView()), after(0))
	holds(t, a.Collect(after(0)), views("shop", "/p", 2), "shop rum.sessions{url.template=/p} 1")
}

// The tab was open when a version was released; its next page is of the new version, and the share of sessions with an error is
// that of all sessions which had this version.
func TestSessions_ContinueInAnotherVersion(t *testing.T) {
	in := func(version string, events ...beacon.Event) *beacon.Beacon {
		b := visit("s1")
		b.App.Version, b.Events = version, append(b.Events, events...)
		return b
	}
	a := New(testSettings())
	a.Record(in("1"), after(0))
	a.Record(in("2"), after(time.Minute))
	a.Record(in("1"), after(2*time.Minute)) // another tab
	data, err := a.Snapshot(after(2 * time.Minute))
	require.NoError(t, err)
	a = New(testSettings())
	require.NoError(t, a.Load(data, after(2*time.Minute)))
	a.Record(in("2", beacon.Event{Payload: &beacon.Exception{}}), after(3*time.Minute))
	holds(t, a.Collect(after(3*time.Minute)), // version 1, then version 2
		"shop rum.sessions{url.template=/p} 1",
		"shop rum.exceptions{url.template=/p} 1", "shop rum.sessions_continued{url.template=/p} 1", "shop rum.sessions_with_error{url.template=/p} 1")
	a.Record(in("2"), after(10*time.Hour))
	a.Record(in("1"), after(10*time.Hour))
	holds(t, a.Collect(after(10*time.Hour)), "shop rum.sessions_continued{url.template=/p} 1", "shop rum.sessions{url.template=/p} 1")
}

func TestSessions_WithoutIdAreNone(t *testing.T) {
	a := New(testSettings())
	a.Record(visit(""), after(0))
	assert.Zero(t, sessionsCounted(a, 0))
}

func TestSessions_AreForgottenFourHoursAfterTheirLastSight(t *testing.T) {
	a := New(testSettings())
	a.Record(visit("s1"), after(0))
	a.Record(visit("s1"), after(3*time.Hour))
	a.Record(visit("s1"), after(7*time.Hour-1))
	assert.Equal(t, 1, a.Stats().Sessions)
	a.Record(visit("s1"), after(11*time.Hour-1))
	assert.Equal(t, 2, sessionsCounted(a, 11*time.Hour))
	a.Collect(after(15 * time.Hour))
	assert.Zero(t, a.Stats().Sessions)
}

func TestMaxSessions_ForgetsTheOneNotSeenForLongest(t *testing.T) {
	a := with(func(s *Settings) { s.MaxSessions = 2 })
	for _, id := range []string{"s1", "s2", "s1", "s3"} { // forgets s2
		a.Record(visit(id), after(0))
	}
	assert.Equal(t, 2, a.Stats().Sessions)
	a.Record(visit("s1"), after(0))
	assert.Equal(t, 3, sessionsCounted(a, 0))
	a.Record(visit("s2"), after(0))
	assert.Equal(t, 4, sessionsCounted(a, 0))
}
