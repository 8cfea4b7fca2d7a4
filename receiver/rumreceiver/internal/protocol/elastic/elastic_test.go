package elastic

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

const trace, id = "d6d4010b36afebc35e2b167a9ab12ab4", "65ce1a3221499787"

// long and short say the same in the words of intake v2 and v3. Only v2 has the type of an error and marks of the application.
const (
	long = `{"metadata":{"service":{"name":"shop","version":"1.2","environment":"test","agent":{"name":"rum-js","version":"5.17.5"},"language":{"name":"javascript"}},"labels":{"plan":"pro","seats":3}}}
{"error":{"id":"e1","culprit":"a.js","exception":{"message":"Uncaught TypeError: x is null","type":"TypeError","stacktrace":[{"abs_path":"https://shop.example/a.js","filename":"a.js","function":"F","lineno":1,"colno":2}]},"context":{"page":{"url":"https://shop.example/","referer":"https://search.example/"},"user":{"id":7,"username":"Jane","email":"j@x.example"}},"trace_id":"` + trace + `","parent_id":"` + id + `","transaction_id":"` + id + `","transaction":{"type":"page-load","sampled":true}}}
{"transaction":{"id":"` + id + `","trace_id":"` + trace + `","name":"/","type":"page-load","duration":900,"sampled":true,"sample_rate":0.5,"session":{"id":"s1","sequence":1},
"context":{"page":{"url":"https://shop.example/","referer":"https://search.example/"},"response":{"transfer_size":1},"user":{"id":7,"username":"Jane","email":"j@x.example"},"custom":{"cart":{"lines":2}},"tags":{"step":"one"}},
"marks":{"navigationTiming":{"fetchStart":0,"domainLookupStart":0,"domainLookupEnd":0,"connectStart":0,"connectEnd":0,"requestStart":7,"responseStart":404,"responseEnd":502,"domLoading":715,"domInteractive":1184,"domContentLoadedEventStart":1206,"domContentLoadedEventEnd":1210,"domComplete":1414,"loadEventStart":1414,"loadEventEnd":1420},"agent":{"timeToFirstByte":404,"domInteractive":1184,"domComplete":1414,"firstContentfulPaint":1186,"largestContentfulPaint":2092}},
"experience":{"cls":0.04,"fid":5,"tbt":54,"longtask":{"count":1,"sum":104,"max":104}},"span_count":{"started":2}}}
{"span":{"id":"955619e7ccb3a5f2","transaction_id":"` + id + `","parent_id":"` + id + `","trace_id":"` + trace + `","name":"https://shop.example/a.js","type":"resource","subtype":"script","start":1,"duration":291,"context":{"http":{"url":"https://shop.example/a.js","response":{"transfer_size":3284,"encoded_body_size":2984,"decoded_body_size":6406}}}}}
{"span":{"id":"b1","transaction_id":"` + id + `","trace_id":"` + trace + `","name":"POST /api","type":"external","subtype":"http","start":1,"duration":10,"outcome":"failure","context":{"http":{"url":"https://shop.example/api","method":"post"}}}}
`
	short = `{"m":{"se":{"n":"shop","ve":"1.2","en":"test","a":{"n":"rum-js","ve":"5.17.5"},"la":{"n":"javascript"}},"l":{"plan":"pro","seats":3}}}
{"e":{"id":"e1","cl":"a.js","ex":{"mg":"Uncaught TypeError: x is null","st":[{"ap":"https://shop.example/a.js","f":"a.js","fn":"F","li":1,"co":2}]},"c":{"p":{"url":"https://shop.example/","rf":"https://search.example/"},"u":{"id":7,"un":"Jane","em":"j@x.example"}},"tid":"` + trace + `","pid":"` + id + `","xid":"` + id + `","x":{"t":"page-load","sm":true}}}
{"x":{"id":"` + id + `","tid":"` + trace + `","n":"/","t":"page-load","d":900,"sm":true,"sr":0.5,"ses":{"id":"s1","seq":1},
"c":{"p":{"url":"https://shop.example/","rf":"https://search.example/"},"r":{"ts":1},"u":{"id":7,"un":"Jane","em":"j@x.example"},"cu":{"cart":{"lines":2}},"g":{"step":"one"}},
"k":{"nt":{"fs":0,"ls":0,"le":0,"cs":0,"ce":0,"qs":7,"rs":404,"re":502,"dl":715,"di":1184,"ds":1206,"de":1210,"dc":1414,"es":1414,"ee":1420},"a":{"fb":404,"di":1184,"dc":1414,"fp":1186,"lp":2092}},
"exp":{"cls":0.04,"fid":5,"tbt":54,"lt":{"count":1,"sum":104,"max":104}},"me":null,"yc":{"sd":2},
"y":[{"id":"955619e7ccb3a5f2","n":"https://shop.example/a.js","t":"resource","su":"script","s":1,"d":291,"c":{"h":{"url":"https://shop.example/a.js","r":{"ts":3284,"ebs":2984,"dbs":6406}}}},
{"id":"b1","n":"POST /api","t":"external","su":"http","s":1,"d":10,"o":"failure","c":{"h":{"url":"https://shop.example/api","mt":"post"}}}]}}
`
)

