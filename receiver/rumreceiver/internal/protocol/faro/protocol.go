package faro

import (
	"net/http"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// Protocol of the Grafana Faro Web SDK.
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "faro",
		DefaultPaths: []string{"/faro/collect"},
		Headers:      []string{"Content-Type", "Content-Encoding", "Idempotency-Key", "X-Api-Key", "X-Faro-Session-Id"},
		New:          protocol.Simple(decode),
		Encode:       encode,
	}
}

// encode answers 202, like Grafana's own receivers.
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	if status == http.StatusOK {
		status = http.StatusAccepted
	}
	return protocol.JSON(facts, status, answer)
}
