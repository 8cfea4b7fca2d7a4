package otlp

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// FuzzDecode holds what every other package relies on, whatever the bytes: a rejection, or a beacon
// whose events point to pages, have finite values, and stay within the limits. What pdata can read of the
// binary encoding we can, and find as many records in it.
func FuzzDecode(f *testing.F) {
	seeds, err := filepath.Glob("../../../../../testdata/captures/otel/chromium/*.body")
	if err != nil || len(seeds) == 0 {
		f.Fatal(err, len(seeds))
	}
	for _, seed := range seeds {
		body, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		for _, body := range both(f, string(body)) {
			f.Add([]byte(body))
		}
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := NewDecoder(nil).Decode(body, limits)
		if err != nil {
			if _, ok := errors.AsType[*beacon.Rejection](err); !ok {
				t.Fatalf("not a rejection: %v", err)
			}
		} else if len(body) > 0 && body[0] == 0x0a {
			if logs, err := new(plog.ProtoUnmarshaler).UnmarshalLogs(body); err == nil && logs.LogRecordCount() != b.Received() {
				t.Fatalf("%d records, of %d", b.Received(), logs.LogRecordCount())
			}
		}
		beacon.Validate(&b)
		if len(b.Events) > limits.MaxEvents || len(b.Pages) > limits.MaxPages {
			t.Fatalf("%d events on %d pages", len(b.Events), len(b.Pages))
		}
		for _, event := range b.Events {
			if event.Kind == 0 || event.Count != 1 || event.Page >= len(b.Pages) {
				t.Fatalf("event %+v of %d pages", event, len(b.Pages))
			}
			if math.IsNaN(event.Value) || math.IsInf(event.Value, 0) || len(event.Attributes) > limits.MaxAttributes {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