// lines joins what is written over several lines for people.
func lines(body string) string {
	return strings.NewReplacer(",\n\"", ",\"", "},\n{", "},{").Replace(body)
}

func decoded(t *testing.T, body string) beacon.Beacon {
	t.Helper()
	beacons, err := decode(protocol.Facts{Method: http.MethodPost}, []byte(lines(body)), beacon.DefaultLimits())
	require.NoError(t, err)
	require.Len(t, beacons, 1)
	return beacons[0]
}

func number(key string, v float64) beacon.Attribute {
	return beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: v}
}

func text(key, v string) beacon.Attribute { return beacon.Attribute{Key: key, String: v} }

func TestBothIntakesSayTheSame(t *testing.T) {
	of := gather.TraceOf(trace, id)
	vital := func(name string, value float64) *beacon.Vital {
		return &beacon.Vital{Name: name, Value: value, Delta: value, ID: id + "-" + name, NavigationType: "navigate"}
	}
	for name, body := range map[string]string{"V2": long, "V3": short} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, body)
			assert.Equal(t, beacon.App{Name: "shop", Version: "1.2", Environment: "test"}, b.App)
			assert.Equal(t, beacon.SDK{Name: "@elastic/apm-rum", Version: "5.17.5"}, b.SDK)
			assert.Equal(t, []beacon.Page{{
				ID: id, URL: "https://shop.example/", Referrer: "https://search.example/", UserID: "7", SessionID: "s1", SessionImplicit: true,
				Tags: []beacon.Tag{{Key: "plan", Value: "pro"}, {Key: "seats", Value: "3"}},
			}}, b.Pages)
			require.Len(t, b.Events, 10)
			load := b.Events[2].Payload.(*beacon.PageLoad)
			for phase, want := range map[beacon.Phase]float64{
				beacon.PhaseDNS: 0, beacon.PhaseTCP: 0, beacon.PhaseTTFB: 397, beacon.PhaseDownload: 98, beacon.PhaseDOMParse: 682,
				beacon.PhaseDOMContentLoaded: 4, beacon.PhaseLoad: 6, beacon.PhaseTotal: 1420,
			} {
				assert.True(t, load.Phases.Known[phase], beacon.PhaseNames[phase])
				assert.InDelta(t, want, load.Phases.Value[phase], 0, beacon.PhaseNames[phase])
			}
			assert.False(t, load.Phases.Known[beacon.PhaseTLS], "not among the marks")
			b.Events[2].Payload = nil
			fetched := func(span string) beacon.Trace {
				trace := of
				trace.SpanID = gather.SpanOf(span)
				return trace
			}
			assert.Equal(t, []beacon.Event{
				{Index: 0, Count: 1, Trace: of, Payload: &beacon.Exception{
					Type: "TypeError", Message: "x is null", Stack: "TypeError: x is null\n    at F (https://shop.example/a.js:1:2)", Source: "error", File: "https://shop.example/a.js", Line: 1, Column: 2,
				}},
				{Index: 1, Trace: of, Payload: &beacon.PageView{Type: "navigate"}, Attributes: []beacon.Attribute{number("cart.lines", 2), text("step", "one"), number("sample_rate", 0.5)}},
				{Index: 1, Trace: of, Attributes: []beacon.Attribute{number("total_blocking_time", 54)}},
				{Index: 1, Trace: of, Payload: vital(beacon.TTFB, 404)}, {Index: 1, Trace: of, Payload: vital(beacon.FCP, 1186)},
				{Index: 1, Trace: of, Payload: vital(beacon.LCP, 2092)}, {Index: 1, Trace: of, Payload: vital(beacon.CLS, 0.04)},
				{Index: 1, Count: 1, Trace: of, Payload: vital(beacon.FID, 5)},
				{Index: 2, Count: 1, Trace: fetched("955619e7ccb3a5f2"), Payload: &beacon.Resource{
					URL: "https://shop.example/a.js", Duration: 291, InitiatorType: "script", TransferSize: 3284, EncodedSize: 2984, DecodedSize: 6406,
				}},
				{Index: 3, Count: 1, Trace: fetched("b1"), Payload: &beacon.Resource{URL: "https://shop.example/api", Duration: 10, Method: "POST", ErrorType: "NetworkError"}},
			}, b.Events)
		})
	}
}

