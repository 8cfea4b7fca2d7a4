package rumreceiver

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/connections"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// ApplicationConfig is an application that may send. Its key is sent as ?key=… or as the last part of the path, so
// that a beacon needs no preflight, or in the header X-API-Key.
type ApplicationConfig struct {
	// Name is the service.name of everything sent with the keys. Empty: the page reports it.
	Name string `mapstructure:"name"`
	// Environment is the deployment.environment.name of everything sent with the keys. Empty: the page reports it.
	Environment string `mapstructure:"environment"`
	// Keys authorise requests. At least one; use two while you replace a key, because pages with the old one may still
	// be open. Keys are public, because pages contain them: they identify an application and can be withdrawn, no more.
	Keys []configopaque.String `mapstructure:"keys"`
	// AllowedOrigins are the origins of its pages, such as https://*.shop.example. Empty: those of cors.
	AllowedOrigins []string `mapstructure:"allowed_origins"`
	// RequireOrigin refuses requests without an Origin header, which browsers always send.
	// Default false.
	RequireOrigin bool `mapstructure:"require_origin"`
	// RateLimit applies to all of the application's clients together.
	RateLimit RateLimitConfig `mapstructure:"rate_limit"`
}

// RateLimitConfig is a token bucket of events.
type RateLimitConfig struct {
	// EventsPerSecond is the rate; past it 429 with Retry-After. Default 0: no limit.
	EventsPerSecond float64 `mapstructure:"events_per_second"`
	// Burst is how many events may come at once. Default 0: three seconds' worth of the rate.
	Burst int `mapstructure:"burst"`
}

// AddressLimitConfig limits one client address (IPv6: a /64): a token bucket of 300 events per second by default, and
// a number of concurrent requests.
type AddressLimitConfig struct {
	RateLimitConfig `mapstructure:",squash"`
	// MaxConcurrentRequests of one address; past it 503 with Retry-After. Default 20, a fifth of all. 0: only the global
	// limit.
	MaxConcurrentRequests int `mapstructure:"max_concurrent_requests"`
	// MaxConnections of one address; past it the address's connection that has had no request for the longest time is
	// closed. Trusted proxies may have more. Default 100; 0: only the global limit.
	MaxConnections int `mapstructure:"max_connections"`
	// WeightPerMinute is how many additional events an address may claim per minute because its client samples; past it,
	// events have weight 1. Default 100000; 0: only the limit of each body. It needs events_per_second.
	WeightPerMinute float64 `mapstructure:"weight_per_minute"`
	// ExemptNetworks have no limit, because many clients share their addresses. Default: all networks outside the public
	// internet, where proxies and load generators are.
	ExemptNetworks []string `mapstructure:"exempt_networks"`
	// MaxAddresses is how many addresses are remembered. Default 10000, some 270 bytes each. Past it a new address
	// inherits the remaining allowance of the address that was silent for longest.
	MaxAddresses int `mapstructure:"max_addresses"`
}

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
	trusted, _ := networks("trusted_proxies", c.TrustedProxies)
	shared := append(exempt, trusted...)
	s.Shared = func(address netip.Addr) bool {
		address = address.Unmap().WithZone("")
		return slices.ContainsFunc(shared, func(network netip.Prefix) bool { return network.Contains(address) })
	}
	return s
}

func (c *Config) validateConnections() error {
	var errs []error
	if c.MaxConnections < 1 {
		errs = append(errs, fmt.Errorf("'max_connections' must be at least 1 (got %d)", c.MaxConnections))
	}
	if c.AddressLimit.MaxConnections < 0 {
		errs = append(errs, fmt.Errorf("'address_limit::max_connections' must not be negative (got %d)", c.AddressLimit.MaxConnections))
	}
	return errors.Join(errs...)
}

func (c *Config) validateAdmission() error {
	settings := c.gate()
	_, trusted := c.proxies()
	_, exempt := networks("address_limit::exempt_networks", c.AddressLimit.ExemptNetworks)
	return errors.Join(settings.Validate(), trusted, exempt, c.validateConnections(), c.validateCORS())
}

// headerName is stricter than HTTP is, as the headers of proxies are.
var headerName = regexp.MustCompile("^[0-9A-Za-z_-]+$")

// proxies of these settings.
func (c *Config) proxies() (enrich.Proxies, error) {
	trusted, errs := networks("trusted_proxies", c.TrustedProxies)
	for key, header := range map[string]string{"client_address_header": c.ClientAddressHeader, "geo::country_header": c.Geo.CountryHeader} {
		switch isDefault := header == "" || header == enrich.DefaultAddressHeader; {
		case header != "" && !headerName.MatchString(header):
			errs = errors.Join(errs, fmt.Errorf("'%s' must be the name of a header (got %q)", key, header))
		case !isDefault && len(c.TrustedProxies) == 0:
			errs = errors.Join(errs, fmt.Errorf("'%s' needs 'trusted_proxies', which is empty (got %q)", key, header))
		}
	}
	return enrich.Proxies{Trusted: trusted, AddressHeader: c.ClientAddressHeader, CountryHeader: c.Geo.CountryHeader}, errs
}

func texts(networks []netip.Prefix) (all []string) {
	for _, network := range networks {
		all = append(all, network.String())
	}
	return all
}

// networks reads addresses and networks.
func networks(key string, texts []string) (all []netip.Prefix, errs error) {
	for _, text := range texts {
		network, err := parseNetwork(text)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("'%s' must hold addresses or networks (got %q)", key, text))
			continue
		}
		all = append(all, network)
	}
	return all, errs
}

// mappedBits stand before the IPv4 address in an IPv6 one: ::ffff:192.0.2.1.
const mappedBits = 96

// parseNetwork reads an address or a network. Those of IPv4 that are written as IPv6 become IPv4, as the
// addresses that they are compared with.
func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err == nil && network.Addr().Is4In6() {
		network, err = network.Addr().Unmap().Prefix(network.Bits() - mappedBits)
	}
	return network.Masked(), err
}
