package native

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// batchDecoder reads form 2, the versioned batch. Members may have any order, so data that depends on others (times on t0,
// events on pages) is completed at the end.
type batchDecoder struct {
	gather.Gather
	r *jsonwalk.Reader

	version   float64
	t0, now   float64
	session   string
	user      string
	tags      []beacon.Tag
	malformed string        // the first shared member of a wrong type
	offsets   []float64     // ms after t0, one for each event
	pages     int           // on the wire, those past the bound too
	trimmed   beacon.Bounds // of members that all events share

	joined strings.Builder
	in     batchEvent // scratch of the event being read
}

// version is the only version of the format so far.
const version = 1

// batchDecoders are reused, as arrayDecoders are.
var batchDecoders = sync.Pool{New: func() any { return new(batchDecoder) }}

func decodeBatch(r *jsonwalk.Reader, limits beacon.Limits, repaired bool) ([]beacon.Beacon, error) {
	d := batchDecoders.Get().(*batchDecoder)
	defer d.recycle()
	d.r, d.t0, d.now, d.version = r, math.NaN(), math.NaN(), math.NaN()
	d.Start(limits)
	r.Object(d.sharedMember)
	if r.Rejection() != nil {
		return nil, nil // Decode reports it
	}
	if err := d.finish(); err != nil {
		return nil, err
	}
	return d.Beacons(repaired), nil
}

func (d *batchDecoder) recycle() {
	offsets := d.offsets
	if cap(offsets) > maxOffsets {
		offsets = nil
	}
	*d = batchDecoder{Gather: d.Recycled(), offsets: offsets[:0]}
	batchDecoders.Put(d)
}

// maxOffsets is the number of events for which memory is kept between bodies.
const maxOffsets = 1000

// sharedMember reads a member of the batch, and notes cuts of members that all events share.
func (d *batchDecoder) sharedMember(name string) {
	before := d.Trims
	d.member(name)
	if name != "pages" && name != "events" {
		d.trimmed |= d.Trims.Since(&before)
	}
}

