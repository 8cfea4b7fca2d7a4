package enrich

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/internal/growth"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

const (
	xff       = "X-Forwarded-For"
	forwarded = "Forwarded"
	realIP    = "X-Real-Ip"
)

// address is how a peer is written in the tables: a client that nobody vouches for has a question mark.
func (p Peer) String() string {
	if !p.Vouched {
		return p.Address.String() + "?"
	}
	return p.Address.String()
}

func TestTheAddressOfTheClient(t *testing.T) {
	for name, tc := range map[string]struct {
		remote string
		header http.Header
		want   string
	}{
		"NoProxy":                      {"203.0.113.7:4711", nil, "203.0.113.7"},
		"NoPort":                       {"203.0.113.7", nil, "203.0.113.7"},
		"IPv6WithZone":                 {"[fe80::1%eth0]:4711", nil, "fe80::1"},
		"IPv4InIPv6":                   {"[::ffff:203.0.113.7]:1", nil, "203.0.113.7"},
		"NoAddress":                    {"@", nil, "invalid IP?"},
		"LoadGenerator":                {"192.168.0.7:1", nil, "192.168.0.7"},
		"UnnamedProxy":                 {"192.168.0.7:1", http.Header{xff: {"203.0.113.7"}}, "192.168.0.7?"},
		"UnnamedProxyOfAnotherKind":    {"192.168.0.7:1", http.Header{"Cf-Connecting-Ip": {"203.0.113.7"}}, "192.168.0.7?"},
		"StrangersHeadersAreIgnored":   {"203.0.113.7:1", http.Header{xff: {"1.2.3.4"}, forwarded: {"for=1.2.3.4"}, realIP: {"1.2.3.4"}}, "203.0.113.7"},
		"OneProxy":                     {"10.0.0.1:1", http.Header{xff: {"203.0.113.7"}}, "203.0.113.7"},
		"TheFirstEntryIsOnlyClaimed":   {"10.0.0.1:1", http.Header{xff: {"1.2.3.4, 203.0.113.7"}}, "203.0.113.7"},
		"PastTrustedProxies":           {"10.0.0.1:1", http.Header{xff: {"1.2.3.4, 203.0.113.7, 10.0.0.3,10.0.0.2"}}, "203.0.113.7"},
		"OverSeveralLines":             {"10.0.0.1:1", http.Header{xff: {"1.2.3.4", "203.0.113.7", "10.0.0.2"}}, "203.0.113.7"},
		"AllTrusted":                   {"10.0.0.1:1", http.Header{xff: {"10.0.0.3, 10.0.0.2"}}, "10.0.0.3?"},
		"NoAddressInTheHeader":         {"10.0.0.1:1", http.Header{xff: {"203.0.113.7, unknown, 10.0.0.2"}}, "10.0.0.2?"},
		"Unknown":                      {"10.0.0.1:1", http.Header{xff: {"203.0.113.7, unknown"}}, "10.0.0.1?"},
		"Markup":                       {"10.0.0.1:1", http.Header{xff: {"<script>"}}, "10.0.0.1?"},
		"LeadingZeros":                 {"10.0.0.1:1", http.Header{xff: {"203.0.113.001"}}, "10.0.0.1?"},
		"NoHeader":                     {"10.0.0.1:1", nil, "10.0.0.1?"},
		"EmptyHeader":                  {"10.0.0.1:1", http.Header{xff: {""}}, "10.0.0.1?"},
		"TrailingComma":                {"10.0.0.1:1", http.Header{xff: {"203.0.113.7,"}}, "203.0.113.7"},
		"TrailingCommas":               {"10.0.0.1:1", http.Header{xff: {"203.0.113.7, ,", " "}}, "203.0.113.7"},
		"PrivateByAClient":             {"10.0.0.1:1", http.Header{xff: {"192.168.9.9"}}, "192.168.9.9?"},
		"PrivateInIPv6":                {"10.0.0.1:1", http.Header{xff: {"::ffff:192.168.9.9"}}, "192.168.9.9?"},
		"OfACarrier":                   {"10.0.0.1:1", http.Header{xff: {"100.64.1.1"}}, "100.64.1.1?"},
		"Loopback":                     {"10.0.0.1:1", http.Header{xff: {"127.0.0.1"}}, "127.0.0.1?"},
		"LinkLocal":                    {"10.0.0.1:1", http.Header{xff: {"fe80::1%eth0"}}, "fe80::1?"},
		"WithPort":                     {"10.0.0.1:1", http.Header{xff: {"203.0.113.7:4711"}}, "203.0.113.7"},
		"IPv6WithPort":                 {"10.0.0.1:1", http.Header{xff: {"[2001:db8::1]:4711"}}, "2001:db8::1"},
		"IPv6InBrackets":               {"[fd00::1]:1", http.Header{xff: {"[2001:db8::1]"}}, "2001:db8::1"},
		"MappedPeer":                   {"[::ffff:10.0.0.1]:1", http.Header{xff: {"203.0.113.7"}}, "203.0.113.7"},
		"AnotherHeader":                {"10.0.0.1:1", http.Header{realIP: {"203.0.113.7"}}, "10.0.0.1?"},
		"AnotherHeaderBesides":         {"10.0.0.1:1", http.Header{xff: {"203.0.113.7"}, realIP: {"1.2.3.4"}, forwarded: {"for=1.2.3.4"}}, "203.0.113.7"},
		"LongHeaderIsReadFromTheEnd":   {"10.0.0.1:1", http.Header{xff: {strings.Repeat("1.2.3.4,", 9999) + "203.0.113.7"}}, "203.0.113.7"},
		"LongHeaderOfProxiesIsBounded": {"10.0.0.1:1", http.Header{xff: {"203.0.113.7," + strings.Repeat("10.0.0.2,", 999) + "10.0.0.3"}}, "10.0.0.2?"},
		"AnEntryCutByTheBoundIsNone":   {"10.0.0.1:1", http.Header{xff: {strings.Repeat("1", maxForwarded-10) + "1.2.3.4,10.0.0.2"}}, "10.0.0.2?"},
	} {
		t.Run(name, func(t *testing.T) {
			p := Proxies{Trusted: proxies}
			assert.Equal(t, tc.want, p.Of(tc.remote, tc.header).String())
		})
	}
}

