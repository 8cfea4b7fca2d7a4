package faro

import (
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/codectest"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range codectest.Files(f, "../../../../../testdata/captures/faro/chromium/*.body") {
		f.Add(seed)
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := Decode(body, limits)
		codectest.Check(t, &b, err, limits)
		for _, event := range b.Events {
			if event.Time.IsZero() {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
