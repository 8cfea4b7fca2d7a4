package native

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
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

// payload makes the payload from type and name, and from members of the metadata that have a field.
func (d *arrayDecoder) payload() beacon.Payload {
	switch d.in.typ {
	case "metric", "navigation":
		return d.named()
	case "error":
		return d.exception()
	case "interaction":
		d.needName()
		d.needValue()
		return d.Interactions.Put(beacon.Interaction{Name: d.in.name, Duration: d.in.value})
	case "resource":
		d.needName()
		d.needValue()
		return d.resource()
	}
	d.in.Note(beacon.ReasonUnknownType, "type")
	return nil
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

// named is an event of the two types for which the name decides. page_view is sent with both.
func (d *arrayDecoder) named() beacon.Payload {
	if d.needName(); d.in.name == "page_view" {
		return &beacon.PageView{SameDocument: d.Bag.TakeBool("spa")}
	}
	d.needValue()
	phase, isPhase := phaseOf[d.in.name]
	vital, isVital := gather.VitalOf(d.in.name)
	switch {
	case isPhase:
		load := new(beacon.PageLoad)
		load.Phases.Set(phase, d.in.value)
		return load
	case isVital:
		return d.vital(vital)
	case d.in.name == "long_task":
		d.Bag.TakeAs("entryType", beacon.StringValue)
		return d.LongTasks.Put(beacon.LongTask{Duration: d.in.value})
	case d.in.name == budgetExceeded:
		return d.budget()
	}
	return d.Measurements.Put(beacon.Measurement{Name: d.in.name, Value: d.in.value})
}

func (d *arrayDecoder) vital(name string) beacon.Payload {
	vital := beacon.Vital{
		Name: name, Value: d.in.value, Delta: d.in.value,
		ID: d.Bag.TakeID("id"), NavigationType: d.Bag.TakeString("navigationType"),
	}
	if delta, ok := d.Bag.TakeNumber("delta"); ok {
		vital.Delta = delta
	}
	d.Bag.TakeString("rating") // follows from the value
	return d.Vitals.Put(vital)
}

func (d *arrayDecoder) budget() beacon.Payload {
	budget, reason := takeBudget(&d.Bag)
	switch reason {
	case beacon.ReasonMissingName:
		d.in.Note(reason, "metadata.metric")
	case beacon.ReasonBadValue:
		d.in.Note(reason, "metadata.value")
	}
	return budget
}

func (d *arrayDecoder) resource() beacon.Payload {
	size := func(key string) int64 { v, _ := d.Bag.TakeNumber(key); return gather.ToInt(v) }
	return d.Resources.Put(beacon.Resource{
		URL: d.in.name, Duration: d.in.value,
		InitiatorType: d.Bag.TakeString("resourceType"),
		TransferSize:  size("transferSize"),
		EncodedSize:   size("encodedBodySize"),
		DecodedSize:   size("decodedBodySize"),
	})
}

func (d *arrayDecoder) exception() beacon.Payload {
	line, _ := d.Bag.TakeNumber("lineno")
	column, _ := d.Bag.TakeNumber("colno")
	handled := d.Bag.TakeBool("handled")
	kind := d.Bag.TakeString("type")
	exception := d.Exceptions.Put(beacon.Exception{
		Message: d.Bag.TakeString("message"),
		Stack:   d.Trims.CutStack(d.Bag.TakeString("stack"), &d.Limits),
		File:    d.Bag.TakeString("filename"),
		Line:    gather.ToInt(line),
		Column:  gather.ToInt(column),
		Source:  errorSource(d.in.name, kind, handled),
	})
	gather.NameException(exception, d.in.name, kind)
	return exception
}

// errorSource is the source of the error, as clients write it into name and type.
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
