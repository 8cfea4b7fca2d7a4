// Package translate turns a beacon into OTLP log records: one resource for the browser, one record
// for each event, named and attributed as the semconv package says.
package translate

import (
	"slices"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// ScopeName is the instrumentation scope of everything that the receiver emits.
const ScopeName = "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver"

// Settings of the translation.
type Settings struct {
	// EventNameAttribute also writes LogRecord.EventName as attribute otel.event.name.
	EventNameAttribute bool
	// Version of the receiver, for the scope.
	Version string
	// TagAttributes maps names of tags to the attributes that they become, instead of rum.tag.
	// and the name. At most 100. Check it with ValidateTagAttributes.
	TagAttributes map[string]string
	// Identity of the beacon, with which log.record.uid begins. Empty: records have none.
	Identity string
}

// Logs translates an enriched beacon that was received at now. Strings are shared with the beacon,
// not copied.
func Logs(b *beacon.Beacon, settings Settings, now time.Time) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	t := translator{beacon: b, settings: settings, contextLen: typicalContext}
	t.attributes.resource(b, resource.Resource().Attributes())
	resource.SetSchemaUrl(semconv.SchemaURL)
	scope := resource.ScopeLogs().AppendEmpty()
	scope.SetSchemaUrl(semconv.SchemaURL)
	scope.Scope().SetName(ScopeName)
	scope.Scope().SetVersion(settings.Version)
	records := scope.LogRecords()
	records.EnsureCapacity(len(b.Events))
	observed := pcommon.NewTimestampFromTime(now)
	for i := range b.Events {
		event := &b.Events[i]
		record := records.AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(event.Time))
		record.SetObservedTimestamp(observed)
		t.uid = uid(settings.Identity, b.Events, i)
		t.fill(record, event)
	}
	return logs
}

// uid identifies the record of an event by its index in the batch. Several records of one event of the wire are numbered from the
// last one, because a process that already had the first ones leaves them out.
func uid(identity string, events []beacon.Event, i int) string {
	if identity == "" {
		return ""
	}
	index, more := events[i].Index, 0
	for next := i + 1; next < len(events) && events[next].Index == index; next++ {
		more++
	}
	name := identity + "-" + strconv.Itoa(index)
	if more > 0 {
		name += "." + strconv.Itoa(more)
	}
	return name
}

// typicalContext is the expected number of attributes from the page in the first record.
const typicalContext = 12

// translator is the state that the records of one beacon share.
type translator struct {
	beacon   *beacon.Beacon
	settings Settings
	// contextLen is how many attributes the record before had of its page: with the next capacity
	// right, a map is allocated once and wastes little.
	contextLen int
	attributes attributes
	uid        string // of the record
}

func (t *translator) fill(record plog.LogRecord, event *beacon.Event) {
	kind := &beacon.Kinds[event.Kind()]
	own := &writers[event.Kind()]
	page := &t.beacon.Pages[event.Page]
	name := kind.Event
	if custom, ok := event.Payload.(*beacon.Custom); ok {
		name = custom.Name
	}
	record.SetEventName(name)
	setSeverity(record, kind.Severity, event.Log)
	setTrace(record, event, page)
	if log := event.Log; log != nil {
		record.SetDroppedAttributesCount(log.Dropped)
		if log.HasBody {
			setValue(record.Body(), &log.Body)
		}
	}

	a := &t.attributes
	a.EnsureCapacity(t.contextLen + min(len(t.uid), 1) + own.most + len(event.Attributes) + len(page.Tags) + semconv.SampledAttributes)
	a.begin(event.Verbatim)
	a.context(t.beacon, page)
	t.contextLen = 1 + a.len // otel.event.name
	if t.settings.EventNameAttribute {
		a.str(semconv.EventName, name)
	}
	a.str(semconv.RecordUID, t.uid)
	own.write(a, event.Payload, page)
	if event.Implausible != 0 {
		a.strs(semconv.Implausible, event.Implausible.Names())
	}
	if bounds := event.Trimmed | page.Trimmed; bounds != 0 {
		a.strs(semconv.Trimmed, bounds.Names())
	}
	for _, tag := range page.Tags {
		a.str(t.settings.tagAttribute(tag.Key), tag.Value)
	}
	a.free(event, kind.Prefix)
	a.UnsafeIntoMap(record.Attributes())
}

// setSeverity sets the severity of the record itself, or else that of the kind.
func setSeverity(record plog.LogRecord, usual beacon.Severity, log *beacon.Log) {
	number, text := plog.SeverityNumber(usual), ""
	if record.EventName() == "" { // a line of a log without severity
		number = plog.SeverityNumberUnspecified
	}
	if log != nil {
		text = log.SeverityText
		if log.Severity != 0 {
			number = plog.SeverityNumber(log.Severity)
		}
	}
	if text == "" {
		text = severityText(number)
	}
	record.SetSeverityNumber(number)
	record.SetSeverityText(text)
}

func setTrace(record plog.LogRecord, event *beacon.Event, page *beacon.Page) {
	trace := &event.Trace
	if trace.TraceID == [16]byte{} {
		trace = &page.Trace
	}
	record.SetTraceID(trace.TraceID)
	record.SetSpanID(trace.SpanID)
	record.SetFlags(plog.DefaultLogRecordFlags.WithIsSampled(trace.Flags&1 == 1))
}

// attributes builds a map without a search for duplicates: every key of ours is written at most once, and free keys have prefixes.
// Only verbatim keys are compared with the others.
type attributes struct {
	xpdata.MapBuilder
	len int
	// keys that are written so far, for records that have verbatim attributes.
	keys     []string
	remember bool
}

func (a *attributes) begin(remember bool) { a.len, a.keys, a.remember = 0, a.keys[:0], remember }

func (a *attributes) add(key string) pcommon.Value {
	a.len++
	if a.remember {
		a.keys = append(a.keys, key)
	}
	return a.AppendEmpty(key)
}

// free writes the free attributes.
func (a *attributes) free(event *beacon.Event, prefix string) {
	for i := range event.Attributes {
		attribute := &event.Attributes[i]
		key := attribute.Key
		switch {
		case !event.Verbatim:
			key = joinedNames.join(prefix, key)
		case isOurs(key) || slices.Contains(a.keys, key):
			key = semconv.MetadataPrefix + key
		}
		setValue(a.add(key), attribute)
	}
}

// str writes a string unless it is empty.
func (a *attributes) str(key, value string) {
	if value != "" {
		a.add(key).SetStr(value)
	}
}

func (a *attributes) strs(key string, values []string) {
	list := a.add(key).SetEmptySlice()
	list.EnsureCapacity(len(values))
	for _, value := range values {
		list.AppendEmpty().SetStr(value)
	}
}

func (a *attributes) num(key string, value float64) { a.add(key).SetDouble(value) }

func (a *attributes) integer(key string, value int64) { a.add(key).SetInt(value) }

func (a *attributes) boolean(key string, value bool) { a.add(key).SetBool(value) }
