package rumreceiver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-rum/otelcol-rum/internal/serverconfig"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// MetricsConfig is how events are aggregated.
type MetricsConfig struct {
	// FlushInterval is how often metrics are emitted. Default 15s. At least 100ms.
	FlushInterval time.Duration `mapstructure:"flush_interval"`
	// SettleAfter is how long after the end of its page view a web vital is counted. Default 5s. At least 100ms. A
	// different value after that is late: in the logs, not in the metrics. If it is set and silent_after is not, as in
	// older configurations, it is also how long after its last report a web vital is counted whose client does not
	// report the end of page views.
	SettleAfter time.Duration `mapstructure:"settle_after"`
	// SilentAfter applies if the end of the page view is not reported: a web vital is counted after this time without a
	// report of it or its session. Default 30m. At least settle_after.
	SilentAfter time.Duration `mapstructure:"silent_after"`
	// RememberFor is how long a counted web vital is remembered, so that it counts once. Default 24h. At least
	// silent_after.
	RememberFor time.Duration `mapstructure:"remember_for"`
	// ZeroFor is how long a new cumulative series is emitted as zero before its first value, so that scrapers see the
	// increase. At least 100ms and at most 1h. Default 70s, for scrapes once a minute; three flush intervals if these are below 5s. 0 emits values at
	// once.
	ZeroFor time.Duration `mapstructure:"zero_for"`
	// ShutdownWait is how long the receiver waits after its last metrics, so that a scraper sees them before the process
	// ends. Set it longer than the scrape interval. At least 100ms and at most 1h. Default 0, which is right for exporters
	// that push.
	ShutdownWait time.Duration `mapstructure:"shutdown_wait"`
	// Storage is a storage extension in which the state of all metrics is saved: after a restart or crash, the next process
	// continues the series, the waiting vitals and the counts. Default none: at shutdown waiting vitals are counted early, and
	// the next process starts from zero.
	Storage *component.ID `mapstructure:"storage"`
	// Synthetic is exclude (default: bots and tests are counted separately) or include.
	Synthetic string `mapstructure:"synthetic"`
	// Instance names this receiver; the service.instance.id of each resource is made from it. Default empty: a new
	// random name at each start. Every receiver needs a different name.
	Instance string `mapstructure:"instance"`
	// Attributes of a metric's points, by metric name, instead of the defaults.
	Attributes map[string][]string `mapstructure:"attributes"`
	// Temporality is cumulative (default) or delta.
	Temporality aggregate.Temporality `mapstructure:"temporality"`
	// Histogram is explicit (default) or exponential.
	Histogram aggregate.Histogram `mapstructure:"histogram"`
	// Buckets overrides the explicit bounds of a histogram, by metric name, in its unit.
	Buckets map[string][]float64 `mapstructure:"buckets"`
	// Breakdowns are the dimensions for which the Core Web Vitals have separate metrics, without pages: browser,
	// country, connection. Default all.
	Breakdowns []string `mapstructure:"breakdowns"`
	// MaxRoutes is how many routes have series of their own: those with the most visitors. Each combination of
	// application, version, route and tags is one. The others share url.template={other}. Default 0: 260, or 175 with
	// exponential histograms, which keeps a scrape below 30,000 and 6,000 samples.
	MaxRoutes int `mapstructure:"max_routes"`
	// MaxApplications is how many applications (each with version and environment) have series of their own: those with
	// the most visitors. The others share series without resource attributes. Default 100. At least 1.
	MaxApplications int `mapstructure:"max_applications"`
	// MaxSeries is how many series a metric may have; past it values go to one series with
	// otel.metric.overflow=true. Default 2000, as in the SDK specification. At least 1.
	MaxSeries int `mapstructure:"max_series"`
	// MaxNames is how many names of measurements, each with its unit, may have series of their own,
	// and how many names of interactions: those with the most visitors. Values of other names go to the overflow
	// series. Default 200. At least 1.
	MaxNames int `mapstructure:"max_names"`
	// MaxIdle is how long a series is kept without a new value. Default 1h. At least flush_interval.
	MaxIdle time.Duration `mapstructure:"max_idle"`
	// Tags are the names of tags that become attributes of every metric, as rum.tag.<name>. Default none, because their
	// values come from the page and multiply the series.
	Tags []string `mapstructure:"tags"`

	// settlesUnreported is true if settle_after is set and silent_after is not.
	settlesUnreported bool
	zeroForSet        bool
}