func transaction(kind, more string) string {
	return fmt.Sprintf(`{"x":{"id":%q,"n":"Click - button","t":%q,"d":509,"c":{"p":{"url":"https://shop.example/cart"}%s},"k":null,"y":null}}`, id, kind, more)
}

func TestTransactionsOfEachType(t *testing.T) {
	for kind, want := range map[string]beacon.Event{
		"route-change":     {Payload: &beacon.PageView{Type: "soft-navigation", SameDocument: true}, Attributes: []beacon.Attribute{number("duration", 509), text("name", "Click - button")}},
		"user-interaction": {Payload: &beacon.Interaction{Name: "Click - button", Duration: 509}},
		"checkout":         {Payload: &beacon.Interaction{Name: "Click - button", Duration: 509}, Attributes: []beacon.Attribute{text("type", "checkout")}},
	} {
		want.Count = 1
		assert.Equal(t, []beacon.Event{want}, decoded(t, transaction(kind, "")).Events, kind)
	}
	exit := decoded(t, transaction("page-exit", `,"g":{"inp_value":328}`)+"\n"+transaction("page-exit", `,"g":{"inp_value":0}`)+"\n"+transaction("http-request", ""))
	assert.Equal(t, []beacon.Event{{Count: 1, Payload: &beacon.Vital{Name: beacon.INP, Value: 328, Delta: 328}}}, exit.Events)
	assert.Equal(t, 2, exit.LeftOut)
}

func TestErrorsHaveTheirTypesBack(t *testing.T) {
	for message, want := range map[string]beacon.Exception{
		`Unhandled promise rejection: CouponError: rejected","st":[],"t":"`:         {Type: "CouponError", Message: "rejected", Source: "unhandledrejection"},
		`Unhandled promise rejection: stock-sync: timeout","st":[],"t":"stock-sync`: {Type: "Error", Message: "stock-sync: timeout", Source: "unhandledrejection"},
		`Script error.`:        {Type: "Error", Message: "Script error.", Source: "error"},
		`TypeError: x is null`: {Type: "TypeError", Message: "x is null", Source: "error"},
		`answered 500"},"c":{"cu":{"name":"ApiError"}},"id":{"":"`: {Type: "ApiError", Message: "answered 500", Source: "manual"},
		`answered 500"},"c":{"cu":{"name":"a cart"}},"id":{"":"`:   {Type: "Error", Message: "answered 500", Source: "manual"},
	} {
		b := decoded(t, `{"e":{"ex":{"mg":"`+message+`"}}}`)
		assert.Equal(t, []beacon.Event{{Count: 1, Payload: &want}}, b.Events, message)
	}
}

func TestSpansWithoutFurtherDataAreLeftOut(t *testing.T) {
	b := decoded(t, `{"x":{"t":"page-load","y":[{"n":"Parsing","t":"hard-navigation","d":1},{"n":"GET /x","t":"external.truncated","d":1},{"n":"Total Blocking Time","t":"longtask","d":54},
{"n":"Longtask(self)","t":"longtask","d":61,"c":{"cu":{"type":"window"}}},{"n":"list","t":"app","d":9}]}}`)
	assert.Equal(t, 3, b.LeftOut)
	assert.Equal(t, []beacon.Event{
		{Index: 0, Count: 1, Payload: &beacon.PageView{Type: "navigate"}},
		{Index: 1, Count: 1, Payload: &beacon.LongTask{Duration: 61}, Attributes: []beacon.Attribute{text("type", "window")}},
		{Index: 2, Count: 1, Payload: &beacon.Interaction{Name: "list", Duration: 9}, Attributes: []beacon.Attribute{text("type", "app")}},
	}, b.Events)
}

