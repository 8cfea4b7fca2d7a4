package datadog

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

const at = 1795425269330

var when = time.UnixMilli(at)

// shared is what all events of these tests have in common.
const shared = `"_dd":{"document_version":%d},"date":1795425269330,"service":"shop","session":{"id":"s1"}`

// lineOf is an event: the members of its view, and others.
func lineOf(kind string, version int, view, more string) string {
	if view != "" {
		view = "," + view
	}
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`{"type":%q,`+shared+`,"view":{"id":"v1","url":"https://shop.example/a"%s}%s}`, kind, version, view, more)
}

func decoded(t *testing.T, lines ...string) []beacon.Beacon {
	t.Helper()
	beacons, err := decode(protocol.Facts{Path: "/datadog", Query: "ddforward=%2Fapi%2Fv2%2Frum%3Fbatch_time%3D1795425270995"},
		[]byte(strings.Join(lines, "\n")), beacon.DefaultLimits())
	require.NoError(t, err)
	return beacons
}

func text(key, value string) beacon.Attribute { return beacon.Attribute{Key: key, String: value} }

func number(key string, value float64) beacon.Attribute {
	return beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: value}
}

func truth(key string) beacon.Attribute {
	return beacon.Attribute{Key: key, Type: beacon.BoolValue, Number: 1}
}

func TestBodiesThatCannotBeReadAreRejected(t *testing.T) {
	for body, reason := range map[string]beacon.Reason{
		"": beacon.ReasonEmptyBody, "\n \n": beacon.ReasonEmptyBody, "hello": beacon.ReasonBadJSON, "[]": beacon.ReasonFormat, "{}": beacon.ReasonFormat, "1\n2": beacon.ReasonFormat,
		`{"type":"view"}`: beacon.ReasonFormat, `[{"type":"metric","name":"LCP","value":1}]`: beacon.ReasonFormat, `{"meta":{},"events":[]}`: beacon.ReasonFormat,
		`{"dsn":"https://k@x/1"}` + "\n" + `{"type":"event"}` + "\n{}": beacon.ReasonFormat, strings.Repeat("[", 100): beacon.ReasonTooDeep,
	} {
		_, err := decode(protocol.Facts{Path: "/datadog"}, []byte(body), beacon.DefaultLimits())
		var rejection *beacon.Rejection
		require.ErrorAs(t, err, &rejection, body)
		assert.Equal(t, reason, rejection.Reason, body)
	}
}

func TestTagsOfOldVersionsAreInTheQuery(t *testing.T) {
	const query = "ddforward=%2Fapi%2Fv2%2Frum%3Fddsource%3Dbrowser%26ddtags%3Dsdk_version%253A4.50.1%252Capi%253Afetch%252Cenv%253Aprod%252Cservice%253Ashop"
	for tags, want := range map[string]string{"": "prod 4.50.1", `"ddtags":"env:staging,sdk_version:6.0.0"`: "staging 6.0.0"} {
		beacons, err := decode(protocol.Facts{Path: "/datadog", Query: query}, []byte(lineOf("view", 1, "", tags)), beacon.DefaultLimits())
		require.NoError(t, err)
		require.Len(t, beacons, 1)
		assert.Equal(t, want, beacons[0].App.Environment+" "+beacons[0].SDK.Version)
	}
}

