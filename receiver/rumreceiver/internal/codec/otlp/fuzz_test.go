package otlp

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/codectest"
)

// FuzzDecode also reads the binary encoding by pdata: where both can, they find as many records.
func FuzzDecode(f *testing.F) {
	for _, seed := range codectest.Files(f, "../../../../../testdata/captures/otel/chromium/*.body") {
		for _, body := range both(f, string(seed)) {
			f.Add([]byte(body))
		}
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := NewDecoder(nil).Decode(body, limits)
		if len(body) > 0 && body[0] == 0x0a {
			logs, unreadable := new(plog.ProtoUnmarshaler).UnmarshalLogs(body)
			if unreadable == nil && err == nil && logs.LogRecordCount() != b.Received() {
				t.Fatalf("%d records, of %d", b.Received(), logs.LogRecordCount())
			}
		}
		codectest.Check(t, &b, err, limits)
		for _, event := range b.Events {
			if event.Count != 1 {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
