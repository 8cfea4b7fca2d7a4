package rumreceiver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// plantedInCaptures is what the recorded visits hold and nobody may find again: the visitor's address,
// tokens, keys, and what stands in queries.
var plantedInCaptures = []string{
	"jane.doe", "tok_9f8e7d", "demokey_51Hsecret", "eyJhbGciOiJIUzI1NiJ9", "demo.sig", "utm_source", "utm_campaign", "spring&", "=newsletter",
}

// logged is all that was written to the log, fields included.
func logged(lines *observer.ObservedLogs) string {
	var all strings.Builder
	for _, line := range lines.All() {
		fmt.Fprintln(&all, line.Message, line.ContextMap())
	}
	return all.String()
}

// emitted is everything that the bench has handed on, as JSON.
func (b *bench) emitted() string {
	b.t.Helper()
	var all strings.Builder
	for _, logs := range b.logs.AllLogs() {
		text, err := new(plog.JSONMarshaler).MarshalLogs(logs)
		require.NoError(b.t, err)
		all.Write(text)
	}
	for _, metrics := range b.metrics.AllMetrics() {
		text, err := new(pmetric.JSONMarshaler).MarshalMetrics(metrics)
		require.NoError(b.t, err)
		all.Write(text)
	}
	return all.String()
}

// balanced checks the books.
func (b *bench) balanced() {
	b.t.Helper()
	received := b.counter("events_received")
	emitted, refused, duplicate := b.counter("events_emitted"), b.counter("events_refused"), b.counter("events_duplicate")
	assert.Equal(b.t, received, emitted+refused+duplicate, "received = %d emitted + %d refused + %d duplicate", emitted, refused, duplicate)
	ofEvents := refused // those that reached no sink
	for _, reason := range reasonsOfDelivery {
		ofEvents -= b.labelled("events_refused", "reason", string(reason))
	}
	for _, sink := range []string{"logs", "metrics"} {
		assert.Equal(b.t, received, ofEvents+b.labelled("sink_events", "sink", sink), sink)
	}
}

// reasonsOfDelivery are those of sinks.
var reasonsOfDelivery = []beacon.Reason{
	beacon.ReasonUnavailable, beacon.ReasonThrottled, beacon.ReasonInvalid, beacon.ReasonUnauthenticated, beacon.ReasonDenied, beacon.ReasonUnsupported,
	beacon.ReasonPermanent, beacon.ReasonInternal,
}

// atSink is how many events had an outcome at a sink.
func (b *bench) atSink(sink, outcome string) (events int64) {
	b.t.Helper()
	m, err := b.telemetry.GetMetric("otelcol_rum_receiver_sink_events")
	require.NoError(b.t, err)
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		at, _ := point.Attributes.Value("sink")
		became, _ := point.Attributes.Value("outcome")
		if at.AsString() == sink && became.AsString() == outcome {
			events += point.Value
		}
	}
	return events
}

func TestBodiesOfForeignLibrariesAreRefusedAndLeaveNothing(t *testing.T) {
	logging, lines := observed()
	b := newBench(t, logging)
	whole := b.wholeServer()
	answers, sent := map[string]int{}, 0
	for _, request := range recordings(t, "*") {
		if strings.Contains(request.file, "naive") {
			continue
		}
		for _, target := range []string{"/v1/rum", request.target()} {
			req := httptest.NewRequestWithContext(t.Context(), request.Method, target, strings.NewReader(request.body))
			for name, value := range request.Headers {
				req.Header.Set(name, value)
			}
			response := httptest.NewRecorder()
			whole.ServeHTTP(response, req)
			sent++
			var a answer
			require.NoError(t, json.Unmarshal(response.Body.Bytes(), &a), response.Body.String())
			require.NotEmpty(t, a.Reason, response.Body.String())
			answers[fmt.Sprint(response.Code, " ", a.Reason)]++
			assert.Zero(t, a.Received, request.file)
			for _, planted := range plantedInCaptures {
				require.NotContains(t, response.Body.String(), planted)
			}
		}
	}
	t.Logf("%d requests: %v", sent, answers)
	assert.Equal(t, sent, int(b.counter("requests")))
	b.balanced()
	b.end()
	assert.Empty(t, b.emitted())
	for _, planted := range plantedInCaptures {
		assert.NotContains(t, logged(lines), planted)
	}
}

