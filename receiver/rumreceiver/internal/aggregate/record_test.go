package aggregate

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// pageLoad has every phase, 100 ms times its place.
func pageLoad() beacon.Event {
	var phases beacon.Phases
	for i := range phases.Value {
		phases.Value[i], phases.Known[i] = float64(100*(i+1)), true
	}
	return beacon.Event{Count: len(phases.Value), Payload: &beacon.PageLoad{Phases: phases}}
}

// A page that was loaded ahead took its time while nobody waited; the record has it.
func TestRecord_ALoadForWhichNobodyWaitedHasNoPhases(t *testing.T) {
	a := New(testSettings())
	load := pageLoad()
	load.Payload.(*beacon.PageLoad).Type = "prerender"
	assert.Equal(t, Outcome{}, a.Record(shop(load), after(0)))
	assert.Empty(t, text(a.CollectAll(after(0)).Metrics))
}

func TestRecord_EveryKindHasItsMetric(t *testing.T) {
	f := func(event beacon.Event, want ...string) {
		t.Helper()
		a := New(testSettings())
		assert.Equal(t, Outcome{}, a.Record(shop(event), after(0)))
		holds(t, a.CollectAll(after(1)), want...)
	}

	// vitals: seconds, but the score as it is
	for name, bound := range map[string]string{"inp": "0.1", "fcp": "0.6", "ttfb": "0.1", "fid": "0.1"} {
		f(beacon.Event{Payload: &beacon.Vital{Name: name, Value: 100, ID: "v", NavigationType: "navigate"}},
			"shop browser.web_vital."+name+"{browser.web_vital.navigation_type=navigate,url.template=/p} n=1 sum=0.1 ["+bound+":1]")
	}
	f(beacon.Event{Payload: &beacon.Vital{Name: "cls", Value: 0, ID: "v"}},
		"shop browser.web_vital.cls{url.template=/p} n=1 sum=0 [0.01:1]")
	f(beacon.Event{Payload: &beacon.Vital{Name: "tbt", Value: 1, ID: "v"}})

	// durations: seconds
	f(beacon.Event{Payload: &beacon.Resource{URL: "https://cdn.example/a.js", Duration: 300, InitiatorType: "script"}},
		"shop rum.resources.duration{browser.resource_timing.initiator_type=script,url.template=/p} n=1 sum=0.3 [0.3:1]")
	f(beacon.Event{Payload: &beacon.Resource{Duration: 300, InitiatorType: "invented"}},
		"shop rum.resources.duration{browser.resource_timing.initiator_type=other,url.template=/p} n=1 sum=0.3 [0.3:1]")
	f(beacon.Event{Payload: &beacon.LongTask{Duration: 75}},
		"shop rum.long_tasks.duration{rum.long_task.type=longtask,url.template=/p} n=1 sum=0.075 [0.075:1]")
	f(beacon.Event{Payload: &beacon.LongFrame{Duration: 75, Blocking: 25}},
		"shop rum.long_tasks.duration{rum.long_task.type=long-animation-frame,url.template=/p} n=1 sum=0.075 [0.075:1]")
	f(beacon.Event{Payload: &beacon.Interaction{Name: "buy", Duration: 250}},
		"shop rum.interactions.duration{rum.interaction.name=buy,url.template=/p} n=1 sum=0.25 [0.5:1]")
	f(pageLoad(),
		"shop rum.page_load.dns{url.template=/p} n=1 sum=0.1 [0.1:1]",
		"shop rum.page_load.tcp{url.template=/p} n=1 sum=0.2 [0.3:1]",
		"shop rum.page_load.tls{url.template=/p} n=1 sum=0.3 [0.3:1]",
		"shop rum.page_load.ttfb{url.template=/p} n=1 sum=0.4 [0.8:1]",
		"shop rum.page_load.download{url.template=/p} n=1 sum=0.5 [0.8:1]",
		"shop rum.page_load.dom_parse{url.template=/p} n=1 sum=0.6 [0.8:1]",
		"shop rum.page_load.dom_content_loaded{url.template=/p} n=1 sum=0.7 [0.8:1]",
		"shop rum.page_load.load{url.template=/p} n=1 sum=0.8 [0.8:1]",
		"shop rum.page_load.total{url.template=/p} n=1 sum=0.9 [1.8:1]")

	// as sent
	f(beacon.Event{Payload: &beacon.Measurement{Name: "cart", Value: 7, Unit: "{item}"}},
		"shop rum.measurement{rum.measurement.name=cart,rum.measurement.unit={item},url.template=/p} n=1 sum=7 [10:1]")

	// counts
	f(beacon.Event{Payload: &beacon.Exception{Source: "unhandledrejection"}},
		"shop rum.exceptions{rum.exception.source=unhandledrejection,url.template=/p} 1",
		"shop rum.sessions_with_error{url.template=/p} 1")
	f(beacon.Event{Payload: &beacon.PageView{SameDocument: true}},
		"shop rum.page_views{browser.navigation.same_document=true,url.template=/p} 1")
	f(beacon.Event{Payload: &beacon.SessionStart{}}, "shop rum.sessions{url.template=/p} 1")

	// none
	f(beacon.Event{Payload: &beacon.Click{Tag: "a"}})
	f(beacon.Event{Payload: &beacon.Budget{Metric: "LCP", Value: 3000, Limit: 2500}})
	f(beacon.Event{Payload: &beacon.Measurement{Name: "m", Value: 1}, Implausible: 1 << beacon.OutOfRange})

	// parts that a decoder left out
	f(beacon.Event{Payload: &beacon.PageLoad{}})
	f(beacon.Event{Payload: &beacon.Exception{}}, "shop rum.exceptions{url.template=/p} 1", "shop rum.sessions_with_error{url.template=/p} 1")
	f(beacon.Event{Payload: &beacon.Resource{Duration: 300}},
		"shop rum.resources.duration{url.template=/p} n=1 sum=0.3 [0.3:1]")
}

