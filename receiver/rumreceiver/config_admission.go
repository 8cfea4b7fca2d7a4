package rumreceiver

import (
	"errors"
	"fmt"
	"net/netip"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
)

// ApplicationConfig is an application that may send. Its key travels as ?key=… or as the last part of
// the path, so that a beacon needs no preflight, or in the header X-API-Key.
type ApplicationConfig struct {
	// Name is the service.name that the keys stand for, whatever the page says. Empty: as the page
	// says.
	Name string `mapstructure:"name"`
	// Environment is the deployment.environment.name that the keys stand for. Empty: as the page
	// says.
	Environment string `mapstructure:"environment"`
	// Keys open the door; several, so that one can be replaced while pages with the old one are
	// still open. At least one. They are public, for pages contain them: they tell applications
	// apart and can be withdrawn, no more.
	Keys []configopaque.String `mapstructure:"keys"`
	// AllowedOrigins of its pages, such as https://*.shop.example. Empty means those of cors.
	AllowedOrigins []string `mapstructure:"allowed_origins"`
	// RequireOrigin refuses requests without an Origin header, which browsers always send.
	// Default false.
	RequireOrigin bool `mapstructure:"require_origin"`
	// RateLimit is for all of the application's clients together.
	RateLimit RateLimitConfig `mapstructure:"rate_limit"`
}

// RateLimitConfig is a token bucket of events.
type RateLimitConfig struct {
	// EventsPerSecond is the rate; past it 429 with Retry-After. Default 0: no limit.
	EventsPerSecond float64 `mapstructure:"events_per_second"`
	// Burst is how many events may come at once. Default 0: three seconds' worth of the rate.
	Burst int `mapstructure:"burst"`
}

// AddressLimitConfig is what one client address (IPv6: a /64) may send: a token bucket of 300 events
// per second by default, and a number of requests at once.
type AddressLimitConfig struct {
	RateLimitConfig `mapstructure:",squash"`
	// MaxConcurrentRequests of one address; past it 503 with Retry-After. Default 20, a fifth of all.
	// 0: no bound but that of all.
	MaxConcurrentRequests int `mapstructure:"max_concurrent_requests"`
	// ExemptNetworks have no limit, because many clients share their addresses. Default: what is no
	// part of the public internet, for proxies and load generators come from there.
	ExemptNetworks []string `mapstructure:"exempt_networks"`
	// MaxAddresses is how many are remembered. Default 10000, some 270 bytes each. Past it a new
	// address inherits the bucket of the one that was silent for longest, as spent as it is.
	MaxAddresses int `mapstructure:"max_addresses"`
}

// gate of these settings.
func (c *Config) gate() admit.Settings {
	s := admit.Settings{
		MaxConcurrent: c.MaxConcurrentRequests,
		Addresses: admit.AddressLimit{
			EventsPerSecond: c.AddressLimit.EventsPerSecond,
			Burst:           c.AddressLimit.Burst,
			MaxAddresses:    c.AddressLimit.MaxAddresses,
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

func (c *Config) validateAdmission() error {
	settings := c.gate()
	_, trusted := c.trusted()
	_, exempt := networks("address_limit::exempt_networks", c.AddressLimit.ExemptNetworks)
	return errors.Join(settings.Validate(), trusted, exempt, c.validateCORS())
}

// trusted proxies as networks.
func (c *Config) trusted() ([]netip.Prefix, error) {
	return networks("trusted_proxies", c.TrustedProxies)
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
		if addr, err := netip.ParseAddr(text); err == nil {
			all = append(all, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("'%s' must hold addresses or networks (got %q)", key, text))
			continue
		}
		all = append(all, network.Masked())
	}
	return all, errs
}
