package faro

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// spareAttributes are how many more than Limits.MaxAttributes of an item are looked at: most of those that the
// SDK writes itself have a place of their own.
const spareAttributes = 64

func (d *decoder) itemMember(name string) {
	in := &d.item
	switch name {
	case "name":
		in.name = d.Text(d.r, beacon.BoundString)
	case "type":
		in.kind = d.Text(d.r, beacon.BoundString)
	case "value":
		in.value = d.Text(d.r, beacon.BoundString)
	case "message": // of a log
		in.value = d.Text(d.r, beacon.BoundStack)
	case "level":
		in.level = d.Text(d.r, beacon.BoundString)
	case "fingerprint":
		in.fingerprint = d.Text(d.r, beacon.BoundString)
	case "fatal":
		in.fatal, _ = d.r.Bool()
	case "trace":
		d.r.Object(d.traceMember)
	case "action":
		d.r.Object(d.actionMember)
	case "timestamp":
		in.timestamp, _ = d.r.Str()
	case "attributes", "context":
		d.need(name, d.r.Object(d.attribute))
	case "values":
		d.need(name, d.r.Object(d.number))
	case "stacktrace":
		d.need(name, d.r.Object(func(name string) {
			if name == "frames" {
				d.frames()
			} else {
				d.r.Skip()
			}
		}))
	default: // domain, originalError
		d.r.Skip()
	}
}

func (d *decoder) traceMember(name string) {
	switch name {
	case "trace_id":
		d.item.traceID, _ = d.r.Str()
	case "span_id":
		d.item.spanID, _ = d.r.Str()
	default:
		d.r.Skip()
	}
}

// actionMember reads the user's action to which an item belongs.
func (d *decoder) actionMember(name string) {
	d.Bag.Text("action."+name, d.Text(d.r, beacon.BoundString))
}

func (d *decoder) need(member string, ok bool) {
	if !ok && d.item.faulty == "" {
		d.item.faulty = member
	}
}

// attribute reads an attribute into the bag. The SDK sends all as texts; other senders do not.
func (d *decoder) attribute(key string) {
	bound := beacon.BoundString
	if key == "name" || key == "toUrl" || key == "fromUrl" {
		bound = beacon.BoundURL
	}
	switch d.r.Kind() {
	case '"':
		d.Bag.Add(key, beacon.Attribute{String: d.Text(d.r, bound)})
	case '0':
		if v, ok := d.r.Num(); ok {
			d.Bag.Number(key, v)
			return
		}
		d.Trims.Add(beacon.BoundValueType)
	case 't', 'f':
		truth, _ := d.r.Bool()
		d.Bag.Truth(key, truth)
	default:
		d.Trims.Add(beacon.BoundValueType)
		d.r.Skip()
	}
}

var frameParts = gather.FrameParts{
	"function": gather.FrameFunction, "filename": gather.FrameFile, "lineno": gather.FrameLine, "colno": gather.FrameColumn,
}

// frames are the frames without those that the SDK invents for an error without stack.
func (d *decoder) frames() {
	d.item.frames = slices.DeleteFunc(d.Frames(d.r, frameParts, ""), func(f gather.Frame) bool {
		return f.Line == 0 && (f.Function == "" || f.Function == "?")
	})
}