func TestRecord_AttributesNameTheBrowserAndThePage(t *testing.T) {
	b := shop(pageView())
	b.Client = beacon.Client{DeviceType: "mobile", BrowserName: "Firefox", Country: "DE", UserAgent: "Mozilla/5.0 …"}
	b.Connection.EffectiveType = "4g"
	b.Pages[0].URL = "https://shop.example/p?token=secret"
	b.Pages[0].Tags = []beacon.Tag{{Key: "team", Value: "checkout"}, {Key: "user", Value: "not configured"}}
	a := with(func(s *Settings) { s.Tags = []string{"absent", "team"} })
	a.Record(b, after(0))
	holds(t, a.Collect(after(0)), "shop rum.page_views{browser.navigation.same_document=false,"+
		"geo.country.iso_code=DE,rum.connection.effective_type=4g,rum.device.type=mobile,rum.tag.team=checkout,url.template=/p,user_agent.name=Firefox} 1")
}

func TestRecord_EachPageOfABeaconHasItsAttributes(t *testing.T) {
	b := shop(pageView(), pageView(), pageView())
	b.Pages = append(b.Pages, beacon.Page{Route: "/q"})
	b.Events[1].Page = 1
	a := New(testSettings())
	a.Record(b, after(0))
	holds(t, a.Collect(after(0)), views("shop", "/p", 2), views("shop", "/q", 1))
}

func TestRecord_LongAttributesAreCut(t *testing.T) {
	long := strings.Repeat("x", 254) + "é" // cut before the letter, not within
	a := New(testSettings())
	a.Record(at(long, shop(pageView())), after(0))
	holds(t, a.Collect(after(0)), views("shop", long[:254], 1))
}

func TestRecord_ClosedListsKeepTheirWordsOnly(t *testing.T) {
	assert.Equal(t, "back-forward", navigationType("back-forward"))
	assert.Equal(t, "other", navigationType("teleport"))
	assert.Equal(t, "Opera Mini", browserName("Opera Mini"))
	assert.Equal(t, "other", browserName("MyBrowser"))
	assert.Equal(t, "slow-2g", effectiveType("slow-2g"))
	assert.Equal(t, "other", effectiveType("5g"))
	assert.Equal(t, "manual", exceptionSource("manual"))
	assert.Equal(t, "other", exceptionSource("x"))
	assert.Equal(t, "early-hints", initiatorType("early-hints"))
}

func TestRecord_SkipsWhatIsNoMeasurement(t *testing.T) {
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1} {
		a := New(testSettings())
		a.Record(shop(measured(value), lcpOf("v1", value, 0), lcpOf("", value, 0)), after(0))
		holds(t, a.CollectAll(after(0)))
	}
}

func TestRecord_SumsStayFinite(t *testing.T) {
	for _, shape := range []Histogram{Explicit, Exponential} {
		a := with(func(s *Settings) { s.Histogram, s.Temporality = shape, Delta })
		huge := kept(1e-9, shop(measured(math.MaxFloat64), measured(math.MaxFloat64)))
		a.Record(huge, after(0))
		w := a.Collect(after(0))
		a.Record(huge, after(1))
		a.Restore(w)
		assert.Equal(t, math.MaxFloat64, sumOf(a.Collect(after(2))))
	}
}

func TestRecord_KeepsNothingOfTheBeacon(t *testing.T) {
	body := []byte("/p")
	a := New(testSettings())
	a.Record(at(string(body), shop(pageView())), after(0))
	b := shop(pageView())
	a.Record(b, after(0))
	*b = beacon.Beacon{}
	holds(t, a.Collect(after(0)), views("shop", "/p", 2))
}

func TestRecord_KnowsEveryKindOfEvent(t *testing.T) {
	for _, row := range beacon.Kinds {
		assert.NotPanics(t, func() { New(testSettings()).Record(shop(beacon.Event{Payload: row.Payload}), after(0)) }, "%T", row.Payload)
	}
}
