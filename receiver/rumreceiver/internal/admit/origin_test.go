package admit

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOrigins(t *testing.T) {
	f := func(pattern, origin string, want bool) {
		t.Helper()
		list, err := newOrigins([]string{pattern})
		require.NoError(t, err)
		assert.Equal(t, want, list.allow(origin), "%s for %s", pattern, origin)
	}
	f("https://shop.example", "https://shop.example", true)
	f("https://Shop.Example", "https://shop.example", true)
	f("https://shop.example", "HTTPS://SHOP.EXAMPLE", true)
	f("https://shop.example", "http://shop.example", false)
	f("https://shop.example", "https://shop.example:8443", false)
	f("https://shop.example", "https://shop.example.evil.example", false)
	f("https://shop.example", "https://shopxexample", false)

	f("https://*.shop.example", "https://www.shop.example", true)
	f("https://*.shop.example", "https://a.b.shop.example", true)
	f("https://*.shop.example", "https://shop.example", false)
	f("https://*.shop.example", "https://evilshop.example", false)
	// A * does not leave its part of the origin.
	f("https://*.shop.example", "https://evil.example/.shop.example", false)
	f("https://*.shop.example", "https://me@evil.shop.example", false)
	f("https://*", "https://shop.example", true)
	f("https://*", "https://shop.example:8443", true)
	f("https://*", "http://shop.example", false)
	f("http://localhost:*", "http://localhost:3000", true)
	f("http://localhost:*", "http://localhost", false)
	f("*://shop.example", "https://evil.example://shop.example", false)
	f("https://*.shop.*", "https://www.shop.example", true)
	f("*://*:*", "https://shop.example:1", true)
	f("https://a*b*c.example", "https://abbbc.example", true)
	f("https://a*b*c.example", "https://abbb.example", false)

	f("*", "https://anywhere.example", true)
	f("*", "null", true)
	f("null", "null", true)
	f("https://*", "null", false)
	f("https://*", "https://"+strings.Repeat("a", 300), false)
}

// FuzzGlob compares with the same pattern as a regular expression.
func FuzzGlob(f *testing.F) {
	f.Add("https://*.shop.*:*", "https://www.shop.example:80")
	f.Add("a*b*b:*c", "axbxb:b:c")
	f.Add("**a", "ba")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 50 || len(s) > maxOriginLength || strings.Trim(pattern+s, "*/:@abc.") != "" {
			t.Skip()
		}
		expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `[^/@]*`)
		assert.Equal(t, regexp.MustCompile(`^`+expression+`$`).MatchString(s), glob(pattern, s), "%q for %q", pattern, s)
	})
}
