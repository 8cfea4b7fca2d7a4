package admit

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	patterns "github.com/otelcol-rum/otelcol-rum/internal/origins"
)

func TestOrigins(t *testing.T) {
	f := func(pattern, origin string, want bool) {
		t.Helper()
		list, err := newOrigins("", []string{pattern})
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
	f("*://*:*", "https://shop.example:1", true)
	f("https://a*b*.shop.example", "https://abbb.shop.example", true)
	f("https://a*b*.shop.example", "https://acc.shop.example", false)
	f("file://", "file://", true)
	f("capacitor://localhost", "capacitor://localhost", true)
	f("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", true)
	f("https://*.shop.local", "https://a.shop.local", true)
	f("https://*.local", "https://a.local", true)

	f("*", "https://anywhere.example", true)
	f("*", "null", true)
	f("null", "null", true)
	f("https://*", "null", false)
	f("https://*", "https://"+strings.Repeat("a", 300), false)
}

// FuzzOrigins: a pattern that is taken matches no page of strangers, unless it says so with a host of * alone.
func FuzzOrigins(f *testing.F) {
	f.Add("https://*.shop.example")
	f.Add("https://*shop.example")
	f.Add("*://*.com:*")
	f.Add("https://[::1]:*")
	f.Fuzz(func(t *testing.T, pattern string) {
		list, err := newOrigins("", []string{pattern})
		_, host, _ := strings.Cut(list[0], "://")
		host, _, _ = strings.Cut(host, ":")
		if err != nil || pattern == "*" || host == "*" || strings.HasSuffix(host, "evil.com") {
			t.Skip()
		}
		for _, stranger := range []string{"https://evil.com", "http://evil.com", "https://shop.example.evil.com", "https://shop.evil.com:8443"} {
			assert.False(t, list.allow(stranger), "%q for %q", pattern, stranger)
		}
	})
}

// FuzzGlob compares with the same pattern as a regular expression.
func FuzzGlob(f *testing.F) {
	f.Add("https://*.shop.*:*", "https://www.shop.example:80")
	f.Add("a*b*b:*c", "axbxb:b:c")
	f.Add("**a", "ba")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 50 || len(s) > patterns.MaxLength || strings.Trim(pattern+s, "*/:@abc.") != "" {
			t.Skip()
		}
		expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `[^/@]*`)
		assert.Equal(t, regexp.MustCompile(`^`+expression+`$`).MatchString(s), glob(pattern, s), "%q for %q", pattern, s)
	})
}
