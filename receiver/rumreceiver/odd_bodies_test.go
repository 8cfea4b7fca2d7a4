package rumreceiver

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// oddBody is one that some version of an SDK, or some option of it, was right to send.
type oddBody struct {
	target, body string
	header       [2]string
	events       string // the names of the records that it becomes
	leftOut      int
	refused      int // lines that were cut off on their way
}

const (
	ddEvent  = `{"type":"vital","_dd":{"format_version":2},"date":NOWMS,"service":"shop","session":{"id":"s1"},"view":{"id":"v1","url":"https://shop.example/"},"vital":{"type":"duration","name":"ready","duration":1500000}}`
	ddSelf   = `{"type":"telemetry","_dd":{"format_version":2},"date":NOWMS,"telemetry":{"type":"log","message":"hello"}}`
	elMeta   = `{"metadata":{"service":{"name":"shop","agent":{"name":"rum-js","version":"5.0.0"}},"labels":{"shard":7}}}`
	elLoad   = `{"transaction":{"id":"a1b2c3d4e5f60718","trace_id":"8f2d6a10c4e94b7fb1a3d5e6f7081929","name":"/","type":"page-load","duration":900,"context":null,"marks":null,"span_count":{"started":0},"sampled":true}}`
	elMetric = `{"metricset":{"samples":{"transaction.duration.count":{"value":1}}}}`
	otRecord = `{"timeUnixNano":"NOWMS000000","eventName":"basket.emptied","attributes":[{"key":"n","value":{"intValue":1}}]}`
	feMeta   = `"meta":{"sdk":{"name":"faro-web","version":"1.0.0"},"app":{"name":"shop"}}`
	boForm   = `u=https%3A%2F%2Fshop.example%2F&v=1.815.1&pid=p1&n=1&rt.si=s1&rt.tstart=NOWMS&rt.end=NOWMS`
)

