package beacon

import "math"

// Payload is what is particular to a kind of event. Each kind has a type, and each type is a row of Kinds.
type Payload interface {
	// Kind of the event.
	Kind() Kind
	// Scrub passes every text through the cleaner that may hold what must not leave the receiver. Ids stay as they are.
	Scrub(c Cleaner)

	// check names the member whose value cannot be, if there is one.
	check() (field string, ok bool)
	// doubts are the reasons not to believe a value.
	doubts() Implausibilities
	// size adds what a record has of it.
	size(s *Size)
}

// Cleaner takes out of texts and URLs what must not leave the receiver.
type Cleaner interface {
	Text(string) string
	URL(string) string
	ID(string) string
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// duration checks one in ms.
func duration(ms float64) (field string, ok bool) { return "value", finite(ms) && ms >= 0 }

// outOfRange is the doubt about a value that no person waits for.
func outOfRange(is bool) (found Implausibilities) {
	found.add(OutOfRange, is)
	return found
}

// maxDuration is the longest duration that enters a metric. Tabs sleep, clocks jump and sums never
// recover from one LCP of 26 years, which has been seen in the wild.
const maxDuration = 60 * 60 * 1000 // ms

// PageView is a page that was loaded or changed to.
type PageView struct {
	// Type of the navigation: in the words of web-vitals for a load; the history's for a route change, as the browser
	// group names them (push, replace, traverse, reload).
	Type string
	// SameDocument is true when no document was loaded.
	SameDocument bool
	// HashChange is true when nothing but the fragment changed; nil when the format does not say.
	HashChange *bool
	// URL is where it led to, if that is another page than the event's; usually empty.
	URL string
}

// Kind implements Payload.
func (*PageView) Kind() Kind            { return KindPageView }
func (*PageView) check() (string, bool) { return "", true }
func (*PageView) doubts() (none Implausibilities) {
	return none
}
func (v *PageView) size(s *Size) { s.texts(v.Type, v.URL); s.numbers(2) }

// Scrub implements Payload.
func (v *PageView) Scrub(c Cleaner) { v.Type, v.URL = c.Text(v.Type), c.URL(v.URL) }

// Click of a person.
type Click struct {
	Selector string // of CSS
	Tag      string // of HTML, in lower case
}

// Kind implements Payload.
func (*Click) Kind() Kind                      { return KindClick }
func (*Click) check() (string, bool)           { return "", true }
func (*Click) doubts() (none Implausibilities) { return none }
func (x *Click) size(s *Size)                  { s.texts(x.Selector, x.Tag) }

// Scrub implements Payload.
func (x *Click) Scrub(c Cleaner) { x.Selector, x.Tag = c.Text(x.Selector), c.Text(x.Tag) }

// Interaction is a stretch of time that the application names.
type Interaction struct {
	Name     string
	Duration float64 // ms
}

// Kind implements Payload.
func (*Interaction) Kind() Kind                 { return KindInteraction }
func (x *Interaction) check() (string, bool)    { return duration(x.Duration) }
func (x *Interaction) doubts() Implausibilities { return outOfRange(x.Duration > maxDuration) }
func (x *Interaction) size(s *Size)             { s.texts(x.Name); s.numbers(1) }

// Scrub implements Payload.
func (x *Interaction) Scrub(c Cleaner) { x.Name = c.Text(x.Name) }

// Measurement is a number that the application reports.
type Measurement struct {
	Name  string
	Value float64 // as sent
	Unit  string  // UCUM, or empty
}

// maxMeasurement is the largest value of a measurement that enters a metric, a petabyte in bytes:
// added to a sum of such values, thousandths still count. 1e308 twice would make the sum endless.
const maxMeasurement = 1e15

// Kind implements Payload.
func (*Measurement) Kind() Kind              { return KindMeasurement }
func (m *Measurement) check() (string, bool) { return "value", finite(m.Value) }

// doubts what would make the sum of a histogram fall.
func (m *Measurement) doubts() Implausibilities {
	return outOfRange(!(m.Value >= 0 && m.Value <= maxMeasurement))
}
func (m *Measurement) size(s *Size) { s.texts(m.Name, m.Unit); s.numbers(1); s.judged() }

// Scrub implements Payload.
func (m *Measurement) Scrub(c Cleaner) { m.Name, m.Unit = c.Text(m.Name), c.Text(m.Unit) }

// Budget is a budget that the page itself found exceeded.
type Budget struct {
	Metric       string
	Value, Limit float64 // in one unit
}

// Kind implements Payload.
func (*Budget) Kind() Kind                      { return KindBudget }
func (b *Budget) check() (string, bool)         { return "value", finite(b.Value, b.Limit, b.Value-b.Limit) }
func (*Budget) doubts() (none Implausibilities) { return none }
func (b *Budget) size(s *Size)                  { s.texts(b.Metric); s.numbers(3) }

// Scrub implements Payload.
func (b *Budget) Scrub(c Cleaner) { b.Metric = c.Text(b.Metric) }

// SessionStart is the start of the page's session.
type SessionStart struct {
	PreviousID string // of the session before, or empty
}

// Kind implements Payload.
func (*SessionStart) Kind() Kind                      { return KindSessionStart }
func (*SessionStart) check() (string, bool)           { return "", true }
func (*SessionStart) doubts() (none Implausibilities) { return none }
func (x *SessionStart) size(s *Size)                  { s.texts(x.PreviousID) }

// Scrub implements Payload.
func (x *SessionStart) Scrub(c Cleaner) { x.PreviousID = c.ID(x.PreviousID) }

// SessionEnd is the end of the page's session.
type SessionEnd struct{}

// Kind implements Payload.
func (*SessionEnd) Kind() Kind                      { return KindSessionEnd }
func (*SessionEnd) check() (string, bool)           { return "", true }
func (*SessionEnd) doubts() (none Implausibilities) { return none }
func (*SessionEnd) size(*Size)                      {}

// Scrub implements Payload.
func (*SessionEnd) Scrub(Cleaner) {}

// Custom is an event with a name of its own, the application's or that of an instrumentation which the receiver does
// not know, or a line of a log, which has none.
type Custom struct {
	Name string
}

// Kind implements Payload.
func (*Custom) Kind() Kind                      { return KindCustom }
func (*Custom) check() (string, bool)           { return "", true }
func (*Custom) doubts() (none Implausibilities) { return none }
func (x *Custom) size(s *Size)                  { s.texts(x.Name) }

// Scrub implements Payload.
func (x *Custom) Scrub(c Cleaner) { x.Name = c.Text(x.Name) }
