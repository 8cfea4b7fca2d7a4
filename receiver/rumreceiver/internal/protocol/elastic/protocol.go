package elastic

import (
	"net/http"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// Protocol of Elastic's browser agent.
// https://www.elastic.co/docs/reference/apm/agents/rum-js
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "elastic",
		DefaultPaths: []string{"/intake/v2/rum/events", "/intake/v3/rum/events", "/config/v1/rum/agents"},
		Methods:      []string{http.MethodPost, http.MethodGet}, // GET asks for the central configuration
		Headers:      []string{"Content-Type", "Content-Encoding"},
		New:          func([]string) protocol.Decode { return decode },
		Encode:       encode,
	}
}

// encode answers 202, like Elastic's own server. An agent that asks for its central configuration gets one without changes.
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	switch {
	case status == http.StatusOK && facts.Method == http.MethodGet:
		// The agent reads the ETag, and browsers warn on the console about a header that CORS does not expose.
		return protocol.Response{
			Status: status, ContentType: protocol.ContentTypeJSON, Body: []byte("{}"), Header: http.Header{"Access-Control-Expose-Headers": {"ETag"}},
		}
	case status == http.StatusOK:
		status = http.StatusAccepted
	}
	return protocol.JSON(facts, status, answer)
}
