package elastic

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range protocoltest.Files(f, "../../../../../testdata/captures/elastic/chromium/*.body") {
		plain, err := gzip.NewReader(bytes.NewReader(seed))
		if err != nil {
			f.Fatal(err)
		}
		body, err := io.ReadAll(plain)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(long))
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		beacons, err := decode(protocol.Facts{Method: http.MethodPost}, body, limits)
		protocoltest.Check(t, beacons, err, limits)
		for _, event := range protocoltest.Events(beacons) {
			if !event.Time.IsZero() {
				t.Fatalf("event %+v", event)
			}
		}
	})
}