func (d *batchDecoder) member(name string) {
	switch name {
	case "v":
		d.number(name, &d.version)
	case "id":
		d.text(name, &d.Beacon.ID, beacon.BoundString)
	case "t0":
		d.number(name, &d.t0)
	case "now":
		d.number(name, &d.now)
	case "sdk":
		var sdk string
		d.text(name, &sdk, beacon.BoundString)
		d.Beacon.SDK = parseSDK(sdk)
	case "app":
		d.object(name, d.appMember)
	case "session":
		d.object(name, d.sessionMember)
	case "user":
		d.readUser()
	case "tags":
		var ok bool
		if d.tags, ok = gather.Tags(d.r, nil, &d.Limits, &d.Trims); !ok {
			d.fault(name)
		}
	case "conn":
		d.object(name, d.connectionMember)
	case "lang":
		d.text(name, &d.Beacon.Language, beacon.BoundString)
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
	*into = d.Cut(s, bound)
}

func (d *batchDecoder) id(field string, into *string) {
	s, ok := d.r.ID()
	if !ok {
		d.fault(field)
	}
	*into = d.Cut(s, beacon.BoundString)
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

// parseSDK splits "name/version" at the last slash, because npm names have slashes.
func parseSDK(s string) beacon.SDK {
	if slash := strings.LastIndexByte(s, '/'); slash > 0 {
		return beacon.SDK{Name: s[:slash], Version: s[slash+1:]}
	}
	return beacon.SDK{Name: s}
}

func (d *batchDecoder) appMember(name string) {
	switch name {
	case "name":
		d.id("app.name", &d.Beacon.App.Name)
	case "version":
		d.id("app.version", &d.Beacon.App.Version)
	case "env":
		d.id("app.env", &d.Beacon.App.Environment)
	default:
		d.r.Skip()
	}
}

// readUser reads an id, or an object that has one.
func (d *batchDecoder) readUser() {
	if d.r.Kind() != '{' {
		d.id("user", &d.user)
		return
	}
	d.r.Object(func(name string) {
		if name == "id" {
			d.id("user.id", &d.user)
		} else {
			d.r.Skip()
		}
	})
}

func (d *batchDecoder) sessionMember(name string) {
	switch name {
	case "id":
		d.id("session.id", &d.session)
	case "rate":
		d.number("session.rate", &d.Beacon.Sampling.Rate)
		if rate := d.Beacon.Sampling.Rate; !(rate > 0 && rate <= 1) {
			d.fault("session.rate")
		}
	default:
		d.r.Skip()
	}
}

func (d *batchDecoder) connectionMember(name string) {
	c := &d.Beacon.Connection
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

func (d *batchDecoder) lostMember(name string) {
	count, ok := d.r.Num()
	if !ok {
		d.Trims.Add(beacon.BoundValueType)
		return
	}
	d.Lose(name, count)
}

func (d *batchDecoder) readPages() {
	entered, ok := d.r.Open('[')
	if !ok {
		d.fault("pages")
	}
	for entered && d.r.More(']') {
		if d.pages++; d.pages > d.Limits.MaxPages {
			d.r.Skip()
			continue
		}
		before := d.Trims
		d.Beacon.Pages = append(d.Beacon.Pages, beacon.Page{})
		d.object("pages", d.pageMember)
		d.Beacon.Pages[len(d.Beacon.Pages)-1].Trimmed = d.Trims.Since(&before)
	}
}

func (d *batchDecoder) pageMember(name string) {
	p := &d.Beacon.Pages[len(d.Beacon.Pages)-1]
	switch name {
	case "id":
		d.id("pages.id", &p.ID)
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
	case "state":
		var state string
		d.text("pages.state", &state, beacon.BoundString)
		p.State = pageStates[state]
	case "trace":
		var traceparent string
		d.text("pages.trace", &traceparent, beacon.BoundString)
		p.Trace = gather.Traceparent(traceparent)
	default:
		d.r.Skip()
	}
}

// pageStates by their names on the wire. A name from a newer client is unknown.
var pageStates = map[string]beacon.PageState{
	"visible": beacon.PageStateVisible, "hidden": beacon.PageStateHidden, "ended": beacon.PageStateEnded,
}

// finish completes the data that depends on members in any order.
func (d *batchDecoder) finish() error {
	if d.version != version {
		if math.IsNaN(d.version) {
			return &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: `the object has no "v", so it is no batch; send events without a batch as an array`}
		}
		return &beacon.Rejection{Reason: beacon.ReasonVersion, Detail: fmt.Sprintf("this receiver knows version %d of the batch format", version)}
	}
	origin, ok := gather.FromMillis(d.t0)
	switch {
	case d.malformed != "":
		return badBatch(d.malformed, "has the wrong type or is out of range")
	case d.Beacon.ID == "":
		return badBatch("id", "is missing")
	case !ok:
		return badBatch("t0", "is missing or no Unix time in milliseconds")
	case math.IsNaN(d.now):
		return badBatch("now", "is missing")
	case len(d.Beacon.Events) > 0 && len(d.Beacon.Pages) == 0:
		return badBatch("pages", "is missing")
	}
	if d.Beacon.Clock.Sent, ok = gather.FromMillis(d.t0 + d.now); !ok {
		return badBatch("now", "is out of range")
	}
	for i := range d.Beacon.Pages {
		p := &d.Beacon.Pages[i]
		p.SessionID, p.UserID, p.Tags = d.session, d.user, d.tags
		p.Trimmed |= d.trimmed
	}
	d.settleEvents(origin)
	return nil
}

func badBatch(field, fault string) error {
	return &beacon.Rejection{Reason: beacon.ReasonBadBatch, Detail: fmt.Sprintf("%q %s", field, fault)}
}

// settleEvents gives events their times and pages, and refuses those of an unknown page.
func (d *batchDecoder) settleEvents(origin time.Time) {
	events, kept := d.Beacon.Events, 0
	for i := range events {
		event := &events[i]
		at, inTime := gather.FromMillis(float64(origin.UnixMilli()) + d.offsets[i])
		switch {
		case event.Page >= d.pages:
			d.RefuseEvent(event, gather.Fault{Reason: beacon.ReasonBadEvent, Field: "p"})
			continue
		case event.Page >= len(d.Beacon.Pages):
			d.RefuseEvent(event, gather.Fault{Reason: beacon.ReasonTooManyPages, Field: "p"})
			continue
		case !inTime:
			d.RefuseEvent(event, gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "t"})
			continue
		}
		event.Time = at
		d.inheritFromPage(event.Payload, &d.Beacon.Pages[event.Page])
		if kept != i { // events are large, and few are refused
			events[kept] = *event
		}
		kept++
	}
	d.Beacon.Events = events[:kept]
}

// inheritFromPage fills members of an event that the page has.
func (d *batchDecoder) inheritFromPage(payload beacon.Payload, page *beacon.Page) {
	switch payload := payload.(type) {
	case *beacon.Vital:
		if payload.ID == "" && page.ID != "" {
			payload.ID = d.join(page.ID, ".", payload.Name)
		}
		inherit(&payload.NavigationType, page.Type)
	case *beacon.Resource:
		if strings.HasPrefix(payload.URL, "/") {
			payload.URL = d.join(gather.OriginOf(page.URL), payload.URL)
		}
	case *beacon.PageView:
		inherit(&payload.Type, page.Type)
	case *beacon.PageLoad:
		inherit(&payload.Type, page.Type)
	}
}

func inherit(text *string, from string) {
	if *text == "" {
		*text = from
	}
}

// join concatenates the parts. The joined strings of a batch share one buffer, or a few, because bytes that were written to a
// Builder never change.
func (d *batchDecoder) join(parts ...string) string {
	if d.joined.Cap() == 0 {
		d.joined.Grow(64 * len(d.Beacon.Events))
	}
	start := d.joined.Len()
	for _, part := range parts {
		d.joined.WriteString(part)
	}
	return d.joined.String()[start:]
}
