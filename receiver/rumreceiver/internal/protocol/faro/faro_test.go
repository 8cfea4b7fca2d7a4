package faro

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const at = `"timestamp":"2026-11-23T09:17:13.724Z"`

var when = time.Date(2026, 11, 23, 9, 17, 13, 724_000_000, time.UTC)

func decoded(t *testing.T, body string) beacon.Beacon {
	t.Helper()
	beacons, err := decode([]byte(body), beacon.DefaultLimits())
	require.NoError(t, err)
	require.Len(t, beacons, 1)
	return beacons[0]
}

// events of a body that has these lists besides an empty meta.
func events(t *testing.T, lists string) []beacon.Event {
	t.Helper()
	b := decoded(t, `{`+lists+`,"meta":{}}`)
	require.Empty(t, b.Refused)
	for i := range b.Events {
		assert.True(t, when.Equal(b.Events[i].Time), b.Events[i].Time)
		b.Events[i].Time = time.Time{}
	}
	return b.Events
}

func text(key, value string) beacon.Attribute { return beacon.Attribute{Key: key, String: value} }

func number(key string, value float64) beacon.Attribute {
	return beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: value}
}

func TestBodiesThatCannotBeReadAreRejected(t *testing.T) {
	for body, reason := range map[string]beacon.Reason{
		"": beacon.ReasonEmptyBody, "hello": beacon.ReasonBadJSON, `{"meta":{}`: beacon.ReasonBadJSON, `{}`: beacon.ReasonFormat, `[]`: beacon.ReasonFormat,
		`{"events":[]}`: beacon.ReasonFormat, `{"meta":{},"events":` + strings.Repeat("[", 100): beacon.ReasonTooDeep,
	} {
		_, err := decode([]byte(body), beacon.DefaultLimits())
		var rejection *beacon.Rejection
		require.ErrorAs(t, err, &rejection, body)
		assert.Equal(t, reason, rejection.Reason, body)
	}
}

func TestWhatAllItemsShareButNothingPersonal(t *testing.T) {
	b := decoded(t, `{"events":[{"name":"seen",`+at+`}],"meta":{"sdk":{"name":"faro-web","version":"2.12.1"},"app":{"name":"shop","version":"2","environment":"staging","namespace":"n"},
		"browser":{"name":"Chrome","mobile":false,"language":"en-US","brands":[{"brand":"x"}]},"page":{"url":"https://shop.example/p","id":"p"},"session":{"id":"s","attributes":{"team":"checkout","n":7,"vip":true,"none":null}},
		"user":{"id":"u","email":"jane@example.com","username":"Jane","attributes":{"plan":"pro"}},"view":{"name":"cart"},"k6":{"isK6Browser":true}}}`)
	assert.Equal(t, beacon.App{Name: "shop", Version: "2", Environment: "staging", Namespace: "n"}, b.App)
	assert.Equal(t, beacon.SDK{Name: "faro-web", Version: "2.12.1"}, b.SDK)
	assert.Equal(t, "en-US", b.Language)
	assert.Equal(t, []beacon.Page{{
		SessionID: "s", UserID: "u", URL: "https://shop.example/p", Tags: []beacon.Tag{{Key: "team", Value: "checkout"}, {Key: "n", Value: "7"}, {Key: "vip", Value: "true"}, {Key: "view", Value: "cart"}}, SessionImplicit: true,
	}}, b.Pages)
	assert.EqualValues(t, 1, b.Trims[beacon.BoundValueType], "a tag that is nothing")
	assert.Equal(t, beacon.SyntheticTest, b.Synthetic, "k6 drives the browser")
	assert.Empty(t, decoded(t, `{"meta":{"k6":{"isK6Browser":false}}}`).Synthetic)

	numeric := decoded(t, `{"meta":{"app":{"name":7,"version":3.1,"environment":true},"session":{"attributes":{"previousSession":"r"}}},"events":[{"name":"session_start",`+at+`}]}`)
	assert.Equal(t, beacon.App{Name: "7", Version: "3.1", Environment: "true"}, numeric.App)
	assert.Equal(t, &beacon.SessionStart{PreviousID: "r"}, numeric.Events[0].Payload)
}