// strings of all bodies of the corpus: names of members, and values.
func corpusStrings(t *testing.T) []string {
	t.Helper()
	seen := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			seen[v] = true
		case []any:
			for _, element := range v {
				walk(element)
			}
		case map[string]any:
			for name, member := range v {
				seen[name] = true
				walk(member)
			}
		}
	}
	var bodies []string
	for _, request := range recordings(t, "*") {
		if strings.HasPrefix(request.Headers["content-type"], "application/x-www-form-urlencoded") {
			form, err := url.ParseQuery(request.body)
			require.NoError(t, err)
			for name, values := range form {
				seen[name] = true
				for _, value := range values {
					seen[value] = true
				}
			}
			continue
		}
		bodies = append(bodies, strings.Split(request.plain(t), "\n")...) // some send one object a line
	}
	bodies = append(bodies, goldens(t, "beacon/*/beacon.json", "array/*/array.json")...)
	for _, body := range bodies {
		if strings.TrimSpace(body) == "" {
			continue
		}
		var parsed any
		require.NoError(t, json.Unmarshal([]byte(body), &parsed))
		walk(parsed)
	}
	var all []string
	for text := range seen {
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// transplants are native bodies that hold the text wherever an application may put one.
func transplants(id int, text string) []string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // the text came out of JSON
	}
	fill := strings.NewReplacer("TEXT", string(quoted), "ID", fmt.Sprint(id), "NOW", fmt.Sprint(noon.UnixMilli())).Replace
	const event = `"timestamp":NOW,"url":TEXT,"sessionId":"s","tags":{"app":"shop","plan":TEXT,TEXT:TEXT,"t":TEXT}`
	return []string{
		fill(`[{"type":"metric","name":"LCP","value":1,` + event + `,"metadata":{"id":"ID","navigationType":TEXT,"element":TEXT,"a":{TEXT:TEXT}}},
			{"type":"error","name":TEXT,` + event + `,"metadata":{"message":TEXT,"stack":TEXT,"filename":TEXT,"type":TEXT,TEXT:TEXT}},
			{"type":"interaction","name":TEXT,"value":1,` + event + `,"metadata":{"x":TEXT}},
			{"type":"resource","name":TEXT,"value":1,` + event + `,"metadata":{"resourceType":TEXT}},
			{"type":"metric","name":"long_task","value":60,` + event + `,"metadata":{"attribution":[{"name":TEXT}]}},
			{"type":"metric","name":"budget_exceeded","value":1,` + event + `,"metadata":{"metric":TEXT,"value":2,"budget":1}},
			{"type":"navigation","name":"page_view","value":1,` + event + `,"metadata":{"title":TEXT,"referrer":TEXT}},
			{"type":"metric","name":TEXT,"value":1,` + event + `}]`),
		fill(`{"v":1,"id":"ID","t0":NOW,"now":0,"sdk":TEXT,"app":{"name":TEXT,"version":TEXT,"env":TEXT},"session":{"id":"s"},"lang":TEXT,
			"tags":{"plan":TEXT,TEXT:TEXT},"conn":{"type":TEXT,"effective":TEXT},"lost":{TEXT:1},
			"pages":[{"id":"p","url":TEXT,"route":TEXT,"type":TEXT,"ref":TEXT,"title":TEXT}],"events":[
			{"k":"vital","n":"INP","v":1,"t":1,"nt":TEXT,"a":{TEXT:TEXT}},{"k":"error","n":TEXT,"m":TEXT,"s":TEXT,"f":TEXT,"t":1},
			{"k":"resource","u":TEXT,"it":TEXT,"m":TEXT,"n":TEXT,"v":1,"t":1},{"k":"click","sel":TEXT,"tag":TEXT,"t":1},{"k":"action","n":TEXT,"v":1,"t":1},
			{"k":"measure","n":TEXT,"u":TEXT,"v":1,"t":1},{"k":"task","v":60,"t":1,"a":{TEXT:TEXT}},{"k":"budget","n":TEXT,"v":2,"b":1,"t":1},
			{"k":"view","t":1,"nt":TEXT},{"k":"session","t":1}]}`),
	}
}

// webVitalsTransplant is the same for reports of the web-vitals library.
func webVitalsTransplant(id int, text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // the text came out of JSON
	}
	return strings.NewReplacer("TEXT", string(quoted), "ID", fmt.Sprint(id)).Replace(`[{"name":"INP","value":1,"id":"ID","navigationType":TEXT,
		"navigationURL":TEXT,"sessionId":"s","userId":"u","tags":{"plan":TEXT,TEXT:TEXT},"entries":[{"name":TEXT}],"attribution":{"interactionTarget":TEXT,
		TEXT:TEXT,"longestScript":{"intersectingDuration":1,"entry":{"sourceURL":TEXT,"sourceFunctionName":TEXT,"invoker":TEXT,"invokerType":TEXT}}}}]`)
}

