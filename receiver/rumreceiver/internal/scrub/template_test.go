package scrub

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTemplateReplacesIdentifiers(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"/":                    "/",
		"/checkout":            "/checkout",
		"/product/42":          "/product/{id}",
		"/product/42/reviews/": "/product/{id}/reviews/",
		"/orders/3f2504e0-4f89-11d3-9a0c-0305e82c3301": "/orders/{uuid}",
		"/assets/9e107d9d372bb6826bd81d3542a419d6":     "/assets/{hash}",
		"/archive/2026-11-23/2026-11":                  "/archive/{date}/{date}",
		"/u/jane@example.com/u%40x":                    "/u/{email}/{email}",
		"/t/eyJhbGciOi9JIUzI1NiIsInR5cCI6":             "/t/{token}",
		"/blog/how-we-made-checkout-faster":            "/blog/how-we-made-checkout-faster",
		"/v2/deadbeef/facade":                          "/v2/deadbeef/facade",
	} {
		assert.Equal(t, want, Template(in), in)
	}
}
