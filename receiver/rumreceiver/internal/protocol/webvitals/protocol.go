package webvitals

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"

// Protocol is what the web-vitals library reports.
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "web_vitals",
		DefaultPaths: []string{"/v1/web-vitals"},
		New:          protocol.Simple(decode),
	}
}
