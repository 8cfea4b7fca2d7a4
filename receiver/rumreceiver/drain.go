package rumreceiver

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// unusedTimeout is how long a connection without a request may still begin one while the receiver shuts down. Browsers
// open connections ahead; http.Server.Shutdown alone would wait some 5 s for those.
const unusedTimeout = 500 * time.Millisecond

// unused are the connections that have sent nothing yet. Safe for concurrent use.
type unused struct {
	mu          sync.Mutex
	closed      bool
	connections map[net.Conn]struct{}
}

// watch must be called before the server serves.
func watch(server *http.Server) *unused {
	u := &unused{connections: map[net.Conn]struct{}{}}
	server.ConnState = u.changed
	return u
}

func (u *unused) changed(connection net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(u.connections, connection)
	case u.closed:
		_ = connection.Close()
	default:
		u.connections[connection] = struct{}{}
	}
}

// close closes the present connections, and later ones.
func (u *unused) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closed = true
	for connection := range u.connections {
		_ = connection.Close()
	}
}
