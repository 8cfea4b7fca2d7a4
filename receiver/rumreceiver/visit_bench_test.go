package rumreceiver

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A visit is what pages really send, which is heavier than testdata/bench: a page view of a shop with five vitals and
// what caused them, three slow resources with their phases, an error with fifteen frames, a click. Clients that repeat
// everything with every event say it in 9.7 KB, ours in 4.5, OpenTelemetry's browser packages in 16 of JSON.
// Tests and benchmarks only.

// visitID stands in the bodies where each must differ from the one before, or it would be a retry of it: twelve bytes,
// as the number that takes its place.
const visitID = "@@@@@@@@@@@@"

const (
	visitURL  = "https://shop.example.com/outdoor/jackets/rain-shell-2291?size=m&colour=moss&ref=newsletter&utm_source=mail&utm_campaign=spring"
	visitCDN  = "https://cdn.example.com/build/"
	visitTime = 1_795_000_000_000 // Unix milliseconds
)

// detail is one fact of an event.
type detail struct {
	name  string
	value any // string, float64 or bool
}

// visitEvent is an event of the visit, before a client writes it in its own format.
type visitEvent struct {
	kind, name string
	value      float64
	event      string // its name in OpenTelemetry
	prefix     string // of its details there
	details    []detail
	// batch are the members of our own client's event.
	batch string
}

