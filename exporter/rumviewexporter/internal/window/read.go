package window

import (
	"math"
	"strings"
	"time"
	"unique"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

const (
	// maxText is how many bytes of an attribute are kept; the rest is cut. Stacks are the longest.
	maxText = 16 << 10
	// maxAttributes is how many attributes of a record are kept; further ones are left out.
	maxAttributes = 128
	// shared is up to which length equal texts are stored once: names, routes, short values.
	shared = 256
)

// Read makes an event of each record. It copies the data, so the batch may change afterwards.
func Read(logs plog.Logs, now time.Time) []*Event {
	events := make([]*Event, 0, logs.LogRecordCount())
	for _, resource := range logs.ResourceLogs().All() {
		from := resource.Resource().Attributes()
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				events = append(events, read(from, record, now))
			}
		}
	}
	return events
}

func read(resource pcommon.Map, record plog.LogRecord, now time.Time) *Event {
	a := record.Attributes()
	e := &Event{
		Time: recordTime(record, now), Arrived: now,
		Name:        first(keep(record.EventName()), text(a, semconv.EventName)),
		Severity:    keep(record.SeverityText()),
		Session:     text(a, semconv.SessionID),
		View:        text(a, semconv.PageViewID),
		Service:     text(resource, semconv.ServiceName),
		Version:     text(resource, semconv.ServiceVersion),
		Environment: text(resource, semconv.DeploymentEnvironmentName),
		Browser:     text(resource, semconv.UserAgentName),
		Device:      text(resource, semconv.DeviceType),
		Visitor:     visitor(resource, a),
		Route:       first(text(a, semconv.URLTemplate), text(a, semconv.URLPath)),
		Country:     text(a, semconv.GeoCountryISOCode),
		Connection:  first(text(a, semconv.ConnectionEffectiveType), text(a, semconv.NetworkConnectionType)),
		Kept:        text(a, semconv.SamplingReason),
		Weight:      weight(a),
	}
	for _, key := range pageURLs {
		if e.Page == "" {
			e.Page = text(a, key)
		}
	}
	e.Attributes = attributes(a, record.Body())
	e.readKind(a)
	e.size = e.estimate()
	return e
}

// visitor reads the receiver's classification of the user agent, from the resource or the record. Unknown kinds of
// programs count as bots.
func visitor(resource, record pcommon.Map) string {
	switch kind := first(text(resource, semconv.UserAgentSyntheticType), text(record, semconv.UserAgentSyntheticType)); kind {
	case "":
		return Person
	case Test:
		return Test
	default:
		return Bot
	}
}

// readKind reads the fields of the kinds of events that queries use.
func (e *Event) readKind(a pcommon.Map) {
	switch e.Name {
	case semconv.EventWebVital:
		e.Vital = readVital(a)
	case semconv.EventException:
		e.Error = readError(a)
	case semconv.EventResourceTiming:
		e.Request = readRequest(a)
	default:
		e.Duration = duration(a)
	}
}

func readVital(a pcommon.Map) *Vital {
	v := &Vital{
		Name:  strings.ToLower(text(a, semconv.WebVitalName)),
		ID:    text(a, semconv.WebVitalID),
		Value: number(a, semconv.WebVitalValue),
		Limit: number(a, semconv.BudgetLimit),
	}
	v.Apart = !semconv.MeaningfulAfter(v.Name, text(a, semconv.WebVitalNavigationType))
	for key, value := range a.All() {
		switch cause := vitalCause(key); cause {
		case "":
		case causeTarget:
			v.Target = keep(value.AsString())
		case causeURL:
			v.URL = keep(value.AsString())
		case causeScript:
			v.Script = keep(value.AsString())
		}
	}
	for _, part := range Parts(v.Name) {
		if value, ok := partOf(a, part); ok {
			v.Parts = append(v.Parts, Part{part, value})
		}
	}
	return v
}

func partOf(a pcommon.Map, part string) (float64, bool) {
	for key, value := range a.All() {
		if vitalCause(key) == part {
			return numeric(value)
		}
	}
	return 0, false
}

func readError(a pcommon.Map) *Error {
	e := &Error{
		Fingerprint: text(a, semconv.ExceptionFingerprint),
		Type:        text(a, semconv.ExceptionType),
		Message:     text(a, semconv.ExceptionMessage),
		Stack:       text(a, semconv.ExceptionStacktrace),
		Source:      text(a, semconv.ExceptionSource),
		Noise:       text(a, semconv.ExceptionNoise),
	}
	if e.Fingerprint == "" { // a foreign record
		e.Fingerprint = keep(e.Type + ": " + e.Message)
	}
	return e
}

func readRequest(a pcommon.Map) *Request {
	r := &Request{
		URL:       text(a, semconv.URLFull),
		Initiator: text(a, semconv.ResourceTimingInitiatorType),
		Method:    text(a, semconv.HTTPRequestMethod),
		Status:    text(a, semconv.HTTPResponseStatusCode),
		Failed:    text(a, semconv.ErrorType) != "",
		Size:      number(a, semconv.ResourceTimingTransferSize),
		Duration:  duration(a),
	}
	return r
}

// duration returns the first attribute with a duration.
func duration(a pcommon.Map) float64 {
	for key, value := range a.All() {
		if strings.HasSuffix(key, durationSegment) {
			if ms, ok := numeric(value); ok {
				return ms
			}
		}
	}
	return 0
}

// weight is how many events the record stands for. An invalid weight counts as 1.
func weight(a pcommon.Map) float64 {
	value, ok := a.Get(semconv.SamplingAdjustedCount)
	if !ok {
		return 1
	}
	w, ok := numeric(value)
	if !ok || w < 0 || w > 1e12 {
		return 1
	}
	return w
}

func attributes(a pcommon.Map, body pcommon.Value) []Attribute {
	list := make([]Attribute, 0, min(a.Len(), maxAttributes)+1)
	if body.Type() != pcommon.ValueTypeEmpty {
		list = append(list, Attribute{"body", keep(body.AsString())})
	}
	for key, value := range a.All() {
		if len(list) >= maxAttributes {
			break
		}
		list = append(list, Attribute{keep(key), keep(value.AsString())})
	}
	return list
}

func recordTime(record plog.LogRecord, now time.Time) time.Time {
	for _, t := range []pcommon.Timestamp{record.Timestamp(), record.ObservedTimestamp()} {
		if t != 0 {
			return t.AsTime()
		}
	}
	return now
}

func text(m pcommon.Map, key string) string {
	value, ok := m.Get(key)
	if !ok {
		return ""
	}
	return keep(value.AsString())
}

func number(m pcommon.Map, key string) float64 {
	if value, ok := m.Get(key); ok {
		n, _ := numeric(value)
		return n
	}
	return 0
}

// numeric returns a finite number.
func numeric(v pcommon.Value) (float64, bool) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		return float64(v.Int()), true
	case pcommon.ValueTypeDouble:
		n := v.Double()
		return n, !math.IsNaN(n) && !math.IsInf(n, 0)
	default:
		return 0, false
	}
}

// keep copies a text, cut to the maximum length and made valid UTF-8. Equal short texts are stored once, while an
// event has them.
func keep(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= shared {
		return unique.Make(s).Value()
	}
	return strings.Clone(s)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// estimate is the largest number of bytes that the event can take: without shared texts.
func (e *Event) estimate() int64 {
	const event, attribute, kind = 420, 32, 160
	size := event + attribute*len(e.Attributes) + kind
	for _, a := range e.Attributes {
		size += len(a.Key) + len(a.Value)
	}
	return int64(size)
}
