package webvitals

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func decoded(t *testing.T, body string) beacon.Beacon {
	t.Helper()
	beacons, err := decode([]byte(body), beacon.DefaultLimits())
	require.NoError(t, err)
	require.Len(t, beacons, 1)
	return beacons[0]
}

func TestBodiesThatCannotBeReadAreRejected(t *testing.T) {
	for name, tc := range map[string]struct {
		body   string
		reason beacon.Reason
	}{
		"Empty":         {" \n", beacon.ReasonEmptyBody},
		"Text":          {"hello", beacon.ReasonBadJSON},
		"BrokenOff":     {`[{"name":"LCP","value":1`, beacon.ReasonBadJSON},
		"TwoMetrics":    {`{"name":"LCP","value":1}{"name":"LCP","value":1}`, beacon.ReasonBadJSON},
		"Number":        {"42", beacon.ReasonFormat},
		"NestedTooDeep": {`{"entries":` + strings.Repeat("[", 100), beacon.ReasonTooDeep},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decode([]byte(tc.body), beacon.DefaultLimits())
			var rejection *beacon.Rejection
			require.ErrorAs(t, err, &rejection)
			assert.Equal(t, tc.reason, rejection.Reason)
		})
	}
}

func TestAMetricAloneAndInAnArray(t *testing.T) {
	const metric = `{"name":"INP","value":328,"rating":"needs-improvement","delta":312,"id":"v6-1-2","entries":[{"name":"click","x":[1]}],
		"navigationType":"back-forward-cache","navigationURL":"https://shop.example/p?q=1","newer":{"x":1}}`
	want := beacon.Event{Count: 1, Payload: &beacon.Vital{Name: beacon.INP, Value: 328, Delta: 312, ID: "v6-1-2", NavigationType: "back-forward-cache"}}
	alone := decoded(t, metric)
	assert.Equal(t, []beacon.Event{want}, alone.Events)
	assert.Equal(t, []beacon.Page{{URL: "https://shop.example/p?q=1", SessionImplicit: true}}, alone.Pages)
	assert.Equal(t, beacon.SDK{Name: "web-vitals"}, alone.SDK)
	assert.False(t, alone.Ambiguous)

	second := want
	second.Index = 1
	array := decoded(t, "["+metric+","+metric+"]")
	assert.Equal(t, []beacon.Event{want, second}, array.Events)
	assert.Len(t, array.Pages, 1)
	assert.Empty(t, decoded(t, "[]").Events)
}

func TestWithoutADeltaTheValueIsNew(t *testing.T) {
	assert.InDelta(t, 1200, decoded(t, `{"name":"LCP","value":1200,"id":"a"}`).Events[0].Payload.(*beacon.Vital).Delta, 0)
	assert.InDelta(t, 1200, decoded(t, `{"name":"LCP","value":1200,"delta":null,"id":"a"}`).Events[0].Payload.(*beacon.Vital).Delta, 0)
	assert.InDelta(t, 0, decoded(t, `{"name":"LCP","value":1200,"delta":0,"id":"a"}`).Events[0].Payload.(*beacon.Vital).Delta, 0)
}

func TestMetricsThatCannotBeTakenAreRefusedAndTheOthersGoOn(t *testing.T) {
	b := decoded(t, `[{"name":"LCP","value":1,"id":"a"},7,null,{},{"name":"LCP"},{"name":"LCP","value":null},{"name":"LCP","value":"1"},
		{"name":"TBT","value":1},{"name":7,"value":1},{"name":"LCP","value":1,"tags":7},{"name":"LCP","value":1,"attribution":"x"},{"name":"FCP","value":1,"id":"b"}]`)
	assert.Len(t, b.Events, 3)
	assert.Equal(t, &beacon.Measurement{Name: "TBT", Value: 1}, b.Events[1].Payload, "of a newer library")
	assert.Equal(t, []beacon.Refusal{
		{Index: 1, Reason: beacon.ReasonBadEvent},
		{Index: 2, Reason: beacon.ReasonBadEvent},
		{Index: 3, Reason: beacon.ReasonMissingName, Field: "name"},
		{Index: 4, Reason: beacon.ReasonBadValue, Field: "value"},
		{Index: 5, Reason: beacon.ReasonBadValue, Field: "value"},
		{Index: 6, Reason: beacon.ReasonBadValue, Field: "value"},
		{Index: 8, Reason: beacon.ReasonBadEvent, Field: "name"},
		{Index: 9, Reason: beacon.ReasonBadEvent, Field: "tags"},
		{Index: 10, Reason: beacon.ReasonBadEvent, Field: "attribution"},
	}, b.Refused)
	assert.Equal(t, 12, b.Received())
}

func TestThePageIsWhereTheLibrarySaysElseWhereThePageSays(t *testing.T) {
	for body, want := range map[string]string{
		`{"name":"LCP","value":1,"url":"/c","page_location":"/b","navigationURL":"/a"}`: "/a",
		`{"name":"LCP","value":1,"url":"/c","page_location":"/b"}`:                      "/b",
		`{"name":"LCP","value":1,"url":"/c"}`:                                           "/c",
		`{"name":"LCP","value":1}`:                                                      "",
	} {
		assert.Equal(t, want, decoded(t, body).Pages[0].URL, body)
	}
}

