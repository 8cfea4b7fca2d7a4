// Package translate turns a beacon into OTLP log records: one resource for the browser, one record
// for each event, named and attributed as the semconv package says.
package translate

import (
	"strings"
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
	resourceAttributes(b, resource.Resource().Attributes())
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
		fillRecord(b, event, record, settings)
	}
	return logs
}

// maxRecordAttributes is the capacity that most records need, to allocate once.
const maxRecordAttributes = 24

func fillRecord(b *beacon.Beacon, event *beacon.Event, record plog.LogRecord, settings Settings) {
	name, severity := identity(event.Kind)
	record.SetEventName(name)
	record.SetSeverityNumber(severity)
	record.SetSeverityText(strings.ToUpper(severity.String()))

	page := &b.Pages[event.Page]
	record.SetTraceID(page.TraceID)
	record.SetSpanID(page.SpanID)

	var a attributes
	a.EnsureCapacity(maxRecordAttributes + len(event.Attributes) + len(page.Tags))
	if settings.EventNameAttribute {
		a.str(semconv.EventName, name)
	}
	a.context(b, page, event.Kind)
	a.event(event, page)
	for _, tag := range page.Tags {
		a.str(settings.tagAttribute(tag.Key), tag.Value)
	}
	a.UnsafeIntoMap(record.Attributes())
}

// identity is the name and severity of each kind of event.
func identity(kind beacon.Kind) (name string, severity plog.SeverityNumber) {
	switch kind {
	case beacon.KindVital:
		return semconv.EventWebVital, plog.SeverityNumberInfo
	case beacon.KindError:
		return semconv.EventException, plog.SeverityNumberError
	case beacon.KindNavigationTiming:
		return semconv.EventNavigationTiming, plog.SeverityNumberInfo
	case beacon.KindPageView:
		return semconv.EventNavigation, plog.SeverityNumberInfo
	case beacon.KindResource:
		return semconv.EventResourceTiming, plog.SeverityNumberInfo
	case beacon.KindClick:
		return semconv.EventClick, plog.SeverityNumberInfo
	case beacon.KindInteraction:
		return semconv.EventInteraction, plog.SeverityNumberInfo
	case beacon.KindLongTask:
		return semconv.EventLongTask, plog.SeverityNumberInfo
	case beacon.KindBudget:
		return semconv.EventBudgetViolation, plog.SeverityNumberWarn
	case beacon.KindSessionStart:
		return semconv.EventSessionStart, plog.SeverityNumberInfo
	default:
		return semconv.EventMeasurement, plog.SeverityNumberInfo
	}
}

// attributes builds a map without looking for duplicates: every key below is written at most once,
// and free keys live under prefixes of their own.
type attributes struct{ xpdata.MapBuilder }

// str writes a string unless it is empty.
func (a *attributes) str(key, value string) {
	if value != "" {
		a.AppendEmpty(key).SetStr(value)
	}
}

func (a *attributes) num(key string, value float64) { a.AppendEmpty(key).SetDouble(value) }

func (a *attributes) integer(key string, value int64) { a.AppendEmpty(key).SetInt(value) }

func (a *attributes) boolean(key string, value bool) { a.AppendEmpty(key).SetBool(value) }
