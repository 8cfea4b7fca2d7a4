package boomerang

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/protocoltest"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range protocoltest.Files(f, "../../../../../testdata/captures/boomerang/chromium/*.body") {
		f.Add(seed)
	}
	limits := beacon.DefaultLimits()
	f.Fuzz(func(t *testing.T, body []byte) {
		beacons, err := decode(protocol.Facts{Method: http.MethodPost}, body, limits)
		protocoltest.Check(t, beacons, err, limits)
		fromQuery, errQuery := decode(protocol.Facts{Method: http.MethodGet, Query: string(body)}, nil, limits)
		protocoltest.Check(t, fromQuery, errQuery, limits)
		if (err == nil) != (errQuery == nil) || len(protocoltest.Events(beacons)) != len(protocoltest.Events(fromQuery)) {
			t.Fatalf("a body and a query differ: %v, %v", err, errQuery)
		}
	})
}

func FuzzJSURL(f *testing.F) {
	for _, seed := range []string{"~(~(d~'mwt25i8f~m~'Script*20error.~v~2))", "~(~)", "~()", "~'**d83d**de00!", "~(a~true~b~null~c~-1.5e3)", "~"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		document, ok := toJSON(text)
		if ok && len(text) > 0 && text[0] == '~' && !json.Valid(document) {
			t.Fatalf("%q is %q", text, document)
		}
		if len(document) > 6*len(text)+32 {
			t.Fatalf("%d bytes of %d", len(document), len(text))
		}
	})
}
