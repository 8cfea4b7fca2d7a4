package otlp

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
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

// event is a record at a time, in ns.
func event(name, time string, attributes ...string) string {
	return `"timeUnixNano":"` + time + `","eventName":"` + name + `","attributes":[` + strings.Join(attributes, ",") + `]`
}

func decode(t testing.TB, body string) beacon.Beacon {
	t.Helper()
	b, err := NewDecoder([]string{"/v1/logs"}).Decode([]byte(body), beacon.DefaultLimits())
	require.NoError(t, err)
	return b
}

// one decodes a record in both encodings and gives the one event of it and its page.
func one(t *testing.T, record string) (beacon.Event, beacon.Page) {
	t.Helper()
	var events []beacon.Event
	var pages []beacon.Page
	for encoding, body := range both(t, export("", record)) {
		b := decode(t, body)
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
		"": beacon.ReasonEmptyBody, " \n": beacon.ReasonEmptyBody, `{"resourceLogs":[`: beacon.ReasonBadJSON, `{"resourceLogs":[]} {}`: beacon.ReasonBadJSON,
		`{"resourceSpans":[]}`: beacon.ReasonFormat, `[]`: beacon.ReasonFormat, "hello": beacon.ReasonFormat, "\x0a\x05\x0a": beacon.ReasonFormat, "\x0b": beacon.ReasonFormat,
		`{"resourceLogs":[{"scopeLogs":` + strings.Repeat("[", 100): beacon.ReasonTooDeep,
	} {
		_, err := NewDecoder(nil).Decode([]byte(body), beacon.DefaultLimits())
		var rejection *beacon.Rejection
		require.ErrorAs(t, err, &rejection, body)
		assert.Equal(t, reason, rejection.Reason, body)
	}
}

func TestWebVitals(t *testing.T) {
	got, page := one(t, event("browser.web_vital", "1000", text("browser.web_vital.name", "inp"), whole("browser.web_vital.value", "328"), number("browser.web_vital.delta", "312.5"),
		text("browser.web_vital.rating", "poor"), text("browser.web_vital.id", "v5-1"), text("browser.web_vital.navigation_type", "navigate"),
		text("session.id", "s"), text("user.id", "u"), text("browser.document.url.full", "https://shop.example/p"), text("team", "checkout"))+`,"observedTimeUnixNano":"5000"`)
	assert.Equal(t, beacon.Event{
		Kind: beacon.KindVital, Count: 1, Time: time.Unix(0, 5000), Name: beacon.INP, Value: 328, Delta: 312.5, MeasurementID: "v5-1", NavigationType: "navigate",
		Attributes: []beacon.Attribute{{Key: "team", String: "checkout"}},
	}, got)
	assert.Equal(t, beacon.Page{SessionID: "s", UserID: "u", URL: "https://shop.example/p", SessionImplicit: true}, page)
}

