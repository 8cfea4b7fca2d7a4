// Package sentry decodes the envelopes of Sentry's browser SDK: a header, and items of many types, each with a header of its
// own.
//
// https://develop.sentry.dev/sdk/foundations/envelopes/
package sentry

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// spareAttributes is how many attributes beyond Limits.MaxAttributes of an element are read: the SDK adds fifty to each span.
const spareAttributes = 64

// decode reads one envelope.
func decode(facts protocol.Facts, body []byte, limits beacon.Limits) ([]beacon.Beacon, error) {
	if err := gather.RejectEmpty(body); err != nil {
		return nil, err
	}
	d := decoder{}
	d.Start(limits)
	d.Bag.Spare = spareAttributes
	header, rest, _ := bytes.Cut(bytes.TrimPrefix(body, []byte("\uFEFF")), []byte("\n"))
	if err := d.header(header); err != nil {
		return nil, err
	}
	if d.project == "" {
		d.project = projectOf(facts.Path)
	}
	d.items(rest)
	if !d.isEnvelope {
		return nil, errNoEnvelope
	}
	d.makeLoads()
	if d.id != "" {
		d.Beacon.ID = d.id
	}
	return d.Beacons(d.repaired), nil
}

var errNoEnvelope = &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "the body is no envelope of Sentry: its first line has no header"}

// projectOf is the second part of /api/<project>/envelope.
func projectOf(path string) string {
	_, project, _ := strings.Cut(path, "/api/")
	project, _, _ = strings.Cut(project, "/")
	return project
}

type decoder struct {
	gather.Gather
	r        *jsonwalk.Reader
	repaired bool

	// Data of the header. It may be empty, for client reports that are sent to a DSN: then the header of an item shows that the
	// body is an envelope.
	isEnvelope bool
	isEmpty    bool
	id         string // of the event
	project    string
	app        beacon.App
	rate       float64 // of traces

	kind  string  // of the item at hand
	in    element // scratch of the element being read
	loads []*load
}

// read walks a text that is an object.
func (d *decoder) read(text []byte, member func(string)) (rejection error) {
	r, repaired := jsonwalk.NewReader(text)
	d.r, d.repaired = &r, d.repaired || repaired
	ok := r.Object(member)
	if r.End(); r.Rejection() != nil {
		return r.Rejection()
	}
	if !ok {
		return &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "the body is no envelope of Sentry"}
	}
	return nil
}

func (d *decoder) header(line []byte) error {
	var dsn string
	d.isEmpty = true
	err := d.read(line, func(name string) {
		known := true
		d.isEmpty = false
		switch name {
		case "dsn":
			dsn = d.Text(d.r, beacon.BoundURL)
		case "event_id":
			if id := d.Text(d.r, beacon.BoundString); isID(id) {
				d.id = id
			}
		case "sent_at":
			d.Beacon.Clock.Sent = d.time()
		case "sdk":
			d.r.Object(func(name string) { d.Texts(d.r, name, "name", &d.Beacon.SDK.Name, "version", &d.Beacon.SDK.Version) })
		case "trace":
			d.r.Object(d.traceMember)
		default:
			known = false
			d.r.Skip()
		}
		d.isEnvelope = d.isEnvelope || known
	})
	if err == nil && !d.isEnvelope && !d.isEmpty {
		err = errNoEnvelope
	}
	if dsn != "" {
		_, d.project = dsnOf(dsn)
	}
	return err
}

