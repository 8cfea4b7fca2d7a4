package rumreceiver

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// warnings are about options that have no effect, or that disable a protection. They are logged once, at start.
func (c *Config) warnings() (warnings []string) {
	warn := func(when bool, text string, values ...any) {
		if when {
			warnings = append(warnings, fmt.Sprintf(text, values...))
		}
	}
	open := len(c.Applications) == 0
	origins := c.HTTP.CORS.HasValue() && len(c.HTTP.CORS.Get().AllowedOrigins) > 0
	warn(c.Privacy.UserIDSecret != "" && c.Privacy.UserID != enrich.UserIDHash, "'privacy::user_id_secret' has no effect: 'privacy::user_id' is not hash")
	trusted, local, _ := c.trusted() // checked by Validate
	warn(c.isLocal() && !local, "connections by 'transport' %s have no address, so all clients share the limit of one: name unix in 'trusted_proxies' if those that connect are proxies", c.HTTP.NetAddr.Transport)
	for _, network := range trusted {
		warn(network.Bits() == 0, "'trusted_proxies' has %s: everybody can set any address as the client's", network)
	}
	exempt, _ := networks("address_limit::exempt_networks", c.AddressLimit.ExemptNetworks)
	for _, network := range exempt {
		warn(network.Bits() == 0, "'address_limit::exempt_networks' has %s: no address has a limit", network)
	}
	warn(open && !onlyLocal(c.HTTP.NetAddr.Endpoint) && c.AddressLimit.EventsPerSecond == 0,
		"the endpoint is open and has no rate: without 'applications' and 'address_limit::events_per_second' one client can fill the pipelines")
	warn(open && !onlyLocal(c.HTTP.NetAddr.Endpoint) && !origins, "the endpoint is open to the pages of every site: 'cors::allowed_origins' names none")
	for n, template := range c.Routes.Templates {
		warn(template == "/**", "'routes::templates' has /**: every path matches it, so all pages are one, but those of the %d templates before it", n)
		for segment := range strings.SplitSeq(template, "/") {
			name, foreign := strings.CutPrefix(segment, ":")
			warn(foreign, "'routes::templates' has %s: only a path with :%s in it matches; write {%s} for the part that differs", template, name, name)
		}
	}
	for _, timeout := range []struct {
		key   string
		value time.Duration
	}{
		{"read_timeout", c.HTTP.ReadTimeout}, {"read_header_timeout", c.HTTP.ReadHeaderTimeout}, {"write_timeout", c.HTTP.WriteTimeout},
	} {
		warn(timeout.value == 0, "'%s' is 0: a slow client can hold its connection without limit", timeout.key)
	}
	warn(c.HTTP.MaxRequestBodySize < beaconSize, "'max_request_body_size' of %d is less than the %d bytes that browsers send at once when a page is left: larger batches are refused and lost", c.HTTP.MaxRequestBodySize, beaconSize)
	warn(c.HTTP.WriteTimeout > 0 && c.HTTP.WriteTimeout < minDelivery,
		"'write_timeout' of %s leaves pipelines less than %s: if they take longer, clients get no answer and send again", c.HTTP.WriteTimeout, minDelivery)
	return append(warnings, c.Metrics.warnings(memoryOfProcess())...)
}

// beaconSize is the most that sendBeacon and fetch with keepalive take.
// https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
const beaconSize = 64 << 10

// minDelivery is what a pipeline without a queue may take on a busy day.
const minDelivery = 2 * time.Second

// onlyLocal reports whether nobody else can connect.
func onlyLocal(endpoint string) bool {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}
