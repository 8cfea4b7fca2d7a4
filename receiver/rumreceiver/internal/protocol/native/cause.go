package native

import (
	"math"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// cause is the cause of a vital's value, as times of the browser: NaN is unknown. The receiver computes the parts for people
// to read, so that browsers do not have to.
type cause struct {
	firstByte, requested, loaded float64 // fb, rs, re: LCP, ms after the view began
	shift, shiftedAt             float64 // sv, sa: CLS, the largest shift of the worst window
	handling, handled            float64 // ps, pe: INP, ms after the input
}

var unknownCause = cause{math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()}

func (c *cause) field(name string) *float64 {
	switch name {
	case "fb":
		return &c.firstByte
	case "rs":
		return &c.requested
	case "re":
		return &c.loaded
	case "sv":
		return &c.shift
	case "sa":
		return &c.shiftedAt
	case "ps":
		return &c.handling
	case "pe":
		return &c.handled
	}
	return nil
}

// explain adds what caused the vital to its attributes.
func (in *batchEvent) explain(g *gather.Bag) {
	g.Text(semconv.AttributionTarget, in.selector)
	switch in.name {
	case "LCP":
		g.Text(semconv.AttributionURL, in.url)
		in.lcpParts(g)
	case "CLS":
		g.Number(semconv.AttributionLargestShiftValue, math.Round(in.shift*1e4)/1e4)
		g.Number(semconv.AttributionLargestShiftTime, math.Round(in.shiftedAt))
	case "INP":
		in.inpParts(g)
		addScript(g, &in.script)
	}
}

// lcpParts are the four parts of the LCP: waiting for the document, finding the image, loading it,
// showing it. Texts have no resource to load. https://web.dev/articles/optimize-lcp#lcp-breakdown
func (in *batchEvent) lcpParts(g *gather.Bag) {
	if math.IsNaN(in.firstByte) {
		return
	}
	within := func(time float64) float64 { return min(max(orZero(time), 0), in.value) }
	firstByte := within(in.firstByte)
	requested := max(firstByte, within(in.requested))
	loaded := max(requested, within(in.loaded))
	g.Number(semconv.AttributionTimeToFirstByte, beacon.Tenth(firstByte))
	g.Number(semconv.AttributionResourceLoadDelay, beacon.Tenth(requested-firstByte))
	g.Number(semconv.AttributionResourceLoadDuration, beacon.Tenth(loaded-requested))
	g.Number(semconv.AttributionElementRenderDelay, beacon.Tenth(in.value-loaded))
}

// inpParts are the three parts of the INP: waiting for the main thread, in handlers, waiting for the
// frame. https://web.dev/articles/inp#what_is_an_interaction
func (in *batchEvent) inpParts(g *gather.Bag) {
	if in.typ != "" {
		kind := "pointer"
		if strings.HasPrefix(in.typ, "key") {
			kind = "keyboard"
		}
		g.Text(semconv.AttributionInteractionType, kind)
	}
	if math.IsNaN(in.handling) || math.IsNaN(in.handled) {
		return
	}
	delay := min(max(in.handling, 0), in.value)
	handled := min(max(in.handled, delay), in.value)
	g.Number(semconv.AttributionInputDelay, beacon.Tenth(delay))
	g.Number(semconv.AttributionProcessingDuration, beacon.Tenth(handled-delay))
	g.Number(semconv.AttributionPresentationDelay, beacon.Tenth(in.value-handled))
}

var unknownScript = beacon.Script{Duration: math.NaN(), CharPosition: math.NaN(), ForcedLayout: math.NaN()}

// readScript reads the member "sc" of a vital: the script that took longest in an interaction.
func (d *batchDecoder) readScript(in *batchEvent) {
	s := &in.script
	ok := d.r.Object(func(name string) {
		text, bound := scriptText(s, name)
		switch number := scriptNumber(s, name); {
		case text != nil:
			if value, ok := d.r.Str(); ok {
				*text = d.Cut(value, bound)
			}
		case number != nil:
			if value, ok := d.r.Num(); ok {
				*number = value
			}
		default:
			d.r.Skip()
		}
	})
	if !ok {
		in.Note(beacon.ReasonBadEvent, "sc")
	}
}

func scriptText(s *beacon.Script, name string) (*string, beacon.Bound) {
	switch name {
	case "u":
		return &s.URL, beacon.BoundURL
	case "n":
		return &s.Function, beacon.BoundString
	case "m":
		return &s.Invoker, beacon.BoundString
	case "it":
		return &s.InvokerType, beacon.BoundString
	}
	return nil, 0
}

func scriptNumber(s *beacon.Script, name string) *float64 {
	switch name {
	case "d":
		return &s.Duration
	case "cp":
		return &s.CharPosition
	case "fl":
		return &s.ForcedLayout
	}
	return nil
}

// addScript adds the script to the attributes of the event that it delayed.
func addScript(g *gather.Bag, s *beacon.Script) {
	g.Text(semconv.AttributionScript, s.URL)
	g.Text(semconv.AttributionFunction, s.Function)
	g.Text(semconv.AttributionInvoker, s.Invoker)
	g.Text(semconv.AttributionInvokerType, s.InvokerType)
	g.Number(semconv.AttributionScriptDuration, math.Round(s.Duration))
	g.Number(semconv.AttributionCharPosition, s.CharPosition)
	g.Number(semconv.AttributionForcedLayout, math.Round(s.ForcedLayout))
}

// culprit is the script of a long task or animation frame: its data is in members of the event.
func (in *batchEvent) culprit() *beacon.Script {
	return &beacon.Script{
		URL: in.url, Function: in.name, Invoker: in.text, InvokerType: in.typ,
		Duration: in.delta, CharPosition: in.script.CharPosition, ForcedLayout: in.script.ForcedLayout,
	}
}

func orZero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}
