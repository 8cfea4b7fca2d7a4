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
	// SettleAfter is how long a vital must stay without another report before its value counts.
	// Default 30 s, some tab switches long. Zero counts it in the next Collect. A report that
	// comes even later is not counted but told as Outcome.Late.
	SettleAfter time.Duration

	// MaxMeasurements is how many vitals are remembered, waiting and counted ones together.
	// Default 100000, at most 20 MB. Past it the oldest goes: a waiting one is counted
	// at once, a counted one is forgotten, and a later report of either counts again. Stats tells
	// how many there are.
	MaxMeasurements int

	// RememberFor is how long the id of a counted vital is remembered, so that a later report is
	// late and not a second measurement. Default 30 min. Zero remembers none.
	RememberFor time.Duration

	// MaxSeries is how many series of one metric, over all resources, keep their own attributes.
	// Default 2000. Later ones are merged into one series with otel.metric.overflow=true for each
	// resource that the metric has a series of, and one without resource attributes for all the
	// others; so a metric never has more than 2 × MaxSeries + 1 series. Outcome.Overflowed counts the
	// events.
	MaxSeries int

	// MaxNames is how many names of measurements, each with its unit, may have series of their own,
	// and how many names of interactions. Default 200: people who watch dashboards name fewer, and a
	// tenth of MaxSeries leaves each name ten pages. Values of further names go to the overflow series,
	// until a name that was not seen for MaxIdle makes room. Outcome.NamesOverflowed counts the events.
	MaxNames int

	// MaxIdle is how long a series lives without a new value. Default 1 h. Zero keeps it for ever;
	// then the first MaxSeries that come are the only ones. A series that comes back starts anew,
	// with a start time of its own. Stats tells how many live.
	MaxIdle time.Duration

	// MaxSessions is how many sessions are remembered of the formats that have no event for the
	// start of a session, each for 4 h since it was last seen. Default 65536, at most 5 MB.
	// Past it the one not seen for longest is forgotten and counts again should it come back.
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

// DefaultSettings are the defaults that the fields of Settings document.
func DefaultSettings() Settings {
	return Settings{
		SettleAfter:     30 * time.Second,
		MaxMeasurements: 100_000,
		RememberFor:     30 * time.Minute,
		MaxSeries:       2000,
		MaxNames:        200,
		MaxIdle:         time.Hour,
		MaxSessions:     65_536,
		Temporality:     Cumulative,
		Histogram:       Explicit,
	}
}
