// Package translate turns a beacon into OTLP log records: one resource for the browser, one record
// for each event, named and attributed as the semconv package says.
package translate

import (
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
	// EventNameAttribute also writes LogRecord.EventName as attribute event.name.
	EventNameAttribute bool
	// Version of the receiver, for the scope.
	Version string
	// TagAttributes maps names of tags to the attributes that they become, instead of rum.tag.
	// and the name. At most 100. Check it with ValidateTagAttributes.
	TagAttributes map[string]string
}

// Logs translates an enriched beacon that was received at now. Strings are shared with the beacon,
// not copied.
func Logs(b *beacon.Beacon, settings Settings, now time.Time) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	t := translator{beacon: b, settings: settings, contextLen: typicalContext}
	t.attributes.resource(b, resource.Resource().Attributes())
	scope := resource.ScopeLogs().AppendEmpty()
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
		t.fill(record, event)
	}
	return logs
}

// typicalContext is how many attributes the first record is expected to have of its page.
const typicalContext = 12

// translator is what the records of one beacon share.
type translator struct {
	beacon   *beacon.Beacon
	settings Settings
	// contextLen is how many attributes the record before had of its page: with the next capacity
	// right, a map is allocated once and wastes little.
	contextLen int
	attributes attributes
}

func (t *translator) fill(record plog.LogRecord, event *beacon.Event) {
	is := identities[event.Kind]
	record.SetEventName(is.name)
	record.SetSeverityNumber(is.severity)
	record.SetSeverityText(is.severityText)

	page := &t.beacon.Pages[event.Page]
	record.SetTraceID(page.TraceID)
	record.SetSpanID(page.SpanID)
	if r := event.Resource; r != nil && r.TraceID != [16]byte{} {
		record.SetTraceID(r.TraceID)
		record.SetSpanID(r.SpanID)
	}

	a := &t.attributes
	a.EnsureCapacity(t.contextLen + is.attributes + len(event.Attributes) + len(page.Tags))
	if t.settings.EventNameAttribute {
		a.str(semconv.EventName, is.name)
	}
	a.len = 0
	a.context(t.beacon, page, event.Kind)
	t.contextLen = 1 + a.len // event.name
	if event.Kind == beacon.KindResource {
		t.contextLen++ // its url.full is its own, the next record's is the page's
	}
	a.event(event, page)
	if event.Implausible != 0 {
		a.strs(semconv.Implausible, event.Implausible.Names())
	}
	if bounds := event.Trimmed | page.Trimmed; bounds != 0 {
		a.strs(semconv.Trimmed, bounds.Names())
	}
	for _, tag := range page.Tags {
		a.str(t.settings.tagAttribute(tag.Key), tag.Value)
	}
	a.UnsafeIntoMap(record.Attributes())
}

// identity is what a record of some kind of event is called.
type identity struct {
	name         string
	severity     plog.SeverityNumber
	severityText string
	// attributes is how many the kind has of its own at most, besides free ones.
	attributes int
}

func info(name string, attributes int) identity {
	return identity{name: name, severity: plog.SeverityNumberInfo, severityText: "INFO", attributes: attributes}
}

var identities = [...]identity{
	beacon.KindVital:            info(semconv.EventWebVital, 6),
	beacon.KindError:            {semconv.EventException, plog.SeverityNumberError, "ERROR", 8},
	beacon.KindNavigationTiming: info(semconv.EventNavigationTiming, 1+int(beacon.NumPhases)),
	beacon.KindPageView:         info(semconv.EventNavigation, 4),
	beacon.KindResource:         info(semconv.EventResourceTiming, 9),
	beacon.KindClick:            info(semconv.EventClick, 2),
	beacon.KindInteraction:      info(semconv.EventInteraction, 2),
	beacon.KindLongTask:         info(semconv.EventLongTask, 3),
	beacon.KindMeasurement:      info(semconv.EventMeasurement, 3),
	beacon.KindBudget:           {semconv.EventBudgetViolation, plog.SeverityNumberWarn, "WARN", 4},
	beacon.KindSessionStart:     info(semconv.EventSessionStart, 0),
}

// attributes builds a map without looking for duplicates: every key below is written at most once,
// and free keys live under prefixes of their own.
type attributes struct {
	xpdata.MapBuilder
	len int
}

func (a *attributes) add(key string) pcommon.Value {
	a.len++
	return a.AppendEmpty(key)
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
