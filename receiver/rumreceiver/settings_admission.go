package rumreceiver

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"go.opentelemetry.io/collector/config/confignet"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/connections"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// gate of these settings.
func (c *Config) gate() admit.Settings {
	s := admit.Settings{
		MaxConcurrent:    c.MaxConcurrentRequests,
		MaxWork:          max(admit.BytesWorked, c.maxWork()),
		MaxArriving:      admit.BodiesArriving,
		MaxArrivingBytes: max(admit.BytesArriving, c.HTTP.MaxRequestBodySize), // or the largest could never come
		Addresses: admit.AddressLimit{
			EventsPerSecond: c.AddressLimit.EventsPerSecond,
			Burst:           c.AddressLimit.Burst,
			MaxAddresses:    c.AddressLimit.MaxAddresses,
			WeightPerMinute: c.AddressLimit.WeightPerMinute,
			MaxConcurrent:   c.AddressLimit.MaxConcurrentRequests,
		},
	}
	s.Addresses.Exempt, _ = networks("address_limit::exempt_networks", c.AddressLimit.ExemptNetworks) // checked by Validate
	if c.HTTP.CORS.HasValue() {
		s.AllowedOrigins = c.HTTP.CORS.Get().AllowedOrigins
	}
	for _, a := range c.Applications {
		application := admit.Application{
			Name: a.Name, Environment: a.Environment, AllowedOrigins: a.AllowedOrigins, RequireOrigin: a.RequireOrigin,
			Rate: a.RateLimit.EventsPerSecond, Burst: a.RateLimit.Burst,
		}
		for _, key := range a.Keys {
			application.Keys = append(application.Keys, string(key))
		}
		s.Applications = append(s.Applications, application)
	}
	return s
}

// connections that may be open.
func (c *Config) connections() connections.Settings {
	s := connections.Settings{Max: c.MaxConnections, MaxOfAddress: c.AddressLimit.MaxConnections}
	if files := connections.OpenFiles(); files > 0 {
		s.Max = max(1, min(s.Max, files*3/4)) // the rest is for exporters and for what the Collector itself opens
	}
	exempt, _ := networks("address_limit::exempt_networks", c.AddressLimit.ExemptNetworks) // checked by Validate
	trusted, local, _ := c.trusted()
	shared := append(exempt, trusted...)
	s.Shared = func(address netip.Addr) bool {
		address = address.Unmap().WithZone("")
		return local && !address.IsValid() || slices.ContainsFunc(shared, func(network netip.Prefix) bool { return network.Contains(address) })
	}
	return s
}

// headerName is stricter than HTTP, but matches all headers of proxies.
var headerName = regexp.MustCompile("^[0-9A-Za-z_-]+$")

// localProxy among trusted_proxies stands for the processes that connect to a socket of this machine: they have no address.
const localProxy = "unix"

// trusted are the networks of trusted proxies, and whether those of this machine are.
func (c *Config) trusted() (all []netip.Prefix, local bool, err error) {
	addresses := slices.DeleteFunc(slices.Clone(c.TrustedProxies), func(text string) bool { return text == localProxy })
	all, err = networks("trusted_proxies", addresses)
	if local = len(addresses) < len(c.TrustedProxies); local && !c.isLocal() {
		err = errors.Join(err, fmt.Errorf("'trusted_proxies' has %q, which needs the 'transport' unix or npipe (got %q)", localProxy, c.HTTP.NetAddr.Transport))
	}
	return all, local, err
}

// isLocal reports whether connections have no address.
func (c *Config) isLocal() bool {
	return c.HTTP.NetAddr.Transport == confignet.TransportTypeUnix || c.HTTP.NetAddr.Transport == confignet.TransportTypeNpipe
}

// proxies of these settings.
func (c *Config) proxies() (enrich.Proxies, error) {
	trusted, local, errs := c.trusted()
	check := func(key, header string) {
		switch isDefault := header == "" || header == enrich.DefaultAddressHeader; {
		case header != "" && !headerName.MatchString(header):
			errs = errors.Join(errs, fmt.Errorf("'%s' must be the name of a header (got %q)", key, header))
		case !isDefault && len(c.TrustedProxies) == 0:
			errs = errors.Join(errs, fmt.Errorf("'%s' needs 'trusted_proxies', which is empty (got %q)", key, header))
		}
	}
	check("client_address_header", c.ClientAddressHeader)
	check("geo::country_header", c.Geo.CountryHeader)
	return enrich.Proxies{Trusted: trusted, Local: local, AddressHeader: c.ClientAddressHeader, CountryHeader: c.Geo.CountryHeader}, errs
}