// isID reports whether it has 32 hex digits, like the ids of all events.
func isID(id string) bool {
	return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

func (d *decoder) traceMember(name string) {
	switch name {
	case "release":
		d.release(&d.app)
	case "environment":
		d.app.Environment = d.Text(d.r, beacon.BoundString)
	case "sample_rate":
		if d.r.Kind() == '"' {
			d.rate, _ = strconv.ParseFloat(d.Text(d.r, beacon.BoundString), 64)
		} else {
			d.rate, _ = d.r.Num()
		}
	default:
		d.r.Skip()
	}
}

// release is "name@version", or a version alone. An e-mail address, which looks the same, is not split, so that scrubbing
// recognises it.
func (d *decoder) release(app *beacon.App) {
	d.setRelease(app, d.Text(d.r, beacon.BoundString))
}

func (*decoder) setRelease(app *beacon.App, release string) {
	name, version, ok := strings.Cut(release, "@")
	if isVersion := !strings.Contains(version, ".") || version[0] <= '9' || len(version) > 1 && version[0] == 'v' && version[1] <= '9'; ok && name != "" && isVersion {
		app.Name, app.Version = name, version
	} else {
		app.Version = release
	}
}

// items reads the items up to the first with an unreadable header, because the beginning of the next item is unknown then.
func (d *decoder) items(rest []byte) {
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		length := -1.0
		d.kind = ""
		err := d.read(line, func(name string) {
			switch name {
			case "type":
				d.kind, _ = d.r.Str()
			case "length":
				if v, ok := d.r.Num(); ok {
					length = v
				}
			default:
				d.r.Skip()
			}
		})
		if err != nil || d.kind == "" {
			d.broken()
			return
		}
		d.isEnvelope = true
		var payload []byte
		switch {
		case length < 0:
			payload, rest, _ = bytes.Cut(rest, []byte("\n"))
		case length > float64(len(rest)):
			d.broken()
			return
		default:
			payload, rest = rest[:int(length)], bytes.TrimPrefix(rest[int(length):], []byte("\n"))
		}
		d.item(payload)
	}
}

func (d *decoder) broken() {
	if d.Begin() {
		d.Refuse(gather.Fault{Reason: beacon.ReasonBadEvent})
	}
}

// item reads items that are part of a visit and leaves out others: attachments, replays, profiles, feedback, and types of
// newer SDKs.
func (d *decoder) item(payload []byte) {
	switch d.kind {
	case "event":
		d.element(payload, d.eventMember, d.event)
	case "transaction":
		d.element(payload, d.transactionMember, d.transaction)
	case "session":
		d.element(payload, d.sessionMember, d.session)
	case "span":
		d.list(payload, d.spanMember, d.span)
	case "log":
		d.list(payload, d.logMember, d.log)
	case "trace_metric":
		d.list(payload, d.metricMember, d.metric)
	case "client_report":
		if d.read(payload, d.reportMember) != nil {
			d.broken()
		}
	default:
		d.LeaveOut()
	}
}

// element reads an item that is one object.
func (d *decoder) element(payload []byte, member func(string), build func() gather.Fault) {
	if !d.Begin() {
		return
	}
	d.in = element{}
	fault := gather.Fault{Reason: beacon.ReasonBadEvent}
	if d.read(payload, member) == nil {
		fault = build()
	}
	if fault.Reason != "" {
		d.Refuse(fault)
	}
}

// list reads an item with a list of elements; in older versions, an item with spans is itself one span.
func (d *decoder) list(payload []byte, member func(string), build func() gather.Fault) {
	whole, repaired := jsonwalk.NewReader(payload)
	d.r, d.repaired = &whole, d.repaired || repaired
	isList := false
	whole.Object(func(name string) {
		if name != "items" || whole.Kind() != '[' {
			whole.Skip()
			return
		}
		isList = true
		whole.Array(func() { d.ofList(member, build) })
	})
	if whole.End(); whole.Rejection() != nil && isList {
		d.broken()
	} else if !isList {
		d.element(payload, member, build)
	}
}

func (d *decoder) ofList(member func(string), build func() gather.Fault) {
	if !d.Begin() {
		d.r.Skip()
		return
	}
	d.in = element{}
	isObject := d.r.Kind() == '{'
	d.r.Object(member)
	fault := gather.Fault{Reason: beacon.ReasonBadEvent}
	if isObject && d.r.Rejection() == nil {
		fault = build()
	}
	if d.r.Rejection() == nil && fault.Reason != "" {
		d.Refuse(fault)
	}
}

// time is a number of seconds, or a text; zero when it is not a possible time.
func (d *decoder) time() (at time.Time) {
	if d.r.Kind() != '"' {
		seconds, _ := d.r.Num()
		at, _ = gather.FromMillis(seconds * 1000)
		return at
	}
	text, _ := d.r.Str()
	if sent, err := time.Parse(time.RFC3339Nano, text); err == nil {
		at, _ = gather.FromMillis(float64(sent.UnixMicro()) / 1000)
	}
	return at
}

// millisBetween two times, rounded to a microsecond.
func millisBetween(from, to time.Time) float64 {
	return math.Round(float64(to.Sub(from))/float64(time.Microsecond)) / 1000
}
