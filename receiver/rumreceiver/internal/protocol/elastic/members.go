package elastic

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// line of any kind. The labels and the custom context of a transaction or an error are in the bag.
type line struct {
	kind kindOfLine

	app  beacon.App
	sdk  beacon.SDK
	tags []beacon.Tag

	id, traceID, parentID, kindOfTransaction string
	name, transactionID, session, user       string
	duration, rate                           float64
	hasDuration                              bool
	context                                  context
	marks                                    marks
	experience                               [numExperiences]float64
	measured                                 [numExperiences]bool
	spans                                    []span
	more                                     int // spans past the bound

	exception exception
	own       span
}

// context is the agent's data of a page or a request.
type context struct {
	url, referrer            string
	http                     bool
	requested, method        string
	status                   float64
	transfer, encoded, whole float64
	inp                      float64
	hasINP                   bool
}

// span is a part of a transaction.
type span struct {
	id, transactionID, traceID   string
	name, kind, subtype, outcome string
	duration                     float64
	hasDuration                  bool
	context                      context
	attributes                   []beacon.Attribute
}

type exception struct {
	message, kind string
	frames        []gather.Frame
}

// experience is a number of a page load.
type experience uint8

const (
	cls experience = iota
	fid
	tbt
	numExperiences
)

var experiences = map[string]experience{"cls": cls, "fid": fid, "tbt": tbt}

func (d *decoder) metadataMember(name string) {
	in := &d.in
	switch name {
	case "se", "service":
		d.r.Object(func(name string) {
			switch name {
			case "n", "name":
				in.app.Name = d.Text(d.r, beacon.BoundString)
			case "ve", "version":
				in.app.Version = d.Text(d.r, beacon.BoundString)
			case "en", "environment":
				in.app.Environment = d.Text(d.r, beacon.BoundString)
			case "a", "agent":
				d.r.Object(func(name string) {
					switch name {
					case "n", "name":
						in.sdk.Name = sdkOf(d.Text(d.r, beacon.BoundString))
					case "ve", "version":
						in.sdk.Version = d.Text(d.r, beacon.BoundString)
					default:
						d.r.Skip()
					}
				})
			default:
				d.r.Skip()
			}
		})
	case "l", "labels":
		in.tags, _ = gather.Tags(d.r, in.tags, &d.Limits, &d.Trims)
	default:
		d.r.Skip()
	}
}

// sdkOf is the name of the agent's package, from the name that the agent sends.
func sdkOf(agent string) string {
	if agent == "rum-js" || agent == "js-base" {
		return "@elastic/apm-rum"
	}
	return agent
}

func (d *decoder) transactionMember(name string) {
	in := &d.in
	switch name {
	case "id":
		in.id = d.Text(d.r, beacon.BoundString)
	case "tid", "trace_id":
		in.traceID = d.Text(d.r, beacon.BoundString)
	case "n", "name":
		in.name = d.Text(d.r, beacon.BoundString)
	case "t", "type":
		in.kindOfTransaction = d.Text(d.r, beacon.BoundString)
	case "d", "duration":
		in.duration, in.hasDuration = d.r.Num()
	case "sr", "sample_rate":
		in.rate, _ = d.r.Num()
	case "c", "context":
		d.r.Object(func(name string) { d.contextMember(&in.context, name) })
	case "k", "marks":
		d.r.Object(d.marksMember)
	case "exp", "experience":
		d.r.Object(func(name string) {
			v, ok := d.r.Num()
			if of, known := experiences[name]; known && ok {
				in.experience[of], in.measured[of] = v, true
			}
		})
	case "ses", "session":
		d.r.Object(func(name string) {
			if name == "id" {
				in.session = d.Text(d.r, beacon.BoundString)
			} else {
				d.r.Skip()
			}
		})
	case "y", "spans":
		d.spans()
	default: // breakdown, outcome, span count
		d.r.Skip()
	}
}

// contextMember reads a member of the context of a transaction, a span or an error. Names and e-mail addresses of the user are
// left out, because the id is enough; so is the address of the server.
func (d *decoder) contextMember(c *context, name string) {
	switch name {
	case "p", "page":
		d.r.Object(func(name string) {
			switch name {
			case "url":
				c.url = d.Text(d.r, beacon.BoundURL)
			case "rf", "referer":
				c.referrer = d.Text(d.r, beacon.BoundURL)
			default:
				d.r.Skip()
			}
		})
	case "h", "http":
		c.http = true
		d.r.Object(func(name string) { d.httpMember(c, name) })
	case "u", "user":
		d.r.Object(func(name string) {
			if name != "id" {
				d.r.Skip()
				return
			}
			id, _ := d.r.ID()
			d.in.user = d.Cut(id, beacon.BoundString)
		})
	case "cu", "custom":
		d.Bag.Read(d.r)
	case "g", "tags":
		d.labels(c)
	default:
		d.r.Skip()
	}
}

