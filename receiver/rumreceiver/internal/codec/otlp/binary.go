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
	walk := binaryWalk{d}
	err := fields(body, func(number protowire.Number, f field) error {
		if number != exportResourceLogs {
			return nil
		}
		return f.message(walk.resourceLogs)
	})
	if err != nil {
		return &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "the body is neither JSON nor a binary export of logs"}
	}
	return nil
}

type binaryWalk struct{ *decoder }

func (w *binaryWalk) resourceLogs(number protowire.Number, f field) error {
	switch number {
	case resourceLogsResource:
		return f.message(func(number protowire.Number, f field) error {
			if number != resourceAttributes {
				return nil
			}
			return w.pair(f, w.resourceAttribute)
		})
	case resourceLogsScopeLogs:
		return f.message(func(number protowire.Number, f field) error {
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
		return f.message(func(protowire.Number, field) error { return nil })
	}
	err := f.message(func(number protowire.Number, f field) error {
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
	err := f.message(func(number protowire.Number, f field) (err error) {
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
	err = f.message(func(number protowire.Number, f field) error {
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

// text is a copy: the body is reused.
func (w *binaryWalk) text(f field) string {
	if !utf8.Valid(f.bytes) {
		w.b.Repaired = true
		return strings.ToValidUTF8(string(f.bytes), "\uFFFD")
	}
	return string(f.bytes)
}

// field is the content of one: a number, or bytes.
type field struct {
	number   uint64
	bytes    []byte
	isLength bool
}

// message walks the fields of a field that is a message.
func (f field) message(each func(number protowire.Number, f field) error) error {
	if !f.isLength {
		return errBinary
	}
	return fields(f.bytes, each)
}

// fields calls each with every field of a message.
func fields(message []byte, each func(number protowire.Number, f field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errBinary
		}
		message = message[n:]
		var f field
		switch kind {
		case protowire.VarintType:
			f.number, n = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			f.number, n = protowire.ConsumeFixed64(message)
		case protowire.BytesType:
			f.isLength = true
			f.bytes, n = protowire.ConsumeBytes(message)
		default: // groups are of the past, and nothing of OTLP logs that is used has 32 bits
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return errBinary
		}
		message = message[n:]
		if err := each(number, f); err != nil {
			return err
		}
	}
	return nil
}
