package faro

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// FuzzDecode holds what every other package relies on, whatever the bytes: a rejection, or a beacon
// whose events point to the page, have times and finite values, and stay within the limits.
func FuzzDecode(f *testing.F) {
	seeds, err := filepath.Glob("../../../../../testdata/captures/faro/chromium/*.body")
	if err != nil || len(seeds) == 0 {
		f.Fatal(err, len(seeds))
	}
	for _, seed := range seeds {
		body, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := Decode(body, limits)
		if err != nil {
			if _, ok := errors.AsType[*beacon.Rejection](err); !ok {
				t.Fatalf("not a rejection: %v", err)
			}
			return
		}
		beacon.Validate(&b)
		if len(b.Events) > limits.MaxEvents {
			t.Fatalf("%d events", len(b.Events))
		}
		for _, event := range b.Events {
			if event.Kind == 0 || event.Page >= len(b.Pages) || event.Time.IsZero() {
				t.Fatalf("event %+v of %d pages", event, len(b.Pages))
			}
			if math.IsNaN(event.Value) || math.IsInf(event.Value, 0) || len(event.Attributes) > limits.MaxAttributes {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