var oddBodies = map[string]map[string]oddBody{
	"native": {
		"NumericIDs":      {body: `[{"type":"interaction","name":"buy","value":1,"timestamp":NOWMS,"url":"/","sessionId":7,"userId":42}]`, events: "rum.interaction"},
		"NullMembers":     {body: `[{"type":"interaction","name":"buy","value":1,"timestamp":NOWMS,"url":"/","sessionId":null,"userId":null,"tags":null,"metadata":null}]`, events: "rum.interaction"},
		"NothingElse":     {body: `[{"type":"interaction","name":"buy","value":1,"timestamp":NOWMS}]`, events: "rum.interaction"},
		"NumericTags":     {body: `[{"type":"interaction","name":"buy","value":1,"timestamp":NOWMS,"url":"/","tags":{"shard":7,"beta":true,"team":null}}]`, events: "rum.interaction"},
		"ByteOrderMark":   {body: "\uFEFF" + `[{"type":"interaction","name":"buy","value":1,"timestamp":NOWMS,"url":"/"}]` + "\r\n", events: "rum.interaction"},
		"NoEvents":        {body: `[]`},
		"UnknownMembers":  {body: `[{"type":"interaction","name":"buy","value":1,"timestamp":NOWMS,"url":"/","newer":{"a":[1]}}]`, events: "rum.interaction"},
		"BatchOfNothing":  {body: `{"v":1,"id":"o1","t0":NOWMS,"now":0,"app":{"name":"shop"},"session":{"id":"s"},"pages":[],"events":[]}`},
		"BatchOfNumbers":  {body: `{"v":1,"id":"o2","t0":NOWMS,"now":0,"app":{"name":"shop"},"session":{"id":7},"user":{"id":7},"pages":[{"id":"p","url":"/"}],"events":[{"k":"action","n":"buy","v":1,"t":1}]}`, events: "rum.interaction"},
		"Gzip":            {body: asGzip(`[{"type":"interaction","name":"buy","value":1,"timestamp":NOWMS,"url":"/"}]`), header: [2]string{"Content-Encoding", "gzip"}, events: "rum.interaction"},
		"FractionalTimes": {body: `[{"type":"interaction","name":"buy","value":1.5e0,"timestamp":NOWMS.25,"url":"/"}]`, events: "rum.interaction"},
	},
	"web_vitals": {
		"NumericIDs":     {body: `{"name":"LCP","value":1200.5,"id":5,"sessionId":77,"userId":42}`, events: "browser.web_vital"},
		"NullMembers":    {body: `{"name":"LCP","value":1200.5,"id":"a","delta":null,"rating":null,"entries":null,"navigationType":null,"navigationURL":null,"attribution":null,"userId":null}`, events: "browser.web_vital"},
		"NameAndValue":   {body: `{"name":"CLS","value":0}`, events: "browser.web_vital"},
		"FirstInput":     {body: `{"name":"FID","value":3,"id":"v3-1","entries":[{}]}`, events: "browser.web_vital"},
		"ByteOrderMark":  {body: "\uFEFF" + `[{"name":"LCP","value":1}]` + "\r\n", events: "browser.web_vital"},
		"NoReports":      {body: `[]`},
		"OfNextjs":       {body: `{"id":"1-2","name":"Next.js-hydration","startTime":100.1,"value":30.2,"label":"custom"}`, events: "rum.measurement"},
		"OfNextjsRoutes": {body: `[{"id":"1","name":"Next.js-route-change-to-render","startTime":1,"value":2,"label":"custom"},{"id":"2","name":"Next.js-render","startTime":1,"value":2,"label":"custom","attribution":{}}]`, events: "rum.measurement rum.measurement"},
		"OfNextjsVital":  {body: `{"id":"v4-1","name":"TTFB","value":7.1,"delta":7.1,"entries":[{"name":"http://localhost/"}],"navigationType":"navigate","rating":"good","label":"web-vital","startTime":0}`, events: "browser.web_vital"},
		"Gzip":           {body: asGzip(`{"name":"LCP","value":1}`), header: [2]string{"Content-Encoding", "gzip"}, events: "browser.web_vital"},
	},
	"otlp": {
		"Nothing":       {body: `{}`},
		"NoRecords":     {body: `{"resourceLogs":[{"resource":null,"scopeLogs":[{"scope":{},"logRecords":[]}]},{"scopeLogs":null}]}`},
		"NullMembers":   {body: otlpBody(`{"timeUnixNano":null,"observedTimeUnixNano":null,"severityNumber":null,"severityText":null,"body":null,"attributes":null,"droppedAttributesCount":null,"flags":null,"traceId":null,"spanId":null,"eventName":"basket.emptied"}`), events: "basket.emptied"},
		"EmptyIDs":      {body: otlpBody(`{"timeUnixNano":"NOWMS000000","traceId":"","spanId":"","eventName":"basket.emptied"}`), events: "basket.emptied"},
		"EmptyValue":    {body: otlpBody(`{"timeUnixNano":"NOWMS000000","eventName":"basket.emptied","attributes":[{"key":"a","value":{}},{"key":"b"},{"key":"c","value":{"intValue":"7"}}]}`), events: "basket.emptied"},
		"NamedSeverity": {body: otlpBody(`{"timeUnixNano":"NOWMS000000","severityNumber":"SEVERITY_NUMBER_INFO","eventName":"basket.emptied"}`), events: "basket.emptied"},
		"NamedBefore":   {body: otlpBody(`{"timeUnixNano":"NOWMS000000","attributes":[{"key":"event.name","value":{"stringValue":"basket.emptied"}}]}`), events: "basket.emptied"},
		"LinesOfLogs":   {body: otlpBody(`{"timeUnixNano":"NOWMS000000","body":{"stringValue":"a line"}},{"timeUnixNano":"0","body":{"stringValue":"another"}}`), events: "(line) (line)"},
		"ByteOrderMark": {body: "\uFEFF" + otlpBody(otRecord) + "\r\n", events: "basket.emptied"},
		"NewerMembers":  {body: otlpBody(strings.Replace(otRecord, "{", `{"newer":[{}],`, 1)), events: "basket.emptied"},
		"Gzip":          {body: asGzip(otlpBody(otRecord)), header: [2]string{"Content-Encoding", "gzip"}, events: "basket.emptied"},
	},
	"faro": {
		"MetaAlone":      {body: `{` + feMeta + `}`},
		"LogsAlone":      {body: `{` + feMeta + `,"logs":[{"message":"careful","level":"warn","context":{},"timestamp":"NOWISO"}]}`, events: "(line)"},
		"TracesAlone":    {body: `{` + feMeta + `,"traces":{"resourceSpans":[]}}`, leftOut: 1},
		"NullLists":      {body: `{` + feMeta + `,"events":null,"measurements":null,"exceptions":null,"logs":null,"traces":null}`},
		"NoAttributes":   {body: `{` + feMeta + `,"events":[{"name":"paid","timestamp":"NOWISO"},{"name":"paid","attributes":null,"domain":null,"timestamp":"NOWISO"}]}`, events: "paid paid"},
		"NumericValues":  {body: `{"meta":{"user":{"id":4711},"session":{"id":7}},"events":[{"name":"paid","attributes":{"price":9.5,"gift":true,"note":null},"timestamp":"NOWISO"}]}`, events: "paid"},
		"NoStack":        {body: `{` + feMeta + `,"exceptions":[{"type":"Error","value":"x","timestamp":"NOWISO"},{"type":"Error","value":"x","stacktrace":null,"timestamp":"NOWISO"},{"type":"Error","value":"x","stacktrace":{"frames":null},"timestamp":"NOWISO"}]}`, events: "exception exception exception"},
		"FirstVersions":  {body: `{` + feMeta + `,"measurements":[{"type":"web-vitals","values":{"fcp":120.5},"timestamp":"NOWISO"},{"type":"custom","values":{"a":1,"b":2},"timestamp":"NOWISO"}]}`, events: "browser.web_vital rum.measurement rum.measurement"},
		"SessionGoesOn":  {body: `{` + feMeta + `,"events":[{"name":"session_resume","timestamp":"NOWISO"}]}`, leftOut: 1},
		"EmptyMeta":      {body: `{"meta":{},"logs":[{"message":"","level":"debug","timestamp":"NOWISO"}]}`, events: "(line)"},
		"Gzip":           {body: asGzip(`{` + feMeta + `,"events":[{"name":"paid","timestamp":"NOWISO"}]}`), header: [2]string{"Content-Encoding", "gzip"}, events: "paid"},
		"OffsetsInTimes": {body: `{` + feMeta + `,"events":[{"name":"paid","timestamp":"2026-11-23T12:59:00.5+01:00"}]}`, events: "paid"},
	},
	"datadog": {
		"TelemetryAlone": {target: "?ddforward=%2Fapi%2Fv2%2Frum", body: ddSelf, leftOut: 1},
		"BlankLines":     {target: "?ddforward=%2Fapi%2Fv2%2Frum", body: "\n\n" + ddEvent + "\n\n" + ddSelf + "\n", events: "rum.measurement", leftOut: 1},
		"CarriageReturn": {target: "?ddforward=%2Fapi%2Fv2%2Frum", body: "\uFEFF" + ddEvent + "\r\n" + ddEvent + "\r\n", events: "rum.measurement rum.measurement"},
		"CutOff":         {target: "?ddforward=%2Fapi%2Fv2%2Frum", body: ddEvent + "\n" + ddEvent[:100], events: "rum.measurement", refused: 1},
		"Replay":         {target: "?ddforward=%2Fapi%2Fv2%2Freplay%3Fdd-evp-encoding%3Ddeflate", body: "--x\r\n\r\n\x78\x9c\r\n--x--", header: [2]string{"Content-Type", "multipart/form-data; boundary=x"}, leftOut: 1},
		"Logs":           {target: "/api/v2/logs?ddsource=browser", body: `{"date":NOWMS,"message":"a line","status":"info"}`, leftOut: 1},
		"Profile":        {target: "/api/v2/profile", body: "--x--", leftOut: 1},
		"Function":       {target: "/api/v2/rum?ddsource=browser&dd-api-key=pub1&batch_time=NOWMS", body: ddEvent, events: "rum.measurement"},
		"Bare":           {target: "", body: ddEvent, events: "rum.measurement"},
		"NotEncoded":     {target: "?ddforward=/api/v2/rum?ddsource=browser&dd-evp-encoding=deflate&batch_time=NOWMS", body: asDeflate(ddEvent), events: "rum.measurement"},
		"Deflated":       {target: "?ddforward=%2Fapi%2Fv2%2Frum%3Fddsource%3Dbrowser%26dd-evp-encoding%3Ddeflate&ddforwardSubdomain=x", body: asDeflate("\n" + ddEvent), events: "rum.measurement"},
		"NumericUser":    {body: strings.Replace(ddEvent, `"service"`, `"usr":{"id":4711,"email":null},"account":null,"context":null,"connectivity":null,"display":null,"service"`, 1), events: "rum.measurement"},
		"LaterType":      {body: strings.Replace(ddEvent, `"vital",`, `"hologram",`, 1), events: "datadog.hologram"},
	},
	"sentry": {
		"LostAlone":       {body: "{}\n" + `{"type":"client_report"}` + "\n" + `{"timestamp":NOWS,"discarded_events":[{"reason":"before_send","category":"error","quantity":2}]}`},
		"SessionAlone":    {body: `{"sent_at":"NOWISO"}` + "\n" + `{"type":"session"}` + "\n" + `{"sid":"b2700d8d276c4f648b8ff4a2a2e16393","init":true,"timestamp":"NOWISO","started":"NOWISO","status":"ok","errors":0,"did":null}`, events: "session.start"},
		"SessionGoesOn":   {body: `{"sent_at":"NOWISO"}` + "\n" + `{"type":"session"}` + "\n" + `{"sid":"b2700d8d276c4f648b8ff4a2a2e16393","timestamp":"NOWISO","status":"ok","errors":1}` + "\n", leftOut: 1},
		"Sessions":        {body: `{"sent_at":"NOWISO"}` + "\n" + `{"type":"sessions"}` + "\n" + `{"aggregates":[]}`, leftOut: 1},
		"ReplayAlone":     {body: `{"event_id":"9ce8306126fe4392b7ec40651c20b913"}` + "\n" + `{"type":"replay_event"}` + "\n{}\n" + `{"type":"replay_recording","length":3}` + "\n\x1f\x8b\n", leftOut: 2},
		"NumericTimes":    {body: "{\"sdk\":{}}\n{\"type\":\"event\"}\n" + `{"timestamp":NOWS.5,"level":"error","user":{"id":4711},"tags":{"shard":7,"none":null},"exception":{"values":[{"type":"Error","value":"x","stacktrace":null,"mechanism":null}]}}`, events: "exception"},
		"BareExceptions":  {body: "{\"sdk\":{}}\n{\"type\":\"event\",\"content_type\":\"application/json\"}\n" + `{"timestamp":"NOWISO","exception":[{"type":"Error"}],"breadcrumbs":[],"request":null,"contexts":null,"extra":null}`, events: "exception"},
		"KeyInQuery":      {target: "?sentry_version=7&sentry_key=k1&sentry_client=sentry.javascript.browser%2F7.0.0", body: "{}\n{\"type\":\"event\"}\n{\"timestamp\":NOWS,\"message\":{\"message\":\"hello %s\",\"params\":[\"you\"]}}", events: "(line)"},
		"KeyInHeader":     {header: [2]string{"X-Sentry-Auth", "Sentry sentry_version=7,sentry_key=k1"}, body: "{\"sdk\":null,\"dsn\":null}\n{\"type\":\"event\",\"length\":null}\n{\"timestamp\":NOWS,\"message\":\"hello\"}\n\n", events: "(line)"},
		"FormBefore":      {header: [2]string{"Content-Type", "application/x-sentry-envelope"}, body: asGzip("{\"sdk\":{}}\n{\"type\":\"user_report\"}\n{\"comments\":\"x\"}"), leftOut: 1},
		"OldTransaction":  {body: "{\"sdk\":{}}\n{\"type\":\"transaction\"}\n" + `{"type":"transaction","timestamp":NOWS,"start_timestamp":NOWS,"transaction":"/","contexts":{"trace":{"op":"pageload","trace_id":"8f2d6a10c4e94b7fb1a3d5e6f7081929","span_id":"a1b2c3d4e5f60718"}},"spans":null,"measurements":{"lcp":{"value":1200}}}`, events: "browser.navigation browser.web_vital"},
		"CutOff":          {body: "{\"sdk\":{}}\n{\"type\":\"event\"}\n{\"timestamp\":NOWS,\"message\":\"hello\"}\n{\"type\":\"event\"}\n{\"timest", events: "(line)", refused: 1},
		"OfAServer":       {body: "{\"sdk\":{}}\n{\"type\":\"check_in\"}\n{}\n{\"type\":\"statsd\",\"length\":5}\na:1|c\n{\"type\":\"profile_chunk\"}\n{}", leftOut: 3},
		"AttachmentFirst": {body: "{\"sdk\":{}}\n{\"type\":\"attachment\",\"length\":2,\"filename\":\"x\"}\n{}\n{\"type\":\"event\"}\n{\"timestamp\":NOWS,\"message\":\"hello\"}", events: "(line)", leftOut: 1},
	},
	"elastic": {
		"MetadataAlone":  {target: "2", body: elMeta + "\n"},
		"Version2":       {target: "2", body: elMeta + "\n" + elLoad + "\n" + elMetric + "\n", events: "browser.navigation", leftOut: 1},
		"MetricsAlone":   {target: "2", body: elMeta + "\n" + elMetric, leftOut: 1},
		"CarriageReturn": {target: "2", body: "\uFEFF" + elMeta + "\r\n\r\n" + elLoad + "\r\n", events: "browser.navigation"},
		"CutOff":         {target: "2", body: elMeta + "\n" + elLoad + "\n" + elLoad[:80], events: "browser.navigation", refused: 1},
		"Version3":       {target: "3", body: `{"m":{"se":{"n":"shop","a":{"n":"js-base","ve":"5.17.5"},"la":null},"l":null}}` + "\n" + `{"x":{"id":"a1","tid":"b2","n":"/","t":"page-load","d":1,"c":null,"k":null,"me":null,"y":null,"exp":null,"ses":null}}`, events: "browser.navigation"},
		"ErrorAlone":     {target: "2", body: elMeta + "\n" + `{"error":{"id":"e1","culprit":"(inline script)","exception":{"message":"Uncaught TypeError: x is null","stacktrace":null},"context":{"user":{"id":4711},"custom":null}}}`, events: "exception"},
		"LaterLine":      {target: "2", body: elMeta + "\n" + elLoad + "\n" + `{"profile":{}}`, events: "browser.navigation", refused: 1},
		"NumericLabels":  {target: "2", body: elMeta + "\n" + strings.Replace(elLoad, `"context":null`, `"context":{"tags":{"a":1,"b":true,"c":null},"user":{"id":7}}`, 1), events: "browser.navigation"},
		"NotSampled":     {target: "2", body: elMeta + "\n" + `{"transaction":{"id":"a1","trace_id":"b2","name":"click","type":"user-interaction","duration":3,"sampled":false,"sample_rate":0,"span_count":{"started":0}}}`, events: "rum.interaction"},
		"Gzip":           {target: "3", body: asGzip(elMeta + "\n" + elLoad), header: [2]string{"Content-Encoding", "gzip"}, events: "browser.navigation"},
	},
	"boomerang": {
		"Form":            {body: boForm + "&http.initiator=spa_hard", events: "browser.navigation"},
		"LineEnd":         {body: boForm + "&sb=1\r\n", events: "browser.navigation"},
		"Data":            {body: "data=" + url.QueryEscape(`{"u":"https://shop.example/","v":"0.9","n":1,"rt.si":"s1","rt.tstart":NOWMS,"t_done":1200,"pt.fcp":"80","r":null,"restiming":{"https://shop.example/a.png":"1a,5"}}`), events: "browser.navigation browser.web_vital browser.resource_timing"},
		"DataOfThePage":   {body: boForm + "&data=" + url.QueryEscape(`{"u":"x"}`), events: "browser.navigation"},
		"EmptyLists":      {body: boForm + "&restiming=%7B%7D&err=&c.lt=~()&t_other=", events: "browser.navigation"},
		"ErrorsAlone":     {body: boForm + "&http.initiator=error&api=1&err=~(~(d~'mwt25i8f~m~'Script*20error.~v~2))", events: "exception", leftOut: 1},
		"LeftWithNothing": {body: boForm + "&rt.quit=", leftOut: 1},
		"LeftEarly":       {body: boForm + "&rt.quit=&rt.abld=&http.initiator=spa_hard", events: "browser.navigation"},
		"NotOfOurs":       {body: boForm + "&h.key=x&%=1&a=%zz&cdim.tier=gold", events: "browser.navigation"},
		"Request":         {body: boForm + "&http.initiator=xhr&http.errno=-999&t_done=12&pgu=https%3A%2F%2Fshop.example%2Fcart", events: "browser.resource_timing"},
		"OfNoSession":     {body: strings.Replace(boForm, "rt.si=s1&", "", 1) + "&rt.si=0&rt.sl=0", events: "browser.navigation"},
	},
}

