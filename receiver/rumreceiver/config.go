package rumreceiver

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// Config of the receiver. Every option of confighttp.ServerConfig stands beside the sections below.
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
	// Protocols are the wire formats that are taken, each on its own paths.
	Protocols Protocols `mapstructure:"protocols"`

	// Script is the browser client that the receiver serves.
	Script ScriptConfig `mapstructure:"script"`

	// Applications are those that may send. None: the endpoint is open. Default none.
	Applications []ApplicationConfig `mapstructure:"applications"`

	// MaxConcurrentRequests is how many requests are served at once; past it 503 with
	// Retry-After. Default 100. At least 1.
	MaxConcurrentRequests int `mapstructure:"max_concurrent_requests"`

	// AddressLimit is what one client address may send.
	AddressLimit AddressLimitConfig `mapstructure:"address_limit"`

	// TrustedProxies are the addresses and networks whose forwarding headers are believed. Default
	// none: the address of the connection is the client's.
	TrustedProxies []string `mapstructure:"trusted_proxies"`

	// Privacy is what may be kept of a person.
	Privacy PrivacyConfig `mapstructure:"privacy"`

	// Geo is where places come from.
	Geo GeoConfig `mapstructure:"geo"`

	// Routes is how paths become url.template.
	Routes RoutesConfig `mapstructure:"routes"`

	// Limits bound what one body may bring.
	Limits LimitsConfig `mapstructure:"limits"`

	// Retries bounds the memory of delivered batches.
	Retries Retries `mapstructure:"retries"`

	// Logs is how log records are written.
	Logs LogsConfig `mapstructure:"logs"`

	// Metrics is how events are aggregated.
	Metrics MetricsConfig `mapstructure:"metrics"`
}

// Protocols are the wire formats.
type Protocols struct {
	// Native is our own protocol in both its forms. It is on by default.
	Native ProtocolConfig `mapstructure:"native"`
	// WebVitals is what the web-vitals library reports, a metric or an array of them. On when named,
	// by default on /v1/web-vitals.
	WebVitals configoptional.Optional[ProtocolConfig] `mapstructure:"web_vitals"`
	// OTLP is OTLP/HTTP logs as the OpenTelemetry packages for browsers export them. On when named, by
	// default on /v1/logs.
	OTLP configoptional.Optional[ProtocolConfig] `mapstructure:"otlp"`
	// Faro is what the Grafana Faro Web SDK sends. On when named, by default on /faro/collect.
	Faro configoptional.Optional[ProtocolConfig] `mapstructure:"faro"`
}

// each calls f with every protocol that is on and its key.
func (p *Protocols) each(f func(name string, protocol *ProtocolConfig)) {
	f(protocolNative, &p.Native)
	if p.WebVitals.HasValue() {
		f(protocolWebVitals, p.WebVitals.Get())
	}
	if p.OTLP.HasValue() {
		f(protocolOTLP, p.OTLP.Get())
	}
	if p.Faro.HasValue() {
		f(protocolFaro, p.Faro.Get())
	}
}

// ProtocolConfig of one wire format.
type ProtocolConfig struct {
	// Paths on which the format is taken, each beginning with a slash. At least one.
	Paths []string `mapstructure:"paths"`
}

// ScriptConfig is the browser client that the receiver serves.
type ScriptConfig struct {
	// Path of the script, beginning with a slash. Default /rum.js; empty serves none.
	Path string `mapstructure:"path"`
}

// Retries is how long, and how many, delivered batches are remembered to recognise retries.
type Retries struct {
	// Window is how long a batch is remembered. Default 5m, longer than any client retries. At
	// least 100ms.
	Window time.Duration `mapstructure:"window"`
	// MaxBatches is how many are remembered, some 200 bytes each; past it the oldest is
	// forgotten, and a retry of it would count twice. Default 65536. At least 1.
	MaxBatches int `mapstructure:"max_batches"`
}