func TestTheAddressInTheHeaderForwarded(t *testing.T) {
	p := Proxies{Trusted: proxies, AddressHeader: "forwarded"}
	for element, want := range map[string]string{
		`for=203.0.113.7`: "203.0.113.7",
		`for=1.2.3.4, For="[2001:db8::17]:4711";proto=https;by=10.0.0.9, for=10.0.0.2`: "2001:db8::17",
		`for=203.0.113.7, for=_hidden, for=10.0.0.2`:                                   "10.0.0.2?",
		`for=_hidden`: "10.0.0.1?",
		`proto=https`: "10.0.0.1?",
		`for=203.0.113.7;host="a,for=198.51.100.7"`:          "203.0.113.7",
		`host="a;for=198.51.100.7";for=203.0.113.7`:          "203.0.113.7",
		`host="a\",for=198.51.100.7";for=203.0.113.7`:        "203.0.113.7",
		`for="198.51.100.7, for=203.0.113.7`:                 "203.0.113.7", // the client opened a quote, the proxy appended
		`for=198.51.100.7;for=203.0.113.7`:                   "10.0.0.1?",
		`for=198.51.100.7;, for=203.0.113.7,`:                "203.0.113.7",
		`for="203.0.113.7:80"`:                               "203.0.113.7",
		`for`:                                                "10.0.0.1?",
		`203.0.113.7`:                                        "10.0.0.1?",
		strings.Repeat(`for=1.2.3.4,`, 999) + `for=10.0.0.2`: "1.2.3.4",
	} {
		assert.Equal(t, want, p.Of("10.0.0.1:1", http.Header{forwarded: {element}}).String(), element)
	}
	assert.Equal(t, "10.0.0.1?", p.Of("10.0.0.1:1", http.Header{xff: {"203.0.113.7"}}).String(), "one header is believed")
}

func TestHeadersOfNetworksAreRead(t *testing.T) {
	for _, header := range []string{"X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "Fly-Client-IP", "Fastly-Client-IP", "X-Azure-ClientIP"} {
		p := Proxies{Trusted: proxies, AddressHeader: header}
		sent := http.Header{}
		sent.Set(header, "203.0.113.7")
		sent.Set(xff, "10.9.9.9")
		assert.Equal(t, "203.0.113.7", p.Of("10.0.0.1:1", sent).String(), header)
		assert.Equal(t, "203.0.113.9", p.Of("203.0.113.9:1", sent).String(), header)
	}
}

func TestTheCountryIsBelievedOfTrustedProxies(t *testing.T) {
	p := Proxies{Trusted: proxies, CountryHeader: "CF-IPCountry"}
	for country, want := range map[string]string{"PT": "PT", " de ": "DE", "XX": "", "ZZ": "", "T1": "", "": "", "Portugal": "", "P": "", "é": ""} {
		assert.Equal(t, want, p.Of("10.0.0.1:1", http.Header{"Cf-Ipcountry": {country}}).Country, country)
	}
	assert.Empty(t, p.Of("203.0.113.7:1", http.Header{"Cf-Ipcountry": {"PT"}}).Country)
	unset := Proxies{Trusted: proxies}
	assert.Empty(t, unset.Of("10.0.0.1:1", http.Header{"Cf-Ipcountry": {"PT"}}).Country)
}

