// Package connections bounds the open connections of clients, in total and for each address. Past a bound the
// connection that has had no request for the longest time is closed, so hoarded connections are closed first, and an
// honest page finds a place.
package connections

import (
	"container/list"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
)

// Settings of Connections.
type Settings struct {
	// Max of all. At least 1.
	Max int
	// MaxOfAddress is of one client, an IPv6 /64 being one. 0: no bound but Max.
	MaxOfAddress int
	// Shared reports whether many clients share an address; then MaxOfAddress does not apply.
	Shared func(netip.Addr) bool
}

// Connections are the open connections. Safe for concurrent use.
type Connections struct {
	settings Settings

	mu       sync.Mutex
	open     map[net.Conn]*connection
	waiting  *list.List // of *connection without a request, the longest idle one first
	byClient map[netip.Prefix]*client
	evicted  int64
}

// client has the connections of one address.
type client struct {
	open    int
	waiting *list.List
}

// connection of a client.
type connection struct {
	net.Conn
	of        netip.Prefix
	client    *client // nil if its address is shared
	requests  int     // under way; HTTP/2 has several
	all, mine *list.Element
}

// New returns Connections without an open one.
func New(settings Settings) *Connections {
	return &Connections{settings: settings, open: map[net.Conn]*connection{}, waiting: list.New(), byClient: map[netip.Prefix]*client{}}
}

// Stats are the sizes of Connections.
type Stats struct {
	// Open connections.
	Open int
	// Evicted is how many were closed to make room, or not taken because there was none.
	Evicted int64
}

// Stats counts now.
func (c *Connections) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{Open: len(c.open), Evicted: c.evicted}
}

// Attach registers for state changes of the server's connections. Call it once, before Serve.
func (c *Connections) Attach(server *http.Server) {
	changed, contextOf, next := server.ConnState, server.ConnContext, server.Handler
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
			c.closed(conn)
		}
		if changed != nil {
			changed(conn, state)
		}
	}
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		if contextOf != nil {
			ctx = contextOf(ctx, conn)
		}
		return context.WithValue(ctx, key{}, conn)
	}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		conn, _ := req.Context().Value(key{}).(net.Conn)
		c.begin(conn)
		defer c.end(conn)
		next.ServeHTTP(w, req)
	})
}

// key of the connection in the context of a request.
type key struct{}

// Listener returns a listener that accepts connections within the bounds.
func (c *Connections) Listener(of net.Listener) net.Listener {
	return &listener{Listener: of, connections: c}
}

type listener struct {
	net.Listener
	connections *Connections
}

// Accept waits for the next connection for which there is room.
func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		evicted, ok := l.connections.add(conn)
		for _, other := range evicted {
			cut(other)
		}
		if ok {
			return conn, nil
		}
		cut(conn)
	}
}

// cut closes without waiting for the other side, as the close of TLS does.
func cut(conn net.Conn) {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	_ = conn.Close()
}

// add registers the connection, or reports that there is no room, and returns the connections to close for it.
func (c *Connections) add(conn net.Conn) (evicted []net.Conn, ok bool) {
	address := addressOf(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	one := &connection{Conn: conn, of: admit.Client(address)}
	if c.settings.MaxOfAddress > 0 && !(c.settings.Shared != nil && c.settings.Shared(address)) {
		if one.client = c.byClient[one.of]; one.client == nil {
			one.client = &client{waiting: list.New()}
			c.byClient[one.of] = one.client
		}
		if one.client.open >= c.settings.MaxOfAddress && !c.evictLocked(one.client.waiting, &evicted) {
			return evicted, false
		}
	}
	if len(c.open) >= c.settings.Max && !c.evictLocked(c.waiting, &evicted) {
		c.forgetLocked(one)
		return evicted, false
	}
	if one.client != nil {
		c.byClient[one.of] = one.client // eviction may have taken the last one of it
		one.client.open++
	}
	c.open[conn] = one
	c.waitLocked(one)
	return evicted, true
}

// evictLocked removes the first of the list. If the list is empty, it counts the new connection as evicted instead.
func (c *Connections) evictLocked(waiting *list.List, evicted *[]net.Conn) bool {
	c.evicted++
	first := waiting.Front()
	if first == nil {
		return false
	}
	one := first.Value.(*connection)
	*evicted = append(*evicted, one.Conn)
	c.removeLocked(one)
	return true
}

func (c *Connections) removeLocked(one *connection) {
	c.busyLocked(one)
	delete(c.open, one.Conn)
	if one.client != nil {
		one.client.open--
		c.forgetLocked(one)
	}
}

// forgetLocked forgets a client without connections.
func (c *Connections) forgetLocked(one *connection) {
	if one.client != nil && one.client.open == 0 {
		delete(c.byClient, one.of)
	}
}

func (c *Connections) waitLocked(one *connection) {
	one.all = c.waiting.PushBack(one)
	if one.client != nil {
		one.mine = one.client.waiting.PushBack(one)
	}
}

func (c *Connections) busyLocked(one *connection) {
	if one.all != nil {
		c.waiting.Remove(one.all)
	}
	if one.mine != nil {
		one.client.waiting.Remove(one.mine)
	}
	one.all, one.mine = nil, nil
}

func (c *Connections) begin(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.open[conn]; one != nil {
		one.requests++
		c.busyLocked(one)
	}
}

func (c *Connections) end(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.open[conn]; one != nil {
		if one.requests--; one.requests == 0 {
			c.waitLocked(one)
		}
	}
}

func (c *Connections) closed(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.open[conn]; one != nil {
		c.removeLocked(one)
	}
}

// addressOf is the remote address; the zero address when there is none.
func addressOf(conn net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr()
}
