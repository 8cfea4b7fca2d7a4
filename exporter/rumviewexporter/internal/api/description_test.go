package api

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/own"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/report"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/streams"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// description is openapi.yaml, read.
type description map[string]any

func described(t *testing.T) description {
	t.Helper()
	text, err := os.ReadFile("../page/site/openapi.yaml")
	require.NoError(t, err)
	content := map[string]any{} // of which the type passes on to what it holds
	require.NoError(t, yaml.Unmarshal(text, &content))
	return content
}

// at follows keys, and references in between.
func (d description) at(from any, keys ...string) any {
	for _, key := range keys {
		from = d.resolved(from).(map[string]any)[key]
	}
	return d.resolved(from)
}

func (d description) resolved(v any) any {
	m, ok := v.(map[string]any)
	if !ok || m["$ref"] == nil {
		return v
	}
	return d.at(map[string]any(d), strings.Split(strings.TrimPrefix(m["$ref"].(string), "#/"), "/")...)
}

// fields are the properties of an object and those that it must have.
func (d description) fields(schema map[string]any) (properties map[string]any, required []any) {
	properties = map[string]any{}
	for _, part := range list(schema["allOf"]) {
		more, must := d.fields(d.resolved(part).(map[string]any))
		maps.Copy(properties, more)
		required = append(required, must...)
	}
	if own, ok := schema["properties"].(map[string]any); ok {
		maps.Copy(properties, own)
	}
	return properties, append(required, list(schema["required"])...)
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// wrong says where a value is not as described: a field too many or too few, another type or value.
func (d description) wrong(where string, schema, value any) (problems []string) {
	s := d.resolved(schema).(map[string]any)
	say := func(format string, args ...any) { problems = append(problems, where+": "+fmt.Sprintf(format, args...)) }
	switch v := value.(type) {
	case map[string]any:
		if rest := s["additionalProperties"]; rest != nil {
			for key, each := range v {
				problems = append(problems, d.wrong(where+"."+key, rest, each)...)
			}
			return problems
		}
		properties, required := d.fields(s)
		for key, each := range v {
			if properties[key] == nil {
				say("%s is not described", key)
			} else {
				problems = append(problems, d.wrong(where+"."+key, properties[key], each)...)
			}
		}
		for _, key := range required {
			if _, ok := v[key.(string)]; !ok {
				say("%s is missing", key)
			}
		}
	case []any:
		if s["type"] != "array" {
			say("a list where %v belongs", s["type"])
		}
		for i, each := range v {
			problems = append(problems, d.wrong(fmt.Sprintf("%s[%d]", where, i), s["items"], each)...)
		}
	case string:
		if s["type"] != "string" || s["enum"] != nil && !slices.Contains(list(s["enum"]), any(v)) {
			say("%q is no %v of %v", v, s["type"], s["enum"])
		}
		if s["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339Nano, v); err != nil {
				say("%v", err)
			}
		}
	case float64:
		if s["type"] != "number" && (s["type"] != "integer" || v != float64(int64(v))) {
			say("%v is no %v", v, s["type"])
		}
	default:
		say("%v", value)
	}
	return problems
}

