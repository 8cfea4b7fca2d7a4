package native

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// batchDecoder reads form 2, the versioned batch. Members may come in any order, so what depends on
// others (times on t0, events on pages) is settled at the end.
type batchDecoder struct {
	r      *wire.Reader
	limits beacon.Limits
	b      beacon.Beacon

	version   float64
	t0, now   float64
	session   string
	user      string
	tags      []beacon.Tag
	malformed string        // the first shared member of a wrong type
	offsets   []float64     // ms after t0, one for each of b.Events
	pages     int           // on the wire, those past the bound too
	trimmed   beacon.Bounds // of what all events share

	resources wire.Chunk[beacon.Resource]
	joined    strings.Builder

	// Scratch of the event being read.
	in  batchEvent
	bag wire.Bag
}

// version is the only version of the format so far.
const version = 1

func decodeBatch(r *wire.Reader, limits beacon.Limits) (beacon.Beacon, error) {
	d := batchDecoder{r: r, limits: limits, t0: math.NaN(), now: math.NaN(), version: math.NaN()}
	d.bag = wire.NewBag(&d.limits, &d.b.Trims)
	var offsets [wire.MaxEventsGuess]float64
	d.offsets = offsets[:0]
	r.Object(d.sharedMember)
	if r.Rejection() != nil {
		return beacon.Beacon{}, nil // Decode reports it
	}
	return d.finish()
}

// sharedMember reads a member, and notes what was cut of one that all events share.
func (d *batchDecoder) sharedMember(name string) {
	before := d.b.Trims
	d.member(name)
	if name != "pages" && name != "events" {
		d.trimmed |= d.b.Trims.Since(&before)
	}
}

func (d *batchDecoder) member(name string) {
	switch name {
	case "v":
		d.number(name, &d.version)
	case "id":
		d.text(name, &d.b.ID, beacon.BoundString)
	case "t0":
		d.number(name, &d.t0)
	case "now":
		d.number(name, &d.now)
	case "sdk":
		var sdk string
		d.text(name, &sdk, beacon.BoundString)
		d.b.SDK = parseSDK(sdk)
	case "app":
		d.object(name, d.appMember)
	case "session":
		d.object(name, d.sessionMember)
	case "user":
		d.text(name, &d.user, beacon.BoundString)
	case "tags":
		var ok bool
		if d.tags, ok = wire.Tags(d.r, nil, &d.limits, &d.b.Trims); !ok {
			d.fault(name)
		}
	case "conn":
		d.object(name, d.connectionMember)
	case "lang":
		d.text(name, &d.b.Language, beacon.BoundString)
	case "lost":
		d.object(name, d.lostMember)
	case "pages":
		d.readPages()
	case "events":
		d.readEvents()
	default: // a newer client's
		d.r.Skip()
	}
}

func (d *batchDecoder) fault(field string) {
	if d.malformed == "" {
		d.malformed = field
	}
}

func (d *batchDecoder) text(field string, into *string, bound beacon.Bound) {
	s, ok := d.r.Str()
	if !ok {
		d.fault(field)
	}
	*into = d.b.Trims.Cut(s, &d.limits, bound)
}

func (d *batchDecoder) number(field string, into *float64) {
	v, ok := d.r.Num()
	if !ok {
		d.fault(field)
	}
	*into = v
}

func (d *batchDecoder) object(field string, member func(name string)) {
	if !d.r.Object(member) {
		d.fault(field)
	}
}

// parseSDK splits "name/version" at the last slash, since npm names have slashes.
func parseSDK(s string) beacon.SDK {
	if slash := strings.LastIndexByte(s, '/'); slash > 0 {
		return beacon.SDK{Name: s[:slash], Version: s[slash+1:]}
	}
	return beacon.SDK{Name: s}
}

func (d *batchDecoder) appMember(name string) {
	switch name {
	case "name":
		d.text("app.name", &d.b.App.Name, beacon.BoundString)
	case "version":
		d.text("app.version", &d.b.App.Version, beacon.BoundString)
	case "env":
		d.text("app.env", &d.b.App.Environment, beacon.BoundString)
	default:
		d.r.Skip()
	}
}

