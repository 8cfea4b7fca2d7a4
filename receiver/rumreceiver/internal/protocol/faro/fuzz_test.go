package faro

import (
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range protocoltest.Files(f, "../../../../../testdata/captures/faro/chromium/*.body") {
		f.Add(seed)
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		beacons, err := decode(body, limits)
		protocoltest.Check(t, beacons, err, limits)
		for _, event := range protocoltest.Events(beacons) {
			if event.Time.IsZero() {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
