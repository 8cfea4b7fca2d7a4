package sentry

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

const header = `{"sent_at":"2026-11-23T09:18:34.807Z","sdk":{"name":"sentry.javascript.browser","version":"11.12.0"},"dsn":"https://k@shop.example/42","trace":{"release":"shop@2","environment":"staging","sample_rate":"0.25"}}`

// transactionEnvelope is as versions before 11 send page loads.
const transactionEnvelope = header + "\n" + `{"type":"transaction"}` + "\n" +
	`{"transaction":"/cart","start_timestamp":1795425511,"timestamp":1795425513,"request":{"url":"https://shop.example/cart"},"contexts":{"trace":{"op":"pageload","trace_id":"16e30b4ed3f641a78e0384c8933dfa1d","span_id":"b6fb952a3490004c"}},` +
	`"measurements":{"lcp":{"value":1.2,"unit":"second"},"cls":{"value":0.1,"unit":""},"fp":{"value":9}},"spans":[{"op":"resource.script","description":"https://shop.example/a.js","start_timestamp":1795425511.5,"timestamp":1795425511.75,"data":{"http.response_content_length":7}},` +
	`{"op":"http.client","description":"GET https://shop.example/api","start_timestamp":1795425511.5,"timestamp":1795425511.6,"data":{"type":"xhr","http.method":"GET","http.response.status_code":500}},{"op":"ui.long-task","start_timestamp":1795425511.5,"timestamp":1795425511.6},{"op":"app.work","start_timestamp":1795425511,"timestamp":1795425512}],"tags":{"plan":"pro"},"user":{"id":7,"email":"jane@x.example"}}`

var began = time.Unix(1795425511, 0)

func decoded(t *testing.T, lines ...string) []beacon.Beacon {
	t.Helper()
	beacons, err := decode(protocol.Facts{Path: "/api/42/envelope"}, []byte(strings.Join(lines, "\n")), beacon.DefaultLimits())
	require.NoError(t, err)
	return beacons
}

// spans of a list, each of an operation and attributes.
func spans(items ...string) string {
	return fmt.Sprintf("{\"type\":\"span\",\"item_count\":%d}\n{\"version\":2,\"items\":[%s]}", len(items), strings.Join(items, ","))
}

func span(op string, ms int, more string, attributes ...string) string {
	var list []string
	for i := 0; i < len(attributes); i += 2 {
		list = append(list, fmt.Sprintf(`%q:{"value":%s}`, attributes[i], attributes[i+1]))
	}
	list = append(list, fmt.Sprintf(`"sentry.op":{"value":%q}`, op), `"sentry.segment.id":{"value":"b6fb952a3490004c"}`)
	return fmt.Sprintf(`{"trace_id":"16e30b4ed3f641a78e0384c8933dfa1d","span_id":"b6fb952a3490004c","start_timestamp":1795425511,"end_timestamp":%d.%03d,"status":"ok"%s,"attributes":{%s}}`,
		1795425511+ms/1000, ms%1000, more, strings.Join(list, ","))
}

// short are short words of events.
func short(events []beacon.Event) (all []string) {
	for _, e := range events {
		switch p := e.Payload.(type) {
		case *beacon.Vital:
			all = append(all, fmt.Sprint(p.Name, " ", p.Value, " ", p.ID, " ", p.NavigationType))
		case *beacon.PageView:
			all = append(all, fmt.Sprint("view ", p.Type, " ", p.SameDocument))
		case *beacon.PageLoad:
			all = append(all, fmt.Sprint("load of ", e.Count, " ", p.Phases))
		case *beacon.Resource:
			all = append(all, fmt.Sprint(p.InitiatorType, " ", p.URL, " ", p.Duration, " ", p.Status, p.ErrorType))
		case *beacon.LongTask:
			all = append(all, fmt.Sprint("task ", p.Duration))
		case *beacon.LongFrame:
			all = append(all, fmt.Sprint("frame ", p.Duration, " ", p.Script.URL))
		default:
			all = append(all, fmt.Sprintf("%T", p))
		}
	}
	return all
}

