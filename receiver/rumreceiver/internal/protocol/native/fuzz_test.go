package native

import (
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

func FuzzDecode(f *testing.F) {
	seeds := protocoltest.Files(f, "../../../../../testdata/captures/*/chromium/*.body",
		"../../../../../testdata/beacon/*/beacon.json", "../../../../../testdata/beacon/reject/*/beacon.json")
	for _, seed := range seeds {
		f.Add(seed)
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		beacons, err := decode(body, limits)
		protocoltest.Check(t, beacons, err, limits)
		for _, event := range protocoltest.Events(beacons) {
			if event.Count < 1 || event.Time.IsZero() {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
