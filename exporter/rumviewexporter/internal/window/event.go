// Package window keeps the events of the last minutes in memory, within bounds.
package window

import "time"

// Event is one log record, read once on its way in. It never changes afterwards, so readers share it.
type Event struct {
	Time     time.Time // as the record says
	Arrived  time.Time // when it came in here; what the window goes by
	Name     string    // LogRecord.EventName, or event.name; empty for records of others
	Severity string

	Session, View                                                                    string
	Service, Version, Environment, Route, Page, Device, Browser, Country, Connection string
	// Visitor is person, bot or test, as the record says; person where it says nothing.
	Visitor string

	// Weight is how many events the record stands for, at least 0. 1 where nothing says otherwise.
	Weight float64
	// Kept is the rule of the sampler that kept the record; empty without one.
	Kept string

	// At most one of these is set, by Name.
	Vital   *Vital
	Error   *Error
	Request *Request
	// Duration in milliseconds of what has one and is none of the above.
	Duration float64

	// Attributes are those of the record, as text, in their order.
	Attributes []Attribute

	size int64 // estimated bytes
}

// Attribute is one attribute of a record as text.
type Attribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Vital is one report of a web vital.
type Vital struct {
	Name  string  // lcp, inp, cls, …
	ID    string  // one for all reports of the same measurement; empty if unknown
	Value float64 // milliseconds; a score for cls
	// Limit is that of the budget which judged the record, in the unit of Value; 0: none did.
	Limit float64
	// Parts are the phases of the vital in the record, in milliseconds, by name.
	Parts []Part
	// Apart marks a loading vital of what was no load: of a page that came back from the back/forward cache, and a TTFB for
	// which nobody waited.
	Apart bool
	// The causes in the record.
	Target, URL, Script string
}

// Part is one phase of a vital.
type Part struct {
	Name  string
	Value float64
}

// Error is one exception.
type Error struct {
	Fingerprint, Type, Message, Stack, Source string
	Noise                                     string // why it is probably none of the application's
}

// Request is a resource, or a request of a script.
type Request struct {
	URL, Initiator, Method, Status string
	Failed                         bool
	Duration                       float64 // milliseconds
	Size                           float64 // transferred bytes; 0 if unknown
}

// Get returns the value of an attribute, or an empty text.
func (e *Event) Get(key string) string {
	for _, a := range e.Attributes {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}
