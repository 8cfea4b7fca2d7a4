package otlp

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Numbers of fields.
// https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto
const (
	exportResourceLogs protowire.Number = 1

	resourceLogsResource  protowire.Number = 1
	resourceLogsScopeLogs protowire.Number = 2

	resourceAttributes protowire.Number = 1

	scopeLogsLogRecords protowire.Number = 2

	recordTime       protowire.Number = 1
	recordBody       protowire.Number = 5
	recordAttributes protowire.Number = 6
	recordObserved   protowire.Number = 11
	recordEventName  protowire.Number = 12

	keyValueKey   protowire.Number = 1
	keyValueValue protowire.Number = 2

	anyString protowire.Number = 1
	anyBool   protowire.Number = 2
	anyInt    protowire.Number = 3
	anyDouble protowire.Number = 4
)

var errBinary = errors.New("no protobuf")

// readBinary walks the binary encoding. Nothing is read deeper than the value of an attribute.
func (d *decoder) readBinary(body []byte) error {
	walk := binaryWalk{decoder: d, body: body, copied: string(body)}
	err := walk.fields(0, len(body), func(number protowire.Number, f field) error {
		if number != exportResourceLogs {
			return nil
		}
		return walk.message(f, walk.resourceLogs)
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
			return w.pair(f, w.resourceAttribute)
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
	err := w.message(f, func(number protowire.Number, f field) error {
		rec := &w.rec
		switch number {
		case recordTime:
			rec.time = f.number
		case recordObserved:
			rec.observed = f.number
		case recordEventName:
			rec.event = w.text(f)
		case recordBody:
			v, err := w.value(f)
			rec.body = w.b.Trims.Cut(v.text, &w.limits, beacon.BoundString)
			return err
		case recordAttributes:
			return w.pair(f, w.attribute)
		}
		return nil
	})
	if err == nil {
		w.end()
	}
	return err
}

func (w *binaryWalk) pair(f field, take func(key string, v value)) error {
	var key string
	var v value
	err := w.message(f, func(number protowire.Number, f field) (err error) {
		switch number {
		case keyValueKey:
			key = w.text(f)
		case keyValueValue:
			v, err = w.value(f)
		}
		return err
	})
	if err == nil {
		take(key, v)
	}
	return err
}

func (w *binaryWalk) value(f field) (v value, err error) {
	err = w.message(f, func(number protowire.Number, f field) error {
		switch number {
		case anyString:
			v = value{scalar: true, kind: beacon.StringValue, text: w.text(f)}
		case anyBool:
			v = value{scalar: true, kind: beacon.BoolValue, number: float64(min(f.number, 1))}
		case anyInt:
			v = value{scalar: true, kind: beacon.NumberValue, number: float64(int64(f.number))}
		case anyDouble:
			v = value{kind: beacon.NumberValue, number: math.Float64frombits(f.number)}
			v.scalar = v.number-v.number == 0 // finite
		default:
			v = value{}
		}
		return nil
	})
	return v, err
}

// text of a field. Of texts that are not UTF-8 the broken bytes are replaced.
func (w *binaryWalk) text(f field) string {
	text := w.copied[f.start:f.end]
	if !utf8.ValidString(text) {
		w.b.Repaired = true
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return text
}

// field is the content of one: a number, or bytes from start to end.
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

// fields calls each with every field of the message that is from start to end.
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
		default: // groups are of the past, and nothing of OTLP logs that is used has 32 bits
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