// visit is a page view with ten events. number distinguishes the page views of one body.
func visit(number int) []visitEvent {
	vital := func(name string, value float64, rating, batch string, attribution ...detail) visitEvent {
		id := fmt.Sprintf("v5-%d%03d-%s", visitTime, number, visitID)
		details := []detail{{"id", id}, {"rating", rating}, {"delta", value}, {"navigationType", "navigate"}}
		for _, d := range attribution {
			details = append(details, detail{"attribution." + d.name, d.value})
		}
		return visitEvent{
			kind: "metric", name: name, value: value, event: "browser.web_vital", prefix: "web_vital.", details: details,
			batch: fmt.Sprintf(`"k":"vital","n":"%s","v":%v,"id":"%s","nt":"navigate"%s`, name, value, id, batch),
		}
	}
	resource := func(kind, url string, value, size float64) visitEvent {
		return visitEvent{
			kind: "resource", name: url, value: value, event: "browser.resource_timing", prefix: "resource.",
			details: []detail{
				{"initiatorType", kind}, {"protocol", "h2"}, {"responseStatus", 200.0}, {"renderBlockingStatus", "non-blocking"},
				{"transferSize", size + 300}, {"encodedBodySize", size}, {"decodedBodySize", 3 * size},
				{"dnsDuration", 21.457}, {"tcpDuration", 42.914}, {"tlsDuration", 31.08}, {"ttfb", value * 0.3}, {"downloadDuration", value * 0.5},
			},
			batch: fmt.Sprintf(`"k":"resource","u":"%s","v":%v,"it":"%s","ts":%v,"es":%v,"ds":%v,"st":200`, url, value, kind, size+300, size, 3*size),
		}
	}
	const message = "Cannot read properties of undefined (reading 'stockLevel')"
	stack := "TypeError: " + message
	for i, function := range []string{
		"addToBasket", "async BasketService.add", "onSubmit", "HTMLFormElement.callback", "Object.invokeGuarded", "invokeGuardedCallback",
		"invokeGuardedAndCatchFirst", "runDispatch", "runQueueInOrder", "runQueue", "dispatchForPlugins", "batched", "dispatchForSystem",
		"dispatchDiscrete", "HTMLDocument.listener",
	} {
		stack += fmt.Sprintf("\n    at %s (%schunks/%d-%08x.js:%d:%d)", function, visitCDN, 2000+53*i, 0x9e3779b9*uint32(i+7), 1+i%3, 4000+1711*i)
	}
	quoted, _ := json.Marshal(stack)
	return []visitEvent{
		vital("LCP", 2210.412, "good", `,"sel":"main>section.gallery>picture>img.hero","u":"https://cdn.example.com/img/rain-shell-1600w.avif","fb":388.2,"rs":702.5,"re":1803.1`,
			detail{"target", "main#content>section.gallery>div.stage>picture>img.hero"}, detail{"url", "https://cdn.example.com/img/rain-shell-1600w.avif"},
			detail{"timeToFirstByte", 388.2}, detail{"resourceLoadDelay", 314.3}, detail{"resourceLoadDuration", 1100.6}, detail{"elementRenderDelay", 407.312}),
		vital("INP", 214.7, "needs-improvement", `,"sel":"form#basket>button.primary","it":"pointerup","ps":18.4,"pe":160.2`,
			detail{"interactionTarget", "form#basket>button.primary"}, detail{"interactionType", "pointer"}, detail{"interactionTime", 6120.88},
			detail{"inputDelay", 18.4}, detail{"processingDuration", 141.8}, detail{"presentationDelay", 54.5}, detail{"loadState", "complete"}),
		vital("CLS", 0.0713, "good", `,"sel":"main>aside.similar>ul.cards","sv":0.0441,"sa":1502.2`,
			detail{"largestShiftTarget", "main#content>aside.similar>ul.cards"}, detail{"largestShiftTime", 1502.2}, detail{"largestShiftValue", 0.0441},
			detail{"loadState", "dom-content-loaded"}),
		vital("FCP", 1104.903, "good", "",
			detail{"timeToFirstByte", 388.2}, detail{"firstByteToFCP", 716.703}, detail{"loadState", "dom-interactive"}),
		vital("TTFB", 388.2, "good", "",
			detail{"waitingDuration", 11.2}, detail{"cacheDuration", 0.0}, detail{"dnsDuration", 24.7}, detail{"connectionDuration", 71.8}, detail{"requestDuration", 280.5}),
		resource("script", visitCDN+"app/outdoor/%5Bproduct%5D/page-7be10c44a5f2d3e1.js", 804.331, 171_204),
		resource("img", "https://cdn.example.com/img/rain-shell-1600w.avif", 1100.6, 96_420),
		resource("fetch", "https://api.example.com/v3/similar?product=2291&limit=12&fields=id,name,price,picture", 655.018, 18_040),
		{
			kind: "error", name: "TypeError", value: 1, event: "exception", prefix: "exception.",
			details: []detail{{"handled", false}, {"source", "window.onerror"}, {"message", message}, {"stack", stack}},
			batch:   fmt.Sprintf(`"k":"error","n":"TypeError","m":"%s","s":%s,"src":"error"`, message, quoted),
		},
		{
			kind: "interaction", name: "click", value: 214.7, event: "browser.user_action.click", prefix: "click.",
			details: []detail{
				{"target", "form#basket>button.primary"}, {"targetText", "Put into basket"}, {"targetId", "basket-submit"},
				{"x", 871.0}, {"y", 540.0}, {"pointerType", "mouse"},
			},
			batch: `"k":"click","sel":"form#basket>button.primary","tag":"button"`,
		},
	}
}

// visitBody is so many events, of as many page views as it takes.
type visitBody struct{ events int }

func (v visitBody) each(do func(number, at int, event visitEvent)) {
	for i := range v.events {
		number := i / 10
		do(number, visitTime+700*i, visit(number)[i%10])
	}
}

var visitTags = []detail{{"env", "production"}, {"release", "web@2026.4.1"}, {"route", "/outdoor/[category]/[product]"}, {"experiment", "basket-v3:control"}}

// array is form 1 as clients that repeat page, user, tags and browser with every event.
func (v visitBody) array() []byte {
	var events []string
	v.each(func(_, at int, e visitEvent) {
		metadata := ""
		attribution := ""
		for _, d := range e.details {
			name, nested := strings.CutPrefix(d.name, "attribution.")
			if nested {
				attribution += member(name, d.value)
			} else {
				metadata += member(name, d.value)
			}
		}
		if attribution != "" {
			metadata += `,"attribution":{` + attribution[1:] + "}"
		}
		tags := ""
		for _, tag := range visitTags {
			tags += member(tag.name, tag.value)
		}
		events = append(events, fmt.Sprintf(`{"type":"%s","name":"%s","value":%v,"timestamp":%d,"url":"%s","sessionId":"%s","userId":"usr_77c1b20e95d84f6ca3be","tags":{%s},"metadata":{%s}}`,
			e.kind, e.name, e.value, at, visitURL, visitID, tags[1:], (metadata + member("userAgent", chrome))[1:]))
	})
	return []byte("[" + strings.Join(events, ",") + "]")
}