func otlpBody(records string) string {
	return `{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"logRecords":[` + records + `]}]}]}`
}

// atNoon fills in the time of the tests.
func atNoon(body string) string {
	return strings.NewReplacer("NOWMS", fmt.Sprint(noon.UnixMilli()), "NOWS", fmt.Sprint(noon.Unix()), "NOWISO", noon.Format("2006-01-02T15:04:05.000Z")).Replace(body)
}

func asGzip(body string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(atNoon(body)))
	_ = w.Close()
	return out.String()
}

func asDeflate(body string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write([]byte(atNoon(body)))
	_ = w.Close()
	return out.String()
}

var pathsOfOddBodies = map[string]string{
	"native": "/v1/rum", "web_vitals": "/v1/web-vitals", "otlp": "/v1/logs", "faro": "/faro/collect", "datadog": "/datadog", "sentry": "/api/42/envelope/", "elastic": "/intake/v%s/rum/events", "boomerang": "/boomerang",
}

// TestOddBodiesThatSDKsAreRightToSendAreTaken holds for each that it is answered with 2xx, that nothing of it is lost without a
// count, and that nothing counts twice.
func TestOddBodiesThatSDKsAreRightToSendAreTaken(t *testing.T) {
	for _, p := range all.Protocols() {
		assert.GreaterOrEqual(t, len(oddBodies[p.Name]), 10, p.Name)
		for name, odd := range oddBodies[p.Name] {
			t.Run(p.Name+"/"+name, func(t *testing.T) {
				b := newBench(t, withConfig(func(cfg *Config) { cfg.Protocols.turnOn(p.Name) }))
				target := pathsOfOddBodies[p.Name]
				if strings.Contains(target, "%s") {
					target = fmt.Sprintf(target, odd.target)
				} else {
					target += atNoon(odd.target)
				}
				req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(atNoon(odd.body)))
				req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
				if odd.header[0] != "" {
					req.Header.Set(odd.header[0], odd.header[1])
				}
				response := httptest.NewRecorder()
				b.wholeServer().ServeHTTP(response, req)
				assert.Less(t, response.Code, 300, response.Body.String())
				b.end()
				b.balanced()
				var events []string
				for _, record := range b.records() {
					events = append(events, cmp.Or(record.EventName(), "(line)"))
				}
				assert.ElementsMatch(t, strings.Fields(odd.events), events)
				assert.EqualValues(t, odd.leftOut, b.counter("events_left_out"), "left out")
				assert.EqualValues(t, odd.refused, b.counter("events_refused"), "refused")
			})
		}
	}
}
