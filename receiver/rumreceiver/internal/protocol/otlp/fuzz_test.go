package otlp

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

// FuzzDecode also reads the binary encoding by pdata: where both can, they find as many records.
func FuzzDecode(f *testing.F) {
	for _, seed := range protocoltest.Files(f, "../../../../../testdata/captures/otel/chromium/*.body") {
		for _, body := range both(f, string(seed)) {
			f.Add([]byte(body))
		}
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		beacons, err := decode(protocol.Facts{Path: "/v1/logs"}, body, limits)
		if len(body) > 0 && body[0] == 0x0a {
			logs, unreadable := new(plog.ProtoUnmarshaler).UnmarshalLogs(body)
			if unreadable == nil && err == nil && logs.LogRecordCount() != protocoltest.Records(beacons) {
				t.Fatalf("%d records, of %d", protocoltest.Records(beacons), logs.LogRecordCount())
			}
		}
		protocoltest.Check(t, beacons, err, limits)
		for _, event := range protocoltest.Events(beacons) {
			if event.Count != 1 {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
