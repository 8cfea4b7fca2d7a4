// Package enrich adds to a beacon what the server knows: the right time, the browser behind the
// user agent, the place behind the address, the application behind the tags, the template behind the
// URL; and it takes away what should not be stored: secrets in URLs and texts, addresses, user ids.
package enrich

import (
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Sender is what the request says of the browser.
type Sender struct {
	UserAgent string // header User-Agent
	Brands    string // header Sec-CH-UA
	Mobile    string // header Sec-CH-UA-Mobile
	Platform  string // header Sec-CH-UA-Platform
	// Address is that of the browser, see ClientAddress; the zero Addr if unknown.
	Address netip.Addr
	// GPC is true when the header Sec-GPC is 1.
	GPC bool
}

// Enricher is safe for concurrent use.
type Enricher struct {
	settings      Settings
	userAgents    *userAgents
	geo           *geo // nil without a database
	routes        *routes
	templates     *templates
	routesRefused atomic.Int64
	scrubber      scrubber
	userIDs       *userIDs
}

// New checks the settings and reads the database of geography, if there is one. Close it after use.
func New(settings Settings) (*Enricher, error) {
	if err := settings.Validate(); err != nil {
		return nil, err
	}
	e := &Enricher{
		settings:   settings,
		userAgents: newUserAgents(),
		templates:  newTemplates(settings.MaxRoutes),
		scrubber:   scrubber{allowedQuery: settings.AllowedQuery},
		userIDs:    newUserIDs(settings.UserID, settings.UserIDSecret),
	}
	var err error
	if e.routes, err = compileRoutes(settings.Routes); err != nil {
		return nil, err
	}
	if settings.GeoDatabase != "" {
		if e.geo, err = openGeo(settings.GeoDatabase, settings.OnGeoError); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Close waits for background work. The Enricher must not be used afterwards.
func (e *Enricher) Close() {
	if e.geo != nil {
		e.geo.close()
	}
}

// Stats are counts since New, but for Routes and UserAgents, which are of now.
type Stats struct {
	UserAgents       int   // parsed senders that are remembered
	Routes           int   // distinct templates in use, besides the configured ones
	RoutesOverflowed int64 // pages whose template became {other}
	RoutesRefused    int64 // routes of clients that were not taken, see plainTemplate
}

// Stats may be read at any time.
func (e *Enricher) Stats() Stats {
	return Stats{
		UserAgents: e.userAgents.parsed.Len(),
		Routes:     e.templates.len(), RoutesOverflowed: e.templates.overflowed.Load(), RoutesRefused: e.routesRefused.Load(),
	}
}

// Enrich completes the beacon that arrived at now, and returns by how much the browser's clock was
// behind the server's (negative: ahead); known is false when the beacon does not tell.
func (e *Enricher) Enrich(b *beacon.Beacon, sender Sender, now time.Time) (skew time.Duration, known bool) {
	skew, known = correctClock(b, now)
	private := e.settings.HonorGPC && sender.GPC
	b.Client = e.userAgents.client(sender.headers(&b.Trims))
	e.place(&b.Client, sender.Address, now, private)
	nameApp(b)
	e.scrubber.beacon(b)
	e.nameUsers(b, private)
	for i := range b.Pages {
		page := &b.Pages[i]
		page.Path = pathOf(page.URL)
		page.Route = e.route(page, now)
	}
	return skew, known
}

// place fills what the address tells. It is looked up whole, and kept as the settings say.
func (e *Enricher) place(client *beacon.Client, addr netip.Addr, now time.Time, private bool) {
	if e.geo != nil {
		e.geo.locate(client, addr, now)
	}
	if private {
		client.Region, client.Locality = "", ""
		return
	}
	if !addr.IsValid() {
		return
	}
	switch e.settings.Address {
	case AddressTruncate:
		client.Address = Truncate(addr).String()
	case AddressFull:
		client.Address = addr.String()
	}
}

func (e *Enricher) nameUsers(b *beacon.Beacon, private bool) {
	var before, after string // pages of one batch share their user
	for i := range b.Pages {
		user := &b.Pages[i].UserID
		if private {
			*user = ""
			continue
		}
		if *user != before {
			before, after = *user, e.userIDs.apply(*user)
		}
		*user = after
	}
}

// route is the page's template: the client's, if it may be used, a configured one, or a guess.
func (e *Enricher) route(page *beacon.Page, now time.Time) string {
	if page.Route != "" {
		if plainTemplate(page.Route) {
			return e.templates.bound(page.Route, now)
		}
		e.routesRefused.Add(1)
	}
	if configured := e.routes.match(page.Path); configured != "" {
		return configured
	}
	return e.templates.bound(Template(page.Path), now)
}
