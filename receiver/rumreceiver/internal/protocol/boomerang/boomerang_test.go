package boomerang

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

const (
	began = "1795425778000"
	page  = "https://shop.example/cart"
)

var start = time.UnixMilli(1795425778000)

// form is a beacon with what all of them have, and more.
func form(more ...string) string {
	values := url.Values{"u": {page}, "v": {"1.815.1"}, "pid": {"p1"}, "n": {"1"}, "rt.si": {"s1"}, "rt.tstart": {began}, "rt.end": {"1795425780000"}}
	for i := 0; i < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return values.Encode()
}

func decoded(t *testing.T, text string) beacon.Beacon {
	t.Helper()
	beacons, err := decode(protocol.Facts{Method: http.MethodPost}, []byte(text), beacon.DefaultLimits())
	require.NoError(t, err)
	require.Len(t, beacons, 1)
	other, err := decode(protocol.Facts{Method: http.MethodGet, Query: text + "&key=k"}, nil, beacon.DefaultLimits())
	require.NoError(t, err)
	assert.NotEmpty(t, other[0].ID)
	other[0].ID = ""
	assert.Equal(t, beacons, other, "a GET says the same")
	return beacons[0]
}

func after(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

func number(key string, v float64) beacon.Attribute {
	return beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: v}
}

func text(key, v string) beacon.Attribute { return beacon.Attribute{Key: key, String: v} }

func vital(name string, value float64, id, kind string) *beacon.Vital {
	return &beacon.Vital{Name: name, Value: value, Delta: value, ID: id, NavigationType: kind}
}

func TestAPageLoad(t *testing.T) {
	b := decoded(t, form("http.initiator", "spa_hard", "nt_nav_type", "1", "t_done", "1449", "t_other", "t_domloaded|533,boomerang|2082,boomr_fb|382,hero|99", "r", "https://search.example/",
		"nt_nav_st", began, "nt_dns_st", "1795425778010", "nt_dns_end", "1795425778030", "nt_con_st", "1795425778030", "nt_ssl_st", "1795425778040", "nt_con_end", "1795425778060",
		"nt_req_st", "1795425778060", "nt_res_st", "1795425778160", "nt_res_end", "1795425778170", "nt_domint", "1795425778300", "nt_load_st", "1795425778400", "nt_load_end", "1795425778405",
		"pt.fcp", "524", "pt.lcp", "1480", "pt.lcp.e", "img#hero", "pt.lcp.src", "https://shop.example/hero.png", "c.cls", "0.104", "c.cls.topid", "main#app",
		"mob.etype", "4g", "mob.dl", "1.55", "mob.rtt", "100", "tenant", "t-77", "dom.ln", "28", "mem.total", "1",
		"sv", "12", "if", "", "api", "1", "errors", "[rt:1] oops", "t_page.inv", "1"))
	assert.Equal(t, beacon.SDK{Name: "boomerangjs", Version: "1.815.1"}, b.SDK)
	assert.Equal(t, beacon.Connection{EffectiveType: "4g", Downlink: 1.55, RTT: 100}, b.Connection)
	assert.Equal(t, []beacon.Page{{
		ID: "p1", URL: page, Referrer: "https://search.example/", SessionID: "s1", SessionImplicit: true, Tags: []beacon.Tag{{Key: "tenant", Value: "t-77"}},
	}}, b.Pages)
	require.Len(t, b.Events, 7)
	phases := b.Events[1].Payload.(*beacon.PageLoad).Phases
	for phase, want := range map[beacon.Phase]float64{beacon.PhaseDNS: 20, beacon.PhaseTCP: 30, beacon.PhaseTLS: 20, beacon.PhaseTTFB: 100, beacon.PhaseDownload: 10, beacon.PhaseLoad: 5, beacon.PhaseTotal: 405} {
		assert.InDelta(t, want, phases.Value[phase], 0, beacon.PhaseNames[phase])
	}
	b.Events[1].Payload = nil
	assert.Equal(t, []beacon.Event{
		{Time: start, Once: true, Payload: &beacon.PageView{Type: "reload"}, Attributes: []beacon.Attribute{number("duration", 1449)}},
		{Time: start, Once: true},
		{Time: after(2000), Payload: vital(beacon.TTFB, 160, "p1-ttfb", "reload")},
		{Time: after(2000), Payload: vital(beacon.FCP, 524, "p1-fcp", "reload")},
		{Time: after(2000), Payload: vital(beacon.LCP, 1480, "p1-lcp", "reload"), Attributes: []beacon.Attribute{text("target", "img#hero"), text("url", "https://shop.example/hero.png")}},
		{Time: after(2000), Payload: vital(beacon.CLS, 0.104, "p1-cls", "reload"), Attributes: []beacon.Attribute{text("target", "main#app")}},
		{Time: after(2000), Count: 1, Payload: &beacon.Measurement{Name: "hero", Value: 99, Unit: "ms"}},
	}, b.Events)
}

