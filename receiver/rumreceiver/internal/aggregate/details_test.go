package aggregate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// explained is a report with its parts, in ms.
func explained(e beacon.Event, parts map[string]float64) beacon.Event {
	for key, ms := range parts {
		e.Attributes = append(e.Attributes, beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: ms})
	}
	return e
}

func TestParts_AreThoseOfTheReportThatCounts(t *testing.T) {
	a := with(func(s *Settings) {
		s.Attributes = map[string][]string{"rum.web_vital.lcp.part": {"url.template", "rum.web_vital.part"}, "browser.web_vital.lcp": {}}
	})
	first := map[string]float64{"time_to_first_byte": 100, "resource_load_delay": 200, "resource_load_duration": 300, "element_render_delay": 0}
	last := map[string]float64{"time_to_first_byte": 100, "resource_load_delay": 900, "resource_load_duration": 3000, "element_render_delay": 4001, "more": 7}
	a.Record(shop(explained(lcpOf("v1", 600, 0), first)), after(0))
	a.Record(shop(explained(lcpOf("v1", 4000, time.Second), last)), after(time.Second))
	const part = "shop rum.web_vital.lcp.part{rum.web_vital.part="
	holds(t, a.CollectAll(after(2*time.Second)),
		"shop browser.web_vital.lcp{} n=1 sum=4 [4:1]",
		part+"time_to_first_byte,url.template=/p} n=1 sum=0.1 [0.1:1]",
		part+"resource_load_delay,url.template=/p} n=1 sum=0.9 [1.2:1]",
		part+"element_render_delay,url.template=/p} n=1 sum=4.001 [inf:1]",
		part+"resource_load_duration,url.template=/p} n=1 sum=3 [4:1]")
	assert.EqualValues(t, 2, a.links.End(), "only the slow report has an exemplar")
	nothingWaits(t, a)
}

// nothingWaits checks that vitals left every place where they waited.
func nothingWaits(t *testing.T, a *Aggregator) {
	t.Helper()
	for i := range a.families {
		for _, s := range a.families[i].series {
			assert.Zero(t, s.waiting)
			assert.Zero(t, s.wait)
		}
	}
	assert.Len(t, a.waits.free, len(a.waits.places)-1)
	for i := range a.details.End() {
		assert.Zero(t, *a.details.At(i))
	}
	for i := range a.links.End() {
		assert.Zero(t, *a.links.At(i))
	}
}

func TestParts_OfINP(t *testing.T) {
	a := with(func(s *Settings) {
		s.Attributes = map[string][]string{"rum.web_vital.inp.part": {"rum.web_vital.part"}, "browser.web_vital.inp": {}}
	})
	e := explained(vitalOf(beacon.INP, 150, 0), map[string]float64{"input_delay": 50, "processing_duration": 80, "presentation_delay": 20, "time_to_first_byte": 1})
	e.Payload.(*beacon.Vital).ID = "" // counts at once
	a.Record(shop(e), after(0))
	defer nothingWaits(t, a)
	holds(t, a.Collect(after(0)),
		"shop browser.web_vital.inp{} n=1 sum=0.15 [0.15:1]",
		"shop rum.web_vital.inp.part{rum.web_vital.part=input_delay} n=1 sum=0.05 [0.05:1]",
		"shop rum.web_vital.inp.part{rum.web_vital.part=presentation_delay} n=1 sum=0.02 [0.025:1]",
		"shop rum.web_vital.inp.part{rum.web_vital.part=processing_duration} n=1 sum=0.08 [0.1:1]")
}

func TestBreakdowns_AskOneQuestionEachWithoutPages(t *testing.T) {
	s := DefaultSettings()
	s.ZeroFor = 0
	s.Attributes = map[string][]string{"browser.web_vital.cls": {}, "browser.web_vital.ttfb": {}}
	a := New(s)
	b := shop(vitalOf(beacon.CLS, 0.2, 0), vitalOf(beacon.TTFB, 100, 0))
	b.Client.BrowserName, b.Client.Country, b.Connection.EffectiveType = "Firefox", "DE", "4g"
	a.Record(b, after(0))
	holds(t, a.CollectAll(after(0)),
		"shop browser.web_vital.cls{} n=1 sum=0.2 [0.25:1]",
		"shop browser.web_vital.ttfb{} n=1 sum=0.1 [0.1:1]",
		"shop rum.by_browser.cls{user_agent.name=Firefox} n=1 sum=0.2 [0.25:1]",
		"shop rum.by_country.cls{geo.country.iso_code=DE} n=1 sum=0.2 [0.25:1]",
		"shop rum.by_connection.cls{rum.connection.effective_type=4g} n=1 sum=0.2 [0.25:1]")
}

func TestBreakdowns_StandWhereTheirValuesAre(t *testing.T) {
	for _, asked := range questions {
		assert.Equal(t, asked.attribute, pageLabels(nil)[asked.value].name)
	}
}

func TestExemplars_LeadFromSlowBucketsToTheTraceOrTheSession(t *testing.T) {
	for _, shape := range []Histogram{Explicit, Exponential} {
		a := with(func(s *Settings) { s.Histogram = shape })
		traced := shop(lcpOf("v1", 3000, 0))
		traced.Pages[0].Trace.TraceID = [16]byte{1}
		traced.Pages[0].Trace.SpanID = [8]byte{2}
		a.Record(traced, after(0))
		a.Record(shop(lcpOf("v2", 9000, 0)), after(0)) // of session "s"
		a.Record(shop(lcpOf("v3", 100, 0)), after(0))
		w := a.CollectAll(after(time.Second))
		if shape == Exponential {
			assert.Equal(t, 1, firstMetric(w).ExponentialHistogram().DataPoints().At(0).Exemplars().Len())
			continue
		}
		exemplars := firstMetric(w).Histogram().DataPoints().At(0).Exemplars()
		assert.Equal(t, 2, exemplars.Len(), "one of each slow bucket")
		for _, x := range exemplars.All() {
			if x.DoubleValue() == 3 {
				assert.Equal(t, pcommon.TraceID{1}, x.TraceID())
				assert.Equal(t, pcommon.SpanID{2}, x.SpanID())
				assert.Zero(t, x.FilteredAttributes().Len())
			} else {
				assert.Equal(t, 9.0, x.DoubleValue())
				assert.Equal(t, map[string]any{"session.id": "s"}, x.FilteredAttributes().AsRaw())
			}
		}
	}
}

func TestExemplars_OfWhatIsFastLeadToTracesOnly(t *testing.T) {
	a := New(testSettings())
	fast := shop(lcpOf("v1", 500, 0))
	fast.Pages[0].Trace.TraceID = [16]byte{1}
	a.Record(fast, after(0))
	a.Record(shop(lcpOf("v2", 600, 0)), after(0))
	exemplars := firstMetric(a.CollectAll(after(time.Second))).Histogram().DataPoints().At(0).Exemplars()
	assert.Equal(t, 1, exemplars.Len())
	assert.Equal(t, pcommon.TraceID{1}, exemplars.At(0).TraceID())
}