func TestEvents(t *testing.T) {
	for name, tc := range map[string]struct {
		event string
		want  []beacon.Event
	}{
		"Custom":        {`"name":"add_to_cart","domain":"shop","attributes":{"product":"42"}`, []beacon.Event{{Payload: &beacon.Custom{Name: "add_to_cart"}, Verbatim: true, Attributes: []beacon.Attribute{text("product", "42")}}}},
		"SessionStart":  {`"name":"session_start"`, []beacon.Event{{Payload: &beacon.SessionStart{}}}},
		"SessionResume": {`"name":"session_resume"`, nil},
		"SessionExtend": {`"name":"session_extend"`, nil},
		"Traced":        {`"name":"faro.tracing.fetch","attributes":{"duration_ns":"1"}`, nil},
		"View":          {`"name":"view_changed","attributes":{"fromView":"a","toView":"b"}`, []beacon.Event{{Payload: &beacon.PageView{SameDocument: true}, Attributes: []beacon.Attribute{text("fromView", "a"), text("toView", "b")}}}},
		"UserAction":    {`"name":"faro.user.action","attributes":{"userActionName":"open","userActionDuration":"377.1"}`, []beacon.Event{{Payload: &beacon.Interaction{Name: "open", Duration: 377.1}}}},
		"Resource": {
			`"name":"faro.performance.resource","attributes":{"name":"https://shop.example/a.css","duration":"144","initiatorType":"link","responseStatus":"200","transferSize":"487","encodedBodySize":"187","decodedBodySize":"219","protocol":"h2"}`,
			[]beacon.Event{{Payload: &beacon.Resource{URL: "https://shop.example/a.css", Duration: 144, InitiatorType: "link", Status: 200, TransferSize: 487, EncodedSize: 187, DecodedSize: 219}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := events(t, `"events":[{`+tc.event+`,`+at+`}]`)
			for i := range tc.want {
				tc.want[i].Count = 1
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestAPageLoadIsAlsoAViewAndCountsOnce(t *testing.T) {
	const load = `{"name":"faro.performance.navigation","attributes":{"name":"SCHEME://shop.example/","type":"back_forward","dnsLookupTime":"3","tcpHandshakeTime":"0","tlsNegotiationTime":"118",
		"requestTime":"80","responseTime":"1","domContentLoadHandlerTime":"2","onLoadTime":"x","duration":"883"},` + at + `}`
	for scheme, tls := range map[string]bool{"http": false, "https": true} {
		body := strings.ReplaceAll(`"events":[`+load+`,`+load+`]`, "SCHEME", scheme)
		got := events(t, body)
		require.Len(t, got, 3, "the items of a body are of one page, so that there is one view")
		assert.Equal(t, beacon.Event{Payload: &beacon.PageView{Type: "back-forward"}}, got[0])
		phases := got[1].Payload.(*beacon.PageLoad).Phases
		want := [beacon.NumPhases]bool{
			beacon.PhaseDNS: true, beacon.PhaseTCP: true, beacon.PhaseTLS: tls, beacon.PhaseTTFB: true, beacon.PhaseDownload: true, beacon.PhaseDOMContentLoaded: true, beacon.PhaseTotal: true,
		}
		assert.Equal(t, want, phases.Known)
		assert.InDelta(t, 3, phases.Value[beacon.PhaseDNS], 0)
		assert.InDelta(t, 883, phases.Value[beacon.PhaseTotal], 0)
		b := decoded(t, `{"meta":{},`+body+`}`)
		assert.Equal(t, 2, b.Received())
	}
}

func TestAPageLoadWhoseTimesCannotBeIsAViewAlone(t *testing.T) {
	const load = `{"name":"faro.performance.navigation","attributes":{"duration":"-1"},` + at + `}`
	assert.Equal(t, []beacon.Event{{Count: 1, Payload: &beacon.PageView{}}}, events(t, `"events":[`+load+`,`+load+`]`))
	b := decoded(t, `{"meta":{},"events":[`+load+`,`+load+`]}`)
	assert.Equal(t, 1, b.Received())
	assert.Equal(t, 1, b.LeftOut)
}

func TestMeasurements(t *testing.T) {
	assert.Equal(t, []beacon.Event{{Count: 1, Payload: &beacon.Vital{Name: beacon.INP, Value: 344, Delta: 328, ID: "v6-1", NavigationType: "navigate"}, Attributes: []beacon.Attribute{text("load_state", "complete"), text("target", "#buy"), text("type", "pointer"), number("input_delay", 5.1)}}}, events(t, `"measurements":[{"type":"web-vitals","values":{"inp":344,"delta":328,"input_delay":5.1},`+at+`,"context":{"id":"v6-1","rating":"poor","navigation_type":"navigate",
		"navigation_entry_id":"x","load_state":"complete","interaction_target":"#buy","interaction_type":"pointer"}}]`))
	assert.Equal(t, []beacon.Event{
		{Count: 1, Payload: &beacon.Measurement{Name: "list_ready", Value: 584.1}, Attributes: []beacon.Attribute{text("list", "shoes")}},
		{Count: 1, Index: 1, Payload: &beacon.Measurement{Name: "cart.items", Value: 2}},
		{Count: 1, Index: 2, Payload: &beacon.Measurement{Name: "cart.total", Value: 9.5}},
	}, events(t, `"measurements":[{"type":"custom","values":{"list_ready":584.1},"context":{"list":"shoes"},`+at+`},{"type":"cart","values":{"items":2,"total":9.5},`+at+`}]`))
}

func TestExceptions(t *testing.T) {
	const frames = `"stacktrace":{"frames":[{"filename":"https://shop.example/a.js","function":"F","lineno":1,"colno":2280},{"filename":"https://shop.example/a.js","function":"?","lineno":3,"colno":4},{"filename":"<anonymous>","function":"Array.forEach"}]}`
	stack := func(head string) string {
		return head + "\n    at F (https://shop.example/a.js:1:2280)\n    at https://shop.example/a.js:3:4\n    at Array.forEach (<anonymous>)"
	}
	for name, tc := range map[string]struct {
		exception string
		want      beacon.Event
	}{
		"Thrown":   {`"type":"TypeError","value":"x is null","context":{"team":"checkout"},` + frames, beacon.Event{Payload: &beacon.Exception{Type: "TypeError", Message: "x is null", Stack: stack("TypeError: x is null"), Source: "error", File: "https://shop.example/a.js", Line: 1, Column: 2280}, Attributes: []beacon.Attribute{text("team", "checkout")}}},
		"Rejected": {`"type":"UnhandledRejection","value":"timeout"`, beacon.Event{Payload: &beacon.Exception{Type: "UnhandledRejection", Message: "timeout", Source: "unhandledrejection"}}},
		"Console":  {`"type":"Error","value":"console.error: failed"`, beacon.Event{Payload: &beacon.Exception{Type: "console.error", Message: "failed", Source: "manual"}}},
		"Opaque":   {`"type":"Error","value":"Script error.","stacktrace":{"frames":[{"filename":"https://shop.example/","function":"?","lineno":0,"colno":0}]}`, beacon.Event{Payload: &beacon.Exception{Type: "Error", Message: "Script error.", Source: "error"}}},
		"Untyped":  {`"value":"failed"`, beacon.Event{Payload: &beacon.Exception{Type: "Error", Message: "failed", Source: "error"}}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.Count = 1
			assert.Equal(t, []beacon.Event{tc.want}, events(t, `"exceptions":[{`+tc.exception+`,`+at+`}]`))
		})
	}
}

func TestItemsThatCannotBeTakenAreRefusedAndTheOthersGoOn(t *testing.T) {
	b := decoded(t, `{"meta":{},"events":[7,null,{`+at+`},{"name":"seen"},{"name":"seen","timestamp":"yesterday"},{"name":"faro.performance.resource",`+at+`},
		{"name":"faro.performance.resource","attributes":{"name":"/x","duration":"NaN"},`+at+`},{"name":"faro.user.action",`+at+`},{"name":"seen","attributes":7,`+at+`},{"name":"seen",`+at+`}],
		"measurements":[{"values":{"x":1},`+at+`},{"type":"custom","values":{},`+at+`},{"type":"custom","values":{"x":"1"},`+at+`},{"type":"web-vitals","values":{"tbt":1},`+at+`}],
		"exceptions":[{"type":"Error","value":"x"}],"logs":[{"message":"a line","level":"info",`+at+`}],"traces":{"resourceSpans":[]}}`)
	assert.Len(t, b.Events, 4, "an action without a duration, an event of the application, a vital of a newer SDK and a line of a log")
	assert.Equal(t, &beacon.Measurement{Name: "web-vitals.tbt", Value: 1}, b.Events[2].Payload)
	assert.Equal(t, &beacon.Custom{Name: "faro.user.action"}, b.Events[0].Payload)
	assert.Equal(t, 1, b.LeftOut, "spans")
	var got []string
	for i, refusal := range b.Refused {
		got = append(got, string(refusal.Reason)+" "+refusal.Field)
		assert.NotContains(t, []int{7, 9, 13, 15}, refusal.Index, i)
	}
	assert.Equal(t, []string{
		"bad_event ", "bad_event ", "missing_name name", "bad_timestamp timestamp", "bad_timestamp timestamp", "missing_name attributes.name", "bad_value attributes.duration",
		"bad_event attributes", "missing_name type", "bad_value values", "bad_value values", "bad_timestamp timestamp",
	}, got)
	assert.Equal(t, 16, b.Received())
}

func TestEveryBoundIsKeptAndCounted(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 3, MaxPages: 1, MaxAttributes: 1, MaxString: 10, MaxURL: 12, MaxStack: 40, MaxFrames: 2}
	long := strings.Repeat("a", 1000)
	frames := strings.TrimSuffix(strings.Repeat(`{"function":"`+long+`","filename":"`+long+`","lineno":1,"colno":1},`, 100), ",")
	beacons, err := decode([]byte(`{"meta":{"page":{"url":"https://x/`+long+`"},"session":{"attributes":{"a":"1","b":"2"}}},
		"exceptions":[{"type":"`+long+`","value":"`+long+`",`+at+`,"context":{"`+long+`":"`+long+`","more":"1"},"stacktrace":{"frames":[`+frames+`]}}],
		"measurements":[{"type":"custom","values":{"a":1,"b":2,"c":3},`+at+`}],"events":[{"name":"seen",`+at+`}]}`), limits)
	require.NoError(t, err)
	b := beacons[0]
	require.Len(t, b.Events, 3)
	assert.LessOrEqual(t, len(b.Events[0].Payload.(*beacon.Exception).Stack), 40)
	assert.Len(t, b.Events[0].Payload.(*beacon.Exception).Message, 10)
	assert.Len(t, b.Events[0].Attributes, 1)
	assert.Len(t, b.Events[0].Attributes[0].Key, 10)
	assert.Len(t, b.Pages[0].URL, 12)
	assert.Len(t, b.Pages[0].Tags, 1)
	assert.NotZero(t, b.Events[0].Trimmed)
	assert.Equal(t, []beacon.Refusal{{Index: 3, Reason: beacon.ReasonTooManyEvents, More: 1}}, b.Refused)
}
