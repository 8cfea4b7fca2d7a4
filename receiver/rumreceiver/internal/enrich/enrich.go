// Package enrich adds to a beacon what the server knows: the right time, the browser behind the
// user agent, the application behind the tags, the template behind the URL; and it takes away from
// every URL what should not be stored.
package enrich

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Sender is what the request says of the browser, header by header.
type Sender struct {
	UserAgent string // User-Agent
	Brands    string // Sec-CH-UA
	Mobile    string // Sec-CH-UA-Mobile
	Platform  string // Sec-CH-UA-Platform
}

// Enricher is safe for concurrent use.
type Enricher struct {
	userAgents *userAgents
}

// New returns an Enricher with an empty cache of user agents.
func New() *Enricher { return &Enricher{userAgents: newUserAgents()} }

// Enrich completes the beacon that arrived at now, and returns by how much the browser's clock was
// behind the server's (negative: ahead); known is false when the beacon does not tell.
func (e *Enricher) Enrich(b *beacon.Beacon, sender Sender, now time.Time) (skew time.Duration, known bool) {
	skew, known = correctClock(b, now)
	b.Client = e.userAgents.client(sender)
	nameApp(b)
	for i := range b.Pages {
		page := &b.Pages[i]
		page.URL, page.Referrer = ScrubURL(page.URL), ScrubURL(page.Referrer)
		page.Path = pathOf(page.URL)
		if page.Route == "" {
			page.Route = Template(page.Path)
		}
	}
	for i := range b.Events {
		scrubEvent(&b.Events[i])
	}
	return skew, known
}

// scrubEvent cleans every field of the event that may hold a URL.
func scrubEvent(event *beacon.Event) {
	if event.Kind == beacon.KindResource {
		event.Name = ScrubURL(event.Name)
	}
	if e := event.Error; e != nil {
		e.File = ScrubURL(e.File)
		e.Message = scrubText(e.Message)
		e.Stack = scrubText(e.Stack)
	}
	for i := range event.Attributes {
		if a := &event.Attributes[i]; a.Type == beacon.StringValue {
			a.String = scrubText(a.String)
		}
	}
}
