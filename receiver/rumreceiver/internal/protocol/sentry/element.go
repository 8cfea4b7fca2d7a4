package sentry

import (
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// element of any item, before its kind is known. Its attributes are in the bag.
type element struct {
	start, end                 time.Time
	isTimed                    bool // it has a timestamp, possible or not
	op, name, status           string
	traceID, spanID, segmentID string
	isSegment                  bool

	release, environment, user, url string
	tags                            []beacon.Tag

	level, message, fingerprint string
	exceptions                  []exception
	breadcrumbs                 int

	session string
	isNew   bool

	unit     string
	value    float64
	hasValue bool
	severity float64

	vitals   []measured
	children []beacon.Event
	load     load // as the spans of a transaction report it
}

// measured is a vital of a transaction or of an old span.
type measured struct {
	name  string
	value float64
}

// shared reads members that several types of elements have.
func (d *decoder) shared(name string) {
	in := &d.in
	switch name {
	case "timestamp":
		in.isTimed = d.r.Kind() != 'n'
		in.end = d.time()
	case "start_timestamp":
		in.start = d.time()
	case "end_timestamp":
		in.end = d.time()
	case "user":
		d.r.Object(d.userMember)
	case "request":
		d.r.Object(func(name string) {
			if name == "url" {
				in.url = d.Text(d.r, beacon.BoundURL)
			} else {
				d.r.Skip()
			}
		})
	case "tags":
		d.tags()
	case "attributes":
		d.r.Object(d.attribute)
	default:
		d.Texts(d.r, name, "release", &in.release, "environment", &in.environment, "trace_id", &in.traceID, "span_id", &in.spanID, "status", &in.status)
	}
}

// userMember reads the id; names and e-mail addresses are left out.
func (d *decoder) userMember(name string) {
	if name != "id" {
		d.r.Skip()
		return
	}
	id, _ := d.r.ID()
	d.in.user = d.Cut(id, beacon.BoundString)
}

// tags are an object, or a list of pairs.
func (d *decoder) tags() {
	in := &d.in
	if d.r.Kind() != '[' {
		in.tags, _ = gather.Tags(d.r, in.tags, &d.Limits, &d.Trims)
		return
	}
	d.r.Array(func() {
		var pair []string
		d.r.Array(func() {
			if text := d.Text(d.r, beacon.BoundString); len(pair) < 2 {
				pair = append(pair, text)
			}
		})
		if len(pair) == 2 {
			in.tags = gather.AddTag(in.tags, pair[0], pair[1], &d.Limits, &d.Trims)
		}
	})
}

// attribute is {"value": …, "type": …}.
func (d *decoder) attribute(key string) {
	key = d.Cut(key, beacon.BoundString)
	d.r.Object(func(name string) {
		if name == "value" {
			d.valueOf(key)
		} else {
			d.r.Skip()
		}
	})
}

func (d *decoder) valueOf(key string) {
	switch d.r.Kind() {
	case '"':
		bound := beacon.BoundString
		if strings.HasPrefix(key, "url.") {
			bound = beacon.BoundURL
		}
		d.Bag.Add(key, beacon.Attribute{String: d.Text(d.r, bound)})
	case '0':
		if v, ok := d.r.Num(); ok {
			d.Bag.Number(key, v)
		}
	case 't', 'f':
		truth, _ := d.r.Bool()
		d.Bag.Truth(key, truth)
	default:
		d.r.Skip()
	}
}

// settle moves attributes that have a member of their own out of the bag, for all versions of the SDK.
func (d *decoder) settle() {
	in := &d.in
	set := func(place *string, key string) {
		if value := d.Bag.TakeString(key); *place == "" {
			*place = value
		}
	}
	set(&in.op, "sentry.op")
	if page := d.Bag.TakeString("sentry.pageload.span_id"); page != "" && (in.segmentID == "" || in.isSegment && !isPage(in.op)) {
		in.segmentID = page
	}
	set(&in.segmentID, "sentry.segment.id")
	set(&in.release, "sentry.release")
	set(&in.environment, "sentry.environment")
	set(&in.user, "user.id")
	set(&in.spanID, "sentry.trace.parent_span_id")
	if in.isSegment && in.segmentID == "" {
		in.segmentID = in.spanID
	}
	if gather.SpanOf(in.segmentID) == [8]byte{} { // it is the id of a page view, and ids are emitted unscrubbed
		in.segmentID = ""
	}
}

// isOwn reports whether an attribute is the SDK's own, or identifies the user.
func isOwn(key string) bool {
	return strings.HasPrefix(key, "sentry.") || strings.HasPrefix(key, "user.") || key == "user_agent.original"
}

// new begins an event of the element, with its application, page and time. Without a time of its own it has that of the
// envelope's sending, else that of its arrival.
func (d *decoder) new(at time.Time) (event beacon.Event, f gather.Fault) {
	in := &d.in
	if at.IsZero() && !in.isTimed {
		at = d.Beacon.Clock.Sent
	} else if at.IsZero() {
		return event, gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "timestamp"}
	}
	app := d.app
	if in.release != "" {
		d.setRelease(&app, in.release)
	}
	if in.environment != "" {
		app.Environment = in.environment
	}
	if app.Name == "" {
		app.Name = d.project
	}
	d.Application(app)
	page := beacon.Page{ID: in.segmentID, URL: in.url, UserID: in.user, Tags: in.tags, SessionID: in.session, Elsewhere: in.segmentID != ""}
	var ok bool
	if event.Page, ok = d.Page(page); !ok {
		return event, gather.Fault{Reason: beacon.ReasonTooManyPages}
	}
	event.Time, event.Trace = at, gather.TraceOf(in.traceID, in.spanID)
	return event, f
}

// sampled sets the flag of the traces in a sampled envelope. Errors are sent with sampled and with unsampled traces.
func (d *decoder) sampled() {
	if d.rate > 0 && d.rate < 1 {
		d.Beacon.Sampling.Rate = d.rate
	}
}
