// Package enrich adds data of the server to a beacon: the corrected time, the browser of the user agent, the location
// of the address, the application of the tags, the template of the URL. It removes what should not be stored: secrets
// in URLs and texts, addresses, user ids.
package enrich

import (
	"cmp"
	"hash/maphash"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/scrub"
)

// Sender is the request's data about the browser.
type Sender struct {
	UserAgent string // header User-Agent
	Brands    string // header Sec-CH-UA
	Mobile    string // header Sec-CH-UA-Mobile
	Platform  string // header Sec-CH-UA-Platform
	Languages string // header Accept-Language
	// Address of the browser, see Proxies; the zero Addr if unknown.
	Address netip.Addr
	// Country is ISO 3166-1 alpha-2, as a trusted proxy says; empty if unknown. It goes before that of Address.
	Country string
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
	seed          maphash.Seed
	routesRefused atomic.Int64
	scrubber      scrubber
	userIDs       *userIDs
	noise         noise
}

// New validates the settings and reads the location database, if there is one. Close the Enricher after use.
func New(settings Settings) (*Enricher, error) {
	if err := settings.Validate(); err != nil {
		return nil, err
	}
	e := &Enricher{
		settings:   settings,
		userAgents: newUserAgents(),
		seed:       maphash.MakeSeed(),
		templates:  newTemplates(settings.MaxRoutes),
		scrubber: scrubber{scrub.New(scrub.Settings{
			AllowedQuery: settings.AllowedQuery, HashRoutes: settings.HashRoutes, Words: wordsOf(settings.Routes),
		})},
		userIDs: newUserIDs(settings.UserID, settings.UserIDSecret),
	}
	var err error
	if e.routes, err = compileRoutes(settings.Routes); err != nil {
		return nil, err
	}
	if e.noise, err = compileNoise(settings.NoisePatterns); err != nil {
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

// Stats are counts since New, except Routes and UserAgents, which are current sizes.
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

// Result is further data from Enrich.
type Result struct {
	// Skew is how far the browser's clock was behind the server's; negative if it was ahead.
	Skew time.Duration
	// SkewKnown is false if the beacon has no sending time.
	SkewKnown bool
	// Looked is how many bytes of texts were scanned more than once: see scrub.Scrubber.Counting.
	Looked int64
}

// Enrich completes the beacon that arrived at now.
func (e *Enricher) Enrich(b *beacon.Beacon, sender Sender, now time.Time) (result Result) {
	result.Skew, result.SkewKnown = correctClock(b, now)
	private := e.settings.HonorGPC && sender.GPC
	b.Client = e.userAgents.client(sender.headers(&b.Trims))
	b.Client.Synthetic = cmp.Or(b.Client.Synthetic, b.Synthetic)
	e.place(&b.Client, &sender, now, private)
	if b.Language == "" {
		b.Language = preferredLanguage(sender.Languages)
	}
	nameApp(b)
	configured := e.configuredRoutes(b)
	counting := scrubber{e.scrubber.Counting(&result.Looked)}
	counting.beacon(b)
	e.markNoise(b)
	e.nameUsers(b, private)
	for i := range b.Pages {
		page := &b.Pages[i]
		page.Path = scrub.Path(page.URL)
		page.Route = e.route(page, configured(i), e.visitor(b, page), now)
	}
	return result
}

// configuredRoutes matches the pages with the configured templates before scrubbing, because literal segments may look like
// something that is removed. The result is empty for a page without match.
func (e *Enricher) configuredRoutes(b *beacon.Beacon) func(page int) string {
	if e.routes.empty() {
		return func(int) string { return "" }
	}
	matches := make([]string, len(b.Pages))
	for i := range b.Pages {
		matches[i] = e.routes.match(e.scrubber.RawRoutePath(b.Pages[i].URL))
	}
	return func(page int) string { return matches[page] }
}

// place sets the location of the address. The whole address is looked up, and then kept according to the settings.
func (e *Enricher) place(client *beacon.Client, sender *Sender, now time.Time, private bool) {
	addr := sender.Address
	client.Visitor = e.Network(addr)
	if e.geo != nil {
		e.geo.locate(client, addr, now)
	}
	if sent := sender.Country; sent != "" && sent != client.Country {
		client.Country, client.Region, client.Locality = sent, "", "" // those of another country
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

// visitor is a hash of the visitor: of the network, or of the session if addresses do not identify visitors.
func (e *Enricher) visitor(b *beacon.Beacon, page *beacon.Page) uint64 {
	if b.Client.Visitor != 0 || page.SessionID == "" {
		return b.Client.Visitor
	}
	return maphash.String(e.seed, page.SessionID)
}

// Network is a hash of the network of an address; 0 for addresses that many share, as behind a proxy that is not trusted. It
// is good for the lifetime of the Enricher.
func (e *Enricher) Network(addr netip.Addr) uint64 {
	addr = addr.Unmap().WithZone("")
	if !isPublic(addr) {
		return 0
	}
	if addr.Is6() {
		addr = Truncate(addr)
	}
	return max(maphash.Comparable(e.seed, addr), 1)
}

// markNoise marks errors that the application probably does not cause.
func (e *Enricher) markNoise(b *beacon.Beacon) {
	for i := range b.Events {
		if x, ok := b.Events[i].Payload.(*beacon.Exception); ok {
			x.Noise = e.noise.of(x)
		}
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

// route is the page's template: that of the client if it is valid, else a configured one, else a guess.
func (e *Enricher) route(page *beacon.Page, configured string, visitor uint64, now time.Time) string {
	if page.Route != "" {
		if plainTemplate(page.Route) {
			return e.templates.bound(page.Route, visitor, now)
		}
		e.routesRefused.Add(1)
	}
	if configured != "" {
		return configured
	}
	return e.templates.bound(scrub.Template(scrub.RoutePath(page.URL)), visitor, now)
}
