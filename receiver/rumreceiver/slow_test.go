package rumreceiver

import (
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trickle opens a connection, sends the start at once and the rest byte by byte, and returns what the
// server answered until it closed the connection.
func (s *server) trickle(start, rest string) string {
	s.t.Helper()
	connection, err := new(net.Dialer).DialContext(s.t.Context(), "tcp", s.address)
	require.NoError(s.t, err)
	defer func() { _ = connection.Close() }()
	require.NoError(s.t, connection.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(connection, start)
	require.NoError(s.t, err)
	closed := make(chan struct{})
	var sending sync.WaitGroup
	defer sending.Wait()
	sending.Go(func() {
		for i := range len(rest) {
			select {
			case <-closed:
				return
			case <-time.After(10 * time.Millisecond):
			}
			if _, err := io.WriteString(connection, rest[i:i+1]); err != nil {
				return
			}
		}
	})
	answered, err := io.ReadAll(connection) // ends in an error when the server did not wait for our last byte
	close(closed)
	assert.NotErrorIs(s.t, err, os.ErrDeadlineExceeded, "the server has to end it")
	return string(answered)
}

// from is a client of its own whose requests come from another address of the loopback network.
func (s *server) from(address, body string) int {
	s.t.Helper()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	client := http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.address+"/v1/rum", strings.NewReader(body))
	require.NoError(s.t, err)
	response, err := client.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode
}

const slowClients = 60

// attackSlowly has many clients trickle at once, asks the server for something else meanwhile, and
// returns all answers.
func (s *server) attackSlowly(start, rest string, meanwhile func()) (answers []string) {
	s.t.Helper()
	all := make(chan string, slowClients)
	growth := heapGrowth(func() {
		var clients sync.WaitGroup
		for range slowClients {
			clients.Go(func() { all <- s.trickle(start, rest) })
		}
		meanwhile()
		clients.Wait()
	})
	s.t.Logf("%d slow clients: live heap grew by %d KiB", slowClients, growth>>10)
	assert.Less(s.t, growth, int64(4<<20))
	close(all)
	for answered := range all {
		answers = append(answers, answered)
	}
	return answers
}

func TestHeadersThatTrickleInEndInATimeout(t *testing.T) {
	assert.Equal(t, 10*time.Second, createDefaultConfig().(*Config).HTTP.ReadHeaderTimeout)
	s := newServer(t, withConfig(func(cfg *Config) { cfg.HTTP.ReadHeaderTimeout = 2 * time.Second }))
	answers := s.attackSlowly("POST /v1/rum HTTP/1.1\r\nHost: x\r\nX-Slow: ", strings.Repeat("x", 2000), func() {
		for range 20 {
			assert.Equal(t, 200, s.from("127.0.0.2", lcp("meanwhile", 1)), "others are served")
		}
	})
	for _, answered := range answers {
		assert.Empty(t, answered, "there is no request yet that could be answered")
	}
	assert.Zero(t, s.gate.Stats().Concurrent)
}

func TestBodiesThatTrickleInEndInATimeoutAndLeaveRoomForOthers(t *testing.T) {
	const ofOneAddress = 5
	s := newServer(t, withConfig(func(cfg *Config) {
		cfg.HTTP.ReadTimeout = 3 * time.Second
		cfg.MaxConcurrentRequests = 2 * ofOneAddress
		cfg.AddressLimit.MaxConcurrentRequests, cfg.AddressLimit.ExemptNetworks = ofOneAddress, nil
	}))
	answers := s.attackSlowly("POST /v1/rum HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n[", strings.Repeat(" ", 2000), func() {
		require.Eventually(t, func() bool { return s.gate.Stats().Arriving == ofOneAddress }, time.Minute, time.Millisecond)
		for range 20 {
			assert.Equal(t, 200, s.from("127.0.0.2", lcp("meanwhile", 1)), "another address has its places")
		}
	})
	counts := map[string]int{}
	for _, answered := range answers {
		switch {
		case strings.Contains(answered, `"reason":"read_timeout"`):
			assert.Contains(t, answered, "408 Request Timeout")
			counts["read_timeout"]++
		case strings.Contains(answered, `"reason":"busy"`):
			assert.Contains(t, answered, "503 Service Unavailable")
			assert.Contains(t, answered, "Retry-After: 1")
			counts["busy"]++
		}
	}
	t.Logf("of %d slow clients: %v", slowClients, counts)
	assert.GreaterOrEqual(t, counts["read_timeout"], ofOneAddress)
	assert.Equal(t, slowClients, counts["read_timeout"]+counts["busy"], "everybody gets an answer")
	assert.EqualValues(t, counts["read_timeout"], s.labelled("requests", "outcome", "read_timeout"))
	assert.EqualValues(t, counts["busy"], s.labelled("requests", "outcome", "busy"))
	require.Eventually(t, func() bool { return s.gate.Stats().Arriving+s.gate.Stats().Concurrent == 0 }, time.Minute, time.Millisecond)
	assert.Equal(t, 200, s.from("127.0.0.1", lcp("afterwards", 1)))
}