func TestABrokenLineCostsItselfAlone(t *testing.T) {
	whole := lineOf("vital", 0, "", `"vital":{"type":"duration","name":"ready","duration":1500000}`)
	b := decoded(t, "\n", whole, whole[:len(whole)/2], "", "7", `{"type":"x"}`, lineOf("vital", 0, "", `"vital":{"type":"duration"}`), lineOf("resource", 0, "", `"resource":{"url":"/x"}`),
		lineOf("resource", 0, "", `"resource":{"duration":1}`), lineOf("long_task", 0, "", `"long_task":{}`), lineOf("action", 0, "", `"action":{"type":"custom"}`),
		strings.Replace(whole, "1795425269330", "17", 1), lineOf("telemetry", 0, "", ""), whole)[0]
	assert.Len(t, b.Events, 2)
	assert.Equal(t, 1, b.LeftOut)
	var got []string
	for i, refusal := range b.Refused {
		assert.Equal(t, i+1, refusal.Index)
		got = append(got, string(refusal.Reason)+" "+refusal.Field)
	}
	assert.Equal(t, []string{
		"bad_event ", "unknown_type type", "unknown_type type", "missing_name vital.name", "bad_value resource.duration", "missing_name resource.url",
		"bad_value long_task.duration", "missing_name action", "bad_timestamp date",
	}, got)
	assert.Equal(t, 11, b.Received())
}

func TestWhatAllEventsShareButNothingPersonal(t *testing.T) {
	beacons := decoded(t, strings.ReplaceAll(`{"type":"vital","_dd":{"sdk_name":"rum-slim","configuration":{"session_sample_rate":25}},"application":{"id":"a"},"date":1795425269330,"service":"shop","version":"2",
		"ddtags":"sdk_version:7.16.2,env:staging,service:shop","session":{"id":"s1","type":"user"},"view":{"id":"v1","url":"https://shop.example/","referrer":"https://x.example/","name":"/p/:id"},
		"usr":{"id":7,"email":"jane@x.example","name":"Jane","anonymous_id":"b"},"account":{"id":"acc","name":"Acme"},"connectivity":{"effective_type":"4g"},
		"context":{"plan":"pro","tenant":{"id":1}},"vital":{"type":"duration","name":"ready","duration":1500000}}`, "\n", ""),
		`{"type":"vital","_dd":{},"application":{"id":"other"},"date":1795425269330,"vital":{"type":"operation_step","name":"pay","step_type":"end","operation_key":"k"}}`)
	require.Len(t, beacons, 2, "two applications")
	b := beacons[0]
	assert.Equal(t, beacon.App{Name: "shop", Version: "2", Environment: "staging"}, b.App)
	assert.Equal(t, beacon.SDK{Name: "@datadog/browser-rum-slim", Version: "7.16.2"}, b.SDK)
	assert.Equal(t, time.UnixMilli(1795425270995), b.Clock.Sent)
	assert.InDelta(t, 0.25, b.Sampling.Rate, 0)
	assert.Equal(t, "4g", b.Connection.EffectiveType)
	assert.Empty(t, b.Synthetic)
	assert.Equal(t, beacon.SyntheticTest, decoded(t, strings.Replace(lineOf("view", 1, "", ""), `"id":"s1"`, `"id":"s1","type":"synthetics"`, 1))[0].Synthetic)
	assert.Equal(t, []beacon.Page{{
		ID: "v1", URL: "https://shop.example/", Referrer: "https://x.example/", Route: "/p/:id", SessionID: "s1", SessionImplicit: true, UserID: "7",
	}}, b.Pages)
	assert.Equal(t, []beacon.Event{{
		Count: 1, Time: when, Payload: &beacon.Measurement{Name: "ready", Value: 1.5, Unit: "ms"},
		Attributes: []beacon.Attribute{text("account.id", "acc"), text("plan", "pro"), number("tenant.id", 1)},
	}}, b.Events)
	assert.Equal(t, "other", beacons[1].App.Name, "the id stands for a name")
	assert.Equal(t, &beacon.Custom{Name: "pay"}, beacons[1].Events[0].Payload)
	assert.Equal(t, []beacon.Attribute{text("step_type", "end"), text("operation_key", "k")}, beacons[1].Events[0].Attributes)
}

