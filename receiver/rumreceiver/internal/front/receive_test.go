package front

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/intake"
)

// slow is a client that has sent its headers and some of its body.
type slow struct {
	t *testing.T
	net.Conn
}

func newSlow(t *testing.T, address string, declared int, sent string) slow {
	t.Helper()
	return newSlowAt(t, address, "/lines/k", declared, sent)
}

func newSlowAt(t *testing.T, address, path string, declared int, sent string) slow {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	require.NoError(t, connection.SetDeadline(time.Now().Add(time.Minute)))
	_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, declared, sent)
	require.NoError(t, err)
	return slow{t, connection}
}

// status that it is answered with.
func (s slow) status() int {
	s.t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(s), nil)
	require.NoError(s.t, err)
	_ = response.Body.Close()
	return response.StatusCode
}

func listening(t *testing.T, change func(*admit.Settings, *Settings)) (f *Front, address string) {
	t.Helper()
	f = newFront(t, &fakeIntake{result: intake.Result{Taken: 1}}, change)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return f, server.Listener.Addr().String()
}

func stats(f *Front) admit.Stats { return f.gate.(*admit.Gate).Stats() }

func TestABodyThatFallsBehindItsPaceIsEnded(t *testing.T) {
	f, address := listening(t, func(_ *admit.Settings, s *Settings) {
		s.Pace = admit.Pace{Grace: 2 * time.Second, BytesPerSecond: 100, Most: time.Hour}
	})
	trickling, steady := newSlow(t, address, 1000, "abc"), newSlow(t, address, 600, "")
	for range 6 { // twice as fast as asked for, and longer than the grace
		_, err := io.WriteString(steady, strings.Repeat("ten bytes.", 10))
		require.NoError(t, err)
		time.Sleep(500 * time.Millisecond)
	}
	assert.Equal(t, 200, steady.status())
	assert.Equal(t, 408, trickling.status())
	assert.Zero(t, stats(f).Arriving)
}

func TestSlowBodiesKeepNobodyOut(t *testing.T) {
	f, address := listening(t, func(s *admit.Settings, _ *Settings) {
		s.MaxConcurrent, s.MaxArriving = 2, 3
	})
	var waiting []slow
	for i := range 3 {
		waiting = append(waiting, newSlow(t, address, 10, "a"))
		require.Eventually(t, func() bool { return stats(f).Arriving == i+1 }, time.Minute, time.Millisecond)
	}
	assert.Equal(t, admit.Stats{Arriving: 3}, stats(f), "none has a place")
	for range 20 {
		assert.Equal(t, 200, newSlow(t, address, 1, "a").status())
	}
	assert.Equal(t, 503, waiting[0].status(), "who waited for longest made room")
	for _, last := range waiting[1:] {
		_, err := io.WriteString(last, "bcdefghij")
		require.NoError(t, err)
		assert.Contains(t, []int{200, 503}, last.status())
	}
	require.Eventually(t, func() bool { return stats(f) == admit.Stats{} }, time.Minute, time.Millisecond)
}

// Whoever has no key must not hold more than those who have one.
func TestBodiesWhoseKeyIsAwaitedAreBoundedAsOthers(t *testing.T) {
	f, address := listening(t, func(a *admit.Settings, s *Settings) {
		varied(a, s)
		a.MaxArriving = 3
	})
	var waiting []slow
	for i := range 3 {
		waiting = append(waiting, newSlowAt(t, address, "/lines", 10, "a"))
		require.Eventually(t, func() bool { return stats(f).Arriving == i+1 }, time.Minute, time.Millisecond)
	}
	assert.Equal(t, 200, newSlow(t, address, 1, "a").status())
	assert.Equal(t, 503, waiting[0].status(), "who waited for longest made room")
	_, err := io.WriteString(waiting[1], "\nbcdefgh")
	require.NoError(t, err)
	assert.Equal(t, 401, waiting[1].status())
	assert.Equal(t, 401, waiting[2].status(), "once its time is over")
	assert.Equal(t, admit.Stats{}, stats(f))
}

func TestOneAddressAwaitsNoMoreKeysThanOtherRequests(t *testing.T) {
	f, address := listening(t, func(a *admit.Settings, s *Settings) {
		varied(a, s)
		a.Addresses.Exempt, a.Addresses.MaxConcurrent = nil, 1
	})
	first := newSlowAt(t, address, "/lines", 10, "key")
	require.Eventually(t, func() bool { return stats(f).Arriving == 1 }, time.Minute, time.Millisecond)
	assert.Equal(t, 503, newSlowAt(t, address, "/lines", 5, "key:k").status())
	_, err := io.WriteString(first, ":k\nabcd")
	require.NoError(t, err)
	assert.Equal(t, 200, first.status())
	assert.Equal(t, 200, newSlowAt(t, address, "/lines", 5, "key:k").status())
}

func TestTheConnectionOfABodyThatArrivedGoesOn(t *testing.T) {
	_, address := listening(t, func(_ *admit.Settings, s *Settings) { s.Pace.Grace = time.Second })
	s := newSlow(t, address, 1, "a")
	assert.Equal(t, 200, s.status())
	time.Sleep(1200 * time.Millisecond) // past the deadline of the body
	_, err := io.WriteString(s, "POST /lines/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na")
	require.NoError(t, err)
	assert.Equal(t, 200, s.status())
}
