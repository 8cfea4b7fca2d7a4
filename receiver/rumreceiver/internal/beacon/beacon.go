// Package beacon is the model that every wire format decodes to: one POST of a browser, its shared
// context and its events.
//
// The package holds values only. Decoders fill a Beacon, Validate refuses what cannot be true, the
// enrich package adds what the server knows, and translate and aggregate read it.
package beacon

import "time"

// Beacon is one POST. It is not safe for concurrent use.
type Beacon struct {
	// ID tells a retry from a new batch. Empty when the format has none; then the handler
	// derives one from the bytes of the body.
	ID string
	// Ambiguous is true when different visitors may send the same bytes. Then an equal body is no
	// retry.
	Ambiguous bool

	// Clock is what the batch says of the browser's clock.
	Clock Clock

	SDK        SDK
	App        App
	Sampling   Sampling
	Connection Connection
	Language   string

	// Pages are the page views that events point to, each with its session, user and tags. A
	// decoder makes at least one if there are events.
	Pages  []Page
	Events []Event

	// Lost are events that the client itself dropped, by its reason. The reasons are the
	// client's and not bounded here.
	Lost []Lost

	// Refused are the events that were not taken, each counted once. There are hardly more of them than
	// Limits.MaxEvents: see Refusal.More.
	Refused []Refusal
	// Trims are the values that were cut or left out.
	Trims Trims
	// Repaired is true when the body was not valid UTF-8 and was read with U+FFFD in place of
	// the broken bytes.
	Repaired bool

	// Client is what the server knows of the sender; filled by enrich.
	Client Client
}

// Refuse notes that the event at index was not taken.
func (b *Beacon) Refuse(index int, reason Reason, field string) {
	if last := len(b.Refused) - 1; last >= 0 && reason.gathers() && b.Refused[last].Reason == reason {
		b.Refused[last].More++
		return
	}
	b.Refused = append(b.Refused, Refusal{Index: index, Reason: reason, Field: field})
}

// Received is how many events of the wire the body held: those that Events stand for and those
// that were refused.
func (b *Beacon) Received() int {
	return b.Accepted() + b.Rejected()
}

// Rejected is how many events of the wire were refused.
func (b *Beacon) Rejected() int {
	n := len(b.Refused)
	for i := range b.Refused {
		n += b.Refused[i].More
	}
	return n
}

// Accepted is how many events of the wire Events stand for.
func (b *Beacon) Accepted() int {
	n := 0
	for i := range b.Events {
		n += b.Events[i].Count
	}
	return n
}

// Clock is the browser's clock at the time of sending.
type Clock struct {
	// Sent is when the client says it sent this attempt, by its own clock. Zero when the format
	// does not say.
	Sent time.Time
}

// SDK names the client library.
type SDK struct{ Name, Version string }

// App is the application that the page belongs to.
type App struct{ Name, Version, Environment string }

// Sampling is what the client says of its sampling of sessions.
type Sampling struct {
	// Rate is the probability with which the client kept the session, in (0, 1].
	// Zero means that the client did not say, which counts as 1.
	Rate float64
}

// MaxWeight is the most that one event may stand for. A client that says it keeps less than one
// session in a million is taken to keep that many: one beacon must not outweigh a day of others.
const MaxWeight = 1e6

// Weight is how many sessions this one stands for: the reciprocal of its rate, at least 1.
func (s Sampling) Weight() float64 {
	if s.Rate <= 0 || s.Rate >= 1 {
		return 1
	}
	return 1 / s.Rate
}

// Tag is one tag of the page: a name and a string.
type Tag struct{ Key, Value string }

// Connection is NetworkInformation, as far as the browser tells.
type Connection struct {
	Type          string  // wifi, cellular, …
	EffectiveType string  // slow-2g, 2g, 3g, 4g
	RTT           float64 // ms
	Downlink      float64 // Mbit/s
	SaveData      bool
}

// Page is one page view: a URL, and who looks at it. It belongs to one session of one user.
type Page struct {
	SessionID string
	// SessionImplicit is true when the format has no event for the start of a session: then the
	// first sight of its id is the start.
	SessionImplicit bool
	UserID          string // the application's id of the user, or empty
	Tags            []Tag

	ID       string
	URL      string // without fragment and query values; enrich scrubs what the client did not
	Path     string // filled by enrich
	Route    string // url.template: from the client, else filled by enrich
	Type     string // navigation type in the words of web-vitals
	Referrer string
	Title    string

	// Trimmed are the bounds that something of the page, or of what pages share, went past.
	Trimmed Bounds

	// TraceID and SpanID are the server's trace of this page load; zero when unknown.
	TraceID [16]byte
	SpanID  [8]byte
}

// Client is what the server knows of the sender.
type Client struct {
	UserAgent      string // as sent
	BrowserName    string
	BrowserVersion string
	OSName         string
	OSVersion      string
	// DeviceType is desktop, mobile, tablet or tv; empty when unknown.
	DeviceType string
	Mobile     bool
	Synthetic  string // user_agent.synthetic.type: bot, test or empty
	Platform   string // sec-ch-ua-platform
	Brands     []string
	Country    string // ISO 3166-1 alpha-2
	Region     string // ISO 3166-2, such as CA-QC
	Locality   string // city, in English
	// Address is the client's, as far as the settings of enrich keep it; usually empty.
	Address string
}

// Lost is a number of events that the client dropped, and why.
type Lost struct {
	Reason string
	Count  int
}