// full is a window with everything that answers can contain.
func full(t *testing.T) http.Handler {
	t.Helper()
	logs := plog.NewLogs()
	for i := range 3 {
		record(logs, semconv.EventWebVital, map[string]any{
			semconv.SessionID: "s", semconv.URLTemplate: "/", semconv.WebVitalName: "lcp", semconv.WebVitalValue: 3000, semconv.WebVitalID: fmt.Sprint("v", i),
			"rum.web_vital.target": "#hero", "rum.web_vital.url": "/hero.jpg", "rum.web_vital.script": "/app.js", "rum.web_vital.lcp.time_to_first_byte": 100.0,
			semconv.SamplingReason: "violation",
		})
	}
	record(logs, semconv.EventNavigation, map[string]any{semconv.SessionID: "s", semconv.URLTemplate: "/"})
	record(logs, semconv.EventException, map[string]any{
		semconv.SessionID: "s", semconv.URLTemplate: "/", semconv.ExceptionType: "E", semconv.ExceptionMessage: "m", semconv.ExceptionStacktrace: "E\n at f", semconv.ExceptionNoise: "extension",
	})
	record(logs, semconv.EventException, map[string]any{semconv.SessionID: "s", semconv.URLTemplate: "/", semconv.ExceptionType: "E", semconv.ExceptionMessage: "other"})
	record(logs, semconv.EventResourceTiming, map[string]any{semconv.SessionID: "s", semconv.URLFull: "/hero.jpg", semconv.HTTPRequestMethod: "GET", "browser.resource_timing.duration": 70.0})
	for _, name := range []string{semconv.EventClick, semconv.EventLongTask, semconv.EventSessionStart, semconv.EventMeasurement, semconv.EventBudgetViolation, "checkout.started", ""} {
		record(logs, name, map[string]any{semconv.SessionID: "s"})
	}
	w := window.New(window.Limits{Age: time.Hour, Entries: 1 << 20, Bytes: 1 << 30})
	w.Add(window.Read(logs, noon), noon)

	metrics := pmetric.NewMetrics()
	m := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName(semconv.MetricWebVitalPrefix + "lcp")
	h := m.SetEmptyHistogram()
	h.SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	p := h.DataPoints().AppendEmpty()
	p.SetCount(3)
	p.ExplicitBounds().FromRaw([]float64{1, 2.5})
	p.BucketCounts().FromRaw([]uint64{1, 1, 1})
	followed := streams.New(time.Hour, 10)
	followed.Add(metrics, noon)

	counters := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("otelcol_rum_receiver_events_received_total{receiver=\"rum\"} 3\n"))
	}))
	t.Cleanup(counters.Close)
	return New(Sources{w, followed, own.New(counters.URL)}, time.Hour, func() time.Time { return noon })
}

// Every field of every answer is described, and every described one that has to be there is.
func TestAnswersAreAsDescribed(t *testing.T) {
	d := described(t)
	for kind, h := range map[string]http.Handler{"empty": newTest(0), "hostile": newTest(3), "full": full(t)} {
		for path := range d["paths"].(map[string]any) {
			if path == "/mcp" {
				continue
			}
			asked := strings.NewReplacer("{vital}", "lcp", "{session}", map[string]string{"full": "s", "hostile": "s1"}[kind]).Replace(path)
			if kind == "empty" && strings.HasSuffix(asked, "/sessions/") {
				continue
			}
			body := bodyOf(t, h, asked)
			schema := d.at(map[string]any(d), "paths", path, "get", "responses", "200", "content", "application/json", "schema")
			assert.Empty(t, d.wrong(path, schema, body), kind)
		}
	}
	body := bodyOf(t, newTest(0), "/api/v1/overview?rout=/")
	assert.Empty(t, d.wrong("error", d.at(map[string]any(d), "components", "schemas", "error"), body))
}

// The parameters that are described are those that are taken.
func TestParametersAreAsDescribed(t *testing.T) {
	d := described(t)
	for path, item := range d["paths"].(map[string]any) {
		if path == "/mcp" {
			continue
		}
		var names []string
		for _, parameter := range list(d.at(item, "get", "parameters")) {
			if p := d.resolved(parameter).(map[string]any); p["in"] == "query" {
				names = append(names, p["name"].(string))
			}
		}
		if strings.Contains(path, "{session}") { // has no filter
			assert.Empty(t, names)
			continue
		}
		body := bodyOf(t, newTest(0), strings.Replace(path, "{vital}", "lcp", 1)+"?nothing=1")
		known := regexp.MustCompile(`known are (.*)$`).FindStringSubmatch(body["error"].(string))
		require.NotNil(t, known)
		assert.ElementsMatch(t, strings.Split(known[1], ", "), names, path)
		assert.Subset(t, names, report.Dimensions)
	}
}
