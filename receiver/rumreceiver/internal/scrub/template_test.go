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
		"/product/red-shoes-104233":                    "/product/{id}",
		"/product/104233-red-shoes":                    "/product/{id}",
		"/p/SKU-00001-ABXYZ":                           "/p/{id}",
		"/item123456":                                  "/{id}",
		"/commit/05797c4":                              "/commit/{hash}",
		"/c/007DC219":                                  "/c/{hash}",
		"/billing/cus_0F6wsTnAjI5Esa":                  "/billing/{token}",
		"/img/17.html":                                 "/img/{id}.html",
		"/old/article-10423.php":                       "/old/{id}.php",
		"/index.html":                                  "/index.html",
		"/about-2024.html":                             "/about-2024.html",
		"/iphone15promax/route66/area51/top-100":       "/iphone15promax/route66/area51/top-100",
		"/docs/1.28.3/en_us2024/decade80/feb2024":      "/docs/1.28.3/en_us2024/decade80/feb2024",
		"/best-of-2024-2025":                           "/best-of-2024-2025",
	} {
		assert.Equal(t, want, Template(in), in)
	}
}
