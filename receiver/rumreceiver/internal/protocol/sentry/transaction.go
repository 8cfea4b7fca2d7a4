package sentry

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// transactionMember reads a member of a transaction, which contains its spans.
func (d *decoder) transactionMember(name string) {
	switch name {
	case "spans":
		d.r.Array(d.child)
	case "measurements":
		d.measurements()
	case "contexts":
		d.r.Object(func(name string) {
			if name == "trace" {
				d.context(name)
			} else {
				d.r.Skip()
			}
		})
	default:
		d.shared(name)
	}
}

// child is a span of the transaction. Its bag is free until the transaction ends.
func (d *decoder) child() {
	outer := d.in
	d.in = element{}
	d.Bag.Reset()
	d.r.Object(d.spanMember)
	d.settle()
	if in := &d.in; !in.start.IsZero() && !in.end.Before(in.start) {
		phase, known := parts[in.op]
		if isRequest := in.op == "browser.request"; known || isRequest {
			outer.load.hasParts = true
			outer.load.add(phase, isRequest, in)
		}
	}
	if in := &d.in; len(outer.children) < d.Limits.MaxEvents && !in.start.IsZero() && !in.end.Before(in.start) {
		if payload, at := d.resourceOrTask(); payload != nil {
			outer.children = append(outer.children, beacon.Event{Payload: payload, Time: at, Trace: gather.TraceOf(in.traceID, in.spanID)})
		}
	}
	d.Bag.Reset()
	d.in = outer
}

// transaction that traces a page view is this page view with its vitals, resources and long tasks.
func (d *decoder) transaction() gather.Fault {
	in := &d.in
	if in.start.IsZero() || in.end.Before(in.start) {
		return gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "start_timestamp"}
	}
	d.sampled()
	if !isPage(in.op) {
		d.LeaveOut()
		return gather.Fault{}
	}
	in.isSegment = true
	d.settle()
	if in.load.hasParts && in.op == "pageload" {
		in.load.began = in.start
		in.children = append(in.children, beacon.Event{Payload: in.load.timing(), Time: in.start})
	}
	return d.page()
}
