package native

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"

// Protocol is our own. The second path is that of existing hand-written clients.
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "native",
		DefaultPaths: []string{"/v1/rum", "/api/rum/collect"},
		OnByDefault:  true,
		New:          protocol.Simple(decode),
	}
}