// faroTransplant is the same for a payload of Faro.
func faroTransplant(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // the text came out of JSON
	}
	const at = `"timestamp":"2026-11-23T11:59:00.000Z"`
	return strings.ReplaceAll(`{"meta":{"sdk":{"name":TEXT},"app":{"name":TEXT,"version":TEXT},"page":{"url":TEXT},"session":{"id":"s","attributes":{TEXT:TEXT}},
		"user":{"id":"u","email":TEXT,"username":TEXT,"attributes":{"x":TEXT}},"view":{"name":TEXT},"browser":{"language":TEXT}},
		"events":[{"name":TEXT,`+at+`,"attributes":{"x":TEXT,TEXT:TEXT}},{"name":"view_changed",`+at+`,"attributes":{"toView":TEXT}},
			{"name":"faro.performance.navigation",`+at+`,"attributes":{"name":TEXT,"type":TEXT,"duration":"1"}},
			{"name":"faro.performance.resource",`+at+`,"attributes":{"name":TEXT,"initiatorType":TEXT,"duration":"1"}},
			{"name":"faro.user.action",`+at+`,"attributes":{"userActionName":TEXT,"userActionDuration":"1"}}],
		"measurements":[{"type":"web-vitals","values":{"lcp":1},`+at+`,"context":{"id":"1","navigation_type":TEXT,"element":TEXT,TEXT:TEXT}},{"type":"custom","values":{TEXT:1},`+at+`,"context":{"x":TEXT}}],
		"exceptions":[{"type":TEXT,"value":TEXT,`+at+`,"context":{"x":TEXT},"stacktrace":{"frames":[{"function":TEXT,"filename":TEXT,"lineno":1,"colno":2}]}}]}`, "TEXT", string(quoted))
}

// datadogTransplant is the same for events of Datadog's SDK.
func datadogTransplant(id int, text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // the text came out of JSON
	}
	const shared = `{"_dd":{"document_version":1,"sdk_name":TEXT,"action":{"target":{"selector":TEXT}}},"date":NOW,"application":{"id":TEXT},"service":TEXT,"version":TEXT,"ddtags":TEXT,
		"session":{"id":"s","type":TEXT},"usr":{"id":"u","email":TEXT,"name":TEXT},"account":{"id":TEXT,"name":TEXT},"connectivity":{"effective_type":TEXT},
		"context":{TEXT:TEXT,"plan":TEXT,"x":{TEXT:TEXT}},"feature_flags":{TEXT:TEXT},`
	const view = `"view":{"id":"vID","url":TEXT,"referrer":TEXT,"name":TEXT`
	lines := []string{
		`"type":"view",` + view + `,"loading_type":TEXT,"custom_timings":{TEXT:1},"first_byte":1,"largest_contentful_paint":1,"largest_contentful_paint_target_selector":TEXT,
			"performance":{"lcp":{"resource_url":TEXT},"inp":{"duration":9,"timestamp":1,"target_selector":TEXT},"cls":{"score":1,"target_selector":TEXT}}}}`,
		`"type":"resource",` + view + `},"resource":{"type":TEXT,"url":TEXT,"method":TEXT,"duration":1}}`,
		`"type":"error",` + view + `},"error":{"message":TEXT,"type":TEXT,"stack":TEXT,"source":TEXT,"handling":TEXT,"fingerprint":TEXT,"causes":[{"type":TEXT,"message":TEXT}]}}`,
		`"type":"error",` + view + `},"error":{"message":TEXT,"type":TEXT,"handling_stack":TEXT,"source":"console"}}`,
		`"type":"action",` + view + `},"action":{"type":"click","target":{"name":TEXT},"frustration":{"type":[TEXT]}}}`,
		`"type":"action",` + view + `},"action":{"type":"custom","target":{"name":TEXT}}}`,
		`"type":"long_task",` + view + `},"long_task":{"entry_type":"long-animation-frame","duration":1,"scripts":[{"duration":1,"source_url":TEXT,"source_function_name":TEXT,"invoker":TEXT,"invoker_type":TEXT}]}}`,
		`"type":"vital",` + view + `},"vital":{"type":"duration","name":TEXT,"description":TEXT,"duration":1}}`,
		`"type":"vital",` + view + `},"vital":{"type":"operation_step","name":TEXT,"step_type":TEXT,"operation_key":TEXT,"failure_reason":TEXT,"websocket":{"url":TEXT,"x":{TEXT:1}}}}`,
		`"type":TEXT,` + view + `}}`,
	}
	for i, line := range lines {
		lines[i] = strings.NewReplacer("TEXT", string(quoted), "ID", fmt.Sprint(id), "NOW", fmt.Sprint(noon.UnixMilli()), "\n", "").Replace(shared + line)
	}
	return strings.Join(lines, "\n")
}

