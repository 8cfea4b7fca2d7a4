// Package elastic decodes the bodies of Elastic's browser agent: a line of metadata, and a line for each transaction and
// error, with long names (intake v2) or short ones (v3).
//
// https://github.com/elastic/apm-server/tree/main/docs/spec
package elastic

import (
	"bytes"
	"net/http"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// decode reads one body. The agent sends no times, so Event.Time is zero. A GET asks for the configuration and has no events.
func decode(facts protocol.Facts, body []byte, limits beacon.Limits) ([]beacon.Beacon, error) {
	if facts.Method == http.MethodGet {
		return []beacon.Beacon{{}}, nil
	}
	if err := gather.RejectEmpty(body); err != nil {
		return nil, err
	}
	d := decoder{}
	d.Start(limits)
	d.lines(bytes.TrimPrefix(body, []byte("\uFEFF")))
	if !d.isElastic {
		return nil, d.rejection
	}
	return d.Beacons(d.repaired), nil
}

type decoder struct {
	gather.Gather
	r *jsonwalk.Reader

	isElastic bool // there was a line of the agent
	rejection error
	repaired  bool

	tags   []beacon.Tag // of all pages since the metadata
	parent parent       // of spans in lines of their own
	in     line         // scratch of the line being read
}

// parent is the last transaction.
type parent struct {
	id, traceID string
	page        beacon.Page
}

// lines reads the lines of a body. A broken line does not affect the others.
func (d *decoder) lines(body []byte) {
	d.rejection = &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "no line of the body is an event of Elastic's agent"}
	for text := range bytes.Lines(body) {
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		d.line(text)
	}
}

// line takes a line with everything in it, or refuses it.
func (d *decoder) line(text []byte) {
	if !d.Begin() {
		return
	}
	r, repaired := jsonwalk.NewReader(text)
	d.r, d.repaired = &r, d.repaired || repaired
	d.in = line{}
	isObject := r.Kind() == '{'
	r.Object(d.lineMember)
	if r.End(); r.Rejection() != nil {
		if !d.isElastic {
			d.rejection = r.Rejection()
		}
		d.Refuse(gather.Fault{Reason: beacon.ReasonBadEvent})
		return
	}
	if !isObject || d.in.kind == noLine {
		d.Refuse(gather.Fault{Reason: beacon.ReasonUnknownType})
		return
	}
	d.isElastic = true
	switch d.in.kind {
	case metadataLine:
		d.Application(d.in.app)
		d.Beacon.SDK, d.tags = d.in.sdk, d.in.tags
	case transactionLine:
		d.transaction()
	case errorLine:
		d.failure()
	case spanLine:
		d.ownSpan()
	default: // metrics of the agent itself
		d.LeaveOut()
	}
}

// kindOfLine is the kind of a line, by the name of its only member.
type kindOfLine uint8

const (
	noLine kindOfLine = iota
	metadataLine
	transactionLine
	errorLine
	spanLine
	metricsetLine
)

var kindsOfLine = map[string]kindOfLine{
	"m": metadataLine, "metadata": metadataLine, "x": transactionLine, "transaction": transactionLine, "e": errorLine, "error": errorLine,
	"span": spanLine, "metricset": metricsetLine, "me": metricsetLine,
}

func (d *decoder) lineMember(name string) {
	kind := kindsOfLine[name]
	if kind == noLine || d.in.kind != noLine || d.r.Kind() != '{' {
		d.r.Skip()
		return
	}
	d.in.kind = kind
	switch kind {
	case metadataLine:
		d.r.Object(d.metadataMember)
	case transactionLine:
		d.r.Object(d.transactionMember)
	case errorLine:
		d.r.Object(d.errorMember)
	case spanLine:
		d.r.Object(func(name string) { d.spanMember(&d.in.own, name) })
		d.in.own.attributes = d.Bag.Free()
	default:
		d.r.Skip()
	}
}