// labels are those of the application, except the INP of a transaction.
func (d *decoder) labels(c *context) {
	d.r.Object(func(name string) {
		switch d.r.Kind() {
		case '0':
			v, ok := d.r.Num()
			if name == "inp_value" {
				c.inp, c.hasINP = v, ok
				return
			}
			d.Bag.Number(name, v)
		case 't', 'f':
			truth, _ := d.r.Bool()
			d.Bag.Truth(name, truth)
		case '"':
			d.Bag.Add(name, beacon.Attribute{String: d.Text(d.r, beacon.BoundString)})
		default:
			d.Trims.Add(beacon.BoundValueType)
			d.r.Skip()
		}
	})
}

func (d *decoder) httpMember(c *context, name string) {
	switch name {
	case "url":
		c.requested = d.Text(d.r, beacon.BoundURL)
	case "mt", "method":
		c.method = d.Text(d.r, beacon.BoundString)
	case "sc", "status_code":
		c.status, _ = d.r.Num()
	case "r", "response":
		d.r.Object(func(name string) {
			v, _ := d.r.Num()
			switch name {
			case "ts", "transfer_size":
				c.transfer = v
			case "ebs", "encoded_body_size":
				c.encoded = v
			case "dbs", "decoded_body_size":
				c.whole = v
			}
		})
	default:
		d.r.Skip()
	}
}

// spans of a transaction. The bag keeps the attributes of the transaction meanwhile.
func (d *decoder) spans() {
	in := &d.in
	outer := d.Bag.Free()
	d.r.Array(func() {
		if len(in.spans) >= d.Limits.MaxEvents {
			in.more++
			d.r.Skip()
			return
		}
		var s span
		d.Bag.Reset()
		d.r.Object(func(name string) { d.spanMember(&s, name) })
		s.attributes = d.Bag.Free()
		in.spans = append(in.spans, s)
	})
	d.refill(outer)
}

// refill restores the attributes in the bag.
func (d *decoder) refill(attributes []beacon.Attribute) {
	d.Bag.Reset()
	for _, a := range attributes {
		d.Bag.Add(a.Key, a)
	}
}

func (d *decoder) spanMember(s *span, name string) {
	switch name {
	case "id":
		s.id = d.Text(d.r, beacon.BoundString)
	case "n", "name":
		s.name = d.Text(d.r, beacon.BoundString)
	case "t", "type":
		s.kind = d.Text(d.r, beacon.BoundString)
	case "su", "subtype":
		s.subtype = d.Text(d.r, beacon.BoundString)
	case "o", "outcome":
		s.outcome = d.Text(d.r, beacon.BoundString)
	case "d", "duration":
		s.duration, s.hasDuration = d.r.Num()
	case "transaction_id":
		s.transactionID = d.Text(d.r, beacon.BoundString)
	case "trace_id":
		s.traceID = d.Text(d.r, beacon.BoundString)
	case "c", "context":
		d.r.Object(func(name string) { d.contextMember(&s.context, name) })
	default:
		d.r.Skip()
	}
}

func (d *decoder) errorMember(name string) {
	in := &d.in
	switch name {
	case "ex", "exception":
		d.r.Object(func(name string) {
			switch name {
			case "mg", "message":
				in.exception.message = d.Text(d.r, beacon.BoundString)
			case "t", "type":
				in.exception.kind = d.Text(d.r, beacon.BoundString)
			case "st", "stacktrace":
				d.in.exception.frames = d.Frames(d.r, frameParts, "")
			default:
				d.r.Skip()
			}
		})
	case "tid", "trace_id":
		in.traceID = d.Text(d.r, beacon.BoundString)
	case "pid", "parent_id":
		in.parentID = d.Text(d.r, beacon.BoundString)
	case "xid", "transaction_id":
		in.transactionID = d.Text(d.r, beacon.BoundString)
	case "c", "context":
		d.r.Object(func(name string) { d.contextMember(&in.context, name) })
	case "x", "transaction":
		d.r.Object(func(name string) {
			if name == "t" || name == "type" {
				in.kindOfTransaction = d.Text(d.r, beacon.BoundString)
			} else {
				d.r.Skip()
			}
		})
	default: // id, culprit
		d.r.Skip()
	}
}

// frameParts in both versions. filename is the end of abs_path.
var frameParts = gather.FrameParts{
	"ap": gather.FrameFile, "abs_path": gather.FrameFile, "fn": gather.FrameFunction, "function": gather.FrameFunction,
	"li": gather.FrameLine, "lineno": gather.FrameLine, "co": gather.FrameColumn, "colno": gather.FrameColumn,
}
