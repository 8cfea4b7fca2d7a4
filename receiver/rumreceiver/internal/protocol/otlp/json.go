package otlp

import (
	"encoding/base64"
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// readJSON walks the JSON encoding. It reads only members that are used.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
func (d *decoder) readJSON(body []byte) error {
	reader, repaired := jsonwalk.NewReader(body)
	j := jsonWalk{decoder: d, r: &reader}
	d.repaired = repaired
	isExport := reader.Kind() == '{' // of nothing, if there is no more
	hasLogs, hasOthers := false, false
	j.r.Object(func(name string) {
		if name == "resourceLogs" {
			hasLogs = true
			j.r.Array(j.resourceLogs)
		} else {
			hasOthers = true
			reader.Skip()
		}
	})
	if reader.End(); reader.Rejection() != nil {
		return reader.Rejection()
	}
	if !isExport || hasOthers && !hasLogs {
		return &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: `the body is no export of logs: it has no "resourceLogs"`}
	}
	return nil
}

type jsonWalk struct {
	*decoder
	r *jsonwalk.Reader
}

func (j *jsonWalk) resourceLogs() {
	j.beginResource()
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
	j.endResource()
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
	case "severityNumber":
		var number float64
		number, ok = j.severity()
		rec.severity = int32(gather.ToInt(number))
	case "severityText":
		rec.severityText, ok = j.text()
	case "traceId":
		var id string
		id, ok = j.r.Str()
		rec.trace.TraceID = gather.TraceOf(id, "").TraceID
	case "spanId":
		var id string
		id, ok = j.r.Str()
		rec.trace.SpanID = gather.SpanOf(id)
	case "flags":
		var flags float64
		flags, ok = j.number()
		rec.trace.Flags = uint8(uint64(gather.ToInt(flags)))
	case "droppedAttributesCount":
		var dropped float64
		dropped, ok = j.number()
		rec.dropped = uint32(gather.ToInt(dropped))
	case "body":
		rec.body, rec.hasBody = j.value(beacon.BoundStack, 0)
	default:
		j.attributes(name, j.attribute)
	}
	if !ok && rec.faulty == "" {
		rec.faulty = name
	}
}

// severity is a number. Names are not allowed by the encoding, and are skipped.
func (j *jsonWalk) severity() (number float64, ok bool) {
	if j.r.Kind() == '"' {
		j.r.Skip()
		return 0, true
	}
	return j.number()
}

func (j *jsonWalk) text() (string, bool) {
	s, ok := j.r.Str()
	return j.Cut(s, beacon.BoundString), ok
}

// attributes reads the member if it is the list of pairs.
func (j *jsonWalk) attributes(name string, take func(beacon.Attribute)) {
	if name != "attributes" {
		j.r.Skip()
		return
	}
	j.r.Array(func() {
		if a, ok := j.pair(0); ok {
			take(a)
		}
	})
}

// pair reads a key and its value. The bound of the value depends on the key, which is nearly always the first member.
func (j *jsonWalk) pair(depth int) (a beacon.Attribute, ok bool) {
	var key string
	j.r.Object(func(name string) {
		switch name {
		case "key":
			key, _ = j.r.Str()
			a.String = j.Cut(a.String, boundOf(key))
		case "value":
			bound := beacon.BoundStack
			if key != "" {
				bound = boundOf(key)
			}
			a, ok = j.value(bound, depth)
		default:
			j.r.Skip()
		}
	})
	a.Key = key
	return a, ok
}

// value reads an AnyValue. intValue may be a number or a text: the instrumentations write numbers. ok is false for one
// that is none, or is deeper than is taken.
func (j *jsonWalk) value(bound beacon.Bound, depth int) (a beacon.Attribute, ok bool) {
	isEmpty := true
	j.r.Object(func(name string) {
		isEmpty = false
		switch name {
		case "stringValue":
			var text string
			text, ok = j.r.Str()
			a = beacon.Attribute{String: j.Cut(text, bound)}
		case "boolValue":
			var truth bool
			truth, ok = j.r.Bool()
			a = boolOf(truth)
		case "intValue":
			a, ok = j.whole()
		case "doubleValue":
			a.Type = beacon.NumberValue
			isNull := j.r.Kind() == 'n'
			a.Number, ok = j.number()
			ok = ok && !isNull
		case "bytesValue":
			text, isText := j.r.Str()
			bytes, err := base64.StdEncoding.DecodeString(text)
			cut, _ := beacon.Cut(string(bytes), j.Limits.MaxString)
			a, ok = beacon.Attribute{Type: beacon.BytesValue, String: cut}, isText && err == nil
		case "arrayValue", "kvlistValue":
			a, ok = j.items(name, bound, depth), true
		default:
			j.r.Skip()
		}
	})
	if !ok && !isEmpty {
		j.Trims.Add(beacon.BoundValueType)
	}
	return a, ok
}

func boolOf(truth bool) beacon.Attribute {
	a := beacon.Attribute{Type: beacon.BoolValue}
	if truth {
		a.Number = 1
	}
	return a
}

// items reads the values of a list or map.
func (j *jsonWalk) items(kind string, bound beacon.Bound, depth int) (a beacon.Attribute) {
	a.Type = beacon.ListValue
	if kind == "kvlistValue" {
		a.Type = beacon.MapValue
	}
	if depth >= maxDepth {
		j.Trims.Add(beacon.BoundAttributeDepth)
		j.r.Skip()
		return a
	}
	j.r.Object(func(name string) {
		if name != "values" {
			j.r.Skip()
			return
		}
		j.r.Array(func() {
			if len(a.Items) >= j.Limits.MaxAttributes {
				j.Trims.Add(beacon.BoundAttributes)
				j.r.Skip()
				return
			}
			var item beacon.Attribute
			var ok bool
			if a.Type == beacon.MapValue {
				item, ok = j.pair(depth + 1)
				item.Key = j.Cut(item.Key, beacon.BoundString)
			} else {
				item, ok = j.value(bound, depth+1)
			}
			if ok {
				a.Items = gather.AddItem(a.Items, item)
			}
		})
	})
	return a
}

// maxDepth is how deep lists and maps in attributes are read; deeper ones are empty.
const maxDepth = 4

// whole reads an integer. One that is written as a text may be larger than a number of JSON.
func (j *jsonWalk) whole() (a beacon.Attribute, ok bool) {
	a.Type = beacon.IntValue
	if j.r.Kind() == '"' {
		text, _ := j.r.Str()
		n, err := strconv.ParseInt(text, 10, 64)
		a.Int = n
		return a, err == nil
	}
	v, ok := j.r.Num()
	if ok && v == float64(int64(v)) {
		a.Int = int64(v)
		return a, true
	}
	return beacon.Attribute{Type: beacon.NumberValue, Number: v}, ok
}

// number reads a number, or a text with a number; null is 0, as in the JSON of protobuf.
func (j *jsonWalk) number() (float64, bool) {
	switch j.r.Kind() {
	case '"':
	case 'n':
		return 0, j.skipNull()
	default:
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
