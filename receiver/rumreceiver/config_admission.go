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

// AddressLimitConfig is a token bucket for each client address (IPv6: each /64).
type AddressLimitConfig struct {
	RateLimitConfig `mapstructure:",squash"`
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
		},
	}
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
	_, err := c.trusted()
	return errors.Join(settings.Validate(), err)
}

// trusted proxies as networks.
func (c *Config) trusted() (networks []netip.Prefix, errs error) {
	for _, proxy := range c.TrustedProxies {
		if addr, err := netip.ParseAddr(proxy); err == nil {
			networks = append(networks, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(proxy)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("'trusted_proxies' must hold addresses or networks (got %q)", proxy))
			continue
		}
		networks = append(networks, network.Masked())
	}
	return networks, errs
}
