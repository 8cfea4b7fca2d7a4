package native

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"

// Protocol is our own one. The second path is that of clients in the wild.
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "native",
		DefaultPaths: []string{"/v1/rum", "/api/rum/collect"},
		OnByDefault:  true,
		New:          protocol.Simple(decode),
	}
}