func TestBodiesThatCannotBeReadAreRejected(t *testing.T) {
	for body, reason := range map[string]beacon.Reason{
		"": beacon.ReasonEmptyBody, "hello": beacon.ReasonBadJSON, "[]": beacon.ReasonFormat, "{}": beacon.ReasonFormat, "{": beacon.ReasonBadJSON,
		`{"v":1,"id":"x","events":[]}`: beacon.ReasonFormat, `{"meta":{},"events":[]}`: beacon.ReasonFormat, `{"type":"view","_dd":{}}`: beacon.ReasonFormat, strings.Repeat("[", 100): beacon.ReasonTooDeep,
	} {
		_, err := decode(protocol.Facts{}, []byte(body), beacon.DefaultLimits())
		var rejection *beacon.Rejection
		require.ErrorAs(t, err, &rejection, body)
		assert.Equal(t, reason, rejection.Reason, body)
	}
	assert.Equal(t, 0, decoded(t, header)[0].Received(), "an envelope of nothing is fine")
	untimed := decoded(t, `{"sent_at":"2026-11-23T11:59:00.000Z"}`, `{"type":"event"}`, `{"message":"hello","timestamp":null}`, `{"type":"event"}`, `{"message":"hello","timestamp":7}`)[0]
	assert.Equal(t, time.Date(2026, 11, 23, 11, 59, 0, 0, time.UTC), untimed.Events[0].Time.UTC(), "of when it was sent")
	assert.Equal(t, []beacon.Refusal{{Index: 1, Reason: beacon.ReasonBadTimestamp, Field: "timestamp"}}, untimed.Refused)
	report := decoded(t, "{}", `{"type":"client_report"}`, `{"timestamp":1795425519.268,"discarded_events":[{"reason":"sample_rate","category":"span","quantity":3}]}`)[0]
	assert.Equal(t, []beacon.Lost{{Reason: "sample_rate", Count: 3}}, report.Lost, "sent to a DSN it has no header")
}

func TestWhatHasNoPlaceIsLeftOutAndTheOthersAreTaken(t *testing.T) {
	message := `{"timestamp":1795425519.268,"level":"warning","message":"hello"}`
	b := decoded(t, header, `{"type":"attachment","length":9,"filename":"a.bin"}`, "\x1f\x8b\n\n{\"a\n\n", `{"type":"replay_event"}`, `{}`, `{"type":"replay_recording","length":3}`, "a\nb",
		`{"type":"profile"}`, `{}`, `{"type":"event","length":`+fmt.Sprint(len(message))+`}`, message, ``, `{"type":"hologram"}`, `{}`,
		`{"type":"client_report"}`, `{"discarded_events":[{"reason":"ratelimit_backoff","category":"error","quantity":3}]}`)[0]
	assert.Empty(t, b.Refused)
	assert.Equal(t, 5, b.LeftOut)
	assert.Equal(t, []beacon.Lost{{Reason: "ratelimit_backoff", Count: 3}}, b.Lost)
	require.Len(t, b.Events, 1)
	assert.Equal(t, &beacon.Log{Body: beacon.Attribute{String: "hello"}, HasBody: true, Severity: 13, SeverityText: "WARNING"}, b.Events[0].Log)
}

func TestABrokenItemCostsItselfAndABrokenHeaderWhatIsBehind(t *testing.T) {
	const message = `{"timestamp":1795425519.268,"message":"hello"}`
	for name, tc := range map[string]struct {
		lines           []string
		taken, rejected int
	}{
		"Payload":   {[]string{`{"type":"event"}`, `{"timestamp":1`, `{"type":"event"}`, message}, 1, 1},
		"NoTime":    {[]string{`{"type":"event"}`, `{"message":"x","timestamp":"now"}`, `{"type":"event"}`, message}, 1, 1},
		"NoMessage": {[]string{`{"type":"event"}`, `{"timestamp":1795425519}`}, 0, 1},
		"Header":    {[]string{`{"type":"event"}`, message, `{"type":`, message}, 1, 1},
		"NoType":    {[]string{`{"type":"event"}`, message, `{}`, message}, 1, 1},
		"Truncated": {[]string{`{"type":"event"}`, message, `{"type":"event","length":1000}`, message}, 1, 1},
		"NoPayload": {[]string{`{"type":"event"}`}, 0, 1},
		"Spans":     {[]string{spans(span("resource.img", 5, ""), "7", `{"start_timestamp":1}`, span("resource.img", 5, ""))}, 2, 2},
		"CutSpans":  {[]string{`{"type":"span"}`, `{"items":[` + span("resource.img", 5, "") + `,{"start`}, 1, 1},
		"Metrics":   {[]string{`{"type":"trace_metric"}`, `{"items":[{"timestamp":1795425519,"name":"m","value":1},{"timestamp":1795425519,"name":"m"},{"timestamp":1795425519,"value":1}]}`}, 1, 2},
		"Session":   {[]string{`{"type":"session"}`, `{"init":true,"timestamp":1795425519}`}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, append([]string{header}, tc.lines...)...)[0]
			assert.Equal(t, []int{tc.taken, tc.rejected}, []int{b.Accepted(), b.Rejected()})
		})
	}
}

