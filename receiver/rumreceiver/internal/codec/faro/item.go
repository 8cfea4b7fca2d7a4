package faro

import (
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// spareAttributes are how many more than Limits.MaxAttributes of an item are looked at: most of those that the
// SDK writes itself have a place of their own.
const spareAttributes = 64

func (d *decoder) itemMember(name string) {
	in := &d.item
	switch name {
	case "name":
		in.name = d.text(beacon.BoundString)
	case "type":
		in.kind = d.text(beacon.BoundString)
	case "value":
		in.value = d.text(beacon.BoundString)
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
	default: // domain, trace, action, fatal, fingerprint
		d.r.Skip()
	}
}

func (d *decoder) need(member string, ok bool) {
	if !ok && d.item.faulty == "" {
		d.item.faulty = member
	}
}

func (d *decoder) attribute(key string) {
	bound := beacon.BoundString
	if key == "name" { // the URL of a resource
		bound = beacon.BoundURL
	}
	if d.r.Kind() != '"' {
		d.b.Trims.Add(beacon.BoundValueType)
		d.r.Skip()
		return
	}
	value := d.text(bound)
	for i := range d.item.attributes {
		if d.item.attributes[i].Key == key {
			d.item.attributes[i].String = value
			return
		}
	}
	if len(d.item.attributes) >= d.limits.MaxAttributes+spareAttributes {
		d.b.Trims.Add(beacon.BoundAttributes)
		return
	}
	d.item.attributes = append(d.item.attributes, beacon.Attribute{Key: key, String: value})
}

// number reads a value of a measurement.
func (d *decoder) number(key string) {
	v, ok := d.r.Num()
	switch {
	case !ok:
		d.b.Trims.Add(beacon.BoundValueType)
	case len(d.item.values) >= d.limits.MaxAttributes+spareAttributes:
		d.b.Trims.Add(beacon.BoundAttributes)
	default:
		key = d.b.Trims.Cut(key, &d.limits, beacon.BoundString)
		d.item.values = append(d.item.values, beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: v})
	}
}

// frames makes lines of them, as Chromium writes a stack.
func (d *decoder) frames() {
	entered, _ := d.r.Open('[')
	for first := true; entered && d.r.More(']'); first = false {
		var function, file string
		var line, column float64
		d.r.Object(func(name string) {
			switch name {
			case "function":
				function, _ = d.r.Str()
			case "filename":
				file, _ = d.r.Str()
			case "lineno":
				line, _ = d.r.Num()
			case "colno":
				column, _ = d.r.Num()
			default:
				d.r.Skip()
			}
		})
		if first {
			d.item.file = d.b.Trims.Cut(file, &d.limits, beacon.BoundURL)
			d.item.line, d.item.column = wire.ToInt(line), wire.ToInt(column)
		}
		if len(d.item.stack) <= d.limits.MaxStack { // what is longer is cut, and counted, when it is whole
			d.item.stack = appendFrame(d.item.stack, function, file, wire.ToInt(line), wire.ToInt(column))
		}
	}
}

func appendFrame(stack []byte, function, file string, line, column int64) []byte {
	stack = append(stack, "\n    at "...)
	named := function != "" && function != "?"
	if named {
		stack = append(append(stack, function...), " ("...)
	}
	stack = append(stack, file...)
	if line > 0 {
		stack = strconv.AppendInt(append(stack, ':'), line, 10)
		stack = strconv.AppendInt(append(stack, ':'), column, 10)
	}
	if named {
		stack = append(stack, ')')
	}
	return stack
}
