package rumreceiver

import (
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

const (
	defaultEndpoint = "localhost:4319"
	// defaultMaxBody is far above the 64 KiB that a page may send on its way out, and low enough
	// that a thousand concurrent bodies fit into memory.
	defaultMaxBody = 1 << 20
	// defaultReadTimeout ends bodies that trickle in; a phone on a bad network sends 64 KiB in
	// less.
	defaultReadTimeout = 20 * time.Second
	// defaultReadHeaderTimeout is for headers alone, which fit a few packets; confighttp's is a minute.
	defaultReadHeaderTimeout = 10 * time.Second
	// defaultIdleTimeout is longer than that of proxies for connections to what stands behind them (60 s), or they
	// would send on one that is being closed.
	defaultIdleTimeout = 90 * time.Second
	// defaultMaxConnections are 80 MiB of memory; defaultAddressConnections of one address are fifteen browsers.
	defaultMaxConnections     = 2000
	defaultAddressConnections = 100
	// defaultPreflightAge lets browsers ask once for two hours (Chromium's maximum) instead of
	// every five seconds.
	defaultPreflightAge = 7200
)

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Transport = confignet.TransportTypeTCP
	server.NetAddr.Endpoint = defaultEndpoint
	server.MaxRequestBodySize = defaultMaxBody
	server.ReadTimeout = defaultReadTimeout
	server.ReadHeaderTimeout = defaultReadHeaderTimeout
	keepalive := confighttp.NewDefaultKeepaliveServerConfig()
	keepalive.IdleTimeout = defaultIdleTimeout
	server.Keepalive = configoptional.Some(keepalive)
	cors := confighttp.NewDefaultCORSConfig()
	cors.MaxAge = defaultPreflightAge
	cors.ExposedHeaders = []string{"Retry-After"}
	server.CORS = configoptional.Default(cors)

	settings, limits, admission := aggregate.DefaultSettings(), beacon.DefaultLimits(), admit.DefaultSettings()
	return &Config{HTTP: server, Options: Options{
		Protocols:             defaultProtocols(),
		Script:                ScriptConfig{Path: "/rum.js"},
		MaxConcurrentRequests: admission.MaxConcurrent,
		MaxConnections:        defaultMaxConnections,
		AddressLimit: AddressLimitConfig{
			RateLimitConfig:       RateLimitConfig{EventsPerSecond: admission.Addresses.EventsPerSecond},
			MaxConcurrentRequests: admission.Addresses.MaxConcurrent,
			WeightPerMinute:       admission.Addresses.WeightPerMinute,
			MaxConnections:        defaultAddressConnections,
			ExemptNetworks:        texts(admission.Addresses.Exempt),
			MaxAddresses:          admission.Addresses.MaxAddresses,
		},
		ClientAddressHeader: enrich.DefaultAddressHeader,
		Privacy:             PrivacyConfig{ClientAddress: enrich.AddressDrop, UserID: enrich.UserIDKeep},
		Routes:              RoutesConfig{MaxTemplates: 1000},
		Limits: LimitsConfig{
			MaxEvents: limits.MaxEvents, MaxPages: limits.MaxPages, MaxAttributes: limits.MaxAttributes,
			MaxStringLength: limits.MaxString, MaxURLLength: limits.MaxURL, MaxStackLength: limits.MaxStack,
			MaxStackFrames: limits.MaxFrames, MaxWeight: limits.MaxWeight,
		},
		Retries: Retries{Window: 5 * time.Minute, MaxBatches: 65536},
		Logs:    LogsConfig{EventNameAttribute: true},
		Metrics: MetricsConfig{
			FlushInterval:   15 * time.Second,
			SettleAfter:     settings.SettleAfter,
			SilentAfter:     settings.SilentAfter,
			RememberFor:     settings.RememberFor,
			ZeroFor:         settings.ZeroFor,
			Synthetic:       syntheticExclude,
			Temporality:     settings.Temporality,
			Histogram:       settings.Histogram,
			Breakdowns:      settings.Breakdowns,
			MaxRoutes:       settings.MaxRoutes,
			MaxApplications: settings.MaxApps,
			MaxSeries:       settings.MaxSeries,
			MaxNames:        settings.MaxNames,
			MaxIdle:         settings.MaxIdle,
		},
	}}
}
