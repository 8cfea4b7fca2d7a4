package rumreceiver

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-rum/otelcol-rum/internal/serverconfig"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// Config of the receiver. The options of confighttp.ServerConfig are on the same level as the sections below.
type Config struct {
	// HTTP is the server. A named field on purpose: embedded, its Unmarshal method would be
	// promoted to Config and every key below would be ignored.
	HTTP confighttp.ServerConfig `mapstructure:",squash"`

	// Options are the receiver's own.
	Options `mapstructure:",squash"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Options of the receiver itself.
type Options struct {
	// Protocols are the accepted wire formats, each on its own paths.
	Protocols Protocols `mapstructure:"protocols"`

	// Script is the browser client that the receiver serves.
	Script ScriptConfig `mapstructure:"script"`

	// Applications that may send. Default none: the endpoint is open.
	Applications []ApplicationConfig `mapstructure:"applications"`

	// MaxConcurrentRequests is how many requests are served at once; past it 503 with
	// Retry-After. Default 100. At least 1.
	MaxConcurrentRequests int `mapstructure:"max_concurrent_requests"`

	// MaxConnections is how many connections may be open at once, some 40 KiB each; past it the connection that has had
	// no request for the longest time is closed. Never more than three quarters of the files that the process may open.
	// Default 2000. At least 1.
	MaxConnections int `mapstructure:"max_connections"`

	// AddressLimit is what one client address may send.
	AddressLimit AddressLimitConfig `mapstructure:"address_limit"`

	// TrustedProxies are the addresses and networks of proxies whose client_address_header is used. Default none: the
	// address of the connection is the client's.
	TrustedProxies []string `mapstructure:"trusted_proxies"`

	// ClientAddressHeader is the header in which trusted proxies send the client's address: X-Forwarded-For (default),
	// Forwarded, X-Real-IP, CF-Connecting-IP, True-Client-IP, Fly-Client-IP or any other with an address or a list of
	// addresses. The proxies must overwrite or extend it.
	ClientAddressHeader string `mapstructure:"client_address_header"`

	// Privacy decides which personal data is kept.
	Privacy PrivacyConfig `mapstructure:"privacy"`

	// Geo is the source of locations.
	Geo GeoConfig `mapstructure:"geo"`

	// Routes is how paths become url.template.
	Routes RoutesConfig `mapstructure:"routes"`

	// Noise selects errors that the application does not cause.
	Noise NoiseConfig `mapstructure:"noise"`

	// Limits bound what one body may bring.
	Limits LimitsConfig `mapstructure:"limits"`

	// Retries bounds the memory of delivered batches.
	Retries Retries `mapstructure:"retries"`

	// Logs is how log records are written.
	Logs LogsConfig `mapstructure:"logs"`

	// Metrics is how events are aggregated.
	Metrics MetricsConfig `mapstructure:"metrics"`
}

// ScriptConfig configures the browser client that the receiver serves.
type ScriptConfig struct {
	// Path of the script, beginning with a slash. Default /rum.js; empty: the script is not served.
	Path string `mapstructure:"path"`
}

// Retries is how long, and how many, delivered batches are remembered to recognise retries.
type Retries struct {
	// Window is how long a batch is remembered. Default 5m, longer than any client retries. At
	// least 100ms.
	Window time.Duration `mapstructure:"window"`
	// MaxBatches is how many batches are remembered, some 100 bytes each; past it the oldest is forgotten, and a retry
	// of it would count twice. Default 65536. At least 1.
	MaxBatches int `mapstructure:"max_batches"`
}

// LogsConfig is how log records are written.
type LogsConfig struct {
	// EventNameAttribute also writes LogRecord.EventName as attribute otel.event.name, for stores
	// that drop the field (VictoriaLogs and Loki do). Default true.
	EventNameAttribute bool `mapstructure:"event_name_attribute"`
	// RecordUID writes log.record.uid, which is the same when a batch is sent again, to any replica, so that a store can
	// remove duplicates. Some 80 bytes a record. Default false.
	RecordUID bool `mapstructure:"record_uid"`
	// TagAttributes maps names of tags to names of attributes, instead of rum.tag.<name>. Default none. At most 100.
	TagAttributes map[string]string `mapstructure:"tag_attributes"`
}

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

// Unmarshal reads the configuration and refuses unknown keys, at every level.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	err := serverconfig.Unmarshal(conf, &c.Options, &c.HTTP)
	c.Metrics.derive(conf.IsSet)
	return err
}

// minInterval catches durations without a unit, which read as nanoseconds.
const minInterval = 100 * time.Millisecond

// Validate joins everything that is wrong.
func (c *Config) Validate() error {
	var errs []error
	if c.HTTP.NetAddr.Endpoint == "" {
		errs = append(errs, errors.New("'endpoint' must not be empty"))
	} else if _, _, err := net.SplitHostPort(c.HTTP.NetAddr.Endpoint); err != nil && c.HTTP.NetAddr.Transport == confignet.TransportTypeTCP {
		errs = append(errs, fmt.Errorf("'endpoint' must be a host and a port, such as 0.0.0.0:4319 (got %q)", c.HTTP.NetAddr.Endpoint))
	}
	if c.HTTP.MaxRequestBodySize < 1 {
		errs = append(errs, fmt.Errorf("'max_request_body_size' must be at least 1 (got %d)", c.HTTP.MaxRequestBodySize))
	}
	errs = append(errs, c.validatePaths(), c.validateAdmission(), c.validateEnrichment(), c.Limits.validate())
	if err := translate.ValidateTagAttributes(c.Logs.TagAttributes); err != nil {
		errs = append(errs, fmt.Errorf("'logs::tag_attributes': %w", err))
	}
	if c.Retries.Window < minInterval {
		errs = append(errs, fmt.Errorf("'retries::window' must be at least %s (got %s)", minInterval, c.Retries.Window))
	}
	if c.Retries.MaxBatches < 1 {
		errs = append(errs, fmt.Errorf("'retries::max_batches' must be at least 1 (got %d)", c.Retries.MaxBatches))
	}
	return errors.Join(append(errs, c.Metrics.validate())...)
}

// variableSegment of a path stands for any one.
var variableSegment = regexp.MustCompile(`/\{[a-z]+\}`)

// validatePaths checks that every path is one that the router takes, and used once.
func (c *Config) validatePaths() error {
	var errs []error
	var used []string
	check := func(key, path string) {
		if plain := variableSegment.ReplaceAllString(path, "/x"); !strings.HasPrefix(path, "/") || strings.ContainsAny(plain, " {}?#") {
			errs = append(errs, fmt.Errorf("'%s' must be a plain path that begins with / (got %q)", key, path))
		}
		if slices.Contains(used, path) {
			errs = append(errs, fmt.Errorf("'%s' names %q, which is in use already", key, path))
		}
		used = append(used, path)
	}
	for _, name := range c.Protocols.enabled() {
		key := "protocols::" + name + "::paths"
		if len(c.Protocols[name].Paths) == 0 {
			errs = append(errs, fmt.Errorf("'%s' must not be empty", key))
		}
		for _, path := range c.Protocols[name].Paths {
			check(key, path)
		}
	}
	if c.Script.Path != "" {
		check("script::path", c.Script.Path)
	}
	return errors.Join(errs...)
}
