package aggregate

import "time"

// Temporality says what a Window holds.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#temporality
type Temporality string

// The temporalities.
const (
	// Cumulative repeats every live series with everything since its start.
	Cumulative Temporality = "cumulative"
	// Delta holds only what is new since the last Window.
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
	// SettleAfter is how long after the end of its page view a vital counts: time for batches that overtake
	// each other. Default 5 s. Zero counts it in the next Collect.
	SettleAfter time.Duration

	// SilentAfter is how long nothing must be heard of a vital and its session until the value counts, where
	// nobody says that the page view has ended. Default 30 min, as long as a session may be inactive. At least
	// SettleAfter. A view that was left for another one waits at most 5.5 min (beacon.PageStateLeft). A different value that comes later is not counted but told as Outcome.Late.
	SilentAfter time.Duration

	// UntoldAfter is how long after its last report a vital counts whose client never says whether a page view goes
	// on. Default 0: as SilentAfter says.
	UntoldAfter time.Duration

	// MaxPending is how many vitals may wait. Default 100000, at most 20 MB, and 250 B for each that is slow or has
	// parts. Past it the one that is due
	// first counts at once. Stats tells how many there are and how many counted early.
	MaxPending int

	// RememberFor is how long the id of a counted vital is remembered, so that a later report is
	// late and not a second measurement; each later report prolongs it. Default 24 h, longer than most tabs
	// live.
	RememberFor time.Duration

	// MaxRemembered is how many counted vitals are remembered. Default 500000, at most 25 MB. Past it the
	// oldest quarter is forgotten, and a later report of one counts again. Stats tells how many there are,
	// and how many were forgotten before their time.
	MaxRemembered int

	// ZeroFor is how long a new cumulative series is told as zero before its first value: long enough for a
	// scraper to see the zero, without which it cannot tell an increase. Default 70 s, for scrapes once a
	// minute. Zero tells values at once. CollectAll does not wait.
	ZeroFor time.Duration

	// Synthetic counts bots and tests among people. Default false: their events are in
	// rum.synthetic_events alone.
	Synthetic bool

	// Instance names the writer of the series: no two writers of one backend may have the same, at the same time. Each
	// resource has a service.instance.id made of it. Default empty, which leaves it out.
	Instance string

	// KeepInstance lets the instance of a snapshot go before Instance: one that was made up, not given. Default false.
	KeepInstance bool

	// Attributes are those of a metric's points, by metric name; see CheckAttributes. A metric that is not
	// named has DefaultAttributes.
	Attributes map[string][]string

	// Breakdowns are the questions that have metrics of their own; see Breakdowns. Default all.
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

	// MaxIdle is how long a series lives without a new value. Default 1 h. Zero keeps it for ever;
	// then the first MaxSeries that come are the only ones. A series that comes back starts anew,
	// with a start time of its own. Stats tells how many live.
	MaxIdle time.Duration

	// MaxSessions is how many sessions are remembered, each for 4 h since it was last seen: those that are
	// known need not be counted again, and their vitals wait while they go on. Default 131072, at most 10 MB.
	// Past it the one not seen for longest is forgotten.
	// Stats tells how many there are.
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