func member(name string, value any) string {
	text, _ := json.Marshal(value)
	return fmt.Sprintf(`,"%s":%s`, name, strings.NewReplacer(`\u003e`, ">", `\u0026`, "&").Replace(string(text)))
}

// batch is form 2.
func (v visitBody) batch() []byte {
	var pages, events []string
	v.each(func(number, at int, e visitEvent) {
		if number == len(pages) {
			pages = append(pages, fmt.Sprintf(`{"id":"%03d-%s","url":"%s","route":"/outdoor/[category]/[product]","type":"navigate","state":"hidden"}`, number, visitID, visitURL))
		}
		events = append(events, fmt.Sprintf(`{%s,"t":%d,"p":%d}`, e.batch, at-visitTime, number))
	})
	return fmt.Appendf(nil, `{"v":1,"id":"%s","t0":%d,"now":%d,"sdk":"@otelcol-rum/browser/1.0.0","app":{"name":"shop-web","version":"2026.4.1","env":"production"},"session":{"id":"%s"},"user":"usr_77c1b20e95d84f6ca3be","lang":"en-GB","conn":{"eff":"4g","rtt":50,"down":10},"tags":{"experiment":"basket-v3:control"},"pages":[%s],"events":[%s]}`,
		visitID, visitTime, 700*v.events, visitID, strings.Join(pages, ","), strings.Join(events, ","))
}

// otlp is an export of OpenTelemetry's browser packages that says the same.
func (v visitBody) otlp() plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	for _, d := range append([]detail{
		{"service.name", "shop-web"}, {"service.version", "2026.4.1"}, {"deployment.environment.name", "production"}, {"telemetry.sdk.name", "opentelemetry"},
		{"telemetry.sdk.language", "webjs"}, {"telemetry.sdk.version", "2.2.0"}, {"user_agent.original", chrome}, {"browser.language", "en-GB"},
		{"browser.mobile", false}, {"browser.platform", "Linux"},
	}, visitTags...) {
		put(resource.Resource().Attributes(), d.name, d.value)
	}
	scope := resource.ScopeLogs().AppendEmpty()
	scope.Scope().SetName("@opentelemetry/instrumentation-browser")
	scope.Scope().SetVersion("0.5.0")
	v.each(func(_, at int, e visitEvent) {
		record := scope.LogRecords().AppendEmpty()
		record.SetEventName(e.event)
		record.SetSeverityNumber(plog.SeverityNumberInfo)
		record.SetTimestamp(pcommon.Timestamp(at * 1e6))
		record.SetObservedTimestamp(pcommon.Timestamp(at * 1e6))
		a := record.Attributes()
		put(a, "session.id", visitID)
		put(a, "user.id", "usr_77c1b20e95d84f6ca3be")
		put(a, "url.full", visitURL)
		put(a, e.prefix+"name", e.name)
		put(a, e.prefix+"value", e.value)
		for _, d := range e.details {
			put(a, e.prefix+d.name, d.value)
		}
	})
	return logs
}

func put(a pcommon.Map, name string, value any) {
	switch value := value.(type) {
	case string:
		a.PutStr(name, value)
	case float64:
		a.PutDouble(name, value)
	case bool:
		a.PutBool(name, value)
	}
}

// bodies are the visit in the native forms, and as the otlp receiver takes it.
func (v visitBody) bodies(t testing.TB) map[string][]byte {
	asJSON, err := new(plog.JSONMarshaler).MarshalLogs(v.otlp())
	require.NoError(t, err)
	asProto, err := new(plog.ProtoMarshaler).MarshalLogs(v.otlp())
	require.NoError(t, err)
	return map[string][]byte{"native-array": v.array(), "native-batch": v.batch(), "otlp-json": asJSON, "otlp-protobuf": asProto}
}