func TestWhatPagesAddInTheWordsOfTheNativeProtocol(t *testing.T) {
	b := decoded(t, `[{"name":"LCP","value":1,"sessionId":"s","userId":"u","tags":{"app":"shop","n":7}},{"name":"FCP","value":1,"sessionId":"s2"}]`)
	assert.Equal(t, []beacon.Page{
		{SessionID: "s", UserID: "u", Tags: []beacon.Tag{{Key: "app", Value: "shop"}, {Key: "n", Value: "7"}}, SessionImplicit: true},
		{SessionID: "s2", Tags: []beacon.Tag{}, SessionImplicit: true},
	}, b.Pages)
	assert.Equal(t, 1, b.Events[1].Page)
}

func TestWithoutIDsAnEqualBodyIsAnotherVisitor(t *testing.T) {
	assert.True(t, decoded(t, `{"name":"CLS","value":0}`).Ambiguous)
	assert.True(t, decoded(t, `[{"name":"CLS","value":0,"id":"a"},{"name":"LCP","value":0}]`).Ambiguous)
	assert.False(t, decoded(t, `[{"name":"CLS","value":0,"id":"a"},{"name":"LCP","value":0,"id":"b"}]`).Ambiguous)
}

func TestTheCauseOfAVital(t *testing.T) {
	text := func(key, value string) beacon.Attribute { return beacon.Attribute{Key: key, String: value} }
	number := func(key string, value float64) beacon.Attribute {
		return beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: value}
	}
	for name, tc := range map[string]struct {
		attribution string
		want        []beacon.Attribute
	}{
		"LCP": {`{"timeToFirstByte":131.4,"resourceLoadDelay":1461.6,"target":"#hero","lcpEntry":{"size":1,"url":"x"},"url":"https://shop.example/h.png"}`,
			[]beacon.Attribute{number("time_to_first_byte", 131.4), number("resource_load_delay", 1461.6), text("target", "#hero"), text("url", "https://shop.example/h.png")}},
		"INP": {`{"interactionTarget":"#buy","interactionType":"pointer","inputDelay":9,"processedEventEntries":[{"name":"click"}],
			"longestScript":{"subpart":"processing-duration","intersectingDuration":311,"entry":{"name":"script","invoker":"BUTTON.onclick","invokerType":"event-listener","sourceURL":"https://shop.example/a.js","sourceFunctionName":"buy","sourceCharPosition":512,"forcedStyleAndLayoutDuration":12,"duration":312}}}`,
			[]beacon.Attribute{text("target", "#buy"), text("type", "pointer"), number("input_delay", 9), number("script_duration", 311),
				text("invoker", "BUTTON.onclick"), text("invoker_type", "event-listener"), text("script", "https://shop.example/a.js"), text("function", "buy"),
				number("source_char_position", 512), number("forced_style_and_layout_duration", 12)}},
		"CLS":      {`{"largestShiftTarget":"#app","largestShiftValue":0.08,"largestShiftSource":{"node":null},"loadState":"complete"}`, []beacon.Attribute{text("target", "#app"), number("largest_shift_value", 0.08), text("load_state", "complete")}},
		"FCP":      {`{"firstByteToFCP":992.6,"loadState":"dom-content-loaded"}`, []beacon.Attribute{number("first_byte_to_fcp", 992.6), text("load_state", "dom-content-loaded")}},
		"Nothing":  {`null`, nil},
		"Nonsense": {`{"a":true,"b":null,"c":[],"longestScript":7,"d":1e999,"":"x"}`, []beacon.Attribute{text("", "x")}},
	} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, `{"name":"LCP","value":1,"attribution":`+tc.attribution+`}`)
			require.Len(t, b.Events, 1)
			assert.Equal(t, tc.want, b.Events[0].Attributes)
		})
	}
}

func TestEveryBoundIsKeptAndCounted(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 2, MaxPages: 1, MaxAttributes: 1, MaxString: 10, MaxURL: 12}
	long := strings.Repeat("a", 1000)
	beacons, err := decode([]byte(`[{"name":"LCP","value":1,"navigationURL":"https://x/`+long+`","id":"`+long+`","attribution":{"`+long+`":1,"b":2,"target":"`+long+`"}},
		{"name":"LCP","value":1,"url":"/other"},{"name":"LCP","value":1},{"name":"LCP","value":1}]`), limits)
	require.NoError(t, err)
	b := beacons[0]
	require.Len(t, b.Events, 1)
	assert.Len(t, b.Events[0].Payload.(*beacon.Vital).ID, 10)
	assert.Len(t, b.Events[0].Attributes, 1)
	assert.Len(t, b.Events[0].Attributes[0].Key, 10)
	assert.Len(t, b.Pages[0].URL, 12)
	assert.True(t, b.Trims.Any())
	assert.NotZero(t, b.Events[0].Trimmed)
	assert.Equal(t, []beacon.Refusal{
		{Index: 1, Reason: beacon.ReasonTooManyPages}, {Index: 2, Reason: beacon.ReasonTooManyEvents, More: 1},
	}, b.Refused)
}
