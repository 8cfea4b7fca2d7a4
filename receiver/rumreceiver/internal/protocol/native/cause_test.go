package native

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// one decodes a batch of a single event.
func one(t *testing.T, event string) beacon.Event {
	t.Helper()
	b := decoded(t, `{"v":1,"id":"a","t0":1764000000000,"now":9,"session":{"id":"s"},"pages":[{"id":"p","url":"u"}],"events":[`+event+`]}`)
	require.Len(t, b.Events, 1, b.Refused)
	return b.Events[0]
}

// free are the attributes by key, as string, number or bool.
func free(event beacon.Event) map[string]any {
	got := map[string]any{}
	for _, a := range event.Attributes {
		switch a.Type {
		case beacon.StringValue:
			got[a.Key] = a.String
		case beacon.NumberValue:
			got[a.Key] = a.Number
		case beacon.BoolValue:
			got[a.Key] = a.Number == 1
		}
	}
	return got
}

func TestTheBatchSaysWhatCausedAVital(t *testing.T) {
	for name, tc := range map[string]struct {
		event string
		want  map[string]any
	}{
		"Image": {
			`{"k":"vital","t":1,"n":"LCP","v":2811.4,"sel":"img","u":"https://cdn.example/a.jpg","fb":182.6,"rs":592.6,"re":2692.8}`,
			map[string]any{
				"target": "img", "url": "https://cdn.example/a.jpg", "time_to_first_byte": 182.6,
				"resource_load_delay": 410.0, "resource_load_duration": 2100.2, "element_render_delay": 118.6,
			},
		},
		"Text": {
			`{"k":"vital","t":1,"n":"LCP","v":900,"sel":"h1","fb":100}`,
			map[string]any{
				"target": "h1", "time_to_first_byte": 100.0,
				"resource_load_delay": 0.0, "resource_load_duration": 0.0, "element_render_delay": 800.0,
			},
		},
		"ImageFromTheCacheOfAPrerenderedPage": {
			`{"k":"vital","t":1,"n":"LCP","v":50,"fb":-700,"rs":-600,"re":-500}`,
			map[string]any{
				"time_to_first_byte": 0.0, "resource_load_delay": 0.0, "resource_load_duration": 0.0, "element_render_delay": 50.0,
			},
		},
		"TimesThatCannotBe": {
			`{"k":"vital","t":1,"n":"LCP","v":100,"fb":300,"rs":1e300,"re":-1e300}`,
			map[string]any{
				"time_to_first_byte": 100.0, "resource_load_delay": 0.0, "resource_load_duration": 0.0, "element_render_delay": 0.0,
			},
		},
		"WithoutNavigationTiming": {
			`{"k":"vital","t":1,"n":"LCP","v":100,"sel":"h1","rs":3,"re":4}`,
			map[string]any{"target": "h1"},
		},
		"Shift": {
			`{"k":"vital","t":1,"n":"CLS","v":0.18,"sel":"div.banner","sv":0.150049,"sa":1490.3}`,
			map[string]any{"target": "div.banner", "largest_shift_value": 0.15, "largest_shift_time": 1490.0},
		},
		"Pointer": {
			`{"k":"vital","t":1,"n":"INP","v":344,"sel":"button","it":"pointerup","ps":3,"pe":313.4}`,
			map[string]any{
				"target": "button", "type": "pointer", "input_delay": 3.0, "processing_duration": 310.4, "presentation_delay": 30.6,
			},
		},
		"Keyboard": {
			`{"k":"vital","t":1,"n":"INP","v":80,"it":"keydown","ps":90,"pe":95}`,
			map[string]any{"type": "keyboard", "input_delay": 80.0, "processing_duration": 0.0, "presentation_delay": 0.0},
		},
		"InteractionWithItsScript": {
			`{"k":"vital","t":1,"n":"INP","v":344,"it":"click","ps":0,"pe":0,"sc":{"u":"https://shop.example/app.js","n":"block","m":"BUTTON.onclick","it":"event-listener","d":310.3,"cp":0,"fl":12.4,"new":[1]}}`,
			map[string]any{
				"type": "pointer", "input_delay": 0.0, "processing_duration": 0.0, "presentation_delay": 344.0,
				"script": "https://shop.example/app.js", "function": "block", "invoker": "BUTTON.onclick",
				"invoker_type": "event-listener", "script_duration": 310.0, "source_char_position": 0.0, "forced_style_and_layout_duration": 12.0,
			},
		},
		"ScriptOfWrongTypes": {
			`{"k":"vital","t":1,"n":"INP","v":344,"it":"click","sc":{"u":7,"n":null,"d":"long","cp":{}}}`,
			map[string]any{"type": "pointer"},
		},
		"NothingKnown": {`{"k":"vital","t":1,"n":"INP","v":80}`, map[string]any{}},
		"LongTask": {
			`{"k":"task","t":1,"v":344,"u":"https://shop.example/app.js","n":"block","m":"BUTTON.onclick","it":"event-listener","d":310.3,"cp":7,"fl":12.4}`,
			map[string]any{
				"script": "https://shop.example/app.js", "function": "block", "invoker": "BUTTON.onclick",
				"invoker_type": "event-listener", "script_duration": 310.0, "source_char_position": 7.0, "forced_style_and_layout_duration": 12.0,
			},
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, free(one(t, tc.event))) })
	}
}

