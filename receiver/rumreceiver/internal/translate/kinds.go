package translate

import (
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// verdict is the room for that of a budget.
const verdict = semconv.JudgedAttributes - semconv.SampledAttributes

// writer writes the attributes of one kind of event.
type writer struct {
	// most is the largest number of attributes of the kind itself, besides free ones, and of a budget's verdict on it.
	most  int
	write func(a *attributes, payload beacon.Payload, page *beacon.Page)
}

// writers has a row for each row of beacon.Kinds.
var writers = [...]writer{
	beacon.KindVital:        {6 + verdict, write((*attributes).vital)},
	beacon.KindException:    {10, write((*attributes).exception)},
	beacon.KindPageLoad:     {1 + int(beacon.NumPhases) + int(beacon.NumTimes), write((*attributes).pageLoad)},
	beacon.KindPageView:     {6, write((*attributes).pageView)},
	beacon.KindResource:     {9, write((*attributes).resourceTiming)},
	beacon.KindClick:        {2, write((*attributes).click)},
	beacon.KindInteraction:  {2, write((*attributes).interaction)},
	beacon.KindLongTask:     {2, write((*attributes).longTask)},
	beacon.KindLongFrame:    {3, write((*attributes).longFrame)},
	beacon.KindMeasurement:  {3 + verdict, write((*attributes).measurement)},
	beacon.KindBudget:       {4, write((*attributes).budget)},
	beacon.KindSessionStart: {1, write((*attributes).sessionStart)},
	beacon.KindSessionEnd:   {0, write(func(*attributes, *beacon.SessionEnd, *beacon.Page) {})},
	beacon.KindCustom:       {0, write(func(*attributes, *beacon.Custom, *beacon.Page) {})},
}

// If the last kind has no row, this does not compile.
var _ [len(writers)]struct{} = [beacon.NumKinds]struct{}{}

// write adapts a function for the type of the payload to that of a row.
func write[P beacon.Payload](of func(*attributes, P, *beacon.Page)) func(*attributes, beacon.Payload, *beacon.Page) {
	return func(a *attributes, payload beacon.Payload, page *beacon.Page) { of(a, payload.(P), page) }
}

func (a *attributes) vital(v *beacon.Vital, _ *beacon.Page) {
	a.str(semconv.WebVitalName, v.Name)
	a.num(semconv.WebVitalValue, v.Value)
	a.num(semconv.WebVitalDelta, v.Delta)
	a.str(semconv.WebVitalID, v.ID)
	a.str(semconv.WebVitalRating, beacon.Rating(v.Name, v.Value))
	a.str(semconv.WebVitalNavigationType, v.NavigationType)
}

func (a *attributes) exception(x *beacon.Exception, _ *beacon.Page) {
	at := positionOf(x)
	a.str(semconv.ExceptionType, x.Type)
	a.str(semconv.ExceptionMessage, x.Message)
	a.str(semconv.ExceptionStacktrace, x.Stack)
	a.str(semconv.ExceptionSource, x.Source)
	a.str(semconv.ExceptionFingerprint, fingerprint(x))
	a.str(semconv.ExceptionGroup, x.Group)
	a.str(semconv.ExceptionNoise, x.Noise)
	a.str(semconv.CodeFilePath, at.file)
	if at.line > 0 {
		a.integer(semconv.CodeLineNumber, at.line)
	}
	if at.column > 0 {
		a.integer(semconv.CodeColumnNumber, at.column)
	}
}

func (a *attributes) pageLoad(l *beacon.PageLoad, _ *beacon.Page) {
	a.str(semconv.NavigationTimingType, l.Type)
	if l.Times != nil {
		for time, ms := range l.Times {
			if ms != 0 { // 0 has not happened
				a.num(semconv.NavigationTimes[time], ms)
			}
		}
	}
	for phase, known := range l.Phases.Known {
		if known {
			a.num(phaseAttributes[phase], l.Phases.Value[phase])
		}
	}
}

// phaseAttributes are the names of the phases, joined once.
var phaseAttributes = func() (names [beacon.NumPhases]string) {
	for phase, name := range beacon.PhaseNames {
		names[phase] = semconv.NavigationPhasePrefix + name
	}
	return names
}()

func (a *attributes) pageView(v *beacon.PageView, page *beacon.Page) {
	url := v.URL
	if url == "" {
		url = page.URL
	}
	a.str(semconv.URLFull, url)
	a.str(semconv.NavigationType, v.Type)
	a.boolean(semconv.NavigationSameDocument, v.SameDocument)
	if v.HashChange != nil {
		a.boolean(semconv.NavigationHashChange, *v.HashChange)
	}
	a.str(semconv.PageViewReferrer, page.Referrer)
	a.str(semconv.PageViewTitle, page.Title)
}

func (a *attributes) resourceTiming(r *beacon.Resource, _ *beacon.Page) {
	a.str(semconv.URLFull, r.URL)
	a.str(semconv.ResourceTimingInitiatorType, r.InitiatorType)
	a.num(semconv.ResourceTimingDuration, r.Duration)
	a.size(semconv.ResourceTimingTransferSize, r.TransferSize)
	a.size(semconv.ResourceTimingEncodedBodySize, r.EncodedSize)
	a.size(semconv.ResourceTimingDecodedBodySize, r.DecodedSize)
	a.str(semconv.HTTPRequestMethod, r.Method)
	if r.Status > 0 {
		a.integer(semconv.HTTPResponseStatusCode, r.Status)
	}
	a.str(semconv.ErrorType, errorType(r))
}

// size leaves out 0, which browsers report for sizes that they must not reveal: those of other origins.
func (a *attributes) size(key string, bytes int64) {
	if bytes != 0 {
		a.integer(key, bytes)
	}
}

// errorType is empty for a successful request. For clients, a status from 400 on is an error.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
func errorType(r *beacon.Resource) string {
	if r.ErrorType == "" && r.Status >= 400 {
		return strconv.FormatInt(r.Status, 10)
	}
	return r.ErrorType
}

func (a *attributes) click(x *beacon.Click, _ *beacon.Page) {
	a.str(semconv.CSSSelector, x.Selector)
	a.str(semconv.TagName, x.Tag)
}

func (a *attributes) interaction(x *beacon.Interaction, _ *beacon.Page) {
	a.str(semconv.InteractionName, x.Name)
	a.num(semconv.InteractionDuration, x.Duration)
}

func (a *attributes) longTask(t *beacon.LongTask, _ *beacon.Page) {
	a.num(semconv.LongTaskDuration, t.Duration)
	a.str(semconv.LongTaskType, semconv.LongTaskTypeTask)
}

func (a *attributes) longFrame(f *beacon.LongFrame, _ *beacon.Page) {
	a.num(semconv.LongFrameDuration, f.Duration)
	a.num(semconv.LongFrameBlockingDuration, f.Blocking)
	if f.Script == nil {
		return
	}
	s := a.add(semconv.LongFrameScripts).SetEmptySlice().AppendEmpty().SetEmptyMap()
	text := func(key, value string) {
		if value != "" {
			s.PutStr(key, value)
		}
	}
	number := func(key string, value float64) {
		if !math.IsNaN(value) {
			s.PutDouble(key, value)
		}
	}
	text(semconv.ScriptSourceURL, f.Script.URL)
	text(semconv.ScriptSourceFunctionName, f.Script.Function)
	number(semconv.ScriptSourceCharPosition, f.Script.CharPosition)
	text(semconv.ScriptInvoker, f.Script.Invoker)
	text(semconv.ScriptInvokerType, f.Script.InvokerType)
	number(semconv.ScriptDuration, f.Script.Duration)
	number(semconv.ScriptForcedLayout, f.Script.ForcedLayout)
}

func (a *attributes) measurement(m *beacon.Measurement, _ *beacon.Page) {
	a.str(semconv.MeasurementName, m.Name)
	a.num(semconv.MeasurementValue, m.Value)
	a.str(semconv.MeasurementUnit, m.Unit)
}

func (a *attributes) budget(b *beacon.Budget, _ *beacon.Page) {
	a.str(semconv.BudgetMetric, b.Metric)
	a.num(semconv.BudgetValue, b.Value)
	a.num(semconv.BudgetLimit, b.Limit)
	a.num(semconv.BudgetExceededBy, b.Value-b.Limit)
}

func (a *attributes) sessionStart(s *beacon.SessionStart, _ *beacon.Page) {
	a.str(semconv.SessionPreviousID, s.PreviousID)
}

// severityTexts are the short names of the ranges of numbers.
// https://opentelemetry.io/docs/specs/otel/logs/data-model/#displaying-severity
var severityTexts = [...]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

func severityText(number plog.SeverityNumber) string {
	if number < plog.SeverityNumberTrace || number > plog.SeverityNumberFatal4 {
		return ""
	}
	return severityTexts[(number-1)/4]
}

// setValue writes a free value.
func setValue(to pcommon.Value, from *beacon.Attribute) {
	switch from.Type {
	case beacon.StringValue:
		to.SetStr(from.String)
	case beacon.NumberValue:
		to.SetDouble(from.Number)
	case beacon.IntValue:
		to.SetInt(from.Int)
	case beacon.BoolValue:
		to.SetBool(from.Number == 1)
	case beacon.BytesValue:
		to.SetEmptyBytes().FromRaw([]byte(from.String))
	case beacon.ListValue:
		list := to.SetEmptySlice()
		list.EnsureCapacity(len(from.Items))
		for i := range from.Items {
			setValue(list.AppendEmpty(), &from.Items[i])
		}
	case beacon.MapValue:
		items := to.SetEmptyMap()
		items.EnsureCapacity(len(from.Items))
		for i := range from.Items {
			setValue(items.PutEmpty(from.Items[i].Key), &from.Items[i])
		}
	}
}
