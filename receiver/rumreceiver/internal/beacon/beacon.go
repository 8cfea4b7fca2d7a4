// Package beacon is the model to which every wire format is decoded: one POST of a browser, its shared context and
// its events.
//
// The package holds values only. Decoders fill a Beacon, Validate refuses impossible values, the enrich package adds
// data of the server, and translate and aggregate read it.
package beacon

import "time"

// The values of user_agent.synthetic.type.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/user-agent/
const (
	SyntheticBot  = "bot"
	SyntheticTest = "test"
)

// Beacon is one POST. It is not safe for concurrent use.
type Beacon struct {
	// ID identifies the batch, to recognise a retry. Empty if the format has none; then the handler derives one from the
	// bytes of the body.
	ID string
	// Ambiguous is true if different visitors may send the same bytes. Then an equal body is not a retry.
	Ambiguous bool

	// Clock is the data of the batch about the browser's clock.
	Clock Clock

	// Synthetic is SyntheticBot or SyntheticTest when the client says that no person uses the browser.
	Synthetic string

	SDK        SDK
	App        App
	Sampling   Sampling
	Connection Connection
	Language   string
	// Attributes are further attributes of the browser, such as those of an OTLP resource.
	Attributes []Attribute

	// Pages are the page views that events point to, each with its session, user and tags. A
	// decoder makes at least one if there are events.
	Pages  []Page
	Events []Event

	// Lost are events that the client itself dropped, by its reason. The reasons are the
	// client's and not bounded here.
	Lost []Lost

	// LeftOut is how many valid events of the body are not part of a visit, such as spans, or the timing of an export.
	// They are in no other count.
	LeftOut int
	// Refused are the events that were not taken, each counted once. There are hardly more of them than
	// Limits.MaxEvents: see Refusal.More.
	Refused []Refusal
	// Trims are the values that were cut or left out.
	Trims Trims
	// Repaired is true when the body was not valid UTF-8 and was read with U+FFFD in place of
	// the broken bytes.
	Repaired bool

	// Client is the server's data about the sender; filled by enrich.
	Client Client

	// Storage is the memory of the events of all beacons of a body, in the first of them; nil when they have their own.
	Storage *Storage
}

// Refuse notes that the event at index was not taken.
func (b *Beacon) Refuse(index int, reason Reason, field string) {
	b.Refused = AppendRefusal(b.Refused, index, reason, field)
}

// Received is the number of events in the body: those of Events and those that were refused.
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

// Sampling is the client's sampling of sessions, as it reports it.
type Sampling struct {
	// Rate is the probability with which the client kept the session, in (0, 1].
	// Zero means that the client did not say, which counts as 1.
	Rate float64
}

// MaxWeight is the largest weight of one event, with any limits.
const MaxWeight = 1e6

// Weight is how many sessions this session stands for: the reciprocal of its rate, at least 1.
func (s Sampling) Weight() float64 {
	if !(s.Rate > 0 && s.Rate < 1) {
		return 1
	}
	return 1 / s.Rate
}

// Tag is one tag of the page: a name and a string.
type Tag struct{ Key, Value string }

// Connection is NetworkInformation, with the members that the browser reports.
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

	ID string
	// Elsewhere is true if another beacon may have the URL of the page view with this ID.
	Elsewhere bool

	URL      string // without fragment and query values; enrich scrubs what the client did not
	Path     string // filled by enrich
	Route    string // url.template: from the client, else filled by enrich
	Type     string // navigation type in the words of web-vitals
	Referrer string
	Title    string
	// State is the state of the page view when the beacon was made.
	State PageState

	// Trimmed are the bounds that something of the page, or of what pages share, went past.
	Trimmed Bounds

	// Trace is the server's of this page load; zero when unknown.
	Trace Trace
}

// PageState is the state of a page view that a client reports in a beacon. It decides which reports of its vitals are
// final.
type PageState uint8

// The states of a page view.
const (
	// PageStateUnknown is that of formats, and of clients, that do not say.
	PageStateUnknown PageState = iota
	// PageStateVisible is a page view that goes on.
	PageStateVisible
	// PageStateHidden is one that nobody looks at; it may come back.
	PageStateHidden
	// PageStateEnded is one that was left, closed, or replaced by another page view: nothing more will
	// be reported of it, but retries.
	PageStateEnded
	// PageStateLeft is one that was left for another one of the same document: its measurements are only just coming
	// in, and may change for a few minutes more.
	PageStateLeft
)

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
	// Visitor is a hash of the network that the beacon came from, to count visitors; 0 if the address does not identify
	// people apart. It is good for the lifetime of the process, and nothing emits it.
	Visitor uint64
	// Address is the client's, as far as the settings of enrich keep it; usually empty.
	Address string
}

// Lost is a number of events that the client dropped, and why.
type Lost struct {
	Reason string
	Count  int
}