// elasticTransplant is the same for lines of Elastic's agent.
func elasticTransplant(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // the text came out of JSON
	}
	const context = `"c":{"p":{"url":TEXT,"rf":TEXT},"u":{"id":"u","un":TEXT,"em":TEXT},"cu":{TEXT:TEXT,"name":TEXT,"x":{TEXT:TEXT}},"g":{TEXT:TEXT,"inp_value":1}}`
	return strings.NewReplacer("TEXT", string(quoted), "\n\t", "").Replace(
		`{"m":{"se":{"n":TEXT,"ve":TEXT,"en":TEXT,"a":{"n":TEXT,"ve":TEXT}},"l":{TEXT:TEXT,"plan":TEXT}}}
{"e":{"ex":{"mg":TEXT,"t":TEXT,"st":[{"ap":TEXT,"fn":TEXT,"li":1,"co":2}]},` + context + `}}
{"x":{"id":TEXT,"n":TEXT,"t":"page-load","d":1,"ses":{"id":TEXT},` + context + `,"k":{"nt":{"rs":1,"ee":2},"a":{"lp":1},TEXT:{TEXT:1}},"exp":{"cls":1},"y":[{"id":TEXT,"n":TEXT,"t":"resource","su":TEXT,"d":1,
	"c":{"h":{"url":TEXT,"mt":TEXT},"cu":{TEXT:TEXT}}},{"n":TEXT,"t":TEXT,"d":1},{"n":TEXT,"t":"longtask","d":1,"c":{"cu":{"attribution":TEXT}}}]}}
{"x":{"n":TEXT,"t":"route-change","d":1,` + context + `}}
{"x":{"n":TEXT,"t":"page-exit","d":1,` + context + `}}
{"x":{"n":TEXT,"t":"user-interaction","d":1,` + context + `}}
{"x":{"n":TEXT,"t":TEXT,"d":1,` + context + `}}`)
}

