package otlp

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// both gives a body of JSON in both encodings, as bodies that must mean the same.
func both(t testing.TB, body string) map[string]string {
	t.Helper()
	logs, err := new(plog.JSONUnmarshaler).UnmarshalLogs([]byte(body))
	require.NoError(t, err)
	binary, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	return map[string]string{"JSON": body, "binary": string(binary)}
}

// export is a body with these records, each written as members of a LogRecord.
func export(resource string, records ...string) string {
	for i := range records {
		records[i] = "{" + records[i] + "}"
	}
	return `{"resourceLogs":[{"resource":{"attributes":[` + resource + `]},"scopeLogs":[{"scope":{"name":"x"},"logRecords":[` + strings.Join(records, ",") + `]}]}]}`
}

// text, number and truth are attributes.
func text(key, value string) string {
	return `{"key":"` + key + `","value":{"stringValue":` + strconv.Quote(value) + `}}`
}
func number(key, value string) string {
	return `{"key":"` + key + `","value":{"doubleValue":` + value + `}}`
}
func whole(key, value string) string {
	return `{"key":"` + key + `","value":{"intValue":` + value + `}}`
}
func truth(key string) string { return `{"key":"` + key + `","value":{"boolValue":true}}` }

// epoch is the start of the times of records, in Unix seconds.
const epoch = "1795425651"

// event is a record at a time, in ns since the epoch.
func event(name, time string, attributes ...string) string {
	return `"timeUnixNano":"` + epoch + strings.Repeat("0", max(0, 9-len(time))) + time + `","eventName":"` + name + `","attributes":[` + strings.Join(attributes, ",") + `]`
}

func decoded(t testing.TB, body string) beacon.Beacon {
	t.Helper()
	beacons, err := decode(protocol.Facts{Path: "/v1/logs"}, []byte(body), beacon.DefaultLimits())
	require.NoError(t, err)
	require.Len(t, beacons, 1)
	return beacons[0]
}

// one decodes a record in both encodings and gives the one event of it and its page.
func one(t *testing.T, record string) (beacon.Event, beacon.Page) {
	t.Helper()
	var events []beacon.Event
	var pages []beacon.Page
	for encoding, body := range both(t, export("", record)) {
		b := decoded(t, body)
		require.Len(t, b.Events, 1, encoding)
		require.Len(t, b.Pages, 1, encoding)
		events, pages = append(events, b.Events[0]), append(pages, b.Pages[0])
	}
	require.Equal(t, events[0], events[1])
	require.Equal(t, pages[0], pages[1])
	return events[0], pages[0]
}

func TestBodiesThatCannotBeReadAreRejected(t *testing.T) {
	for body, reason := range map[string]beacon.Reason{
		`{"resourceLogs":[`: beacon.ReasonBadJSON, `{"resourceLogs":[]} {}`: beacon.ReasonBadJSON,
		`{"resourceSpans":[]}`: beacon.ReasonFormat, `[]`: beacon.ReasonFormat, "hello": beacon.ReasonFormat, "\x0a\x05\x0a": beacon.ReasonFormat, "\x0b": beacon.ReasonFormat,
		`{"resourceLogs":[{"scopeLogs":` + strings.Repeat("[", 100): beacon.ReasonTooDeep,
	} {
		_, err := decode(protocol.Facts{Path: "/v1/logs"}, []byte(body), beacon.DefaultLimits())
		var rejection *beacon.Rejection
		require.ErrorAs(t, err, &rejection, body)
		assert.Equal(t, reason, rejection.Reason, body)
	}
}

func TestWebVitals(t *testing.T) {
	got, page := one(t, event("browser.web_vital", "1000", text("browser.web_vital.name", "inp"), whole("browser.web_vital.value", "328"), number("browser.web_vital.delta", "312.5"),
		text("browser.web_vital.rating", "poor"), text("browser.web_vital.id", "v5-1"), text("browser.web_vital.navigation_type", "navigate"),
		text("session.id", "s"), text("user.id", "u"), text("browser.document.url.full", "https://shop.example/p"), text("team", "checkout"))+`,"observedTimeUnixNano":"1795425651000005000"`)
	assert.Equal(t, beacon.Event{Count: 1, Time: time.Unix(1795425651, 5000), Verbatim: true, Payload: &beacon.Vital{Name: beacon.INP, Value: 328, Delta: 312.5, ID: "v5-1", NavigationType: "navigate"}, Attributes: []beacon.Attribute{{Key: "team", String: "checkout"}}}, got)
	assert.Equal(t, beacon.Page{SessionID: "s", UserID: "u", URL: "https://shop.example/p", SessionImplicit: true}, page)
}

