package connections

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// served is a server with bounds. A request for /wait is answered when it is let go.
type served struct {
	*Connections
	t       *testing.T
	address string
	letGo   chan struct{}
}

func serve(t *testing.T, settings Settings) *served {
	s := &served{Connections: New(settings), t: t, letGo: make(chan struct{})}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.address = listener.Addr().String()
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/wait" {
			<-s.letGo
		}
	})}
	s.Attach(server)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(s.Listener(listener)) })
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		serving.Wait()
		require.Eventually(t, func() bool { return s.Stats().Open == 0 }, time.Minute, time.Millisecond)
		assert.Empty(t, s.byClient)
		assert.Zero(t, s.waiting.Len())
	})
	return s
}

// dial opens a connection from an address of the loopback network and sends the text.
func (s *served) dial(from, text string) *bufio.ReadWriter {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := dialer.DialContext(s.t.Context(), "tcp", s.address)
	require.NoError(s.t, err)
	require.NoError(s.t, conn.SetDeadline(time.Now().Add(time.Minute)))
	s.t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, text)
	require.NoError(s.t, err)
	return bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn))
}

const get = "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"

// answered reports whether an answer comes, and reads it.
func answered(rw *bufio.ReadWriter) bool {
	response, err := http.ReadResponse(rw.Reader, nil)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func again(rw *bufio.ReadWriter) bool {
	_, _ = fmt.Fprintf(rw, get, "")
	return rw.Flush() == nil && answered(rw)
}

func (s *served) open(n int) {
	require.Eventually(s.t, func() bool { return s.Stats().Open == n }, time.Minute, time.Millisecond, "%v", s.Stats())
}

func TestTheIdlestMakesRoom(t *testing.T) {
	s := serve(t, Settings{Max: 3})
	first, second, third := s.dial("127.0.0.1", fmt.Sprintf(get, "")), s.dial("127.0.0.1", ""), s.dial("127.0.0.1", "GET / HTTP/1.1\r\nHalf: ")
	require.True(t, answered(first))
	s.open(3)
	require.True(t, again(first), "it is used again, and so not the idlest")
	fourth := s.dial("127.0.0.2", fmt.Sprintf(get, ""))
	assert.True(t, answered(fourth))
	fifth := s.dial("127.0.0.2", fmt.Sprintf(get, ""))
	assert.True(t, answered(fifth))
	assert.False(t, answered(second), "sent nothing")
	assert.False(t, answered(third), "sent half of its headers")
	assert.True(t, again(first))
	assert.Equal(t, Stats{Open: 3, Evicted: 2}, s.Stats())
}

func TestWhoHasARequestMakesNoRoom(t *testing.T) {
	s := serve(t, Settings{Max: 2})
	busy := []*bufio.ReadWriter{s.dial("127.0.0.1", fmt.Sprintf(get, "wait")), s.dial("127.0.0.1", fmt.Sprintf(get, "wait"))}
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.waiting.Len() == 0 && len(s.Connections.open) == 2
	}, time.Minute, time.Millisecond)
	assert.False(t, answered(s.dial("127.0.0.2", fmt.Sprintf(get, ""))), "there is no room")
	close(s.letGo)
	for _, conn := range busy {
		assert.True(t, answered(conn))
	}
	assert.True(t, answered(s.dial("127.0.0.2", fmt.Sprintf(get, ""))))
}

func TestAnAddressClosesItsOwn(t *testing.T) {
	shared := netip.MustParseAddr("127.0.0.9")
	s := serve(t, Settings{Max: 100, MaxOfAddress: 2, Shared: func(address netip.Addr) bool { return address == shared }})
	honest := s.dial("127.0.0.2", fmt.Sprintf(get, ""))
	require.True(t, answered(honest))
	var hoarded []*bufio.ReadWriter
	for range 10 {
		conn := s.dial("127.0.0.1", fmt.Sprintf(get, ""))
		require.True(t, answered(conn))
		hoarded = append(hoarded, conn)
	}
	assert.Equal(t, Stats{Open: 3, Evicted: 8}, s.Stats())
	assert.True(t, again(honest))
	assert.True(t, again(hoarded[9]))
	assert.False(t, again(hoarded[0]))
	for range 10 {
		require.True(t, answered(s.dial(shared.String(), fmt.Sprintf(get, ""))))
	}
	assert.Equal(t, Stats{Open: 13, Evicted: 8}, s.Stats(), "a proxy may have more")
}

func TestHoardersOfManyAddressesKeepOutNobody(t *testing.T) {
	s := serve(t, Settings{Max: 50, MaxOfAddress: 10})
	for i := range 400 {
		s.dial(fmt.Sprintf("127.0.1.%d", 1+i%40), strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\nX: ", i%2))
	}
	for range 20 {
		assert.True(t, answered(s.dial("127.0.0.2", fmt.Sprintf(get, ""))))
	}
	assert.LessOrEqual(t, s.Stats().Open, 50)
}

func TestOpenFilesIsKnown(t *testing.T) { assert.Positive(t, OpenFiles()) }

// TLS stands between the listener and the server, and HTTP/2 has several requests on one connection.
func TestConnectionsOfTLSAreBoundedAlike(t *testing.T) {
	s := New(Settings{Max: 2})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.EnableHTTP2 = true
	server.StartTLS()
	certificate := server.TLS
	server.Close()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	own := &http.Server{ReadHeaderTimeout: time.Second, TLSConfig: certificate, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	s.Attach(own)
	var serving sync.WaitGroup
	serving.Go(func() { _ = own.Serve(s.Listener(tls.NewListener(listener, certificate))) })
	for range 5 {
		transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // its own certificate
		client := &http.Client{Transport: transport}
		request := func() {
			response, err := client.Get("https://" + listener.Addr().String())
			if assert.NoError(t, err) {
				assert.Equal(t, 2, response.ProtoMajor)
				_ = response.Body.Close()
			}
		}
		request() // alone, or the client opens a connection for each
		var requests sync.WaitGroup
		for range 10 {
			requests.Go(request)
		}
		requests.Wait()
		assert.LessOrEqual(t, s.Stats().Open, 2)
		t.Cleanup(transport.CloseIdleConnections)
	}
	assert.GreaterOrEqual(t, s.Stats().Evicted, int64(3))
	require.NoError(t, own.Close())
	serving.Wait()
}
