package otlp

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// Numbers of fields.
// https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto
const (
	exportResourceLogs protowire.Number = 1

	resourceLogsResource  protowire.Number = 1
	resourceLogsScopeLogs protowire.Number = 2

	resourceAttributes protowire.Number = 1

	scopeLogsLogRecords protowire.Number = 2

	recordTime         protowire.Number = 1
	recordSeverity     protowire.Number = 2
	recordSeverityText protowire.Number = 3
	recordBody         protowire.Number = 5
	recordAttributes   protowire.Number = 6
	recordDropped      protowire.Number = 7
	recordFlags        protowire.Number = 8
	recordTraceID      protowire.Number = 9
	recordSpanID       protowire.Number = 10
	recordObserved     protowire.Number = 11
	recordEventName    protowire.Number = 12

	keyValueKey   protowire.Number = 1
	keyValueValue protowire.Number = 2

	anyString protowire.Number = 1
	anyBool   protowire.Number = 2
	anyInt    protowire.Number = 3
	anyDouble protowire.Number = 4
	anyList   protowire.Number = 5
	anyMap    protowire.Number = 6
	anyBytes  protowire.Number = 7

	listValues protowire.Number = 1 // of a map, too
)

var errBinary = errors.New("no protobuf")

// readBinary walks the binary encoding.
func (d *decoder) readBinary(body []byte) error {
	walk := binaryWalk{decoder: d, body: body, copied: string(body)}
	err := walk.fields(0, len(body), func(number protowire.Number, f field) error {
		if number != exportResourceLogs {
			return nil
		}
		walk.beginResource()
		err := walk.message(f, walk.resourceLogs)
		walk.endResource()
		return err
	})
	if err != nil {
		return &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "the body is neither JSON nor a binary export of logs"}
	}
	return nil
}

// binaryWalk goes through the messages of a body. Texts are slices of one copy of it, so that a text costs nothing
// and the caller may reuse the body.
type binaryWalk struct {
	*decoder
	body   []byte
	copied string
}

func (w *binaryWalk) resourceLogs(number protowire.Number, f field) error {
	switch number {
	case resourceLogsResource:
		return w.message(f, func(number protowire.Number, f field) error {
			if number != resourceAttributes {
				return nil
			}
			return w.pair(f, 0, w.resourceAttribute)
		})
	case resourceLogsScopeLogs:
		return w.message(f, func(number protowire.Number, f field) error {
			if number != scopeLogsLogRecords {
				return nil
			}
			return w.record(f)
		})
	}
	return nil
}

func (w *binaryWalk) record(f field) error {
	if !w.begin() {
		return w.message(f, func(protowire.Number, field) error { return nil })
	}
	err := w.message(f, w.recordField)
	if err == nil {
		w.end()
	}
	return err
}

func (w *binaryWalk) recordField(number protowire.Number, f field) (err error) {
	rec := &w.rec
	switch number {
	case recordTime:
		rec.time = f.number
	case recordObserved:
		rec.observed = f.number
	case recordSeverity:
		rec.severity = int32(min(f.number, math.MaxInt32))
	case recordSeverityText:
		rec.severityText = w.Cut(w.text(f), beacon.BoundString)
	case recordEventName:
		rec.event = w.text(f)
	case recordTraceID:
		copyWhole(rec.trace.TraceID[:], w.body[f.start:f.end])
	case recordSpanID:
		copyWhole(rec.trace.SpanID[:], w.body[f.start:f.end])
	case recordFlags:
		rec.trace.Flags = uint8(f.number)
	case recordDropped:
		rec.dropped = uint32(min(f.number, math.MaxUint32))
	case recordBody:
		rec.body, rec.hasBody, err = w.value(f, beacon.BoundStack, 0)
	case recordAttributes:
		return w.pair(f, 0, w.attribute)
	}
	return err
}

// copyWhole copies an id of the right length; an id of another length is zero.
func copyWhole(id, from []byte) {
	if len(from) == len(id) {
		copy(id, from)
	}
}

func (w *binaryWalk) pair(f field, depth int, take func(beacon.Attribute)) error {
	var key string
	value := field{isLength: true} // none
	err := w.message(f, func(number protowire.Number, f field) error {
		switch number {
		case keyValueKey:
			key = w.text(f)
		case keyValueValue:
			value = f
		}
		return nil
	})
	if err != nil {
		return err
	}
	a, ok, err := w.value(value, boundOf(key), depth) // of either order
	if a.Key = key; err == nil && ok {
		take(a)
	}
	return err
}