func (d *batchDecoder) sessionMember(name string) {
	switch name {
	case "id":
		d.text("session.id", &d.session, beacon.BoundString)
	case "rate":
		d.number("session.rate", &d.b.Sampling.Rate)
		if rate := d.b.Sampling.Rate; !(rate > 0 && rate <= 1) {
			d.fault("session.rate")
		}
	default:
		d.r.Skip()
	}
}

func (d *batchDecoder) connectionMember(name string) {
	c := &d.b.Connection
	switch name {
	case "type":
		d.text("conn.type", &c.Type, beacon.BoundString)
	case "eff":
		d.text("conn.eff", &c.EffectiveType, beacon.BoundString)
	case "rtt":
		d.number("conn.rtt", &c.RTT)
	case "down":
		d.number("conn.down", &c.Downlink)
	case "save":
		save, ok := d.r.Bool()
		if c.SaveData = save; !ok {
			d.fault("conn.save")
		}
	default:
		d.r.Skip()
	}
}

// maxLostReasons keeps a hostile client from naming reasons without end.
const maxLostReasons = 16

func (d *batchDecoder) lostMember(name string) {
	count, ok := d.r.Num()
	if !ok {
		d.b.Trims.Add(beacon.BoundValueType)
		return
	}
	if len(d.b.Lost) >= maxLostReasons {
		d.b.Trims.Add(beacon.BoundLostReasons)
		return
	}
	reason := d.b.Trims.Cut(name, &d.limits, beacon.BoundString)
	d.b.Lost = append(d.b.Lost, beacon.Lost{Reason: reason, Count: int(wire.ToInt(count))})
}

func (d *batchDecoder) readPages() {
	entered, ok := d.r.Open('[')
	if !ok {
		d.fault("pages")
	}
	for entered && d.r.More(']') {
		if d.pages++; d.pages > d.limits.MaxPages {
			d.r.Skip()
			continue
		}
		before := d.b.Trims
		d.b.Pages = append(d.b.Pages, beacon.Page{})
		d.object("pages", d.pageMember)
		d.b.Pages[len(d.b.Pages)-1].Trimmed = d.b.Trims.Since(&before)
	}
}

func (d *batchDecoder) pageMember(name string) {
	p := &d.b.Pages[len(d.b.Pages)-1]
	switch name {
	case "id":
		d.text("pages.id", &p.ID, beacon.BoundString)
	case "url":
		d.text("pages.url", &p.URL, beacon.BoundURL)
	case "route":
		d.text("pages.route", &p.Route, beacon.BoundString)
	case "type":
		d.text("pages.type", &p.Type, beacon.BoundString)
	case "ref":
		d.text("pages.ref", &p.Referrer, beacon.BoundURL)
	case "title":
		d.text("pages.title", &p.Title, beacon.BoundString)
	case "trace":
		var traceparent string
		d.text("pages.trace", &traceparent, beacon.BoundString)
		p.TraceID, p.SpanID = parseTraceparent(traceparent)
	default:
		d.r.Skip()
	}
}

// parseTraceparent reads the ids of a W3C traceparent; anything malformed gives zero ids.
// https://www.w3.org/TR/trace-context/#traceparent-header-field-values
func parseTraceparent(s string) (traceID [16]byte, spanID [8]byte) {
	if len(s) < 55 || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return traceID, spanID
	}
	if _, err := hex.Decode(traceID[:], []byte(s[3:35])); err != nil {
		return [16]byte{}, spanID
	}
	if _, err := hex.Decode(spanID[:], []byte(s[36:52])); err != nil {
		return [16]byte{}, [8]byte{}
	}
	return traceID, spanID
}

