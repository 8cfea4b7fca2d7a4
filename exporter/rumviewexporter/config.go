package rumviewexporter

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-rum/otelcol-rum/internal/serverconfig"
)

// Config of the exporter. Every option of confighttp.ServerConfig stands beside the options below.
type Config struct {
	// HTTP is the server. A named field on purpose: embedded, its Unmarshal method would be
	// promoted to Config and every key below would be ignored.
	HTTP confighttp.ServerConfig `mapstructure:",squash"`

	// Options are the exporter's own.
	Options `mapstructure:",squash"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Options of the exporter itself.
type Options struct {
	// Window is how long an event is shown. Default 30m; from 1m to 24h.
	Window time.Duration `mapstructure:"window"`
	// MaxEntries is how many events are kept; past it the oldest go. Default 100000. At least 100.
	MaxEntries int `mapstructure:"max_entries"`
	// MaxBytes is how much memory the events may take, estimated; past it the oldest go. Default
	// 128 MiB. At least 1 MiB.
	MaxBytes int64 `mapstructure:"max_bytes"`
	// MaxStreams is how many metric streams are followed; points of further ones are counted and
	// left out. Default 5000. At least 1.
	MaxStreams int `mapstructure:"max_streams"`
	// CollectorMetrics is the URL of the Collector's own metrics in the format of Prometheus. The
	// books read from it what was refused and sampled away. Default none.
	CollectorMetrics string `mapstructure:"collector_metrics"`
}

const (
	defaultEndpoint = "localhost:8890"
	minWindow       = time.Minute
	maxWindow       = 24 * time.Hour
	minEntries      = 100
	minBytes        = 1 << 20
)

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = defaultEndpoint
	return &Config{
		HTTP: server,
		Options: Options{
			Window:     30 * time.Minute,
			MaxEntries: 100_000,
			MaxBytes:   128 << 20,
			MaxStreams: 5000,
		},
	}
}

// Unmarshal reads the configuration and refuses unknown keys, at every level.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	return serverconfig.Unmarshal(conf, &c.Options, &c.HTTP)
}

// Validate joins everything that is wrong.
func (c *Config) Validate() error {
	var errs []error
	errs = append(errs, serverconfig.Validate(&c.HTTP), serverconfig.ValidateCORS(&c.HTTP))
	if c.Window < minWindow || c.Window > maxWindow {
		errs = append(errs, fmt.Errorf("'window' must be between %s and %s (got %s)", minWindow, maxWindow, c.Window))
	}
	if c.MaxEntries < minEntries {
		errs = append(errs, fmt.Errorf("'max_entries' must be at least %d (got %d)", minEntries, c.MaxEntries))
	}
	if c.MaxBytes < minBytes {
		errs = append(errs, fmt.Errorf("'max_bytes' must be at least %d (got %d)", minBytes, c.MaxBytes))
	}
	if c.MaxStreams < 1 {
		errs = append(errs, fmt.Errorf("'max_streams' must be at least 1 (got %d)", c.MaxStreams))
	}
	if u, err := url.Parse(c.CollectorMetrics); err != nil || c.CollectorMetrics != "" && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		errs = append(errs, fmt.Errorf("'collector_metrics' must be a URL like http://localhost:8888/metrics (got %q)", c.CollectorMetrics))
	}
	return errors.Join(errs...)
}