// A connection by a Unix socket has no address.
func TestAProxyOnAUnixSocketIsBelievedIfItIsTrusted(t *testing.T) {
	header := http.Header{"X-Forwarded-For": {"1.2.3.4, 203.0.113.7"}}
	p := Proxies{Local: true}
	for _, remote := range []string{"", "@"} { // as net/http writes it
		assert.Equal(t, Peer{Address: netip.MustParseAddr("203.0.113.7"), Vouched: true}, p.Of(remote, header))
		assert.Equal(t, Peer{}, p.Of(remote, http.Header{}))
		strict := Proxies{Trusted: proxies}
		assert.Equal(t, Peer{Advice: AdviceTrust}, strict.Of(remote, header))
	}
	assert.Equal(t, Peer{Address: netip.MustParseAddr("198.51.100.1"), Vouched: true}, p.Of("198.51.100.1:1", header), "who has an address does not come by the socket")
}

func TestProxiesThatAreNotConfiguredAreNoticed(t *testing.T) {
	p := Proxies{Trusted: proxies}
	for name, tc := range map[string]struct {
		remote string
		header http.Header
		want   Advice
	}{
		"Unnamed":       {"192.168.0.7:1", http.Header{xff: {"203.0.113.7"}}, AdviceTrust},
		"NoProxy":       {"192.168.0.7:1", nil, ""},
		"Public":        {"203.0.113.7:1", http.Header{xff: {"203.0.113.7"}}, ""},
		"Named":         {"10.0.0.1:1", http.Header{xff: {"203.0.113.7"}}, ""},
		"OtherHeader":   {"10.0.0.1:1", http.Header{realIP: {"203.0.113.7"}}, AdviceHeader},
		"GarbledHeader": {"10.0.0.1:1", http.Header{xff: {"x"}, realIP: {"203.0.113.7"}}, ""},
		"ProxyItself":   {"10.0.0.1:1", nil, ""},
	} {
		assert.Equal(t, tc.want, p.Of(tc.remote, tc.header).Advice, name)
	}
}

func BenchmarkForwardingGrowth(b *testing.B) {
	var works []func(int) func()
	for _, header := range []string{xff, forwarded} {
		p := Proxies{Trusted: proxies, AddressHeader: header}
		for _, unit := range []string{",", `"`, `\"`, ";", "for=", "for=10.0.0.1,", "10.0.0.1,"} {
			works = append(works, func(size int) func() {
				h := http.Header{header: {strings.Repeat(unit, size/len(unit))}}
				return func() { p.Of("10.0.0.1:1", h) }
			})
		}
	}
	growth.Report(b, 64<<10, works...)
}

func TestThePreferredLanguage(t *testing.T) {
	for header, want := range map[string]string{
		"pt-BR,pt;q=0.9,en;q=0.8": "pt-BR", "de": "de", "zh-Hant-TW;q=1": "zh-Hant-TW", " fr , en": "fr",
		"": "", "*": "", "e": "", "en us": "", "en\x00": "", strings.Repeat("x", 100): "", "jane@mail.example": "", "1234": "",
	} {
		assert.Equal(t, want, preferredLanguage(header), header)
	}
}

func FuzzProxies(f *testing.F) {
	for _, header := range []string{"203.0.113.7", `for=1.2.3.4, For="[2001:db8::17]:4711";by=10.0.0.9`, `for="a\",`, ", ,", "10.0.0.1, unknown"} {
		f.Add("10.0.0.1:1", header, header)
	}
	f.Fuzz(func(t *testing.T, remote, first, second string) {
		for _, name := range []string{xff, forwarded} {
			p := Proxies{Trusted: proxies, AddressHeader: name, CountryHeader: name}
			peer := p.Of(remote, http.Header{name: {first, second}})
			if peer.Vouched {
				assert.True(t, isPublic(peer.Address), peer)
			}
			assert.True(t, peer.Country == "" || len(peer.Country) == 2)
		}
	})
}

func BenchmarkProxies(b *testing.B) {
	p := Proxies{Trusted: proxies}
	header := http.Header{xff: {"1.2.3.4, 203.0.113.7, 10.0.0.2"}}
	b.ReportAllocs()
	for b.Loop() {
		p.Of("10.0.0.1:4711", header)
	}
}
