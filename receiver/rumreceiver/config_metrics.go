package rumreceiver

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// MetricsConfig is how events are aggregated.
type MetricsConfig struct {
	// FlushInterval is how often metrics are handed on. Default 15s. At least 100ms.
	FlushInterval time.Duration `mapstructure:"flush_interval"`
	// SettleAfter is how long a web vital must stay without another report before its value
	// counts. Default 30s. At least 100ms. A report after that is late: in the logs, not in the metrics.
	SettleAfter time.Duration `mapstructure:"settle_after"`
	// Temporality is cumulative (default) or delta.
	Temporality aggregate.Temporality `mapstructure:"temporality"`
	// Histogram is explicit (default) or exponential.
	Histogram aggregate.Histogram `mapstructure:"histogram"`
	// Buckets overrides the explicit bounds of a histogram, by metric name, in its unit.
	Buckets map[string][]float64 `mapstructure:"buckets"`
	// MaxSeries is how many series a metric may have; past it values go to one series with
	// otel.metric.overflow=true. Default 2000, as in the SDK specification. At least 1.
	MaxSeries int `mapstructure:"max_series"`
	// MaxNames is how many names of measurements, each with its unit, may have series of their own,
	// and how many names of interactions; past it, values of other names go to the overflow series
	// until a name that was not seen for max_idle makes room. Default 200. At least 1.
	MaxNames int `mapstructure:"max_names"`
	// MaxIdle is how long a series is kept without a new value. Default 1h. At least flush_interval.
	MaxIdle time.Duration `mapstructure:"max_idle"`
	// Tags are the names of tags that become attributes of every metric, as rum.tag.<name>.
	// None by default: their values come from the page and multiply the series.
	Tags []string `mapstructure:"tags"`
}

// settings for the aggregate, which knows more bounds than the user may set.
func (m *MetricsConfig) settings(version string) aggregate.Settings {
	s := aggregate.DefaultSettings()
	s.SettleAfter = m.SettleAfter
	s.MaxSeries = m.MaxSeries
	s.MaxNames = m.MaxNames
	s.MaxIdle = m.MaxIdle
	s.Temporality = m.Temporality
	s.Histogram = m.Histogram
	s.Buckets = m.Buckets
	s.Tags = m.Tags
	s.Version = version
	return s
}

func (m *MetricsConfig) validate() error {
	var errs []error
	atLeast := func(key string, value, least time.Duration) {
		if value < least {
			errs = append(errs, fmt.Errorf("'metrics::%s' must be at least %s (got %s)", key, least, value))
		}
	}
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			errs = append(errs, fmt.Errorf("'metrics::%s' must be one of %s (got %q)", key, strings.Join(allowed, ", "), value))
		}
	}
	atLeast("flush_interval", m.FlushInterval, minInterval)
	atLeast("settle_after", m.SettleAfter, minInterval)
	atLeast("max_idle", m.MaxIdle, m.FlushInterval)
	oneOf("temporality", string(m.Temporality), string(aggregate.Cumulative), string(aggregate.Delta))
	oneOf("histogram", string(m.Histogram), string(aggregate.Explicit), string(aggregate.Exponential))
	if m.MaxSeries < 1 {
		errs = append(errs, fmt.Errorf("'metrics::max_series' must be at least 1 (got %d)", m.MaxSeries))
	}
	if m.MaxNames < 1 {
		errs = append(errs, fmt.Errorf("'metrics::max_names' must be at least 1 (got %d)", m.MaxNames))
	}
	for metric, bounds := range m.Buckets {
		if err := aggregate.CheckBuckets(metric, bounds); err != nil {
			errs = append(errs, fmt.Errorf("'metrics::buckets': %w", err))
		}
	}
	if slices.Contains(m.Tags, "") {
		errs = append(errs, errors.New("'metrics::tags' must not hold an empty name"))
	}
	return errors.Join(errs...)
}