func TestALongFrameNamesItsLongestScript(t *testing.T) {
	got := one(t, `{"k":"task","t":1,"v":344,"bd":290,"u":"https://shop.example/app.js","n":"block","m":"BUTTON.onclick","it":"event-listener","d":310.3,"cp":7,"fl":12.4}`)
	assert.Equal(t, &beacon.LongFrame{Duration: 344, Blocking: 290, Script: &beacon.Script{
		URL: "https://shop.example/app.js", Function: "block", Invoker: "BUTTON.onclick", InvokerType: "event-listener", Duration: 310.3, CharPosition: 7, ForcedLayout: 12.4,
	}}, got.Payload)
	assert.Equal(t, &beacon.LongFrame{Duration: 344}, one(t, `{"k":"task","t":1,"v":344,"bd":0}`).Payload)
}

func TestThePartsOfAVitalSumUpToIt(t *testing.T) {
	sum := func(event string, parts ...string) (total float64) {
		known := free(one(t, event))
		for _, part := range parts {
			total += known[part].(float64)
		}
		return total
	}
	for _, times := range []string{`"fb":0,"rs":0,"re":0`, `"fb":120.3,"rs":80,"re":5000`, `"fb":999,"rs":2000,"re":1`} {
		assert.InDelta(t, 1000, sum(`{"k":"vital","t":1,"n":"LCP","v":1000,`+times+`}`,
			"time_to_first_byte", "resource_load_delay", "resource_load_duration", "element_render_delay"), 0.2, times)
	}
	for _, times := range []string{`"ps":0,"pe":0`, `"ps":-4,"pe":400`, `"ps":12.34,"pe":3`} {
		assert.InDelta(t, 200, sum(`{"k":"vital","t":1,"n":"INP","v":200,`+times+`}`,
			"input_delay", "processing_duration", "presentation_delay"), 0.2, times)
	}
}

func TestAPageLoadIsSentAsTimesAndReadAsPhases(t *testing.T) {
	for name, tc := range map[string]struct {
		times string
		want  map[string]float64
	}{
		"Whole": {
			"4,16.3,16.3,29.3,47.3,48,188.5,210.8,421.5,430,433.1,611.8,612.2",
			map[string]float64{
				"dns": 12.3, "tcp": 31, "tls": 18, "ttfb": 140.5, "download": 22.3, "dom_parse": 210.7,
				"dom_content_loaded": 3.1, "load": 0.4, "total": 612.2,
			},
		},
		"PlainConnection": {
			"1,2,2,0,5,6,7,8,9,9,9,10,10",
			map[string]float64{
				"dns": 1, "tcp": 3, "tls": 0, "ttfb": 1, "download": 1, "dom_parse": 1, "dom_content_loaded": 0, "load": 0, "total": 10,
			},
		},
		"LeftBeforeTheLoadEnded": {
			"1,1,1,0,1,6,7,8,9,0,0,0,0",
			map[string]float64{"dns": 0, "tcp": 0, "tls": 0, "ttfb": 1, "download": 1, "dom_parse": 1},
		},
		"Nothing":         {"", map[string]float64{}},
		"BackwardsIsZero": {"9,1", map[string]float64{"dns": 0}},
		"OfANewerClientToo": {"1,2,2,0,5,6,7,8,9,9,9,10,10,77,88", map[string]float64{
			"dns": 1, "tcp": 3, "tls": 0, "ttfb": 1, "download": 1, "dom_parse": 1, "dom_content_loaded": 0, "load": 0, "total": 10,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			phases := one(t, `{"k":"nav","t":0,"pt":[`+tc.times+`]}`).Payload.(*beacon.PageLoad).Phases
			got := map[string]float64{}
			for phase, known := range phases.Known {
				if known {
					got[beacon.PhaseNames[phase]] = phases.Value[phase]
				}
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestRequestsHaveMethodsAndFailuresOfClosedLists(t *testing.T) {
	for method, want := range map[string]string{"get": "GET", "PATCH": "PATCH", "": "", "DROP TABLE": "_OTHER"} {
		assert.Equal(t, want, one(t, `{"k":"resource","t":1,"u":"/a","v":1,"m":"`+method+`"}`).Payload.(*beacon.Resource).Method)
	}
	for name, want := range map[string]string{
		"": "", "TypeError": "NetworkError", "error": "NetworkError", "AbortError": "AbortError", "abort": "AbortError",
		"TimeoutError": "TimeoutError", "timeout": "TimeoutError", "x": "_OTHER",
	} {
		assert.Equal(t, want, one(t, `{"k":"resource","t":1,"u":"/a","v":1,"n":"`+name+`"}`).Payload.(*beacon.Resource).ErrorType)
	}
}