func TestSpansOfAPageLoad(t *testing.T) {
	b := decoded(t, header, spans(
		span("browser.dns", 10, "", "url.full", `"https://shop.example/cart"`), span("browser.request", 60, ""), span("browser.response", 20, ""), span("browser.load_event", 800, ""), span("browser.paint", 5, ""),
		span("resource.img", 250, "", "url.full", `"https://shop.example/a.png"`, "http.response.status_code", "404"),
		span("http.client", 90, "", "url.full", `"/api"`, "type", `"xhr"`, "http.request.method", `"GET"`),
		span("ui.long_animation_frame", 120, "", "code.file.path", `"https://shop.example/a.js"`), span("ui.custom", 5, ""),
		span("pageload", 2000, `,"is_segment":true`, "url.full", `"https://shop.example/cart"`, "browser.web_vital.ttfb.value", "44.5", "browser.web_vital.fcp.value", "600", "user.id", `"u1"`, "user.email", `"jane@x.example"`),
		span("ui.webvital.lcp", 2000, "", "browser.web_vital.lcp.value", "900", "browser.web_vital.lcp.element", `"img"`, "browser.navigation.type", `"navigate"`),
	))[0]
	assert.Equal(t, beacon.App{Name: "shop", Version: "2", Environment: "staging"}, b.App)
	assert.Equal(t, beacon.SDK{Name: "sentry.javascript.browser", Version: "11.12.0"}, b.SDK)
	assert.InDelta(t, 0.25, b.Sampling.Rate, 0)
	assert.Equal(t, time.Date(2026, 11, 23, 9, 18, 34, 807_000_000, time.UTC), b.Clock.Sent.UTC())
	assert.Equal(t, 2, b.LeftOut, "a paint, which is a vital as well, and a span of the application")
	assert.Equal(t, 9, b.Received())
	phases := beacon.Phases{}
	phases.Set(beacon.PhaseDNS, 10)
	phases.Set(beacon.PhaseTTFB, 40)
	phases.Set(beacon.PhaseDownload, 20)
	phases.Set(beacon.PhaseLoad, 800)
	phases.Set(beacon.PhaseTotal, 800)
	const id = "b6fb952a3490004c"
	assert.Equal(t, []string{
		"img https://shop.example/a.png 250 404", "xmlhttprequest /api 90 0", "frame 120 https://shop.example/a.js",
		"ttfb 44.5 " + id + "-ttfb navigate", "fcp 600 " + id + "-fcp navigate", "view navigate false",
		"lcp 900 " + id + "-lcp navigate", fmt.Sprint("load of 4 ", phases),
	}, short(b.Events))
	for _, event := range b.Events {
		assert.Equal(t, id, b.Pages[event.Page].ID)
		for _, a := range event.Attributes {
			assert.Equal(t, "target", a.Key, "what the SDK says of each span is no attribute")
		}
	}
}

func TestATransactionIsAPageViewWithWhatIsInIt(t *testing.T) {
	b := decoded(t, transactionEnvelope)[0]
	const id = "b6fb952a3490004c"
	assert.Equal(t, []string{
		"lcp 1200 " + id + "-lcp navigate", "cls 0.1 " + id + "-cls navigate", "script https://shop.example/a.js 250 0", "xmlhttprequest https://shop.example/api 100 500",
		"task 100", "view navigate false",
	}, short(b.Events))
	assert.Equal(t, 1, b.Received())
	assert.Equal(t, beacon.Page{ID: id, URL: "https://shop.example/cart", UserID: "7", Tags: []beacon.Tag{{Key: "plan", Value: "pro"}}, SessionImplicit: true, Elsewhere: true}, b.Pages[0])
	assert.True(t, began.Equal(b.Events[5].Time))
	loaded := strings.Replace(transactionEnvelope, `"spans":[`, `"spans":[{"op":"browser.DNS","start_timestamp":1795425511,"timestamp":1795425511.02},{"op":"browser.request","start_timestamp":1795425511.02,"timestamp":1795425511.2},
		{"op":"browser.response","start_timestamp":1795425511.15,"timestamp":1795425511.2},{"op":"browser.loadEvent","start_timestamp":1795425512,"timestamp":1795425512.5},`, 1)
	events := decoded(t, strings.ReplaceAll(loaded, "\n\t\t", ""))[0].Events
	require.Len(t, events, 7)
	phases := events[5].Payload.(*beacon.PageLoad).Phases
	for phase, want := range map[beacon.Phase]float64{beacon.PhaseDNS: 20, beacon.PhaseTTFB: 130, beacon.PhaseDownload: 50, beacon.PhaseLoad: 500, beacon.PhaseTotal: 1500} {
		assert.InDelta(t, want, phases.Value[phase], 0, beacon.PhaseNames[phase])
	}
	b = decoded(t, strings.Replace(transactionEnvelope, `"pageload"`, `"task"`, 1))[0]
	assert.Equal(t, []int{0, 1}, []int{b.Received(), b.LeftOut})
}

