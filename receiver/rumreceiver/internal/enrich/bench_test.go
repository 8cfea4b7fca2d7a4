package enrich

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/native"
)

// BenchmarkEnrich is a batch of ten events: 5 vitals, 3 resources, an exception with a stack, a click.
// What Enrich changes, it changes to what it would leave, so every round does the same work.
func BenchmarkEnrich(b *testing.B) {
	body, err := os.ReadFile("../../../../testdata/bench/beacon.json")
	require.NoError(b, err)
	decoded, err := native.Decode(body, beacon.DefaultLimits())
	require.NoError(b, err)
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

func BenchmarkText(b *testing.B) {
	var s scrubber
	for name, text := range map[string]string{
		"word":    "navigate",
		"message": "Cannot read properties of undefined (reading 'price')",
		"stack":   "TypeError: Cannot read properties of undefined (reading 'price')\n    at total (https://shop.example/app.js:12:31)\n    at HTMLButtonElement.onclick (https://shop.example/cart:3:9)",
		"url":     "https://shop.example/product/42?token=abc",
		"secrets": "login of jane@mail.example failed: token=abc, Bearer abcdef012345, 4111 1111 1111 1111",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.text(text)
			}
		})
	}
}
