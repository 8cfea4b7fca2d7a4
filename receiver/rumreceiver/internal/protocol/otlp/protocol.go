package otlp

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"

// Protocol is OTLP/HTTP, as the OpenTelemetry packages for browsers export logs.
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "otlp",
		DefaultPaths: []string{"/v1/logs"},
		Headers:      []string{"Content-Type", "Content-Encoding"},
		New:          func([]string) protocol.Decode { return decode },
		Encode:       encode,
	}
}
