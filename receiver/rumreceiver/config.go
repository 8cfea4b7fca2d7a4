package rumreceiver

import (
	"time"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-rum/otelcol-rum/internal/serverconfig"
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

	// TrustedProxies are the addresses and networks of proxies whose client_address_header is used; unix stands for those that
	// connect to a Unix socket. Default none: the address of the connection is the client's.
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
	// MaxBatches is how many batches are remembered, some 75 bytes each. Past it one is forgotten, and a retry of it
	// counts twice: the oldest of a client address with more than one in 256, otherwise the oldest of all. Default 65536. At least 1.
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

// Unmarshal reads the configuration and refuses unknown keys, at every level.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	err := serverconfig.Unmarshal(conf, &c.Options, &c.HTTP)
	c.Metrics.derive(conf.IsSet)
	return err
}
