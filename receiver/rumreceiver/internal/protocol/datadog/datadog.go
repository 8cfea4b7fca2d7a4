// Package datadog decodes the bodies that Datadog's browser SDK sends through its proxy option: an event on each line, which
// repeats the data that events share, and snapshots of each view, sent repeatedly.
//
// https://github.com/DataDog/rum-events-format
package datadog

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// decode reads one body. A body of another track, a recording or a profile, is left out without reading it.
func decode(facts protocol.Facts, body []byte, limits beacon.Limits) ([]beacon.Beacon, error) {
	to := intakeOf(facts.Path, facts.Query)
	if facts.Method == http.MethodGet && to.isQuota() { // the request for the quota has no events
		return []beacon.Beacon{{}}, nil
	}
	if to.isOther() {
		return []beacon.Beacon{{LeftOut: 1}}, nil
	}
	if err := gather.RejectEmpty(body); err != nil {
		return nil, err
	}
	d := decoder{}
	d.Start(limits)
	d.Bag.Spare = spareAttributes
	if sent, err := strconv.ParseFloat(to.parameter("batch_time"), 64); err == nil {
		d.Beacon.Clock.Sent, _ = gather.FromMillis(sent)
	}
	d.environment, d.sdk = tagsOf(d.Cut(to.parameter("ddtags"), beacon.BoundString))
	d.lines(bytes.TrimPrefix(body, []byte("\uFEFF")))
	if !d.isDatadog {
		return nil, d.rejection
	}
	d.makeViews()
	return d.Beacons(d.repaired), nil
}

// spareAttributes is how many attributes beyond Limits.MaxAttributes of an event are read, for those that we add ourselves.
const spareAttributes = 16

type decoder struct {
	gather.Gather
	r *jsonwalk.Reader

	isDatadog bool // a line was an event of the SDK
	rejection error
	repaired  bool

	environment, sdk string // of all lines: before version 6 the tags are in the query

	in    line // scratch of the line being read
	views []*view
	byID  map[string]*view
}

// lines reads the lines of a body. A broken line does not affect the others.
func (d *decoder) lines(body []byte) {
	d.rejection = &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "no line of the body is an event of Datadog's SDK"}
	for text := range bytes.Lines(body) {
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if !d.Begin() {
			continue
		}
		if fault := d.line(text); fault.Reason != "" {
			d.Refuse(fault)
		}
	}
}

// line takes, holds or leaves out a line, or refuses it.
func (d *decoder) line(text []byte) gather.Fault {
	r, repaired := jsonwalk.NewReader(text)
	d.r, d.repaired = &r, d.repaired || repaired
	d.in = line{}
	isObject := r.Kind() == '{'
	r.Object(d.member)
	if r.End(); r.Rejection() != nil {
		if !d.isDatadog {
			d.rejection = r.Rejection()
		}
		return gather.Fault{Reason: beacon.ReasonBadEvent}
	}
	if !isObject || d.in.kind == "" || !d.in.isDatadog {
		return gather.Fault{Reason: beacon.ReasonUnknownType, Field: "type"}
	}
	d.isDatadog = true
	return d.event()
}