func TestEvents(t *testing.T) {
	trace := beacon.Trace{TraceID: [16]byte{14: 1, 15: 2}, SpanID: [8]byte{7: 3}}
	for name, tc := range map[string]struct {
		line string
		want beacon.Event
	}{
		"Resource": {
			strings.Replace(lineOf("resource", 0, "", `"resource":{"type":"xhr","url":"/x","method":"get","status_code":200,"duration":2500000,"transfer_size":9,"encoded_body_size":8,"decoded_body_size":7}`), `"_dd":{`, `"_dd":{"trace_id":"258","span_id":"3",`, 1),
			beacon.Event{Payload: &beacon.Resource{URL: "/x", Duration: 2.5, InitiatorType: "xmlhttprequest", Method: "GET", Status: 200, TransferSize: 9, EncodedSize: 8, DecodedSize: 7}, Trace: trace},
		},
		"NoAnswer": {lineOf("resource", 0, "", `"resource":{"type":"fetch","url":"/x","method":"GET","status_code":0,"duration":1000000}`),
			beacon.Event{Payload: &beacon.Resource{URL: "/x", Duration: 1, InitiatorType: "fetch", Method: "GET", ErrorType: "NetworkError"}}},
		"Click": {lineOf("action", 0, "", `"action":{"type":"click","target":{"name":"Buy"},"loading_time":12000000,"frustration":{"type":["rage_click","dead_click"]}}`),
			beacon.Event{Payload: &beacon.Click{}, Attributes: []beacon.Attribute{number("loading_time", 12), truth("rage"), truth("dead"), text("name", "Buy")}}},
		"Custom": {lineOf("action", 0, "", `"action":{"type":"custom","target":{"name":"add_to_cart"}},"context":{"price":9.5}`),
			beacon.Event{Payload: &beacon.Custom{Name: "add_to_cart"}, Verbatim: true, Attributes: []beacon.Attribute{number("price", 9.5)}}},
		"Socket": {lineOf("vital", 0, "", `"vital":{"id":"a","type":"websocket","name":"websocket_closed","websocket":{"id":"w","close_code":1006,"snapshot":{"inbound":{"message_count":7}}}}`),
			beacon.Event{Payload: &beacon.Custom{Name: "websocket_closed"}, Verbatim: true, Attributes: []beacon.Attribute{text("websocket.id", "w"), number("websocket.close_code", 1006), number("websocket.snapshot.inbound.message_count", 7)}}},
		"Frame": {lineOf("long_task", 0, "", `"long_task":{"entry_type":"long-animation-frame","duration":60000000,"blocking_duration":10000000}`),
			beacon.Event{Payload: &beacon.LongFrame{Duration: 60, Blocking: 10}}},
		"Task": {lineOf("long_task", 0, "", `"long_task":{"entry_type":"long-task","duration":60000000}`), beacon.Event{Payload: &beacon.LongTask{Duration: 60}}},
		"Unknown": {lineOf("hologram", 0, "", `"context":{"a":"b"}`),
			beacon.Event{Payload: &beacon.Custom{Name: "datadog.hologram"}, Verbatim: true, Attributes: []beacon.Attribute{text("a", "b")}}},
		"Thrown": {lineOf("error", 0, "", `"error":{"message":"x is null","type":"TypeError","handling":"unhandled","source":"source","stack":"TypeError: x is null\n  at f @ https://shop.example/a.js:1:2\n  at ? @ https://shop.example/a.js:3:4\n  at <anonymous> @ https://shop.example/a.js:5:6"}`),
			beacon.Event{Payload: &beacon.Exception{Type: "TypeError", Message: "x is null", Source: "error",
				Stack: "TypeError: x is null\n    at f (https://shop.example/a.js:1:2)\n    at https://shop.example/a.js:3:4\n    at https://shop.example/a.js:5:6"}}},
		"ThrownText": {lineOf("error", 0, "", `"error":{"message":"Uncaught \"gave up\"","handling":"unhandled","stack":"No stack, consider using an instance of Error"}`),
			beacon.Event{Payload: &beacon.Exception{Type: "Error", Message: "gave up", Source: "error"}}},
		"Opaque": {lineOf("error", 0, "", `"error":{"message":"Uncaught \"Script error.\"","handling":"unhandled","stack":"Error: Script error.\n  at undefined @ "}`),
			beacon.Event{Payload: &beacon.Exception{Type: "Error", Message: "Script error.", Source: "error"}}},
		"Caused": {lineOf("error", 0, "", `"error":{"message":"no","type":"E","handling":"handled","source":"custom","fingerprint":"g","causes":[{"type":"ApiError","message":"500"},{"type":"X"}]}`),
			beacon.Event{Payload: &beacon.Exception{Type: "E", Message: "no", Source: "manual", Group: "g"}, Attributes: []beacon.Attribute{text("cause.type", "ApiError"), text("cause.message", "500"), number("causes", 2)}}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.Count, tc.want.Time = 1, when
			assert.Equal(t, []beacon.Event{tc.want}, decoded(t, tc.line)[0].Events)
		})
	}
}

