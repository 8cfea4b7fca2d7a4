package rumreceiver

import "go.opentelemetry.io/collector/config/configopaque"

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
