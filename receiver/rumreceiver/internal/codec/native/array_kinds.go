package native

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// phaseOf maps the names of form 1 to phases.
var phaseOf = map[string]beacon.Phase{
	"nav_dns":              beacon.PhaseDNS,
	"nav_tcp":              beacon.PhaseTCP,
	"nav_ssl":              beacon.PhaseTLS,
	"nav_ttfb":             beacon.PhaseTTFB,
	"nav_download":         beacon.PhaseDownload,
	"nav_domParse":         beacon.PhaseDOMParse,
	"nav_domContentLoaded": beacon.PhaseDOMContentLoaded,
	"nav_load":             beacon.PhaseLoad,
	"nav_total":            beacon.PhaseTotal,
}

// fill sets what the event's type and name say, taking from the metadata what has a field.
func (d *arrayDecoder) fill(event *beacon.Event) {
	switch d.in.typ {
	case "metric", "navigation":
		d.fillNamed(event)
	case "error":
		d.fillError(event)
	case "interaction":
		event.Kind = beacon.KindInteraction
		d.needName()
		d.needValue()
	case "resource":
		d.fillResource(event)
		d.needName()
		d.needValue()
	default:
		d.in.Note(beacon.ReasonUnknownType, "type")
	}
}

func (d *arrayDecoder) needName() {
	if d.in.name == "" {
		d.in.Note(beacon.ReasonMissingName, "name")
	}
}

func (d *arrayDecoder) needValue() {
	if !d.in.hasValue {
		d.in.Note(beacon.ReasonBadValue, "value")
	}
}

// fillNamed handles the two types whose name says what they are. page_view is sent under both.
func (d *arrayDecoder) fillNamed(event *beacon.Event) {
	if d.needName(); d.in.name == "page_view" {
		d.fillPageView(event)
		return
	}
	d.needValue()
	phase, isPhase := phaseOf[d.in.name]
	vital, isVital := wire.VitalOf(d.in.name)
	switch {
	case isPhase:
		event.Kind = beacon.KindNavigationTiming
		event.Name = ""
		event.Phases = new(beacon.Phases)
		event.Phases.Known[phase], event.Phases.Value[phase] = true, event.Value
		event.Value = 0
	case isVital:
		d.fillVital(event, vital)
	case d.in.name == "long_task":
		event.Kind, event.Name, event.Blocking = beacon.KindLongTask, "", -1
		d.bag.Take("entryType", beacon.StringValue)
	case d.in.name == budgetExceeded:
		d.fillBudget(event)
	default:
		event.Kind = beacon.KindMeasurement
	}
}

func (d *arrayDecoder) fillPageView(event *beacon.Event) {
	event.Kind, event.Name, event.Value = beacon.KindPageView, "", 0
	event.SameDocument = d.bag.TakeBool("spa")
}

func (d *arrayDecoder) fillVital(event *beacon.Event, vital string) {
	event.Kind, event.Name = beacon.KindVital, vital
	event.MeasurementID = d.bag.TakeString("id")
	event.NavigationType = d.bag.TakeString("navigationType")
	event.Delta = event.Value
	if delta, ok := d.bag.TakeNumber("delta"); ok {
		event.Delta = delta
	}
	d.bag.TakeString("rating") // follows from the value
}

func (d *arrayDecoder) fillBudget(event *beacon.Event) {
	switch takeBudget(&d.bag, event) {
	case beacon.ReasonMissingName:
		d.in.Note(beacon.ReasonMissingName, "metadata.metric")
	case beacon.ReasonBadValue:
		d.in.Note(beacon.ReasonBadValue, "metadata.value")
	}
}

func (d *arrayDecoder) fillResource(event *beacon.Event) {
	size := func(key string) int64 { v, _ := d.bag.TakeNumber(key); return wire.ToInt(v) }
	event.Kind = beacon.KindResource
	event.Resource = d.resources.Next()
	*event.Resource = beacon.Resource{
		InitiatorType: d.bag.TakeString("resourceType"),
		TransferSize:  size("transferSize"),
		EncodedSize:   size("encodedBodySize"),
		DecodedSize:   size("decodedBodySize"),
	}
}

func (d *arrayDecoder) fillError(event *beacon.Event) {
	line, _ := d.bag.TakeNumber("lineno")
	column, _ := d.bag.TakeNumber("colno")
	handled := d.bag.TakeBool("handled")
	kind := d.bag.TakeString("type")
	event.Kind, event.Value = beacon.KindError, 0
	event.Error = &beacon.Error{
		Message: d.bag.TakeString("message"),
		Stack:   d.b.Trims.CutStack(d.bag.TakeString("stack"), &d.limits),
		File:    d.bag.TakeString("filename"),
		Line:    wire.ToInt(line),
		Column:  wire.ToInt(column),
		Source:  errorSource(event.Name, kind, handled),
	}
	event.Name = wire.ExceptionType(event.Name, kind, event.Error)
}

// errorSource reads how the error came to be known from what clients write into name and type.
func errorSource(name, kind string, handled bool) string {
	switch {
	case handled:
		return "manual"
	case containsFold(name, "rejection") || containsFold(kind, "rejection"):
		return "unhandledrejection"
	default:
		return "error"
	}
}

func containsFold(s, lower string) bool { return strings.Contains(strings.ToLower(s), lower) }