func TestOfTheDocumentsOfAViewTheHighestVersionCounts(t *testing.T) {
	const first, second = `"loading_type":"initial_load","time_spent":1000000000,"first_byte":90000000,"cumulative_layout_shift":0.1`,
		`"loading_type":"initial_load","time_spent":3000000000,"first_byte":90000000,"load_event":800000000,"cumulative_layout_shift":0.2`
	full := []string{lineOf("view", 1, first, `"context":{"plan":"pro"}`), lineOf("view", 2, second, `"context":{"plan":"pro"}`)}
	partial := []string{full[0], lineOf("view_update", 2, `"time_spent":3000000000,"load_event":800000000,"performance":{"cls":{"score":0.2}}`, "")}
	for name, lines := range map[string][]string{"InOrder": full, "OutOfOrder": {full[1], full[0]}, "Updated": partial} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, lines...)[0]
			assert.Equal(t, 2, b.Received())
			var got []string
			for _, event := range b.Events {
				assert.Equal(t, []beacon.Tag{{Key: "plan", Value: "pro"}}, b.Pages[event.Page].Tags)
				switch p := event.Payload.(type) {
				case *beacon.Vital:
					got = append(got, fmt.Sprint(p.Name, " ", p.Value, " ", p.ID, " ", p.NavigationType, " ", event.Time.Sub(when)))
				case *beacon.PageLoad:
					got = append(got, fmt.Sprint("load ", p.Phases.Value[beacon.PhaseTotal], " ", event.Once))
				case *beacon.PageView:
					got = append(got, fmt.Sprint("view ", p.Type, " ", p.SameDocument, " ", event.Once))
				}
			}
			assert.Equal(t, []string{"view navigate false true", "load 800 true", "ttfb 90 v1-ttfb navigate 3s", "cls 0.2 v1-cls navigate 3s"}, got)
		})
	}
}

func TestAViewThatIsNoLongerActiveWasLeft(t *testing.T) {
	const load = `"loading_type":"initial_load"`
	for name, tc := range map[string]struct {
		lines []string
		want  beacon.PageState
	}{
		"Active":           {[]string{lineOf("view", 1, load+`,"is_active":true`, "")}, beacon.PageStateUnknown},
		"Untold":           {[]string{lineOf("view", 1, load, "")}, beacon.PageStateUnknown},
		"Inactive":         {[]string{lineOf("view", 1, load+`,"is_active":true`, ""), lineOf("view", 2, load+`,"is_active":false`, "")}, beacon.PageStateLeft},
		"InactiveByUpdate": {[]string{lineOf("view", 1, load+`,"is_active":true`, ""), lineOf("view_update", 2, `"is_active":false`, "")}, beacon.PageStateLeft},
		"OutOfOrder":       {[]string{lineOf("view", 2, load+`,"is_active":false`, ""), lineOf("view", 1, load+`,"is_active":true`, "")}, beacon.PageStateLeft},
	} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, tc.lines...)[0]
			assert.Equal(t, tc.want, b.Pages[b.Events[0].Page].State)
		})
	}
}