const (
	syntheticExclude = "exclude"
	syntheticInclude = "include"
)

// frequent is a flush interval below which a minute without the first value is too long: people who emit metrics that often look at
// them that often.
const frequent = 5 * time.Second

// derive sets defaults that depend on other options.
func (m *MetricsConfig) derive(isSet func(key string) bool) {
	m.settlesUnreported = isSet("metrics::settle_after") && !isSet("metrics::silent_after")
	m.zeroForSet = isSet("metrics::zero_for")
	if m.fewZeros() {
		m.ZeroFor = 5 * m.FlushInterval / 2 // the third flush has the value, however late or early the second is
	}
}

// fewZeros reports whether the derived zero_for is too short for a scraper with default settings.
func (m *MetricsConfig) fewZeros() bool { return !m.zeroForSet && m.FlushInterval < frequent }

// maxWait is longer than any scrape interval. Past it nobody would see the values that wait.
const maxWait = time.Hour

// settings for the aggregate, which has more bounds than the user may set.
func (m *MetricsConfig) settings(version string) aggregate.Settings {
	s := aggregate.DefaultSettings()
	s.SettleAfter = m.SettleAfter
	s.SilentAfter = m.SilentAfter
	if m.settlesUnreported {
		s.UnreportedAfter = m.SettleAfter
	}
	s.RememberFor = m.RememberFor
	s.ZeroFor = m.ZeroFor
	s.Synthetic = m.Synthetic == syntheticInclude
	s.Instance = m.Instance
	if s.Instance == "" {
		s.Instance, s.KeepInstance = uuid.NewString(), true
	}
	s.Attributes = m.Attributes
	s.Breakdowns = m.Breakdowns
	s.MaxRoutes = m.MaxRoutes
	s.MaxApps = m.MaxApplications
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

// minInterval catches durations without a unit, which read as nanoseconds.
const minInterval = serverconfig.MinInterval

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
	atLeast("silent_after", m.SilentAfter, m.SettleAfter)
	atLeast("remember_for", m.RememberFor, m.SilentAfter)
	atMostMaxWait := func(key string, value time.Duration) {
		errs = append(errs, serverconfig.AtLeastOrNone("metrics::"+key, value))
		if value > maxWait {
			errs = append(errs, fmt.Errorf("'metrics::%s' must be at most %s (got %s)", key, maxWait, value))
		}
	}
	atMostMaxWait("zero_for", m.ZeroFor)
	atMostMaxWait("shutdown_wait", m.ShutdownWait)
	atLeast("max_idle", m.MaxIdle, m.FlushInterval)
	oneOf("synthetic", m.Synthetic, syntheticExclude, syntheticInclude)
	for _, metric := range slices.Sorted(maps.Keys(m.Attributes)) {
		if err := aggregate.CheckAttributes(metric, m.Attributes[metric], m.Tags); err != nil {
			errs = append(errs, fmt.Errorf("'metrics::attributes': %w", err))
		}
	}
	oneOf("temporality", string(m.Temporality), string(aggregate.Cumulative), string(aggregate.Delta))
	oneOf("histogram", string(m.Histogram), string(aggregate.Explicit), string(aggregate.Exponential))
	atLeastOne := func(key string, value int) {
		if value < 1 {
			errs = append(errs, fmt.Errorf("'metrics::%s' must be at least 1 (got %d)", key, value))
		}
	}
	for _, question := range m.Breakdowns {
		oneOf("breakdowns", question, aggregate.Breakdowns()...)
	}
	if m.MaxRoutes < 0 {
		errs = append(errs, fmt.Errorf("'metrics::max_routes' must not be negative (got %d)", m.MaxRoutes))
	}
	atLeastOne("max_applications", m.MaxApplications)
	atLeastOne("max_series", m.MaxSeries)
	atLeastOne("max_names", m.MaxNames)
	for _, metric := range slices.Sorted(maps.Keys(m.Buckets)) {
		if err := aggregate.CheckBuckets(metric, m.Buckets[metric]); err != nil {
			errs = append(errs, fmt.Errorf("'metrics::buckets': %w", err))
		}
	}
	for n, tag := range m.Tags {
		switch {
		case tag == "":
			errs = append(errs, errors.New("'metrics::tags' must not hold an empty name"))
		case slices.Contains(m.Tags[:n], tag):
			errs = append(errs, fmt.Errorf("'metrics::tags' must not name a tag twice (got %q again)", tag))
		}
	}
	return errors.Join(errs...)
}