func TestASpanOfAVitalBeforeVersionsHadLists(t *testing.T) {
	b := decoded(t, header, `{"type":"span"}`, `{"op":"ui.interaction.click","description":"#buy","start_timestamp":1795425511,"timestamp":1795425511.25,"span_id":"b6fb952a3490004d","segment_id":"b6fb952a3490004c","data":{"sentry.op":"x","user":"jane"},"measurements":{"inp":{"value":250,"unit":"millisecond"}}}`)[0]
	assert.Equal(t, []string{"inp 250 b6fb952a3490004c-inp navigate"}, short(b.Events))
}

// In versions 8 to 10 the span of an INP is a segment of its own. Its id is that of no page view.
func TestAVitalThatIsASegmentHasThePageOfItsTransaction(t *testing.T) {
	const own, page = "a3d5487cd9d685ec", "b6fb952a3490004c"
	span := func(data string) beacon.Beacon {
		return decoded(t, header, `{"type":"span"}`, `{"data":{"sentry.op":"ui.interaction.click","sentry.exclusive_time":160`+data+`},"op":"ui.interaction.click","start_timestamp":1795425511,"timestamp":1795425511.16,"span_id":"`+own+`","segment_id":"`+own+`","is_segment":true,"measurements":{"inp":{"value":160,"unit":"millisecond"}}}`)[0]
	}
	b := span(`,"transaction":"/product/2"`)
	assert.Equal(t, []string{"inp 160 " + own + "-inp navigate"}, short(b.Events))
	assert.Equal(t, []string{"", "/product/2"}, []string{b.Pages[0].ID, b.Pages[0].URL})
	b = span(`,"transaction":"Checkout"`)
	assert.Equal(t, []string{"", ""}, []string{b.Pages[0].ID, b.Pages[0].URL}, "a name that somebody chose is no path")
	b = span(`,"sentry.pageload.span_id":"` + page + `"`)
	assert.Equal(t, []string{"inp 160 " + page + "-inp navigate"}, short(b.Events))
	assert.Equal(t, []string{page, ""}, []string{b.Pages[0].ID, b.Pages[0].URL}, "the receiver remembers where it was")
}

func TestErrors(t *testing.T) {
	const frames = `"stacktrace":{"frames":[{"filename":"https://shop.example/a.js","function":"g","lineno":9,"colno":9},{"filename":"https://shop.example/a.js","function":"f","lineno":1,"colno":2}]}`
	whole := strings.NewReplacer("\n", "", "\t", "").Replace(`{"timestamp":"2026-11-23T09:18:31Z","level":"fatal","request":{"url":"https://shop.example/cart"},"tags":[["plan","pro"]],"user":{"id":"u1"},"extra":{"order":7},
		"contexts":{"trace":{"trace_id":"16e30b4ed3f641a78e0384c8933dfa1d","span_id":"b6fb952a3490004c"},"cart":{"lines":2},"culture":{"locale":"en"}},"fingerprint":["a","b"],"breadcrumbs":[{},{}],
		"exception":{"values":[{"type":"ApiError","value":"500"},{"type":"TypeError","value":"TypeError: x is null",` + frames + `,"mechanism":{"type":"auto.browser.global_handlers.onerror","handled":false}}]}}`)
	b := decoded(t, header, `{"type":"event"}`, whole)[0]
	require.Len(t, b.Events, 1)
	number := func(key string, v float64) beacon.Attribute {
		return beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: v}
	}
	assert.Equal(t, beacon.Event{
		Count: 1, Time: began.UTC(), Payload: &beacon.Exception{
			Type: "TypeError", Message: "x is null", Source: "error", Group: "a,b", File: "https://shop.example/a.js", Line: 1, Column: 2,
			Stack: "TypeError: TypeError: x is null\n    at f (https://shop.example/a.js:1:2)\n    at g (https://shop.example/a.js:9:9)",
		},
		Log:   &beacon.Log{Severity: 21, SeverityText: "FATAL"},
		Trace: b.Events[0].Trace,
		Attributes: []beacon.Attribute{
			number("order", 7), number("cart.lines", 2), number("breadcrumbs", 2), {Key: "cause.type", String: "ApiError"}, {Key: "cause.message", String: "500"}, number("causes", 1),
		},
	}, withUTC(b.Events[0]))
	assert.NotZero(t, b.Events[0].Trace.TraceID)
	assert.Zero(t, b.Sampling, "errors are sent whatever becomes of traces")
	assert.Equal(t, beacon.Page{URL: "https://shop.example/cart", UserID: "u1", Tags: []beacon.Tag{{Key: "plan", Value: "pro"}}, SessionImplicit: true}, b.Pages[0])
}