func TestViewsOfTwoApplicationsAreEachInTheirOwn(t *testing.T) {
	other := strings.NewReplacer(`"shop"`, `"bank"`, `"v1"`, `"v2"`).Replace(lineOf("view", 1, `"loading_type":"initial_load"`, ""))
	beacons := decoded(t, lineOf("view", 1, `"loading_type":"initial_load"`, ""), other, lineOf("view", 2, `"loading_type":"initial_load"`, ""))
	require.Len(t, beacons, 2)
	for _, b := range beacons {
		require.Len(t, b.Events, 1)
		assert.Equal(t, map[string]string{"shop": "v1", "bank": "v2"}[b.App.Name], b.Pages[b.Events[0].Page].ID)
	}
}

func TestAnINPWithoutATimeIsNone(t *testing.T) {
	assert.Len(t, decoded(t, lineOf("view", 1, `"loading_type":"route_change","interaction_to_next_paint":0`, ""))[0].Events, 1)
	assert.Len(t, decoded(t, lineOf("view", 1, `"loading_type":"route_change","interaction_to_next_paint":16000000,"interaction_to_next_paint_time":5`, ""))[0].Events, 2)
}

func TestAViewOfAnOlderSDKHasItsFirstInputDelay(t *testing.T) {
	events := decoded(t, lineOf("view", 1, `"loading_type":"initial_load","first_input_delay":12500000`, ""))[0].Events
	require.Len(t, events, 2)
	assert.Equal(t, &beacon.Vital{Name: beacon.FID, Value: 12.5, Delta: 12.5, ID: "v1-fid", NavigationType: "navigate"}, events[1].Payload)
}

func TestServiceAndVersionMayBeNumbers(t *testing.T) {
	assert.Equal(t, beacon.App{Name: "7", Version: "2"}, decoded(t, `{"type":"vital","_dd":{},"date":1795425269330,"service":7,"version":2,"vital":{"type":"duration","name":"ready","duration":1}}`)[0].App)
}

func TestEveryBoundIsKept(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 20, MaxPages: 2, MaxAttributes: 1, MaxString: 10, MaxURL: 12, MaxStack: 40, MaxFrames: 2}
	long := strings.Repeat("a", 1000)
	var lines []string
	for i := range 10 {
		view := fmt.Sprintf(`"first_byte":1,"first_contentful_paint":1,"largest_contentful_paint":1,"cumulative_layout_shift":0,"custom_timings":{"a":1,"b":2},"name":%q`, long)
		lines = append(lines, strings.Replace(lineOf("view", i, view, `"context":{"`+long+`":"`+long+`","b":1}`), `"v1"`, fmt.Sprintf(`"v%d"`, i), 1))
	}
	lines = append(lines, lineOf("error", 0, "", `"error":{"message":"`+long+`","stack":"E\n  at f @ `+long+`\n  at f @ x:1:2"}`))
	beacons, err := decode(protocol.Facts{Path: "/datadog"}, []byte(strings.Join(lines, "\n")), limits)
	require.NoError(t, err)
	b := beacons[0]
	assert.LessOrEqual(t, len(b.Events), limits.MaxEvents)
	assert.LessOrEqual(t, len(b.Pages), limits.MaxPages)
	assert.Equal(t, 11, b.Received())
	for _, event := range b.Events {
		assert.LessOrEqual(t, len(event.Attributes), 1)
		assert.NotZero(t, event.Trimmed)
	}
}

func TestAnswersAreThoseOfTheIntake(t *testing.T) {
	assert.Equal(t, http.StatusAccepted, encode(protocol.Facts{}, http.StatusOK, protocol.Answer{Received: 1}).Status)
	assert.Equal(t, http.StatusTooManyRequests, encode(protocol.Facts{}, http.StatusTooManyRequests, protocol.Answer{}).Status)
}