func TestTheKindsOfEvents(t *testing.T) {
	const at = "778000000"
	when, yes := time.Unix(0, 1795425651778000000), true
	for name, tc := range map[string]struct {
		record string
		want   beacon.Event
		url    string
	}{
		"Exception": {
			event("exception", at, text("exception.type", "TypeError"), text("exception.message", "x is null"), text("exception.stacktrace", "TypeError: x\n at f")),
			beacon.Event{Verbatim: true, Payload: &beacon.Exception{Type: "TypeError", Message: "x is null", Stack: "TypeError: x\n at f", Source: "error"}}, "",
		},
		"ExceptionWithoutType": {
			event("exception", at, text("exception.message", "Script error.")),
			beacon.Event{Verbatim: true, Payload: &beacon.Exception{Type: "Error", Message: "Script error.", Source: "error"}}, "",
		},
		"ConsoleError": {
			event("browser.console", at, text("browser.console.method", "error")) + `,"body":{"stringValue":"failed"}`,
			beacon.Event{Verbatim: true, Payload: &beacon.Exception{Type: "console.error", Message: "failed", Source: "manual"}, Log: &beacon.Log{Body: beacon.Attribute{String: "failed"}, HasBody: true}, Attributes: []beacon.Attribute{{Key: "browser.console.method", String: "error"}}}, "",
		},
		"Navigation": {
			event("browser.navigation", at, text("url.full", "https://shop.example/p"), truth("browser.navigation.same_document"), truth("browser.navigation.hash_change")),
			beacon.Event{Verbatim: true, Payload: &beacon.PageView{SameDocument: true, HashChange: &yes}}, "https://shop.example/p",
		},
		"NavigationTiming": {
			event("browser.navigation_timing", at, text("url.full", "https://shop.example/"), text("browser.navigation_timing.type", "reload"),
				whole("browser.resource_timing.domain_lookup_start", "10"), number("browser.resource_timing.domain_lookup_end", "12.5"),
				whole("browser.navigation_timing.load_event_end", "900"), whole("browser.navigation_timing.redirect_count", "0")),
			beacon.Event{Verbatim: true, Payload: &beacon.PageLoad{Type: "reload", Phases: beacon.Phases{
				Known: [beacon.NumPhases]bool{beacon.PhaseDNS: true, beacon.PhaseLoad: true, beacon.PhaseTotal: true},
				Value: [beacon.NumPhases]float64{beacon.PhaseDNS: 2.5, beacon.PhaseLoad: 900, beacon.PhaseTotal: 900},
			}}, Attributes: []beacon.Attribute{
				{Key: "browser.resource_timing.domain_lookup_start", Type: beacon.IntValue, Int: 10}, {Key: "browser.resource_timing.domain_lookup_end", Type: beacon.NumberValue, Number: 12.5},
				{Key: "browser.navigation_timing.load_event_end", Type: beacon.IntValue, Int: 900}, {Key: "browser.navigation_timing.redirect_count", Type: beacon.IntValue},
			}}, "https://shop.example/",
		},
		"Resource": {
			event("browser.resource_timing", at, text("url.full", "https://shop.example/a.css"), text("browser.resource_timing.initiator_type", "link"), whole("browser.resource_timing.duration", "386"),
				whole("browser.resource_timing.transfer_size", "487"), whole("browser.resource_timing.encoded_body_size", "187"), whole("browser.resource_timing.decoded_body_size", "219"), whole("browser.resource_timing.worker_start", "0")),
			beacon.Event{Verbatim: true, Payload: &beacon.Resource{URL: "https://shop.example/a.css", Duration: 386, InitiatorType: "link", TransferSize: 487, EncodedSize: 187, DecodedSize: 219}, Attributes: []beacon.Attribute{{Key: "browser.resource_timing.worker_start", Type: beacon.IntValue}}}, "",
		},
		"Click": {
			event("browser.user_action.click", at, text("browser.css_selector", "#buy"), text("browser.tag_name", "BUTTON"), whole("browser.page.x", "3"),
				`{"key":"browser.element.attributes","value":{"kvlistValue":{"values":[`+text("class", "b")+","+text("value", "secret")+`]}}}`),
			beacon.Event{Verbatim: true, Payload: &beacon.Click{Selector: "#buy", Tag: "button"}, Attributes: []beacon.Attribute{
				{Key: "browser.page.x", Type: beacon.IntValue, Int: 3},
				{Key: "browser.element.attributes", Type: beacon.MapValue, Items: []beacon.Attribute{{Key: "class", String: "b"}}},
			}}, "",
		},
		"SessionStart": {event("session.start", at), beacon.Event{Verbatim: true, Payload: &beacon.SessionStart{}}, ""},
		"Custom": {
			event("shop.add_to_cart", at, whole("product", "42"), truth("member"), `{"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"}]}}}`),
			beacon.Event{Verbatim: true, Payload: &beacon.Custom{Name: "shop.add_to_cart"}, Attributes: []beacon.Attribute{
				{Key: "product", Type: beacon.IntValue, Int: 42}, {Key: "member", Type: beacon.BoolValue, Number: 1},
				{Key: "list", Type: beacon.ListValue, Items: []beacon.Attribute{{String: "a"}}},
			}}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, page := one(t, tc.record)
			tc.want.Count, tc.want.Time = 1, when
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.url, page.URL)
		})
	}
}