func withUTC(e beacon.Event) beacon.Event {
	e.Time = e.Time.UTC()
	return e
}

func TestEveryBoundIsKept(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 8, MaxPages: 2, MaxAttributes: 1, MaxString: 10, MaxURL: 12, MaxStack: 40, MaxFrames: 2}
	long := strings.Repeat("a", 1000)
	frames := strings.TrimSuffix(strings.Repeat(`{"function":"`+long+`","filename":"`+long+`","lineno":1},`, 100), ",")
	exceptions := strings.TrimSuffix(strings.Repeat(`{"type":"`+long+`","value":"`+long+`","stacktrace":{"frames":[`+frames+`]}},`, 20), ",")
	children := strings.TrimSuffix(strings.Repeat(`{"op":"resource.img","start_timestamp":1795425511,"timestamp":1795425512},`, 100), ",")
	body := strings.Join([]string{
		header, `{"type":"event"}`, `{"timestamp":1795425511,"extra":{"` + long + `":"` + long + `","b":1},"tags":{"a":"1","b":"2"},"exception":{"values":[` + exceptions + `]}}`,
		strings.Replace(transactionEnvelope[len(header)+1:], `"spans":[`, `"spans":[`+children+`,`, 1),
		spans(slicesOf(20, span("resource.img", 5, ""))...),
	}, "\n")
	beacons, err := decode(protocol.Facts{}, []byte(body), limits)
	require.NoError(t, err)
	b := beacons[0]
	assert.LessOrEqual(t, len(b.Events), limits.MaxEvents)
	assert.Equal(t, 22, b.Received())
	x := b.Events[0].Payload.(*beacon.Exception)
	assert.LessOrEqual(t, len(x.Stack), limits.MaxStack)
	assert.Len(t, x.Message, limits.MaxString)
	assert.Len(t, b.Events[0].Attributes, 1)
	assert.NotZero(t, b.Events[0].Trimmed)
	assert.Len(t, b.Pages[0].Tags, 1)
}

func TestTheInnermostFramesAreKept(t *testing.T) {
	limits := beacon.DefaultLimits()
	limits.MaxFrames = 2
	for count := range 8 {
		frames := make([]string, count)
		for i := range frames {
			frames[i] = fmt.Sprintf(`{"function":"f%d","filename":"https://shop.example/a.js","lineno":%d,"colno":1}`, i+1, i+1)
		}
		body := header + `
{"type":"event"}
{"timestamp":1795425511,"exception":{"values":[{"type":"TypeError","value":"x is null","stacktrace":{"frames":[` + strings.Join(frames, ",") + `]}}]}}`
		beacons, err := decode(protocol.Facts{}, []byte(body), limits)
		require.NoError(t, err)
		event := beacons[0].Events[0]
		var kept []string
		for _, line := range strings.Split(event.Payload.(*beacon.Exception).Stack, "\n")[1:] {
			kept = append(kept, strings.Fields(line)[1])
		}
		var want []string
		for i := count; i > max(0, count-2); i-- {
			want = append(want, fmt.Sprintf("f%d", i))
		}
		assert.Equal(t, want, kept, "of %d", count)
		assert.Equal(t, count > 2, event.Trimmed != 0, "of %d", count)
	}
}

func TestAReleaseNamesApplicationAndVersion(t *testing.T) {
	for release, want := range map[string]beacon.App{
		"shop@1.4.2": {Name: "shop", Version: "1.4.2"}, "shop@v2.0": {Name: "shop", Version: "v2.0"}, "shop@3f2a1c": {Name: "shop", Version: "3f2a1c"},
		"1.4.2": {Version: "1.4.2"}, "@1": {Version: "@1"}, "jane@mail.example": {Version: "jane@mail.example"}, "shop@": {Name: "shop"},
	} {
		var app beacon.App
		new(decoder).setRelease(&app, release)
		assert.Equal(t, want, app, release)
	}
}

func slicesOf(n int, item string) (items []string) {
	for range n {
		items = append(items, item)
	}
	return items
}
