// Package all lists the wire formats.
package all

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/boomerang"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/datadog"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/elastic"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/faro"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/native"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/otlp"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/sentry"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/webvitals"
)

// Protocols are all wire formats, in the order of the documentation. A new one is a folder and a line here.
func Protocols() []protocol.Protocol {
	return []protocol.Protocol{
		native.Protocol(),
		webvitals.Protocol(),
		otlp.Protocol(),
		faro.Protocol(),
		datadog.Protocol(),
		elastic.Protocol(),
		sentry.Protocol(),
		boomerang.Protocol(),
	}
}