func TestTheKindsOfEvents(t *testing.T) {
	const at = "1795425651778000000"
	when := time.Unix(0, 1795425651778000000)
	for name, tc := range map[string]struct {
		record string
		want   beacon.Event
		url    string
	}{
		"Exception": {
			event("exception", at, text("exception.type", "TypeError"), text("exception.message", "x is null"), text("exception.stacktrace", "TypeError: x\n at f")),
			beacon.Event{Kind: beacon.KindError, Name: "TypeError", Error: &beacon.Error{Message: "x is null", Stack: "TypeError: x\n at f", Source: "error"}}, "",
		},
		"ExceptionWithoutType": {
			event("exception", at, text("exception.message", "Script error.")),
			beacon.Event{Kind: beacon.KindError, Name: "Error", Error: &beacon.Error{Message: "Script error.", Source: "error"}}, "",
		},
		"ConsoleError": {
			event("browser.console", at, text("browser.console.method", "error")) + `,"body":{"stringValue":"failed"}`,
			beacon.Event{Kind: beacon.KindError, Name: "console.error", Error: &beacon.Error{Message: "failed", Source: "manual"}}, "",
		},
		"Navigation": {
			event("browser.navigation", at, text("url.full", "https://shop.example/p"), truth("browser.navigation.same_document"), truth("browser.navigation.hash_change")),
			beacon.Event{Kind: beacon.KindPageView, SameDocument: true}, "https://shop.example/p",
		},
		"NavigationTiming": {
			event("browser.navigation_timing", at, text("url.full", "https://shop.example/"), text("browser.navigation_timing.type", "reload"),
				whole("browser.resource_timing.domain_lookup_start", "10"), number("browser.resource_timing.domain_lookup_end", "12.5"),
				whole("browser.navigation_timing.load_event_end", "900"), whole("browser.navigation_timing.redirect_count", "0")),
			beacon.Event{Kind: beacon.KindNavigationTiming, NavigationType: "reload", Phases: &beacon.Phases{
				Known: [beacon.NumPhases]bool{beacon.PhaseDNS: true, beacon.PhaseLoad: true, beacon.PhaseTotal: true},
				Value: [beacon.NumPhases]float64{beacon.PhaseDNS: 2.5, beacon.PhaseLoad: 900, beacon.PhaseTotal: 900},
			}}, "https://shop.example/",
		},
		"Resource": {
			event("browser.resource_timing", at, text("url.full", "https://shop.example/a.css"), text("browser.resource_timing.initiator_type", "link"), whole("browser.resource_timing.duration", "386"),
				whole("browser.resource_timing.transfer_size", "487"), whole("browser.resource_timing.encoded_body_size", "187"), whole("browser.resource_timing.decoded_body_size", "219"), whole("browser.resource_timing.worker_start", "0")),
			beacon.Event{Kind: beacon.KindResource, Name: "https://shop.example/a.css", Value: 386, Resource: &beacon.Resource{InitiatorType: "link", TransferSize: 487, EncodedSize: 187, DecodedSize: 219}}, "",
		},
		"Click": {
			event("browser.user_action.click", at, text("browser.css_selector", "#buy"), text("browser.tag_name", "BUTTON"), whole("browser.page.x", "3"),
				`{"key":"browser.element.attributes","value":{"kvlistValue":{"values":[`+text("value", "secret")+`]}}}`),
			beacon.Event{Kind: beacon.KindClick, Element: &beacon.Element{Selector: "#buy", Tag: "button"}}, "",
		},
		"SessionStart": {event("session.start", at), beacon.Event{Kind: beacon.KindSessionStart}, ""},
		"Custom": {
			event("shop.add_to_cart", at, whole("product", "42"), truth("member"), `{"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"}]}}}`),
			beacon.Event{Kind: beacon.KindMeasurement, Name: "shop.add_to_cart", Value: 1, Attributes: []beacon.Attribute{
				{Key: "product", Type: beacon.NumberValue, Number: 42}, {Key: "member", Type: beacon.BoolValue, Number: 1},
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

func TestRecordsThatAreNoEventsAreRefusedAndTheOthersGoOn(t *testing.T) {
	body := export("", event("shop.seen", "1"), `"body":{"stringValue":"a line"}`, event("browser.newer", "1"), event("browser.console", "1", text("browser.console.method", "log")),
		event("browser.web_vital", "1"), event("browser.web_vital", "1", text("browser.web_vital.name", "tbt"), whole("browser.web_vital.value", "1")),
		event("browser.web_vital", "1", text("browser.web_vital.name", "lcp"), text("browser.web_vital.value", "1")), event("browser.resource_timing", "1"),
		event("browser.resource_timing", "1", text("url.full", "/x")), event("shop.left", "1"))
	for encoding, body := range both(t, body) {
		b := decode(t, body)
		assert.Len(t, b.Events, 2, encoding)
		assert.Equal(t, 10, b.Received(), encoding)
		assert.Equal(t, []beacon.Refusal{
			{Index: 1, Reason: beacon.ReasonUnknownType, Field: "eventName"},
			{Index: 2, Reason: beacon.ReasonUnknownType, Field: "eventName"},
			{Index: 3, Reason: beacon.ReasonUnknownType, Field: "browser.console.method"},
			{Index: 4, Reason: beacon.ReasonMissingName, Field: "browser.web_vital.name"},
			{Index: 5, Reason: beacon.ReasonUnknownType, Field: "browser.web_vital.name"},
			{Index: 6, Reason: beacon.ReasonBadValue, Field: "browser.web_vital.value"},
			{Index: 7, Reason: beacon.ReasonMissingName, Field: "url.full"},
			{Index: 8, Reason: beacon.ReasonBadValue, Field: "browser.resource_timing.duration"},
		}, b.Refused, encoding)
	}
}

func TestTheResourceNamesTheApplicationAndItsOwnAttributesAreTags(t *testing.T) {
	resource := strings.Join([]string{
		text("service.name", "shop"), text("service.version", "2"), text("deployment.environment.name", "staging"), text("telemetry.sdk.name", "opentelemetry"),
		text("telemetry.sdk.version", "2.1"), text("telemetry.sdk.language", "webjs"), text("team", "checkout"), text("user_agent.original", "x"), whole("shard", "7"),
	}, ",")
	for encoding, body := range both(t, export(resource, event("shop.seen", "1"), event("shop.left", "1", text("session.id", "s")))) {
		b := decode(t, body)
		assert.Equal(t, beacon.App{Name: "shop", Version: "2", Environment: "staging"}, b.App, encoding)
		assert.Equal(t, beacon.SDK{Name: "opentelemetry", Version: "2.1"}, b.SDK, encoding)
		require.Len(t, b.Pages, 2, encoding)
		for _, page := range b.Pages {
			assert.Equal(t, []beacon.Tag{{Key: "team", Value: "checkout"}}, page.Tags, encoding)
		}
	}
}

func TestExportsOfLogsAreNoResourcesOfThePage(t *testing.T) {
	resource := func(url string) string {
		return event("browser.resource_timing", "1", text("url.full", url), whole("browser.resource_timing.duration", "1"))
	}
	for encoding, body := range both(t, export("", resource("https://rum.example/v1/logs"), resource("https://rum.example/v1/logs?x=1"), resource("https://rum.example/v1/logs/key"),
		resource("https://rum.example/v1/logsheet"), resource("https://rum.example"), resource("/v1/logs"))) {
		b := decode(t, body)
		assert.Len(t, b.Events, 3, encoding)
		assert.Equal(t, 3, b.Received(), encoding)
	}
}

func TestTimesAsStringsAndAsNumbers(t *testing.T) {
	for members, want := range map[string]time.Time{
		`"timeUnixNano":"7"`: time.Unix(0, 7), `"timeUnixNano":7`: time.Unix(0, 7), `"observedTimeUnixNano":"8"`: time.Unix(0, 8), `"timeUnixNano":"0"`: {},
		`"timeUnixNano":"18446744073709551615"`: {}, `"timeUnixNano":null`: {}, `"x":1`: {},
	} {
		assert.Equal(t, want, decode(t, export("", `"eventName":"shop.seen",`+members)).Events[0].Time, members)
	}
	for _, members := range []string{`"timeUnixNano":"yesterday"`, `"timeUnixNano":{}`, `"eventName":7`} {
		b := decode(t, export("", `"eventName":"shop.seen",`+members))
		require.Len(t, b.Refused, 1, members)
		assert.Equal(t, beacon.ReasonBadEvent, b.Refused[0].Reason, members)
	}
}

func TestNumbersMayBeStringsAndMustBeFinite(t *testing.T) {
	for written, want := range map[string]float64{`"intValue":"42"`: 42, `"intValue":42`: 42, `"doubleValue":"1.5"`: 1.5, `"doubleValue":1.5`: 1.5} {
		b := decode(t, export("", event("shop.seen", "1", `{"key":"n","value":{`+written+`}}`)))
		assert.Equal(t, []beacon.Attribute{{Key: "n", Type: beacon.NumberValue, Number: want}}, b.Events[0].Attributes, written)
	}
	for _, written := range []string{`"doubleValue":"NaN"`, `"doubleValue":"Infinity"`, `"doubleValue":1e999`, `"intValue":"x"`, `"bytesValue":"AA=="`} {
		assert.Empty(t, decode(t, export("", event("shop.seen", "1", `{"key":"n","value":{`+written+`}}`))).Events[0].Attributes, written)
	}
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetEventName("shop.seen")
	record.Attributes().PutDouble("n", math.NaN())
	record.Attributes().PutStr("broken", "a\xffb")
	body, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	b := decode(t, string(body))
	assert.Equal(t, []beacon.Attribute{{Key: "broken", String: "a\uFFFDb"}}, b.Events[0].Attributes)
	assert.True(t, b.Repaired)
}

func TestEveryBoundIsKeptAndCounted(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 2, MaxPages: 1, MaxAttributes: 3, MaxString: 10, MaxURL: 12, MaxStack: 20, MaxFrames: 1}
	long := strings.Repeat("a", 1000)
	body := export(text("x", long), event("exception", "1", text("session.id", "s"), text("exception.stacktrace", long), text("more", long), text("and", "more"), text("n", "1"), text("o", "1")),
		event("shop.seen", "1", text("session.id", "other")), event("shop.seen", "1"), event("shop.seen", "1"))
	for encoding, body := range both(t, body) {
		b, err := NewDecoder(nil).Decode([]byte(body), limits)
		require.NoError(t, err)
		require.Len(t, b.Events, 1, encoding)
		assert.Len(t, b.Events[0].Error.Stack, 20, encoding)
		assert.Len(t, b.Events[0].Attributes, 3, encoding)
		assert.Len(t, b.Pages[0].Tags[0].Value, 10, encoding)
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
		assert.Len(t, decode(t, string(body)).Events, 1, "%x", body[:2])
	}
	assert.Len(t, decode(t, "\n"+export("", event("shop.seen", "1"))).Events, 1)
}

// A megabyte of empty records is a few bytes on the wire for each: it must not become a megabyte of structs.
func TestRecordsPastTheBoundCostNothing(t *testing.T) {
	records := strings.Repeat("\x12\x00", 400_000) // empty LogRecords
	scope := "\x12" + length(len(records)) + records
	body := "\x0a" + length(len(scope)) + scope
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			_, err := NewDecoder(nil).Decode([]byte(body), beacon.DefaultLimits())
			if err != nil {
				b.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
	assert.Less(t, allocated, int64(2*len(body)+256<<10), "the copy that this test makes, that of the decoder, and a thousand refusals")
	b := decode(t, body)
	assert.Equal(t, 400_000, b.Received())
}

// length is a varint.
func length(n int) (varint string) {
	for ; n >= 0x80; n >>= 7 {
		varint += string([]byte{byte(n) | 0x80})
	}
	return varint + string([]byte{byte(n)})
}