func TestRecordsThatLackWhatTheirNamePromisesStayWhatTheyAre(t *testing.T) {
	body := export("", event("shop.seen", "1"), `"body":{"stringValue":"a line"}`, event("browser.newer", "1"), event("browser.console", "1", text("browser.console.method", "log")),
		event("browser.web_vital", "1"), event("browser.web_vital", "1", text("browser.web_vital.name", "tbt"), whole("browser.web_vital.value", "1")),
		event("browser.web_vital", "1", text("browser.web_vital.name", "lcp"), text("browser.web_vital.value", "1")), event("browser.resource_timing", "1"),
		event("browser.resource_timing", "1", text("url.full", "/x")), event("shop.left", "1"))
	for encoding, body := range both(t, body) {
		b := decoded(t, body)
		assert.Equal(t, []beacon.Refusal{
			{Index: 4, Reason: beacon.ReasonMissingName, Field: "browser.web_vital.name"},
			{Index: 7, Reason: beacon.ReasonMissingName, Field: "url.full"},
		}, b.Refused, encoding)
		require.Len(t, b.Events, 8, encoding)
		var got []string
		for _, event := range b.Events[4:7] {
			got = append(got, fmt.Sprint(event.Payload.(*beacon.Custom).Name, " ", len(event.Attributes)))
		}
		assert.Equal(t, []string{
			"browser.web_vital 2", "browser.web_vital 2", "browser.resource_timing 1",
		}, got, encoding)
	}
}

func TestTheResourceNamesTheApplicationAndItsOwnAttributesAreTags(t *testing.T) {
	resource := strings.Join([]string{
		text("service.name", "shop"), text("service.version", "2"), text("deployment.environment.name", "staging"), text("telemetry.sdk.name", "opentelemetry"),
		text("telemetry.sdk.version", "2.1"), text("telemetry.sdk.language", "webjs"), text("team", "checkout"), text("user_agent.original", "x"), whole("shard", "7"),
	}, ",")
	numeric := decoded(t, export(whole("service.version", "3")+","+number("service.name", "1.5"), event("shop.seen", "1")))
	assert.Equal(t, beacon.App{Name: "1.5", Version: "3"}, numeric.App)
	for want, body := range map[string]string{
		beacon.SyntheticBot:  export(text("user_agent.synthetic.type", "bot"), event("shop.seen", "1")),
		beacon.SyntheticTest: export("", event("shop.seen", "1"), event("shop.seen", "1", text("user_agent.synthetic.type", "test"))),
		"":                   export(text("user_agent.synthetic.type", "person"), event("shop.seen", "1")),
	} {
		for encoding, body := range both(t, body) {
			assert.Equal(t, want, decoded(t, body).Synthetic, encoding)
		}
	}
	for encoding, body := range both(t, export(resource, event("shop.seen", "1"), event("shop.left", "1", text("session.id", "s")))) {
		b := decoded(t, body)
		assert.Equal(t, beacon.App{Name: "shop", Version: "2", Environment: "staging"}, b.App, encoding)
		assert.Equal(t, beacon.SDK{Name: "opentelemetry", Version: "2.1"}, b.SDK, encoding)
		require.Len(t, b.Pages, 2, encoding)
		for _, page := range b.Pages {
			assert.Equal(t, []beacon.Tag{{Key: "team", Value: "checkout"}}, page.Tags, encoding)
		}
	}
}

