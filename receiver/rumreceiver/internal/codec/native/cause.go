package native

import (
	"math"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// cause is what a batch tells of why a vital has its value, in the browser's times: NaN is unknown. The
// parts that people read are made of them here, so that no browser has to.
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
func (in *batchEvent) explain(g *wire.Bag) {
	g.Text(semconv.AttributionTarget, in.sel)
	switch in.n {
	case "LCP":
		g.Text(semconv.AttributionURL, in.u)
		in.lcpParts(g)
	case "CLS":
		g.Number(semconv.AttributionLargestShiftValue, math.Round(in.shift*1e4)/1e4)
		g.Number(semconv.AttributionLargestShiftTime, math.Round(in.shiftedAt))
	case "INP":
		in.inpParts(g)
	}
}

// lcpParts are four that sum up to the LCP: waiting for the document, finding the image, loading it,
// showing it. Texts have no resource to load. https://web.dev/articles/optimize-lcp#lcp-breakdown
func (in *batchEvent) lcpParts(g *wire.Bag) {
	if math.IsNaN(in.firstByte) {
		return
	}
	within := func(time float64) float64 { return min(max(orZero(time), 0), in.v) }
	firstByte := within(in.firstByte)
	requested := max(firstByte, within(in.requested))
	loaded := max(requested, within(in.loaded))
	g.Number(semconv.AttributionTimeToFirstByte, wire.Tenth(firstByte))
	g.Number(semconv.AttributionResourceLoadDelay, wire.Tenth(requested-firstByte))
	g.Number(semconv.AttributionResourceLoadDuration, wire.Tenth(loaded-requested))
	g.Number(semconv.AttributionElementRenderDelay, wire.Tenth(in.v-loaded))
}

// inpParts are three that sum up to the INP: waiting for the main thread, in handlers, waiting for the
// frame. https://web.dev/articles/inp#what_is_an_interaction
func (in *batchEvent) inpParts(g *wire.Bag) {
	if in.it != "" {
		kind := "pointer"
		if strings.HasPrefix(in.it, "key") {
			kind = "keyboard"
		}
		g.Text(semconv.AttributionInteractionType, kind)
	}
	if math.IsNaN(in.handling) || math.IsNaN(in.handled) {
		return
	}
	delay := min(max(in.handling, 0), in.v)
	handled := min(max(in.handled, delay), in.v)
	g.Number(semconv.AttributionInputDelay, wire.Tenth(delay))
	g.Number(semconv.AttributionProcessingDuration, wire.Tenth(handled-delay))
	g.Number(semconv.AttributionPresentationDelay, wire.Tenth(in.v-handled))
}

// culprit adds the script that took longest to the attributes of a long animation frame.
func (in *batchEvent) culprit(g *wire.Bag) {
	g.Text(semconv.AttributionScript, in.u)
	g.Text(semconv.AttributionFunction, in.n)
	g.Text(semconv.AttributionInvoker, in.m)
	g.Text(semconv.AttributionInvokerType, in.it)
	g.Number(semconv.AttributionScriptDuration, math.Round(in.d))
}

func orZero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}
