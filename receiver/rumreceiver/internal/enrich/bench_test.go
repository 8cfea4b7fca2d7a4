package enrich

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/native"
)

// BenchmarkEnrich is a batch of ten events: 5 vitals, 3 resources, an exception with a stack, a click.
// What Enrich changes, it changes to what it would leave, so every round does the same work.
func BenchmarkEnrich(b *testing.B) {
	body, err := os.ReadFile("../../../../testdata/bench/beacon.json")
	require.NoError(b, err)
	beacons, err := native.Protocol().New(nil)(protocol.Facts{}, body, beacon.DefaultLimits())
	require.NoError(b, err)
	decoded := beacons[0]
	require.Len(b, decoded.Events, 10)
	sender := from("203.0.113.77")
	sender.UserAgent = chromeLinux
	for name, settings := range map[string]Settings{
		"default": {},
		"all": {
			Address: AddressTruncate, Routes: []string{"/product/{id}"}, AllowedQuery: []string{"utm_source"},
			UserID: UserIDHash, UserIDSecret: "0123456789abcdef", HonorGPC: true,
		},
	} {
		b.Run(name, func(b *testing.B) {
			e := newEnricher(b, settings)
			b.ReportAllocs()
			for b.Loop() {
				e.Enrich(&decoded, sender, noon)
			}
		})
	}
}