// LogsConfig is how log records are written.
type LogsConfig struct {
	// EventNameAttribute also writes LogRecord.EventName as attribute event.name, for stores
	// that drop the field (VictoriaLogs and Loki do). Default true.
	EventNameAttribute bool `mapstructure:"event_name_attribute"`
	// TagAttributes maps names of tags to the attributes that they become, instead of
	// rum.tag.<name>. Default none. At most 100.
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
	cors := confighttp.NewDefaultCORSConfig()
	cors.MaxAge = defaultPreflightAge
	cors.ExposedHeaders = []string{"Retry-After"}
	server.CORS = configoptional.Default(cors)

	settings, limits, admission := aggregate.DefaultSettings(), beacon.DefaultLimits(), admit.DefaultSettings()
	return &Config{HTTP: server, Options: Options{
		Protocols: Protocols{
			Native:    ProtocolConfig{Paths: []string{"/v1/rum", "/api/rum/collect"}},
			WebVitals: configoptional.Default(ProtocolConfig{Paths: []string{"/v1/web-vitals"}}),
			OTLP:      configoptional.Default(ProtocolConfig{Paths: []string{"/v1/logs"}}),
			Faro:      configoptional.Default(ProtocolConfig{Paths: []string{"/faro/collect"}}),
		},
		Script:                ScriptConfig{Path: "/rum.js"},
		MaxConcurrentRequests: admission.MaxConcurrent,
		AddressLimit: AddressLimitConfig{
			RateLimitConfig:       RateLimitConfig{EventsPerSecond: admission.Addresses.EventsPerSecond},
			MaxConcurrentRequests: admission.Addresses.MaxConcurrent,
			ExemptNetworks:        texts(admission.Addresses.Exempt),
			MaxAddresses:          admission.Addresses.MaxAddresses,
		},
		Privacy: PrivacyConfig{ClientAddress: enrich.AddressDrop, UserID: enrich.UserIDKeep},
		Routes:  RoutesConfig{MaxTemplates: 1000},
		Limits: LimitsConfig{
			MaxEvents: limits.MaxEvents, MaxPages: limits.MaxPages, MaxAttributes: limits.MaxAttributes,
			MaxStringLength: limits.MaxString, MaxURLLength: limits.MaxURL, MaxStackLength: limits.MaxStack,
			MaxStackFrames: limits.MaxFrames,
		},
		Retries: Retries{Window: 5 * time.Minute, MaxBatches: 65536},
		Logs:    LogsConfig{EventNameAttribute: true},
		Metrics: MetricsConfig{
			FlushInterval: 15 * time.Second,
			SettleAfter:   settings.SettleAfter,
			Temporality:   settings.Temporality,
			Histogram:     settings.Histogram,
			MaxSeries:     settings.MaxSeries,
			MaxNames:      settings.MaxNames,
			MaxIdle:       settings.MaxIdle,
		},
	}}
}

// serverKeys has the fields of confighttp.ServerConfig without its Unmarshal method, and so finds
// the keys that the method ignores.
// https://github.com/open-telemetry/opentelemetry-collector/issues/15907
type serverKeys confighttp.ServerConfig

// Unmarshal reads the configuration and refuses unknown keys, at every level.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	own, server := confmap.New(), confmap.New()
	if err := errors.Join(own.Merge(conf), server.Merge(conf)); err != nil {
		return err
	}
	isOwn := ownKeys()
	for key := range conf.ToStringMap() {
		if isOwn[key] {
			server.Delete(key)
		} else {
			own.Delete(key)
		}
	}
	known := serverKeys(c.HTTP)
	return errors.Join(own.Unmarshal(&c.Options), server.Unmarshal(&known), c.HTTP.Unmarshal(server))
}

// ownKeys are the top-level keys of Options.
func ownKeys() map[string]bool {
	keys := map[string]bool{}
	options := reflect.TypeFor[Options]()
	for i := range options.NumField() {
		keys[options.Field(i).Tag.Get("mapstructure")] = true
	}
	return keys
}

// minInterval catches durations without a unit, which read as nanoseconds.
const minInterval = 100 * time.Millisecond

// Validate joins everything that is wrong.
func (c *Config) Validate() error {
	var errs []error
	if c.HTTP.NetAddr.Endpoint == "" {
		errs = append(errs, errors.New("'endpoint' must not be empty"))
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

// validatePaths checks that every path is one that the router takes literally, and used once.
func (c *Config) validatePaths() error {
	var errs []error
	var used []string
	check := func(key, path string) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " {}?#") {
			errs = append(errs, fmt.Errorf("'%s' must be a plain path that begins with / (got %q)", key, path))
		}
		if slices.Contains(used, path) {
			errs = append(errs, fmt.Errorf("'%s' names %q, which is in use already", key, path))
		}
		used = append(used, path)
	}
	c.Protocols.each(func(name string, protocol *ProtocolConfig) {
		key := "protocols::" + name + "::paths"
		if len(protocol.Paths) == 0 {
			errs = append(errs, fmt.Errorf("'%s' must not be empty", key))
		}
		for _, path := range protocol.Paths {
			check(key, path)
		}
	})
	if c.Script.Path != "" {
		check("script::path", c.Script.Path)
	}
	return errors.Join(errs...)
}
