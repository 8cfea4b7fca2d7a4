package datadog

import (
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

func FuzzDecode(f *testing.F) {
	const forward = "ddforward=%2Fapi%2Fv2%2Frum%3Fbatch_time%3D1795425270995"
	for _, seed := range protocoltest.Files(f, "../../../../../testdata/captures/datadog/chromium/*.body") {
		f.Add(forward, seed)
	}
	f.Add(forward, []byte(`{"type":"view_update","_dd":{"document_version":3},"date":1795425270995,"view":{"id":"v","performance":{"lcp":{"timestamp":9}}}}`))
	f.Add("ddforward=%2Fapi%2Fv2%2Freplay", []byte("--x"))
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		beacons, err := decode(protocol.Facts{Path: "/datadog", Query: query}, body, limits)
		protocoltest.Check(t, beacons, err, limits)
		for _, event := range protocoltest.Events(beacons) {
			if event.Time.IsZero() {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
