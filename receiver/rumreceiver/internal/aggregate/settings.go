package aggregate

import "time"

// Temporality is the content of a Window.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#temporality
type Temporality string

// The temporalities.
const (
	// Cumulative: every live series, with its values since its start.
	Cumulative Temporality = "cumulative"
	// Delta: only values since the last Window.
	Delta Temporality = "delta"
)

// Histogram is the shape of the histograms.
type Histogram string

// The shapes.
const (
	// Explicit has the bounds of Settings.Buckets, else of DefaultBuckets.
	Explicit Histogram = "explicit"
	// Exponential is the base-2 exponential histogram, at most 160 buckets.
	Exponential Histogram = "exponential"
)

// Settings of an Aggregator. Start from DefaultSettings: a bound below 1 acts as 1, and a zero
// duration means what its field says.
type Settings struct {
	// SettleAfter is how long after the end of its page view a vital is counted, because batches may overtake each
	// other. Default 5 s. Zero counts it in the next Collect.
	SettleAfter time.Duration

	// SilentAfter applies if the end of the page view is not reported: the vital is counted after this time without a report of
	// it or its session. Default 30 min, as long as a session may be inactive. At least SettleAfter. A view that was left for
	// another one waits at most 5.5 min (beacon.PageStateLeft). A different value that arrives later is not counted but
	// reported in Outcome.Late.
	SilentAfter time.Duration

	// UnreportedAfter is how long after its last report a vital is counted if its client never reports whether a page view
	// continues. Default 0: SilentAfter applies.
	UnreportedAfter time.Duration

	// MaxPending is how many vitals may wait. Default 100000, at most 16 MB, and 60 B for each that has parts, 160 B for
	// each that is slow. Past it one is counted at once: of the address with most of them, if it has more than one in 256, the one that
	// it has not reported for longest; otherwise the one that is due first. Stats has the number of waiting vitals and of
	// those counted early.
	MaxPending int

	// RememberFor is how long the id of a counted vital is remembered, so that a later report is late and not a second
	// measurement; each later report restarts the time. Default 24 h, longer than most tabs are open.
	RememberFor time.Duration

	// MaxRemembered is how many counted vitals are remembered. Default 500000, at most 9 MB. Past it the oldest quarter
	// is forgotten, and a later report of one counts again. While the newest quarter is nearly full, vitals of an address
	// with more than one in 256 of it are kept in a part of their own, of one in 32 more, that is forgotten when it is full.
	// Stats has the number of remembered vitals and of those forgotten early.
	MaxRemembered int

	// ZeroFor is how long a new cumulative series is emitted as zero before its first value: long enough for a scraper
	// to see the zero, without which it cannot see the increase. Default 70 s, for scrapes once a minute. Zero emits
	// values at once. CollectAll does not wait.
	ZeroFor time.Duration

	// Synthetic counts bots and tests as people. Default false: their events are in rum.synthetic_events only.
	Synthetic bool

	// Instance names the writer of the series. Writers to one backend at the same time need different names. The
	// service.instance.id of each resource is made from it. Default empty: no service.instance.id.
	Instance string

	// KeepInstance prefers the instance of a snapshot to Instance; for an Instance that was generated, not configured.
	// Default false.
	KeepInstance bool

	// Attributes of a metric's points, by metric name; see CheckAttributes. Others have their defaults.
	Attributes map[string][]string

	// Breakdowns are the dimensions with separate metrics; see Breakdowns. Default all.
	Breakdowns []string

	// MaxRoutes is how many routes, of all applications with their versions and each with its tags, have series
	// of their own: those with the most visitors. The others share url.template="{other}", and so do their
	// tags. Outcome.RoutesOverflowed counts the events. Default 0: as many as make, with the default attributes and all
	// budgets, 30,000 samples of Prometheus, where people come with desktops and phones: 260; of exponential histograms 6,000: 175.
	MaxRoutes int

	// MaxApps is how many applications, each with version and environment, have series of their own: those with
	// the most visitors. Default 100. Events of others are in series without resource attributes; Outcome.AppsOverflowed
	// counts them.
	MaxApps int

	// MaxSeries is how many series of one metric, over all resources, keep their own attributes.
	// Default 2000. Later ones are merged into one series with otel.metric.overflow=true for each
	// resource that the metric has a series of, and one without resource attributes for all the
	// others; so a metric never has more than 2 × MaxSeries + 1 series. Outcome.Overflowed counts the
	// events.
	MaxSeries int

	// MaxNames is how many names of measurements, each with its unit, may have series of their own,
	// and how many names of interactions: those with the most visitors. Default 200: people who watch dashboards name
	// fewer, and a tenth of MaxSeries leaves each name ten pages. Values of others go to the overflow series.
	// Outcome.NamesOverflowed counts the events.
	MaxNames int

	// MaxIdle is how long a series lives without a new value. Default 1 h. Zero keeps it for ever; then the first
	// MaxSeries series are the only ones. A series that returns starts from zero, with a new start time. Stats has the
	// number of live series.
	MaxIdle time.Duration

	// MaxBatches is how many counted beacons a snapshot has, and RepeatedFor how long: one that comes again, to an Aggregator
	// that loaded the snapshot, is not counted again. 16 B each. Past it the oldest is forgotten. Default 0: none.
	MaxBatches  int
	RepeatedFor time.Duration

	// MaxSessions is how many sessions are remembered, each for 4 h after it was last seen: a remembered session is not
	// counted again, and its vitals wait while it continues. Default 131072, at most 9 MB. Past it the one not seen for
	// longest is forgotten: of the address with most of them, if it has more than one in 256, otherwise of all. Stats has
	// their number.
	MaxSessions int

	// Temporality of every metric. Default Cumulative.
	Temporality Temporality

	// Histogram is the shape of every histogram. Default Explicit.
	Histogram Histogram

	// Buckets are the bounds of explicit histograms by metric name, in the metric's unit; see
	// CheckBuckets. A metric that is not named has DefaultBuckets.
	Buckets map[string][]float64

	// Tags are the keys of the page's tags that become attributes rum.tag.<key>. Default none.
	// Each multiplies the number of series.
	Tags []string

	// Version of the receiver, for the scope. Default empty, which leaves it out.
	Version string
}

// MaxBytes is about what the series take when each metric has as many as it may.
func MaxBytes(maxSeries int) int64 {
	const each = 600 // bytes
	return int64(numInstruments) * int64(maxSeries) * each
}

func defaultRoutes(histogram Histogram) int {
	if histogram == Exponential {
		return 175
	}
	return 260
}

// DefaultSettings are the defaults that the fields of Settings document.
func DefaultSettings() Settings {
	return Settings{
		SettleAfter:   5 * time.Second,
		SilentAfter:   30 * time.Minute,
		MaxPending:    100_000,
		RememberFor:   24 * time.Hour,
		MaxRemembered: 500_000,
		ZeroFor:       70 * time.Second,
		Breakdowns:    Breakdowns(),
		MaxApps:       100,
		MaxSeries:     2000,
		MaxNames:      200,
		MaxIdle:       time.Hour,
		MaxSessions:   131_072,
		Temporality:   Cumulative,
		Histogram:     Explicit,
	}
}