func TestOnlyTheOwnExportsAreNoResourcesOfThePage(t *testing.T) {
	const url = "https://rum.example/rum/v1/logs"
	for name, tc := range map[string]struct {
		facts protocol.Facts
		url   string
		own   bool
	}{
		"Logs":            {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "https://rum.example/v1/logs?x=1", true},
		"Traces":          {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "https://rum.example/v1/traces", true},
		"Metrics":         {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "https://rum.example/v1/metrics/", true},
		"BehindAPrefix":   {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, url, true},
		"ByAnotherName":   {protocol.Facts{Host: "10.0.0.1:4319", Path: "/v1/logs", Header: http.Header{"X-Forwarded-Host": {"rum.example, proxy"}}}, url, true},
		"WithTheKey":      {protocol.Facts{Host: "rum.example", Path: "/v1/logs/key"}, "https://rum.example/v1/logs/key", true},
		"WithAnotherKey":  {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "https://rum.example/v1/logs/search", false},
		"OfAnotherHost":   {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "https://api.partner.example/v1/logs", false},
		"LongerName":      {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "https://rum.example/v1/logsheet", false},
		"OfThePage":       {protocol.Facts{Host: "rum.internal.example", Path: "/v1/logs", Header: http.Header{"Origin": {"https://rum.example"}}}, url, true},
		"BehindAProxy":    {protocol.Facts{Host: "10.0.0.1:4319", Path: "/v1/logs"}, url, true},
		"NoPath":          {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "https://rum.example", false},
		"RelativeAddress": {protocol.Facts{Host: "rum.example", Path: "/v1/logs"}, "/v1/logs", false},
	} {
		t.Run(name, func(t *testing.T) {
			body := export("", event("browser.resource_timing", "1", text("url.full", tc.url), whole("browser.resource_timing.duration", "1")))
			for encoding, body := range both(t, body) {
				beacons, err := decode(tc.facts, []byte(body), beacon.DefaultLimits())
				require.NoError(t, err)
				events, leftOut := 1, 0
				if tc.own {
					events, leftOut = 0, 1
				}
				assert.Len(t, beacons[0].Events, events, encoding)
				assert.Equal(t, leftOut, beacons[0].LeftOut, encoding)
				assert.Empty(t, beacons[0].Refused, encoding)
			}
		})
	}
}

func TestAHostThatGetsSeveralSignalsIsACollector(t *testing.T) {
	resource := func(url string) string {
		return event("browser.resource_timing", "1", text("url.full", url), whole("browser.resource_timing.duration", "1"))
	}
	body := export("", resource("https://collector.example/v1/logs"), resource("https://api.partner.example/v1/logs"), resource("https://collector.example/v1/traces"),
		resource("https://shop.example/v1/logs/search?q=1"))
	for encoding, body := range both(t, body) {
		beacons, err := decode(protocol.Facts{Host: "127.0.0.1:4319", Path: "/v1/logs", Header: http.Header{"Origin": {"https://shop.example"}}}, []byte(body), beacon.DefaultLimits())
		require.NoError(t, err)
		var kept []string
		for _, event := range beacons[0].Events {
			kept = append(kept, event.Payload.(*beacon.Resource).URL)
		}
		assert.Equal(t, []string{"https://api.partner.example/v1/logs", "https://shop.example/v1/logs/search?q=1"}, kept, encoding)
		assert.Equal(t, 2, beacons[0].LeftOut, encoding)
	}
}

func TestNothingOfARecordIsLost(t *testing.T) {
	record := `"timeUnixNano":"1795425651000000000","eventName":"shop.left","severityNumber":21,"severityText":"FATAL","body":{"kvlistValue":{"values":[{"key":"n","value":{"intValue":"7"}}]}},
		"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","flags":1,"droppedAttributesCount":2,"attributes":[]`
	got, _ := one(t, record)
	assert.Equal(t, &beacon.Log{
		Body:    beacon.Attribute{Type: beacon.MapValue, Items: []beacon.Attribute{{Key: "n", Type: beacon.IntValue, Int: 7}}},
		HasBody: true, Severity: 21, SeverityText: "FATAL", Dropped: 2,
	}, got.Log)
	assert.Equal(t, beacon.Trace{
		TraceID: [16]byte{0x5b, 0x8e, 0xff, 0xf7, 0x98, 0x03, 0x81, 0x03, 0xd2, 0x69, 0xb6, 0x33, 0x81, 0x3f, 0xc6, 0x0c},
		SpanID:  [8]byte{0xee, 0xe1, 0x9b, 0x7e, 0xc3, 0xc1, 0xb1, 0x74}, Flags: 1,
	}, got.Trace)
}