// sentryTransplant is the same for envelopes of Sentry.
func sentryTransplant(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // the text came out of JSON
	}
	const (
		at    = `"timestamp":NOW,"start_timestamp":NOW,"end_timestamp":NOW,"trace_id":TEXT,"span_id":TEXT`
		app   = `"release":TEXT,"environment":TEXT,"user":{"id":"u","email":TEXT,"username":TEXT,"ip_address":TEXT}`
		event = at + `,` + app + `,"request":{"url":TEXT},"transaction":TEXT,"tags":{TEXT:TEXT,"plan":TEXT},"extra":{TEXT:TEXT,"x":{"y":TEXT}},"contexts":{"cart":{TEXT:TEXT},"culture":{"locale":TEXT}},
			"breadcrumbs":[{"message":TEXT}],"fingerprint":[TEXT]`
		own = `"url.full":{"value":TEXT},"user.id":{"value":"u"},"user.email":{"value":TEXT},"sentry.segment.id":{"value":TEXT},"sentry.release":{"value":TEXT},TEXT:{"value":TEXT}`
	)
	span := func(op, more string) string {
		return `{` + at + `,"name":TEXT,"is_segment":true,"attributes":{"sentry.op":{"value":` + op + `},` + more + own + `}}`
	}
	items := []string{
		`{"type":"event"}`, `{` + event + `,"level":"error","exception":{"values":[{"type":TEXT,"value":TEXT},{"type":TEXT,"value":TEXT,"mechanism":{"type":TEXT},"stacktrace":{"frames":[{"function":TEXT,"filename":TEXT,"lineno":1,"colno":2}]}}]}}`,
		`{"type":"event"}`, `{` + event + `,"level":TEXT,"message":TEXT}`,
		`{"type":"transaction"}`, `{` + event + `,"contexts":{"trace":{"op":"pageload","trace_id":TEXT,"span_id":TEXT}},"measurements":{"lcp":{"value":1}},"spans":[{` + at + `,"op":"resource.img","description":TEXT,"data":{TEXT:TEXT,"url":TEXT}}]}`,
		`{"type":"span"}`, `{"items":[` + strings.Join([]string{
			span(`"pageload"`, `"browser.navigation.type":{"value":TEXT},`), span(`"navigation"`, ``), span(`"http.client"`, `"http.request.method":{"value":TEXT},"type":{"value":TEXT},`),
			span(`"resource.img"`, ``), span(`"browser.dns"`, ``), span(`TEXT`, ``),
			span(`"ui.webvital.lcp"`, `"browser.web_vital.lcp.value":{"value":1},"browser.web_vital.lcp.element":{"value":TEXT},"browser.web_vital.lcp.url":{"value":TEXT},`),
			span(`"ui.long_animation_frame"`, `"code.file.path":{"value":TEXT},"code.function.name":{"value":TEXT},"browser.script.invoker":{"value":TEXT},"browser.script.invoker_type":{"value":TEXT},`),
		}, ",") + `]}`,
		`{"type":"session"}`, `{"sid":"b2700d8d276c4f648b8ff4a2a2e16393","init":true,"timestamp":NOW,"did":"u","attrs":{"release":TEXT,"ip_address":TEXT,"user_agent":TEXT}}`,
		`{"type":"log"}`, `{"items":[{` + at + `,"level":TEXT,"body":TEXT,"attributes":{` + own + `}}]}`,
		`{"type":"trace_metric"}`, `{"items":[{` + at + `,"name":TEXT,"unit":TEXT,"type":"counter","value":1,"attributes":{` + own + `}}]}`,
		`{"type":"client_report"}`, `{"discarded_events":[{"reason":TEXT,"category":TEXT,"quantity":1}]}`,
		`{"type":TEXT}`, `{}`,
	}
	body := `{"dsn":TEXT,"sdk":{"name":TEXT,"version":TEXT},"trace":{"release":TEXT,"environment":TEXT}}` + "\n" + strings.Join(items, "\n")
	return strings.NewReplacer("TEXT", string(quoted), "NOW", fmt.Sprint(noon.Unix()), "\n\t", "", "\t", "").Replace(body)
}

// boomerangTransplants are the same for beacons of each kind.
func boomerangTransplants(text string) (bodies []string) {
	list := func(v any) string {
		encoded, err := json.Marshal(v)
		if err != nil {
			panic(err) // texts
		}
		return string(encoded)
	}
	for _, initiator := range []string{"spa_hard", "xhr", text, "left"} {
		form := url.Values{
			"u": {"https://shop.example/?x=" + url.QueryEscape(text)}, "pgu": {text}, "r": {text}, "v": {text}, "pid": {text}, "n": {"1"}, "rt.si": {"s"}, "http.initiator": {initiator},
			"http.method": {text}, "mob.etype": {text}, "t_done": {"1"}, "t_other": {text + "|1"}, "pt.lcp": {"1"}, "pt.lcp.e": {text}, "pt.lcp.src": {text}, "c.cls": {"1"},
			"c.cls.topid": {text}, "et.inp": {"1"}, "et.inp.e": {text}, "plan": {text}, "x" + text: {text}, "restiming": {list(map[string]any{"https://a/": map[string]string{text: "1a,a"}})},
			"err": {list([]any{map[string]any{"m": text, "t": text, "x": map[string]string{text: text}, "f": []any{map[string]any{"f": text, "w": text, "l": 1}, map[string]any{"wo": text}}}})},
		}
		if initiator == "left" {
			form.Set("rt.quit", "")
		}
		bodies = append(bodies, form.Encode())
	}
	return bodies
}

