// Package protocoltest has what the tests of all wire formats share.
package protocoltest

import (
	"errors"
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

// Check tests the guarantees on which all other packages rely, for any bytes: a rejection, or beacons whose events have a
// payload, point to pages, and stay within the limits. The beacons are validated by it.
func Check(t testing.TB, beacons []beacon.Beacon, err error, limits beacon.Limits) {
	t.Helper()
	if err != nil {
		if _, ok := errors.AsType[*beacon.Rejection](err); !ok {
			t.Fatalf("not a rejection: %v", err)
		}
		return
	}
	if len(beacons) == 0 || len(Events(beacons)) > limits.MaxEvents+1 { // a page load is two events
		t.Fatalf("%d beacons of %d events", len(beacons), len(Events(beacons)))
	}
	for i := range beacons {
		b := &beacons[i]
		beacon.Validate(b)
		if len(b.Pages) > limits.MaxPages {
			t.Fatalf("%d pages", len(b.Pages))
		}
		for _, event := range b.Events {
			if event.Payload == nil || event.Count < 0 || event.Page >= len(b.Pages) || len(event.Attributes) > limits.MaxAttributes {
				t.Fatalf("event %+v of %d pages", event, len(b.Pages))
			}
		}
	}
}

// Events of all beacons.
func Events(beacons []beacon.Beacon) (events []beacon.Event) {
	for i := range beacons {
		events = append(events, beacons[i].Events...)
	}
	return events
}

// Records is how many elements a body had: taken, refused or left out.
func Records(beacons []beacon.Beacon) (n int) {
	for i := range beacons {
		n += beacons[i].Received() + beacons[i].LeftOut
	}
	return n
}
