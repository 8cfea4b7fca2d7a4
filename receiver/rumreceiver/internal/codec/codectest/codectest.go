// Package codectest has what the tests of all wire formats share.
package codectest

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Files are the contents of the files that the patterns match; each must match some.
func Files(t testing.TB, patterns ...string) (bodies [][]byte) {
	t.Helper()
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			bodies = append(bodies, body)
		}
	}
	return bodies
}

// Check holds what every other package relies on, whatever the bytes: a rejection, or a beacon whose events have a
// kind, point to pages, have finite values, and stay within the limits. The beacon is validated by it.
func Check(t testing.TB, b *beacon.Beacon, err error, limits beacon.Limits) {
	t.Helper()
	if err != nil {
		if _, ok := errors.AsType[*beacon.Rejection](err); !ok {
			t.Fatalf("not a rejection: %v", err)
		}
		return
	}
	beacon.Validate(b)
	if len(b.Events) > limits.MaxEvents || len(b.Pages) > limits.MaxPages {
		t.Fatalf("%d events on %d pages", len(b.Events), len(b.Pages))
	}
	for _, event := range b.Events {
		if event.Kind == 0 || event.Count < 0 || event.Page >= len(b.Pages) {
			t.Fatalf("event %+v of %d pages", event, len(b.Pages))
		}
		if math.IsNaN(event.Value) || math.IsInf(event.Value, 0) || len(event.Attributes) > limits.MaxAttributes {
			t.Fatalf("event %+v", event)
		}
	}
}