// otlpTransplant is the same for logs of OpenTelemetry.
func otlpTransplant(id int, text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // the text came out of JSON
	}
	var attributes []string
	for _, key := range []string{
		"browser.document.url.full", "url.full", "browser.web_vital.navigation_type", "exception.type", "exception.message",
		"exception.stacktrace", "browser.css_selector", "browser.tag_name", "browser.navigation.type", "browser.navigation_timing.type", "browser.resource_timing.initiator_type", "free",
	} {
		attributes = append(attributes, `{"key":"`+key+`","value":{"stringValue":TEXT}}`)
	}
	shared := `"body":{"stringValue":TEXT},"timeUnixNano":"NANOS","attributes":[{"key":TEXT,"value":{"stringValue":TEXT}},{"key":"browser.web_vital.name","value":{"stringValue":"lcp"}},
		{"key":"browser.web_vital.value","value":{"intValue":1}},{"key":"browser.resource_timing.duration","value":{"intValue":1}},{"key":"browser.console.method","value":{"stringValue":"error"}},` +
		strings.Join(attributes, ",") + "]"
	var records []string
	for _, event := range []string{
		"browser.web_vital", "exception", "browser.console", "browser.navigation", "browser.navigation_timing", "browser.resource_timing", "browser.user_action.click", "shop.seen",
	} {
		records = append(records, `{"eventName":"`+event+`",`+shared+`}`)
	}
	return strings.NewReplacer("TEXT", string(quoted), "ID", fmt.Sprint(id), "NANOS", fmt.Sprint(noon.UnixNano()+int64(id))).Replace(`{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":TEXT}},
		{"key":"team","value":{"stringValue":TEXT}},{"key":TEXT,"value":{"stringValue":TEXT}}]},"scopeLogs":[{"logRecords":[` + strings.Join(records, ",") + `]}]}]}`)
}

// headerText is the text as a header can hold it.
func headerText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
}

func TestNoPlantedSecretOfTheWholeCorpusSurvives(t *testing.T) {
	logging, lines := observed()
	b := newBench(t, logging, withConfig(func(cfg *Config) {
		cfg.Metrics.Tags = []string{"plan"}
		cfg.Metrics.MaxNames, cfg.Routes.MaxTemplates = 10_000, 10_000 // so that as much as can be is emitted
		cfg.Protocols.turnOn("web_vitals")
		cfg.Protocols.turnOn("otlp")
		cfg.Protocols.turnOn("faro")
		cfg.Protocols.turnOn("datadog")
		cfg.Protocols.turnOn("elastic")
		cfg.Protocols.turnOn("sentry")
		cfg.Protocols.turnOn("boomerang")
	}))
	texts := corpusStrings(t)
	require.Greater(t, len(texts), 1000)
	planted, answered := 0, new(strings.Builder)
	post := func(path, body, text string) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		for _, header := range []string{"User-Agent", "Sec-Ch-Ua", "Sec-Ch-Ua-Platform", "Sec-Ch-Ua-Mobile", "Content-Type", "Referer"} {
			req.Header.Set(header, headerText(text))
		}
		response := httptest.NewRecorder()
		b.handler.ServeHTTP(response, req)
		require.Less(t, response.Code, 300, response.Body.String())
		answered.WriteString(response.Body.String())
	}
	for i, text := range texts {
		if text == "" {
			continue
		}
		for _, secret := range plantedInCaptures {
			planted += strings.Count(text, secret)
		}
		for _, body := range transplants(i, text) {
			post("/v1/rum", body, text)
		}
		post("/v1/web-vitals", webVitalsTransplant(i, text), text)
		post("/faro/collect", faroTransplant(text), text)
		post("/datadog", datadogTransplant(i, text), text)
		post("/api/42/envelope/", sentryTransplant(text), text)
		post("/intake/v3/rum/events", elasticTransplant(text), text)
		for _, body := range boomerangTransplants(text) {
			post("/boomerang", body, text)
		}
		exported := otlpTransplant(i, text)
		post("/v1/logs", exported, text)
		post("/v1/logs", binaryOf(t, strings.Replace(exported, "shop.seen", "shop.left", 1)), text)
	}
	for sdk, path := range map[string]string{"naive": "/v1/rum", "web-vitals": "/v1/web-vitals", "web-vitals-batch": "/v1/web-vitals", "otel": "/v1/logs", "faro": "/faro/collect", "datadog": "/datadog", "elastic": "/intake/v3/rum/events", "boomerang": "/boomerang", "sentry": "/api/42/envelope/"} {
		for _, request := range recordings(t, sdk) {
			post(path, request.body, request.Headers["user-agent"])
		}
	}
	require.Greater(t, planted, 10, "there was something to find")
	b.balanced()
	b.end()
	emitted := b.emitted()
	t.Logf("%d texts, %d secrets in them; %d records, %d KiB emitted, %d KiB logged", len(texts), planted, len(b.records()), len(emitted)>>10, len(logged(lines))>>10)
	require.Greater(t, len(b.records()), 15*len(texts))
	for name, text := range map[string]string{"emitted": emitted, "logged": logged(lines), "answered": answered.String()} {
		for _, secret := range plantedInCaptures {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s is %s: …%s…", secret, name, text[max(0, at-200):min(len(text), at+60)])
			}
		}
	}
}