func TestEventsByAttributeAndVitalsByBodyAsOlderSDKsWroteThem(t *testing.T) {
	got, _ := one(t, `"timeUnixNano":"1795425651000000000","attributes":[`+text("event.name", "shop.left")+`]`)
	assert.Equal(t, &beacon.Custom{Name: "shop.left"}, got.Payload)

	got, _ = one(t, `"timeUnixNano":"1795425651000000000","attributes":[`+text("event.name", "browser.web_vital")+`],"body":{"kvlistValue":{"values":[`+
		text("name", "CLS")+","+number("value", "0.31")+","+number("delta", "0.1")+","+text("id", "v4-1")+`]}}`)
	assert.Equal(t, &beacon.Vital{Name: beacon.CLS, Value: 0.31, Delta: 0.1, ID: "v4-1"}, got.Payload)
	assert.False(t, got.Log != nil && got.Log.HasBody)
}

func TestEachResourceIsAnApplicationOfItsOwn(t *testing.T) {
	resource := func(name string) string {
		return `{"scopeLogs":[{"logRecords":[{` + event("shop.seen", "1") + `}]}],"resource":{"attributes":[` + text("service.name", name) + `,` + text("team", name) + `]}}`
	}
	for encoding, body := range both(t, `{"resourceLogs":[`+resource("shop")+`,{"resource":{}},`+resource("bank")+`]}`) {
		beacons, err := decode(protocol.Facts{Path: "/v1/logs"}, []byte(body), beacon.DefaultLimits())
		require.NoError(t, err)
		require.Len(t, beacons, 2, encoding)
		for i, name := range []string{"shop", "bank"} {
			assert.Equal(t, name, beacons[i].App.Name, encoding)
			assert.Equal(t, []beacon.Tag{{Key: "team", Value: name}}, beacons[i].Pages[0].Tags, encoding)
			assert.Len(t, beacons[i].Events, 1, encoding)
			assert.Equal(t, i, beacons[i].Events[0].Index, encoding)
		}
	}
}

func TestAnExportOfNothingIsFine(t *testing.T) {
	for _, body := range []string{"", "{}", `{"resourceLogs":[]}`, `{"resourceLogs":[{}]}`} {
		beacons, err := decode(protocol.Facts{Path: "/v1/logs"}, []byte(body), beacon.DefaultLimits())
		require.NoError(t, err, body)
		require.Len(t, beacons, 1)
		assert.Zero(t, beacons[0].Received())
	}
}

func TestTimesAsStringsAndAsNumbers(t *testing.T) {
	for members, want := range map[string]time.Time{
		`"timeUnixNano":"1795425651000000007"`: time.Unix(1795425651, 7), `"timeUnixNano":1795425651000000000`: time.Unix(1795425651, 0),
		`"observedTimeUnixNano":"1795425651000000008"`: time.Unix(1795425651, 8), `"timeUnixNano":"0"`: {}, `"timeUnixNano":null`: {}, `"x":1`: {},
	} {
		assert.Equal(t, want, decoded(t, export("", `"eventName":"shop.seen",`+members)).Events[0].Time, members)
	}
	for _, members := range []string{`"timeUnixNano":"yesterday"`, `"timeUnixNano":{}`, `"eventName":7`} {
		b := decoded(t, export("", `"eventName":"shop.seen",`+members))
		require.Len(t, b.Refused, 1, members)
		assert.Equal(t, beacon.ReasonBadEvent, b.Refused[0].Reason, members)
	}
}

func TestATimeInAnotherUnitIsRefused(t *testing.T) {
	for _, time := range []string{"1795425651", "1795425651778", "1795425651778000", "18446744073709551615"} {
		b := decoded(t, export("", `"eventName":"shop.seen","timeUnixNano":"`+time+`"`))
		require.Len(t, b.Refused, 1, time)
		assert.Equal(t, beacon.Refusal{Reason: beacon.ReasonBadTimestamp, Field: "timeUnixNano"}, b.Refused[0], time)
	}
}