// finish settles what depends on members that may come in any order.
func (d *batchDecoder) finish() (beacon.Beacon, error) {
	if d.version != version {
		if math.IsNaN(d.version) {
			return beacon.Beacon{}, &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: `the object is no batch: it has no "v"`}
		}
		return beacon.Beacon{}, &beacon.Rejection{Reason: beacon.ReasonVersion, Detail: fmt.Sprintf("this receiver knows version %d of the batch format", version)}
	}
	origin, ok := wire.FromMillis(d.t0)
	switch {
	case d.malformed != "":
		return beacon.Beacon{}, badBatch(d.malformed, "has the wrong type or is out of range")
	case d.b.ID == "":
		return beacon.Beacon{}, badBatch("id", "is missing")
	case !ok:
		return beacon.Beacon{}, badBatch("t0", "is missing or no Unix time in milliseconds")
	case math.IsNaN(d.now):
		return beacon.Beacon{}, badBatch("now", "is missing")
	case len(d.b.Events) > 0 && len(d.b.Pages) == 0:
		return beacon.Beacon{}, badBatch("pages", "is missing")
	}
	if d.b.Clock.Sent, ok = wire.FromMillis(d.t0 + d.now); !ok {
		return beacon.Beacon{}, badBatch("now", "is out of range")
	}
	for i := range d.b.Pages {
		p := &d.b.Pages[i]
		p.SessionID, p.UserID, p.Tags = d.session, d.user, d.tags
		p.Trimmed |= d.trimmed
	}
	d.settleEvents(origin)
	return d.b, nil
}

func badBatch(field, fault string) error {
	return &beacon.Rejection{Reason: beacon.ReasonBadBatch, Detail: fmt.Sprintf("%q %s", field, fault)}
}

// settleEvents gives events their times and pages, and refuses those that point nowhere.
func (d *batchDecoder) settleEvents(origin time.Time) {
	kept := d.b.Events[:0]
	for i, event := range d.b.Events {
		switch {
		case event.Page >= d.pages:
			d.b.Refuse(event.Index, beacon.ReasonBadEvent, "p")
			continue
		case event.Page >= len(d.b.Pages):
			d.b.Refuse(event.Index, beacon.ReasonTooManyPages, "p")
			continue
		}
		at, ok := wire.FromMillis(float64(origin.UnixMilli()) + d.offsets[i])
		if !ok {
			d.b.Refuse(event.Index, beacon.ReasonBadTimestamp, "t")
			continue
		}
		event.Time = at
		d.inheritFromPage(&event, &d.b.Pages[event.Page])
		kept = append(kept, event)
	}
	d.b.Events = kept
}

// inheritFromPage fills what an event leaves out because the page says it.
func (d *batchDecoder) inheritFromPage(event *beacon.Event, page *beacon.Page) {
	switch event.Kind {
	case beacon.KindVital:
		if event.MeasurementID == "" && page.ID != "" {
			event.MeasurementID = d.join(page.ID, ".", event.Name)
		}
		if event.NavigationType == "" {
			event.NavigationType = page.Type
		}
	case beacon.KindResource:
		if strings.HasPrefix(event.Name, "/") {
			event.Name = d.join(originOf(page.URL), event.Name)
		}
	case beacon.KindPageView, beacon.KindNavigationTiming:
		if event.NavigationType == "" {
			event.NavigationType = page.Type
		}
	}
}

// join is the parts in one string. All joined strings of a batch share one buffer, or few, for what
// has been written to a Builder never changes.
func (d *batchDecoder) join(parts ...string) string {
	if d.joined.Cap() == 0 {
		d.joined.Grow(64 * len(d.b.Events))
	}
	start := d.joined.Len()
	for _, part := range parts {
		d.joined.WriteString(part)
	}
	return d.joined.String()[start:]
}

// originOf is scheme and host of an absolute URL, or nothing.
func originOf(url string) string {
	scheme := strings.Index(url, "://")
	if scheme < 0 {
		return ""
	}
	host := scheme + len("://")
	if end := strings.IndexAny(url[host:], "/?#"); end >= 0 {
		return url[:host+end]
	}
	return url
}
