package otlp

import (
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// readJSON walks the JSON encoding. Of members only those that are used are looked at.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
func (d *decoder) readJSON(body []byte) error {
	reader, repaired := wire.NewReader(body)
	j := jsonWalk{decoder: d, r: &reader}
	d.b.Repaired = repaired
	isExport := false
	j.r.Object(func(name string) {
		if name == "resourceLogs" {
			isExport = true
			j.r.Array(j.resourceLogs)
		} else {
			reader.Skip()
		}
	})
	if reader.End(); reader.Rejection() != nil {
		return reader.Rejection()
	}
	if !isExport {
		return &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: `the body is no export of logs: it has no "resourceLogs"`}
	}
	return nil
}

type jsonWalk struct {
	*decoder
	r *wire.Reader
}

func (j *jsonWalk) resourceLogs() {
	j.r.Object(func(name string) {
		switch name {
		case "resource":
			j.r.Object(func(name string) { j.attributes(name, j.resourceAttribute) })
		case "scopeLogs":
			j.r.Array(j.scopeLogs)
		default:
			j.r.Skip()
		}
	})
}

func (j *jsonWalk) scopeLogs() {
	j.r.Object(func(name string) {
		if name == "logRecords" {
			j.r.Array(j.record)
		} else {
			j.r.Skip()
		}
	})
}

func (j *jsonWalk) record() {
	if !j.begin() {
		j.r.Skip()
		return
	}
	if !j.r.Object(j.recordMember) {
		j.rec.faulty = "logRecords"
	}
	j.end()
}

func (j *jsonWalk) recordMember(name string) {
	rec, ok := &j.rec, true
	switch name {
	case "timeUnixNano":
		rec.time, ok = j.nanos()
	case "observedTimeUnixNano":
		rec.observed, ok = j.nanos()
	case "eventName":
		rec.event, ok = j.r.Str()
	case "body":
		rec.body = j.b.Trims.Cut(j.value().text, &j.limits, beacon.BoundString)
	default:
		j.attributes(name, j.attribute)
	}
	if !ok && rec.faulty == "" {
		rec.faulty = name
	}
}

// attributes reads the list of pairs when that is what the member is.
func (j *jsonWalk) attributes(name string, take func(key string, v value)) {
	if name != "attributes" {
		j.r.Skip()
		return
	}
	j.r.Array(func() {
		var key string
		var v value
		j.r.Object(func(name string) {
			switch name {
			case "key":
				key, _ = j.r.Str()
			case "value":
				v = j.value()
			default:
				j.r.Skip()
			}
		})
		take(key, v)
	})
}

// value reads an AnyValue. intValue may be a number or a string: the instrumentations write numbers.
func (j *jsonWalk) value() (v value) {
	j.r.Object(func(name string) {
		switch name {
		case "stringValue":
			v.kind = beacon.StringValue
			v.text, v.scalar = j.r.Str()
		case "boolValue":
			v.kind = beacon.BoolValue
			var truth bool
			if truth, v.scalar = j.r.Bool(); truth {
				v.number = 1
			}
		case "intValue", "doubleValue":
			v.kind = beacon.NumberValue
			v.number, v.scalar = j.number()
		default:
			j.r.Skip()
		}
	})
	return v
}

func (j *jsonWalk) number() (float64, bool) {
	if j.r.Kind() != '"' {
		return j.r.Num()
	}
	text, _ := j.r.Str()
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && v-v == 0 // "NaN" and "Infinity" are numbers to ParseFloat
}

// nanos reads a time: a string, for JSON numbers cannot hold it, but some write one.
func (j *jsonWalk) nanos() (uint64, bool) {
	switch j.r.Kind() {
	case '"':
		text, _ := j.r.Str()
		v, err := strconv.ParseUint(text, 10, 64)
		return v, err == nil
	case '0':
		v, ok := j.r.Num()
		return uint64(max(v, 0)), ok && v < 1<<63
	default:
		return 0, j.skipNull()
	}
}

func (j *jsonWalk) skipNull() bool {
	isNull := j.r.Kind() == 'n'
	j.r.Skip()
	return isNull
}
