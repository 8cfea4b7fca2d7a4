package sentry

import (
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range protocoltest.Files(f, "../../../../../testdata/captures/sentry/chromium/*.body") {
		f.Add(seed)
	}
	f.Add([]byte(transactionEnvelope))
	f.Add([]byte("{\"sdk\":{}}\n{\"type\":\"attachment\",\"length\":3}\n\x1f\x8b\n\n{\"type\":\"log\"}\n{}"))
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		beacons, err := decode(protocol.Facts{Path: "/api/42/envelope"}, body, limits)
		protocoltest.Check(t, beacons, err, limits)
	})
}