func TestBeaconsOfOtherKinds(t *testing.T) {
	for name, tc := range map[string]struct {
		beacon []string
		want   []beacon.Event
	}{
		"Route": {[]string{"http.initiator", "spa", "n", "2", "t_done", "335", "c.cls", "0", "et.inp.inc", "80"}, []beacon.Event{
			{Time: start, Count: 1, Payload: &beacon.PageView{Type: "soft-navigation", SameDocument: true}, Attributes: []beacon.Attribute{number("duration", 335)}},
		}},
		"Restored": {[]string{"http.initiator", "bfcache", "n", "5", "pt.fcp", "28"}, []beacon.Event{
			{Time: start, Payload: &beacon.PageView{Type: "back-forward-cache"}},
			{Time: after(2000), Count: 1, Payload: vital(beacon.FCP, 28, "p1-5-fcp", "back-forward-cache")},
		}},
		"Left": {[]string{"rt.quit", "", "et.inp", "336", "et.inp.e", "button#add", "pt.lcp", "9"}, []beacon.Event{
			{Count: 1, Payload: vital(beacon.INP, 336, "p1-inp", ""), Attributes: []beacon.Attribute{text("target", "button#add")}},
		}},
		"Request": {[]string{"http.initiator", "xhr", "u", "https://shop.example/api", "pgu", page, "t_done", "12", "http.method", "POST", "http.errno", "503"}, []beacon.Event{
			{Time: start, Count: 1, Payload: &beacon.Resource{URL: "https://shop.example/api", Duration: 12, InitiatorType: "xmlhttprequest", Method: "POST", Status: 503}},
		}},
		"Aborted": {[]string{"http.initiator", "xhr", "http.type", "f", "t_done", "12", "http.errno", "-998"}, []beacon.Event{
			{Time: start, Count: 1, Payload: &beacon.Resource{URL: page, Duration: 12, InitiatorType: "fetch", Method: "GET", ErrorType: "AbortError"}},
		}},
		"RequestAmongResources": {[]string{"http.initiator", "xhr", "u", "https://shop.example/api#x", "pgu", page, "http.type", "f", "t_done", "12",
			"restiming", `{"https://shop.example/":{"api":"9a,3*1a,8c|9k,3","a.png":"1k,4"}}`}, []beacon.Event{
			{Time: start, Count: 1, Payload: &beacon.Resource{URL: "https://shop.example/api#x", Duration: 12, InitiatorType: "fetch", Method: "GET", EncodedSize: 10, TransferSize: 310, DecodedSize: 10}},
			{Time: after(20), Index: 1, Count: 1, Payload: &beacon.Resource{URL: "https://shop.example/api", Duration: 3, InitiatorType: "fetch"}},
			{Time: after(20), Index: 2, Count: 1, Payload: &beacon.Resource{URL: "https://shop.example/a.png", Duration: 4, InitiatorType: "img"}},
		}},
		"AbortedLoad": {[]string{"rt.quit", "", "rt.abld", "", "http.initiator", "spa_hard", "et.inp", "80"}, []beacon.Event{
			{Time: start, Once: true, Payload: &beacon.PageView{Type: "navigate"}},
			{Count: 1, Payload: vital(beacon.INP, 80, "p1-inp", "")},
		}},
		"AbortedRoute": {[]string{"rt.quit", "", "rt.abld", "", "http.initiator", "spa", "n", "2", "pgu", page, "t_done", "35"}, []beacon.Event{
			{Time: start, Count: 1, Payload: &beacon.PageView{Type: "soft-navigation", SameDocument: true}, Attributes: []beacon.Attribute{number("duration", 35)}},
		}},
		"Click": {[]string{"http.initiator", "click"}, []beacon.Event{{Time: start, Count: 1, Verbatim: true, Payload: &beacon.Custom{Name: "boomerang.click"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, form(tc.beacon...))
			assert.Equal(t, tc.want, b.Events)
			assert.Equal(t, page, b.Pages[0].URL)
		})
	}
	assert.Equal(t, 1, decoded(t, form("rt.quit", "")).LeftOut, "nothing to report")
}

func TestResourcesAreExpanded(t *testing.T) {
	const trie = `{"https://":{"127.0.0.1/":{"logo.png?cb=99":"*0k,1o,c,62|15o,9j","none":"9,3"},"shop.example/":{"a":{"|":"25m,3f,3f,3d*157,8c,w*44|24c*157,_,w","pp.js":"35o,45*12aw,8c"},"cart":"6,4h"}}}`
	want := func(address, initiator string, start int, took float64, transfer, encoded, whole int64) beacon.Event {
		return beacon.Event{Count: 1, Time: after(start), Payload: &beacon.Resource{
			URL: address, InitiatorType: initiator, Duration: took, TransferSize: transfer, EncodedSize: encoded, DecodedSize: whole,
		}}
	}
	events := []beacon.Event{
		want("https://127.0.0.1/logo.png?cb=99", "img", 204, 343, 0, 0, 0),
		want("https://127.0.0.1/none", "fetch", 0, 3, 0, 0, 0),
		want("https://shop.example/a", "link", 202, 123, 487, 187, 219),
		want("https://shop.example/a", "link", 156, 0, 0, 187, 219),
		want("https://shop.example/app.js", "script", 204, 149, 3284, 2984, 2984),
	}
	for i := range events {
		events[i].Index = i
	}
	assert.Equal(t, events, decoded(t, form("rt.quit", "", "restiming", trie)).Events)
	later := decoded(t, form("rt.tstart", "1795425784086", "rt.nstart", began, "rt.quit", "", "restiming", trie)).Events
	assert.Equal(t, events, later, "counted from the navigation to the document, whichever route is reported")
}

func TestLongTasksAndErrorsAreExpanded(t *testing.T) {
	for name, lists := range map[string][2]string{
		"JSURL": {
			"~(~(a~(~(a~0~s~'~t~0))~d~'2j~n~1~s~'al))",
			"~(~(d~'mwt25i8f~m~'Script*20error.~v~2)~(m~'coupon*20*22A*22*20**20ac!~v~7)~(f~(~(c~1671~f~'s~l~1~wo~'*2fa.js)~(c~2~f~'async*20B~l~3~w~'https*3a*2f*2fcdn.example*2fb.js))~m~'answered*20500~t~'ApiError~n~3)" +
				"~(f~(~(f~'o~l~1~w~'boomerang.js)~(f~'B~l~1~c~5~wo~'*2fa.js))~m~'failed~v~4))",
		},
		"JSON": {
			`[{"a":[{"a":0}],"d":"2j","n":1,"s":"al"}]`,
			`[{"d":"mwt25i8f","m":"Script error.","v":2},{"m":"coupon \"A\" €$","v":7},{"f":[{"c":1671,"f":"s","l":1,"wo":"/a.js"},{"c":2,"f":"async B","l":3,"w":"https://cdn.example/b.js"}],"m":"answered 500","t":"ApiError","n":3},
			{"f":[{"f":"o","l":1,"w":"boomerang.js"},{"f":"B","l":1,"c":5,"wo":"/a.js"}],"m":"failed","v":4}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := decoded(t, form("rt.quit", "", "c.lt", lists[0], "err", lists[1])).Events
			assert.Equal(t, []beacon.Event{
				{Index: 0, Count: 1, Time: after(381), Payload: &beacon.LongTask{Duration: 91}},
				{Index: 1, Count: 1, Time: time.UnixMilli(1795425780111), Payload: &beacon.Exception{Type: "Error", Message: "Script error.", Source: "error"}},
				{Index: 2, Count: 1, Payload: &beacon.Exception{Type: "Error", Message: "coupon \"A\" €$", Source: "unhandledrejection"}},
				{Index: 3, Count: 1, Attributes: []beacon.Attribute{number("count", 3)}, Payload: &beacon.Exception{
					Type: "ApiError", Message: "answered 500", Source: "manual", File: "https://shop.example/a.js", Line: 1, Column: 1671,
					Stack: "ApiError: answered 500\n    at s (https://shop.example/a.js:1:1671)\n    at async B (https://cdn.example/b.js:3:2)",
				}},
				{Index: 4, Count: 1, Payload: &beacon.Exception{
					Type: "console.error", Message: "failed", Source: "manual", File: "https://shop.example/a.js", Line: 1, Column: 5, Stack: "console.error: failed\n    at B (https://shop.example/a.js:1:5)",
				}},
			}, got)
		})
	}
}

func TestWhatCannotBeReadIsRefusedAndTheRestGoesOn(t *testing.T) {
	b := decoded(t, form("http.initiator", "spa", "restiming", `{"https://a/":{"x":"z1","y":"1!","z":"1a,a"`, "c.lt", "~(~(s~'a)~(d~'a", "err", `[7,{"m":"x","d":"1"},{"m":"x"}]`)+"&broken=%zz&%zz=1&tag=a%ff")
	assert.Len(t, b.Events, 3, "the view, a resource and an error")
	assert.True(t, b.Repaired)
	assert.Equal(t, []beacon.Tag{{Key: "tag", Value: "a\uFFFD"}}, b.Pages[0].Tags)
	var got []string
	for _, refusal := range b.Refused {
		got = append(got, string(refusal.Reason)+" "+refusal.Field)
	}
	assert.Equal(t, []string{
		"bad_value restiming", "bad_value restiming", "bad_event restiming", "bad_value c.lt", "bad_value c.lt", "bad_event c.lt", "bad_event err", "bad_timestamp err.d",
	}, got)
}

func TestBodiesOfOthersAreRejected(t *testing.T) {
	for body, want := range map[string]beacon.Reason{"": beacon.ReasonEmptyBody, `{"a":1}`: beacon.ReasonFormat, "u=x": beacon.ReasonFormat, "v=1": beacon.ReasonFormat} {
		_, err := decode(protocol.Facts{Method: http.MethodPost}, []byte(body), beacon.DefaultLimits())
		var rejection *beacon.Rejection
		require.ErrorAs(t, err, &rejection, body)
		assert.Equal(t, want, rejection.Reason, body)
	}
}

func TestEveryBoundIsKeptAndCounted(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 4, MaxPages: 1, MaxAttributes: 1, MaxString: 10, MaxURL: 12, MaxStack: 40, MaxFrames: 2}
	much := strings.Repeat("a", 1000)
	deep := strings.Repeat(`{"`+much+`":`, 60) + `"1a,a` + strings.Repeat("|1b,b", 1000) + `"` + strings.Repeat("}", 60)
	text := form("u", page+much, "http.initiator", "spa", "restiming", deep, "err", `[{"m":"`+much+`"}]`, much, much, "b", "c")
	beacons, err := decode(protocol.Facts{Method: http.MethodPost}, []byte(text), limits)
	require.NoError(t, err)
	b := beacons[0]
	assert.Len(t, b.Events, 4)
	assert.Len(t, b.Pages[0].URL, 12)
	assert.Len(t, b.Pages[0].Tags, 1)
	assert.Len(t, b.Events[1].Payload.(*beacon.Resource).URL, 12)
	assert.Equal(t, 1+1001+1, b.Received())
	timed, err := decode(protocol.Facts{Method: http.MethodPost}, []byte(form("http.initiator", "spa", "t_other", strings.Repeat("a|1,", 100))), limits)
	require.NoError(t, err)
	assert.Len(t, timed[0].Events, 4, "the view and as many timers as fit")
	assert.Equal(t, 1+97, timed[0].Received())
	_, ok := toJSON(strings.Repeat("~(", 100_000))
	assert.False(t, ok)
}
