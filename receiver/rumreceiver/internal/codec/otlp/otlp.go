// Package otlp decodes logs of OTLP/HTTP, JSON and binary, as the OpenTelemetry packages for browsers export them.
//
// It walks both encodings itself instead of building plog.Logs: a record that is past a bound costs its bytes
// and nothing more, whatever a stranger sends.
//
// https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
// https://github.com/open-telemetry/opentelemetry-browser
package otlp

import (
	"bytes"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// Decoder reads bodies that arrive on some paths.
type Decoder struct {
	paths []string
}

// NewDecoder makes a decoder for bodies on these paths. Resources below them are not taken: the resource
// instrumentation reports its own exports, each of which would be the reason for the next.
func NewDecoder(paths []string) Decoder { return Decoder{paths: paths} }

// Decode reads one body; the two encodings are told apart by the first byte, since no content type can be
// relied on. A body that cannot be read at all gives a *beacon.Rejection; a record that cannot be taken is
// noted in Beacon.Refused, and the others go on. The result does not alias body. Safe for concurrent use.
func (o Decoder) Decode(body []byte, limits beacon.Limits) (beacon.Beacon, error) {
	// A newline is also the tag of the only field of the binary encoding, and { a length.
	if bytes.HasPrefix(body, []byte{'\n'}) {
		if b, err := o.decode(body, limits, (*decoder).readBinary); err == nil {
			return b, nil
		}
	}
	if err := wire.RejectEmpty(body); err != nil {
		return beacon.Beacon{}, err
	}
	if first := bytes.TrimLeft(body, " \t\r\n")[0]; first == '{' || first == '[' {
		return o.decode(body, limits, (*decoder).readJSON)
	}
	return o.decode(body, limits, (*decoder).readBinary)
}

func (o Decoder) decode(body []byte, limits beacon.Limits, read func(*decoder, []byte) error) (beacon.Beacon, error) {
	d := decoder{limits: limits, own: o.paths}
	d.bag = wire.NewBag(&d.limits, &d.b.Trims)
	if err := read(&d, body); err != nil {
		return beacon.Beacon{}, err
	}
	for i := range d.b.Pages {
		d.b.Pages[i].Tags = d.tags
	}
	return d.b, nil
}

type decoder struct {
	limits beacon.Limits
	own    []string
	b      beacon.Beacon
	tags   []beacon.Tag
	index  int // of the next record

	// Scratch of the record being read.
	rec   record
	facts facts
	bag   wire.Bag
	// trims before the record.
	trims beacon.Trims
}

// record is a log record without its attributes: those that have a place in an event are facts, others are in
// the bag.
type record struct {
	event, body    string
	time, observed uint64 // Unix ns, 0 if unknown
	faulty         string // the first member of a wrong type
}

// value is an AnyValue: a scalar, or something that has no place in an attribute.
type value struct {
	scalar bool
	kind   beacon.ValueType
	text   string
	number float64 // 1 or 0 for a bool
}

// begin prepares for the next record; false when there are enough of them, and it is to be passed over.
func (d *decoder) begin() bool {
	if d.index >= d.limits.MaxEvents {
		d.b.Refuse(d.index, beacon.ReasonTooManyEvents, "")
		d.index++
		return false
	}
	d.rec, d.trims = record{}, d.b.Trims
	d.facts = d.facts[:0]
	d.bag.Reset()
	return true
}

// attribute takes one of the record. Lists and maps have no place; instrumentations put the attributes of
// elements there, which may be personal. Nor has what else they say: coordinates, phases of every resource.
func (d *decoder) attribute(key string, v value) {
	bound, isFact := factBounds[key]
	if !v.scalar || key == "" || !isFact && strings.HasPrefix(key, "browser.") {
		return
	}
	a := beacon.Attribute{Key: key, Type: v.kind, String: d.b.Trims.Cut(v.text, &d.limits, bound), Number: v.number}
	if isFact {
		d.facts.set(a)
	} else {
		d.bag.Add(key, a)
	}
}

// resourceAttribute takes what the resource says of application and SDK; what is not of semantic conventions
// is a tag.
func (d *decoder) resourceAttribute(key string, v value) {
	text := func() string { return d.b.Trims.Cut(v.text, &d.limits, beacon.BoundString) }
	switch key {
	case semconv.ServiceName:
		d.b.App.Name = text()
	case semconv.ServiceVersion:
		d.b.App.Version = text()
	case semconv.DeploymentEnvironmentName, "deployment.environment":
		d.b.App.Environment = text()
	case semconv.TelemetrySDKName:
		d.b.SDK.Name = text()
	case semconv.TelemetrySDKVersion:
		d.b.SDK.Version = text()
	default:
		d.tag(key, v)
	}
}

// known are the name spaces of resource attributes that the server finds out itself or has no use for.
var known = []string{"service.", "telemetry.", "browser.", "user_agent.", "os.", "device.", "host.", "process."}

func (d *decoder) tag(key string, v value) {
	for _, namespace := range known {
		if strings.HasPrefix(key, namespace) {
			return
		}
	}
	if !v.scalar || v.kind != beacon.StringValue {
		d.b.Trims.Add(beacon.BoundValueType)
		return
	}
	d.tags = wire.AddTag(d.tags, key, v.text, &d.limits, &d.b.Trims)
}

// end makes an event of the record, or refuses it.
func (d *decoder) end() {
	index := d.index
	d.index++
	event, page, fault := d.build()
	if fault.Reason == "" && event.Kind == beacon.KindResource && d.isOwn(event.Name) {
		d.index-- // as if it had not been sent
		return
	}
	if fault.Reason == "" {
		var ok bool
		if event.Page, ok = wire.PageOf(&d.b, &d.limits, page); !ok {
			fault.Reason = beacon.ReasonTooManyPages
		}
	}
	if fault.Reason != "" {
		d.b.Refuse(index, fault.Reason, fault.Field)
		return
	}
	event.Index, event.Count = index, 1
	event.Trimmed = d.b.Trims.Since(&d.trims)
	event.Attributes = d.bag.Free()
	d.b.Events = append(d.b.Events, event)
}

// isOwn tells whether a resource is an export to this receiver, with or without a key behind the path.
func (d *decoder) isOwn(url string) bool {
	_, rest, absolute := strings.Cut(url, "://")
	slash := strings.IndexByte(rest, '/')
	if !absolute || slash < 0 {
		return false
	}
	path, _, _ := strings.Cut(rest[slash:], "?")
	for _, own := range d.own {
		if after, ok := strings.CutPrefix(path, own); ok && (after == "" || after[0] == '/') {
			return true
		}
	}
	return false
}

// timeOf is zero for what is unknown or cannot be represented.
func timeOf(nanos uint64) time.Time {
	if nanos == 0 || nanos > 1<<63-1 {
		return time.Time{}
	}
	return time.Unix(0, int64(nanos))
}
