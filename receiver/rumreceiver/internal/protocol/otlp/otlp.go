// Package otlp decodes logs of OTLP/HTTP, JSON and binary, as the OpenTelemetry packages for browsers export them.
//
// It reads both encodings itself instead of building plog.Logs, so a record past a bound costs only its bytes,
// whatever a stranger sends. Nothing of a record is lost: data without an equivalent in an event is kept as a free
// attribute, body, severity or trace context of its record.
//
// https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
// https://github.com/open-telemetry/opentelemetry-browser
package otlp

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// decode reads one body; the two encodings are distinguished by the first byte, since no content type can be
// relied on. An export of nothing is fine in either.
func decode(facts protocol.Facts, body []byte, limits beacon.Limits) ([]beacon.Beacon, error) {
	// A newline is also the tag of the only field of the binary encoding, and { a length.
	if bytes.HasPrefix(body, []byte{'\n'}) {
		if beacons, err := read(facts, body, limits, (*decoder).readBinary); err == nil {
			return beacons, nil
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n")
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return read(facts, body, limits, (*decoder).readJSON)
	}
	return read(facts, body, limits, (*decoder).readBinary)
}

func read(facts protocol.Facts, body []byte, limits beacon.Limits, read func(*decoder, []byte) error) ([]beacon.Beacon, error) {
	d := decoder{own: sync.OnceValue(func() *own { return ownExports(facts, body) })}
	d.Start(limits)
	d.Bag.Spare = spareAttributes
	if err := read(&d, body); err != nil {
		return nil, err
	}
	return d.Beacons(d.repaired), nil
}

// spareAttributes are how many more than Limits.MaxAttributes of a record are looked at: most of those that the
// instrumentations write have a place of their own.
const spareAttributes = 64

type decoder struct {
	gather.Gather
	// own is computed at the first resource: it searches the whole body, and a body may have no resource.
	own      func() *own
	repaired bool
	resource resource

	// Scratch of the record being read.
	rec record
}

// resource is the data of a resource, for all its records.
type resource struct {
	app        beacon.App
	sdk        beacon.SDK
	language   string
	synthetic  string // also of a record: one browser makes them all
	tags       []beacon.Tag
	attributes []beacon.Attribute
}

// record is a log record without its attributes, which are in the bag.
type record struct {
	event          string
	body           beacon.Attribute
	hasBody        bool
	time, observed uint64 // Unix ns, 0 if unknown
	severity       int32
	severityText   string
	trace          beacon.Trace
	dropped        uint32
	faulty         string // the first member of a wrong type
}

// beginResource begins a resource, which has a beacon of its own.
func (d *decoder) beginResource() {
	d.NextApplication()
	d.resource = resource{}
}

// endResource copies the data of the resource to the beacon: it may stand before or behind the records.
func (d *decoder) endResource() {
	b, r := &d.Beacon, &d.resource
	b.App, b.SDK, b.Language, b.Synthetic, b.Attributes = r.app, r.sdk, r.language, r.synthetic, r.attributes
	for i := range b.Pages {
		b.Pages[i].Tags = r.tags
	}
}

// begin prepares for the next record; false past the bound: then the record must be skipped.
func (d *decoder) begin() bool {
	d.rec = record{}
	return d.Begin()
}

// bounds of attributes that may be longer than others.
var bounds = map[string]beacon.Bound{
	semconv.ExceptionStacktrace: beacon.BoundStack, semconv.URLFull: beacon.BoundURL, semconv.DocumentURL: beacon.BoundURL,
}

func boundOf(key string) beacon.Bound {
	if bound, ok := bounds[key]; ok {
		return bound
	}
	return beacon.BoundString
}

// attribute reads an attribute of the record.
func (d *decoder) attribute(a beacon.Attribute) {
	if a.Key != "" {
		d.Bag.Add(a.Key, a)
	}
}

// resourceAttribute reads an attribute of the resource: data of application and SDK. A text whose name is not in semantic
// conventions becomes a tag. A version may be a number.
func (d *decoder) resourceAttribute(a beacon.Attribute) {
	r := &d.resource
	switch a.Key {
	case "":
	case semconv.ServiceName:
		r.app.Name = a.Text()
	case semconv.ServiceVersion:
		r.app.Version = a.Text()
	case semconv.ServiceNamespace:
		r.app.Namespace = a.Text()
	case semconv.DeploymentEnvironmentName, "deployment.environment":
		r.app.Environment = a.Text()
	case semconv.TelemetrySDKName:
		r.sdk.Name = a.Text()
	case semconv.TelemetrySDKVersion:
		r.sdk.Version = a.Text()
	case semconv.TelemetrySDKLanguage: // of every browser SDK
	case semconv.BrowserLanguage:
		r.language = a.String
	case semconv.UserAgentSyntheticType:
		r.synthetic = cmp.Or(r.synthetic, syntheticOf(a.String))
	default:
		if a.Type == beacon.StringValue && !isConvention(a.Key) {
			r.tags = gather.AddTag(r.tags, a.Key, a.String, &d.Limits, &d.Trims)
			return
		}
		d.free(a)
	}
}

// syntheticOf is a value of semantic conventions, or empty.
func syntheticOf(word string) string {
	if word == beacon.SyntheticBot || word == beacon.SyntheticTest {
		return word
	}
	return ""
}

// free keeps an attribute of the resource as it is.
func (d *decoder) free(a beacon.Attribute) {
	list := &d.resource.attributes
	if i := slices.IndexFunc(*list, func(other beacon.Attribute) bool { return other.Key == a.Key }); i >= 0 {
		(*list)[i] = a
		return
	}
	if len(*list) >= d.Limits.MaxAttributes {
		d.Trims.Add(beacon.BoundAttributes)
		return
	}
	*list = append(*list, a)
}

// conventions are the name spaces of resource attributes that a browser may have by semantic conventions.
var conventions = []string{"service.", "telemetry.", "browser.", "user_agent.", "os.", "device.", "host.", "process.", "webengine.", "app."}

func isConvention(key string) bool {
	return slices.ContainsFunc(conventions, func(namespace string) bool { return strings.HasPrefix(key, namespace) })
}

// end makes an event of the record, or refuses it.
func (d *decoder) end() {
	event, page, fault := d.build()
	if resource, ok := event.Payload.(*beacon.Resource); ok && fault.Reason == "" && d.own().has(resource.URL) {
		d.LeaveOut()
		return
	}
	if fault.Reason == "" {
		var ok bool
		if event.Page, ok = d.Page(page); !ok {
			fault.Reason = beacon.ReasonTooManyPages
		}
	}
	if fault.Reason != "" {
		d.Refuse(fault)
		return
	}
	d.Take(event)
}