func TestNumbersMayBeStringsAndMustBeFinite(t *testing.T) {
	for written, want := range map[string]beacon.Attribute{
		`"intValue":"42"`:                  {Key: "n", Type: beacon.IntValue, Int: 42},
		`"intValue":42`:                    {Key: "n", Type: beacon.IntValue, Int: 42},
		`"intValue":"9223372036854775807"`: {Key: "n", Type: beacon.IntValue, Int: math.MaxInt64},
		`"doubleValue":"1.5"`:              {Key: "n", Type: beacon.NumberValue, Number: 1.5},
		`"doubleValue":1.5`:                {Key: "n", Type: beacon.NumberValue, Number: 1.5},
		`"bytesValue":"AAE="`:              {Key: "n", Type: beacon.BytesValue, String: "\x00\x01"},
	} {
		b := decoded(t, export("", event("shop.seen", "1", `{"key":"n","value":{`+written+`}}`)))
		assert.Equal(t, []beacon.Attribute{want}, b.Events[0].Attributes, written)
	}
	for _, written := range []string{`"doubleValue":"NaN"`, `"doubleValue":"Infinity"`, `"doubleValue":1e999`, `"intValue":"x"`, `"bytesValue":"!"`} {
		assert.Empty(t, decoded(t, export("", event("shop.seen", "1", `{"key":"n","value":{`+written+`}}`))).Events[0].Attributes, written)
	}
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetEventName("shop.seen")
	record.Attributes().PutDouble("n", math.NaN())
	record.Attributes().PutStr("broken", "a\xffb")
	body, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	b := decoded(t, string(body))
	assert.Equal(t, []beacon.Attribute{{Key: "broken", String: "a\uFFFDb"}}, b.Events[0].Attributes)
	assert.True(t, b.Repaired)
}

func TestEveryBoundIsKeptAndCounted(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 2, MaxPages: 1, MaxAttributes: 3, MaxString: 32, MaxURL: 12, MaxStack: 20, MaxFrames: 1}
	long := strings.Repeat("a", 1000)
	body := export(text("x", long), event("exception", "1", text("session.id", "s"), text("exception.stacktrace", long), text("more", long), text("and", "more"), text("n", "1"), text("o", "1")),
		event("shop.seen", "1", text("session.id", "other")), event("shop.seen", "1"), event("shop.seen", "1"))
	for encoding, body := range both(t, body) {
		beacons, err := decode(protocol.Facts{Path: "/v1/logs"}, []byte(body), limits)
		require.NoError(t, err)
		b := beacons[0]
		require.Len(t, b.Events, 1, encoding)
		assert.Len(t, b.Events[0].Payload.(*beacon.Exception).Stack, 20, encoding)
		assert.Len(t, b.Events[0].Attributes, 3, encoding)
		assert.Len(t, b.Pages[0].Tags[0].Value, 32, encoding)
		assert.NotZero(t, b.Events[0].Trimmed, encoding)
		assert.Equal(t, []beacon.Refusal{{Index: 1, Reason: beacon.ReasonTooManyPages}, {Index: 2, Reason: beacon.ReasonTooManyEvents, More: 1}}, b.Refused, encoding)
	}
}

func TestABinaryBodyMayLookAsJSONThatBeginsWithANewline(t *testing.T) {
	for pad := range 200 {
		logs := plog.NewLogs()
		record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		record.SetEventName("shop." + strings.Repeat("x", pad))
		body, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
		require.NoError(t, err)
		assert.Len(t, decoded(t, string(body)).Events, 1, "%x", body[:2])
	}
	assert.Len(t, decoded(t, "\n"+export("", event("shop.seen", "1"))).Events, 1)
}

// A megabyte of empty records is a few bytes on the wire for each: it must not become a megabyte of structs.
func TestRecordsPastTheBoundCostNothing(t *testing.T) {
	records := strings.Repeat("\x12\x00", 400_000) // empty LogRecords
	scope := "\x12" + length(len(records)) + records
	body := "\x0a" + length(len(scope)) + scope
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			_, err := decode(protocol.Facts{Path: "/v1/logs"}, []byte(body), beacon.DefaultLimits())
			if err != nil {
				b.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
	assert.Less(t, allocated, int64(2*len(body)+768<<10), "the copy that this test makes, that of the decoder, and a thousand lines of a log")
	b := decoded(t, body)
	assert.Equal(t, 400_000, b.Received())
}

// length is a varint.
func length(n int) (varint string) {
	for ; n >= 0x80; n >>= 7 {
		varint += string([]byte{byte(n) | 0x80})
	}
	return varint + string([]byte{byte(n)})
}