func TestLinesThatCannotBeTakenAreRefusedAndTheOthersGoOn(t *testing.T) {
	b := decoded(t, "\n"+strings.Join([]string{
		`{"m":{}}`, `{"x":{"t":"route-change","n":"a"}}`, `{"x":{"n":"a","d":1}}`, `{"x":{"t":"custom","d":1}}`, `{"y":{}}`, `7`, `{"x":{"t":"rou`,
		`{"span":{"type":"resource","duration":1}}`, `{"span":{"type":"app","name":"x"}}`, `{"span":{"type":"app","duration":1}}`, `{"metricset":{"x":1}}`, transaction("route-change", ""),
	}, "\n"))
	assert.Len(t, b.Events, 1)
	assert.Equal(t, 1, b.LeftOut)
	var got []string
	for _, refusal := range b.Refused {
		got = append(got, string(refusal.Reason)+" "+refusal.Field)
	}
	assert.Equal(t, []string{
		"bad_value duration", "missing_name type", "missing_name name", "unknown_type ", "unknown_type ", "bad_event ",
		"missing_name context.http.url", "bad_value duration", "missing_name name",
	}, got)
}

func TestBodiesOfOthersAreRejected(t *testing.T) {
	for body, want := range map[string]beacon.Reason{"": beacon.ReasonEmptyBody, "[]": beacon.ReasonFormat, `{"a":1}`: beacon.ReasonFormat, "{": beacon.ReasonBadJSON} {
		_, err := decode(protocol.Facts{Method: http.MethodPost}, []byte(body), beacon.DefaultLimits())
		var rejection *beacon.Rejection
		require.ErrorAs(t, err, &rejection, body)
		assert.Equal(t, want, rejection.Reason, body)
	}
}

func TestEveryBoundIsKeptAndCounted(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 4, MaxPages: 1, MaxAttributes: 1, MaxString: 10, MaxURL: 12, MaxStack: 40, MaxFrames: 2}
	much := strings.Repeat("a", 1000)
	frames := strings.TrimSuffix(strings.Repeat(`{"ap":"`+much+`","fn":"`+much+`","li":1,"co":1},`, 100), ",")
	spans := strings.TrimSuffix(strings.Repeat(`{"t":"app","n":"x","d":1},`, 100), ",")
	body := `{"m":{"l":{"a":"1","b":"2"}}}
{"e":{"ex":{"mg":"` + much + `","st":[` + frames + `]},"c":{"p":{"url":"https://x/` + much + `"},"cu":{"` + much + `":"` + much + `","more":1}}}}
{"x":{"t":"app","n":"x","d":1,"c":{"p":{"url":"https://y/"}}}}
{"x":{"t":"app","n":"x","d":1,"c":{"p":{"url":"https://x/` + much + `"}},"y":[` + spans + `]}}`
	beacons, err := decode(protocol.Facts{Method: http.MethodPost}, []byte(body), limits)
	require.NoError(t, err)
	b := beacons[0]
	assert.LessOrEqual(t, len(b.Events), 4)
	x := b.Events[0].Payload.(*beacon.Exception)
	assert.LessOrEqual(t, len(x.Stack), 40)
	assert.Len(t, x.Message, 10)
	assert.Len(t, b.Events[0].Attributes, 1)
	assert.Len(t, b.Pages[0].URL, 12)
	assert.Len(t, b.Pages[0].Tags, 1)
	assert.NotZero(t, b.Events[0].Trimmed)
	assert.Equal(t, beacon.ReasonTooManyPages, b.Refused[0].Reason)
	assert.Equal(t, 103, b.Received(), "an error, two transactions and a hundred spans")
}

func TestOnlyAConfigurationIsAskedForByGET(t *testing.T) {
	beacons, err := decode(protocol.Facts{Method: http.MethodGet}, nil, beacon.DefaultLimits())
	require.NoError(t, err)
	assert.Equal(t, []beacon.Beacon{{}}, beacons)
	response := encode(protocol.Facts{Method: http.MethodGet}, http.StatusOK, protocol.Answer{})
	assert.Equal(t, "{}", string(response.Body))
	assert.Equal(t, http.StatusAccepted, encode(protocol.Facts{Method: http.MethodPost}, http.StatusOK, protocol.Answer{}).Status)
	assert.Equal(t, http.StatusUnauthorized, encode(protocol.Facts{Method: http.MethodGet}, http.StatusUnauthorized, protocol.Answer{}).Status)
}