// value reads an AnyValue. ok is false for one that is none.
func (w *binaryWalk) value(f field, bound beacon.Bound, depth int) (a beacon.Attribute, ok bool, err error) {
	isEmpty := true
	err = w.message(f, func(number protowire.Number, f field) (err error) {
		ok, isEmpty = true, false
		switch number {
		case anyString:
			a = beacon.Attribute{String: w.Cut(w.text(f), bound)}
		case anyBool:
			a = boolOf(f.number != 0)
		case anyInt:
			a = beacon.Attribute{Type: beacon.IntValue, Int: int64(f.number)}
		case anyDouble:
			a = beacon.Attribute{Type: beacon.NumberValue, Number: math.Float64frombits(f.number)}
			ok = a.Number-a.Number == 0 // finite
		case anyBytes:
			cut := w.copied[f.start:min(f.end, f.start+w.Limits.MaxString)]
			a = beacon.Attribute{Type: beacon.BytesValue, String: cut}
		case anyList, anyMap:
			a, err = w.items(number, f, bound, depth)
		default:
			ok = false
		}
		return err
	})
	if !ok && !isEmpty && err == nil {
		w.Trims.Add(beacon.BoundValueType)
	}
	return a, ok, err
}

// items reads the values of a list or a map.
func (w *binaryWalk) items(kind protowire.Number, f field, bound beacon.Bound, depth int) (a beacon.Attribute, err error) {
	a.Type = beacon.ListValue
	if kind == anyMap {
		a.Type = beacon.MapValue
	}
	if depth >= maxDepth {
		w.Trims.Add(beacon.BoundAttributeDepth)
		return a, nil
	}
	take := func(item beacon.Attribute) {
		item.Key = w.Cut(item.Key, beacon.BoundString)
		a.Items = gather.AddItem(a.Items, item)
	}
	err = w.message(f, func(number protowire.Number, f field) error {
		switch {
		case number != listValues:
			return nil
		case len(a.Items) >= w.Limits.MaxAttributes:
			w.Trims.Add(beacon.BoundAttributes)
			return nil
		case a.Type == beacon.MapValue:
			return w.pair(f, depth+1, take)
		}
		item, ok, err := w.value(f, bound, depth+1)
		if ok {
			take(item)
		}
		return err
	})
	return a, err
}

// text of a field. Bytes that are not UTF-8 are replaced.
func (w *binaryWalk) text(f field) string {
	text := w.copied[f.start:f.end]
	if !utf8.ValidString(text) {
		w.repaired = true
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return text
}

// field is the content of a field: a number, or bytes from start to end.
type field struct {
	number     uint64
	start, end int
	isLength   bool
}

// message walks the fields of a field that is a message.
func (w *binaryWalk) message(f field, each func(number protowire.Number, f field) error) error {
	if !f.isLength {
		return errBinary
	}
	return w.fields(f.start, f.end, each)
}

// fields calls each for every field of the message between start and end.
func (w *binaryWalk) fields(start, end int, each func(number protowire.Number, f field) error) error {
	for at := start; at < end; {
		number, kind, n := protowire.ConsumeTag(w.body[at:end])
		if n < 0 {
			return errBinary
		}
		at += n
		var f field
		switch rest := w.body[at:end]; kind {
		case protowire.VarintType:
			f.number, n = protowire.ConsumeVarint(rest)
		case protowire.Fixed64Type:
			f.number, n = protowire.ConsumeFixed64(rest)
		case protowire.BytesType:
			var content []byte
			content, n = protowire.ConsumeBytes(rest)
			f = field{start: at + n - len(content), end: at + n, isLength: true}
		case protowire.Fixed32Type:
			var flags uint32
			flags, n = protowire.ConsumeFixed32(rest)
			f.number = uint64(flags)
		default: // groups are obsolete
			n = protowire.ConsumeFieldValue(number, kind, rest)
		}
		if n < 0 {
			return errBinary
		}
		at += n
		if err := each(number, f); err != nil {
			return err
		}
	}
	return nil
}
