package sentry

import (
	"math"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

func (d *decoder) sessionMember(name string) {
	in := &d.in
	switch name {
	case "sid":
		in.session = d.Text(d.r, beacon.BoundString)
	case "init":
		in.isNew, _ = d.r.Bool()
	case "attrs":
		d.r.Object(func(name string) { d.Texts(d.r, name, "release", &in.release, "environment", &in.environment) })
	case "did":
		id, _ := d.r.ID()
		in.user = d.Cut(id, beacon.BoundString)
	default:
		d.shared(name)
	}
}

// session has reports of its start and its end. The data between them is in other items.
func (d *decoder) session() gather.Fault {
	in := &d.in
	if !isID(strings.ReplaceAll(in.session, "-", "")) {
		return gather.Fault{Reason: beacon.ReasonMissingName, Field: "sid"}
	}
	event, fault := d.new(in.end)
	if fault.Reason != "" {
		return fault
	}
	switch {
	case in.isNew:
		event.Payload = &beacon.SessionStart{}
	case in.status == "exited" || in.status == "crashed" || in.status == "abnormal":
		event.Payload = &beacon.SessionEnd{}
	default:
		d.LeaveOut()
		return gather.Fault{}
	}
	d.Take(event)
	return gather.Fault{}
}

func (d *decoder) logMember(name string) {
	in := &d.in
	switch name {
	case "body":
		in.message = d.Text(d.r, beacon.BoundStack)
	case "level":
		in.level = d.Text(d.r, beacon.BoundString)
	case "severity_number":
		in.severity, _ = d.r.Num()
	default:
		d.shared(name)
	}
}

// log is a line of a log, with its attributes.
func (d *decoder) log() gather.Fault {
	d.settle()
	event, fault := d.new(d.in.end)
	if fault.Reason != "" {
		return fault
	}
	d.Bag.Drop(isOwn)
	severity := severities[d.in.level]
	if v := d.in.severity; v >= 1 && v <= 24 {
		severity = int32(v)
	}
	d.line(&event, d.in.message, severity)
	d.Take(event)
	return gather.Fault{}
}

func (d *decoder) metricMember(name string) {
	in := &d.in
	switch name {
	case "value":
		in.value, in.hasValue = d.r.Num()
	default:
		if name == "name" || name == "unit" {
			d.Texts(d.r, name, "name", &in.name, "unit", &in.unit)
		} else {
			d.shared(name)
		}
	}
}

// units of UCUM for those of Sentry. https://docs.sentry.io/product/explore/metrics/
var units = map[string]string{
	"nanosecond": "ns", "microsecond": "us", "millisecond": "ms", "second": "s", "minute": "min", "hour": "h", "day": "d",
	"byte": "By", "kilobyte": "kBy", "megabyte": "MBy", "percent": "%", "ratio": "1", "none": "",
}

// metric is a measurement.
func (d *decoder) metric() gather.Fault {
	d.settle()
	in := &d.in
	event, fault := d.new(in.end)
	switch {
	case fault.Reason != "":
		return fault
	case in.name == "":
		return gather.Fault{Reason: beacon.ReasonMissingName, Field: "name"}
	case !in.hasValue || math.IsInf(in.value, 0):
		return gather.Fault{Reason: beacon.ReasonBadValue, Field: "value"}
	}
	d.Bag.Drop(isOwn)
	unit, known := units[in.unit]
	if !known {
		unit = in.unit
	}
	event.Payload = d.Measurements.Put(beacon.Measurement{Name: in.name, Value: in.value, Unit: unit})
	d.Take(event)
	return gather.Fault{}
}

// reportMember reads the events that the client dropped.
func (d *decoder) reportMember(name string) {
	if name != "discarded_events" {
		d.r.Skip()
		return
	}
	d.r.Array(func() {
		var reason string
		var count float64
		d.r.Object(func(name string) {
			if name == "quantity" {
				count, _ = d.r.Num()
			} else {
				d.Texts(d.r, name, "reason", &reason)
			}
		})
		d.Lose(reason, count)
	})
}
