package native

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// FuzzDecode holds what every other package relies on, whatever the bytes: a rejection or a beacon
// whose events point to pages, have times and finite values, and stay within the limits.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{
		"../../../../../testdata/captures/*/chromium/*.body",
		"../../../../../testdata/beacon/*/beacon.json",
		"../../../../../testdata/beacon/reject/*/beacon.json",
	} {
		seeds, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, seed := range seeds {
			body, err := os.ReadFile(seed)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(body)
		}
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
		if len(b.Events) > limits.MaxEvents || len(b.Pages) > limits.MaxPages {
			t.Fatalf("%d events on %d pages", len(b.Events), len(b.Pages))
		}
		for _, event := range b.Events {
			if event.Count < 1 || event.Page >= len(b.Pages) || event.Time.IsZero() {
				t.Fatalf("event %+v of %d pages", event, len(b.Pages))
			}
			if math.IsNaN(event.Value) || math.IsInf(event.Value, 0) || len(event.Attributes) > limits.MaxAttributes {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
