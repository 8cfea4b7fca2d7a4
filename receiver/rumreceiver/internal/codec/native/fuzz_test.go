package native

import (
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/codectest"
)

func FuzzDecode(f *testing.F) {
	seeds := codectest.Files(f, "../../../../../testdata/captures/*/chromium/*.body",
		"../../../../../testdata/beacon/*/beacon.json", "../../../../../testdata/beacon/reject/*/beacon.json")
	for _, seed := range seeds {
		f.Add(seed)
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := Decode(body, limits)
		codectest.Check(t, &b, err, limits)
		for _, event := range b.Events {
			if event.Count < 1 || event.Time.IsZero() {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
