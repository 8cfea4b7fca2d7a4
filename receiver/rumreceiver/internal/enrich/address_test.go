package enrich

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

func TestClientAddress(t *testing.T) {
	const xff, fwd, xreal = "X-Forwarded-For", "Forwarded", "X-Real-Ip"
	for name, tc := range map[string]struct {
		remote string
		header http.Header
		want   string
	}{
		"NoProxy":                      {"203.0.113.7:4711", nil, "203.0.113.7"},
		"NoPort":                       {"203.0.113.7", nil, "203.0.113.7"},
		"IPv6WithZone":                 {"[fe80::1%eth0]:4711", nil, "fe80::1"},
		"IPv4InIPv6":                   {"[::ffff:203.0.113.7]:1", nil, "203.0.113.7"},
		"NoAddress":                    {"@", nil, "invalid IP"},
		"StrangersHeadersAreIgnored":   {"203.0.113.7:1", http.Header{xff: {"1.2.3.4"}, fwd: {"for=1.2.3.4"}, xreal: {"1.2.3.4"}}, "203.0.113.7"},
		"OneProxy":                     {"10.0.0.1:1", http.Header{xff: {"203.0.113.7"}}, "203.0.113.7"},
		"TheFirstEntryIsOnlyClaimed":   {"10.0.0.1:1", http.Header{xff: {"1.2.3.4, 203.0.113.7"}}, "203.0.113.7"},
		"PastTrustedProxies":           {"10.0.0.1:1", http.Header{xff: {"1.2.3.4, 203.0.113.7, 10.0.0.3,10.0.0.2"}}, "203.0.113.7"},
		"OverSeveralLines":             {"10.0.0.1:1", http.Header{xff: {"1.2.3.4", "203.0.113.7", "10.0.0.2"}}, "203.0.113.7"},
		"AllTrusted":                   {"10.0.0.1:1", http.Header{xff: {"10.0.0.3, 10.0.0.2"}}, "10.0.0.3"},
		"NoAddressInTheHeader":         {"10.0.0.1:1", http.Header{xff: {"203.0.113.7, unknown, 10.0.0.2"}}, "10.0.0.2"},
		"EmptyEntry":                   {"10.0.0.1:1", http.Header{xff: {"203.0.113.7,"}}, "10.0.0.1"},
		"WithPort":                     {"10.0.0.1:1", http.Header{xff: {"203.0.113.7:4711"}}, "203.0.113.7"},
		"IPv6WithPort":                 {"10.0.0.1:1", http.Header{xff: {"[2001:db8::1]:4711"}}, "2001:db8::1"},
		"IPv6InBrackets":               {"[fd00::1]:1", http.Header{xff: {"[2001:db8::1]"}}, "2001:db8::1"},
		"Forwarded":                    {"10.0.0.1:1", http.Header{fwd: {`for=1.2.3.4, For="[2001:db8::17]:4711";proto=https;by=10.0.0.9, for=10.0.0.2`}}, "2001:db8::17"},
		"ForwardedObfuscated":          {"10.0.0.1:1", http.Header{fwd: {"for=203.0.113.7, for=_hidden, for=10.0.0.2"}}, "10.0.0.2"},
		"ForwardedWithoutFor":          {"10.0.0.1:1", http.Header{fwd: {"proto=https"}}, "10.0.0.1"},
		"RealIP":                       {"10.0.0.1:1", http.Header{xreal: {"203.0.113.7"}}, "203.0.113.7"},
		"RealIPIsNone":                 {"10.0.0.1:1", http.Header{xreal: {"x"}}, "10.0.0.1"},
		"LongHeaderIsReadFromTheEnd":   {"10.0.0.1:1", http.Header{xff: {strings.Repeat("1.2.3.4,", 9999) + "203.0.113.7"}}, "203.0.113.7"},
		"LongHeaderOfProxiesIsBounded": {"10.0.0.1:1", http.Header{xff: {"203.0.113.7," + strings.Repeat("10.0.0.2,", 999) + "10.0.0.3"}}, "10.0.0.2"},
		"AnEntryCutByTheBoundIsNone":   {"10.0.0.1:1", http.Header{xff: {strings.Repeat("1", maxForwarded-10) + "1.2.3.4,10.0.0.2"}}, "10.0.0.2"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, ClientAddress(tc.remote, tc.header, proxies).String())
		})
	}
}

func TestTruncateLeavesTheNetwork(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.77":        "203.0.113.0",
		"::ffff:203.0.113.77": "203.0.113.0",
		"2001:db8:1:2:3::4":   "2001:db8:1::",
		"fe80::1%eth0":        "fe80::",
	} {
		assert.Equal(t, want, Truncate(netip.MustParseAddr(in)).String())
	}
	assert.False(t, Truncate(netip.Addr{}).IsValid())
}

func BenchmarkClientAddress(b *testing.B) {
	header := http.Header{"X-Forwarded-For": {"1.2.3.4, 203.0.113.7, 10.0.0.2"}}
	b.ReportAllocs()
	for b.Loop() {
		ClientAddress("10.0.0.1:4711", header, proxies)
	}
}
