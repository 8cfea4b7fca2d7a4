package grafana

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// file is what the tests read of a dashboard.
type file struct {
	Title      string
	Templating struct {
		List []struct {
			Name, Type string
			Query      any
		}
	}
	Panels []struct {
		Title   string
		Targets []struct {
			Expr    string
			Instant bool
		}
	}
}

func dashboards(t *testing.T) map[string]file {
	t.Helper()
	names, err := filepath.Glob("*.json")
	require.NoError(t, err)
	require.Len(t, names, 6)
	all := map[string]file{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var f file
		require.NoError(t, json.Unmarshal(text, &f))
		all[name] = f
	}
	return all
}

func TestDashboardsAreAsGenerated(t *testing.T) {
	folder := t.TempDir()
	out, err := exec.Command("go", "run", "./generate", folder).CombinedOutput()
	require.NoError(t, err, string(out))
	for name := range dashboards(t) {
		want, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		got, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(want, got), "%s is not what `go generate ./deploy/grafana` writes", name)
	}
}

// asked replaces what Grafana replaces before it asks.
func asked(expr string, values map[string]string) string {
	expr = strings.NewReplacer("$__rate_interval", "1m", "$__range", "10m").Replace(expr)
	return regexp.MustCompile(`\$\{?(\w+)\}?`).ReplaceAllStringFunc(expr, func(name string) string {
		if value, ok := values[strings.Trim(name, "${}")]; ok {
			return value
		}
		return ".*"
	})
}

const overrides = `
receivers: {rum: {metrics: {flush_interval: 500ms, settle_after: 500ms, silent_after: 1s, zero_for: 2s}, trusted_proxies: [127.0.0.1/32], geo: {country_header: CF-IPCountry}, address_limit: {events_per_second: 0}}}
processors: {rum_budget: {sampling: {hash_salt: x}}}
exporters: {debug: {}, otlp_http: {logs_endpoint: "http://%s/insert/opentelemetry/v1/logs", encoding: proto, sending_queue: {batch: {flush_timeout: 200ms}}}}
service:
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}
  pipelines: {logs: {receivers: [rum], processors: [rum_budget], exporters: [%s]}}
`

// TestEveryQueryFindsTheTruth lets visits run through the built collector into a Prometheus and, where
// RUM_VICTORIALOGS names one, a VictoriaLogs, and asks them all that the dashboards ask.
func TestEveryQueryFindsTheTruth(t *testing.T) {
	binary := distrotest.Binary(t)
	rum, metrics, own, store, exporter := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t), distrotest.Address(t), "debug"
	if server := os.Getenv("RUM_VICTORIALOGS"); server != "" {
		distrotest.Start(t, exec.Command(server, "-httpListenAddr="+store, "-storageDataPath="+t.TempDir()), store)
		exporter = "otlp_http"
	}
	host, port, _ := strings.Cut(own, ":")
	cmd := exec.Command(binary, append([]string{"--config", "../../examples/configs/prometheus.yaml"},
		distrotest.Config(t, fmt.Sprintf(overrides, store, host, port, exporter))...)...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+t.TempDir())
	distrotest.Start(t, cmd, rum, metrics, own)
	p := distrotest.StartPrometheus(t, nil, metrics, own)
	everything(t, rum)

	value := func(query string) float64 {
		series := p.Query(t, asked(query, nil))
		if len(series) != 1 {
			return math.NaN()
		}
		n, err := strconv.ParseFloat(series[0].Value[1].(string), 64)
		require.NoError(t, err)
		return n
	}
	p.Eventually(t, "all page views", func() bool { return value("sum(rum_page_views_total)") == people+1 })
	time.Sleep(3 * time.Second) // a rate needs some scrapes

	for name, d := range dashboards(t) {
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				if name == "victorialogs.json" {
					if exporter == "otlp_http" {
						assert.NotEmpty(t, inVictoriaLogs(t, store, asked(target.Expr, nil)), "%s: %s: %s", name, panel.Title, target.Expr)
					}
					continue
				}
				for _, vital := range []string{"lcp_seconds", "cls"} { // only one dashboard has the variable
					if expr := asked(target.Expr, map[string]string{"vital": vital}); vital == "lcp_seconds" || strings.Contains(target.Expr, "${vital}") {
						assert.NotEmpty(t, p.Query(t, expr), "%s: %s: %s", name, panel.Title, expr)
					}
				}
			}
		}
		for _, variable := range d.Templating.List {
			if query, ok := variable.Query.(map[string]any); ok {
				assert.NotEmpty(t, labelValues(t, p, query["query"].(string)), "%s: variable %s", name, variable.Name)
			}
		}
	}

	panel := func(title string) string {
		for _, panel := range dashboards(t)["overview.json"].Panels {
			if panel.Title == title && panel.Targets != nil {
				return panel.Targets[0].Expr
			}
		}
		t.Fatal("no panel " + title)
		return ""
	}
	// An increase is extrapolated to the ends of its range, by less than a fifth within seconds.
	assert.InEpsilon(t, people+1, value(panel("Page views")), 0.2)
	assert.InEpsilon(t, people+1, value(panel("Sessions")), 0.2)
	assert.InEpsilon(t, people/10, value(panel("Errors")), 0.2)
	assert.InDelta(t, 0.9, value(panel("Crash-free sessions")), 0.01)
	// A p75 is as exact as its bucket, in which 2.8 s lies.
	assert.InDelta(t, 2.8, value(panel("LCP p75")), 0.8)
	assert.InDelta(t, 0, value(missing(t)), 1e-9, "the books")
}

// releaseTest is a release that meets a hundred sessions: of those that are in 1.1, the ten that began there included, eleven have an error.
const releaseTest = `
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'rum_sessions_total{service_name="shop", service_version="1.0", rum_device_type="desktop"}', values: '0 0 110x20'}
      - {series: 'rum_sessions_total{service_name="shop", service_version="1.1", rum_device_type="desktop"}', values: '0 0 10x20'}
      - {series: 'rum_sessions_continued_total{service_name="shop", service_version="1.1", rum_device_type="desktop"}', values: '0 0 100x20'}
      - {series: 'rum_sessions_with_error_total{service_name="shop", service_version="1.1", rum_device_type="desktop"}', values: '0 0 11x20'}
    promql_expr_test:
`

// Where one version is chosen, its sessions are also those that came to it, whose errors it has.
func TestSessionsOfAChosenVersion(t *testing.T) {
	tool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed")
	}
	text := releaseTest
	for title, truth := range map[string]map[string]float64{"Sessions": {"1.0": 110, "1.1": 110, ".*": 120}, "Crash-free sessions": {"1.0": 1, "1.1": 0.9, ".*": 1 - 11.0/120}} {
		for chosen, number := range truth {
			for _, panel := range dashboards(t)["overview.json"].Panels {
				if panel.Title == title {
					expr := asked(panel.Targets[0].Expr, map[string]string{"version": chosen})
					text += fmt.Sprintf("      - {expr: 'abs(%s - %v) < bool 0.01', eval_time: 10m, exp_samples: [{labels: '{}', value: 1}]}\n", expr, number)
				}
			}
		}
	}
	require.Equal(t, 6, strings.Count(text, "expr:"))
	file := filepath.Join(t.TempDir(), "test.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	out, err := exec.Command(tool, "test", "rules", file).CombinedOutput()
	require.NoError(t, err, string(out))
}

// A record without a body has no line in VictoriaLogs, so the example gives it one.
func TestEveryRecordHasALineInVictoriaLogs(t *testing.T) {
	binary, server := distrotest.Binary(t), os.Getenv("RUM_VICTORIALOGS")
	if server == "" {
		t.Skip("RUM_VICTORIALOGS does not name a server")
	}
	rum, store := distrotest.Address(t), distrotest.Address(t)
	distrotest.Start(t, exec.Command(server, "-httpListenAddr="+store, "-storageDataPath="+t.TempDir()), store)
	cmd := exec.Command(binary, append([]string{"--config", "../../examples/configs/victorialogs.yaml"}, distrotest.Config(t, "service: {telemetry: {metrics: {level: none}}}")...)...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_VICTORIALOGS=http://"+store)
	distrotest.Start(t, cmd, rum)
	send(t, rum, laptop, http.StatusOK, visit(0))
	var lines string
	require.Eventually(t, func() bool {
		lines = strings.Join(inVictoriaLogs(t, store, "* | fields _msg"), " ")
		return strings.Contains(lines, "TypeError: rate is undefined")
	}, 20*time.Second, 200*time.Millisecond, lines)
	assert.Contains(t, lines, `"lcp 901 /"`)
	assert.Contains(t, lines, `"browser.navigation /"`)
	assert.NotContains(t, lines, "missing _msg")
}

func missing(t *testing.T) string {
	for _, panel := range dashboards(t)["ingest.json"].Panels {
		if strings.HasPrefix(panel.Title, "Missing") {
			return panel.Targets[0].Expr
		}
	}
	return ""
}

const (
	people = 200
	phone  = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"
	laptop = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
	robot  = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
)

// everything happens at least once: people with phones and laptops, two versions, an error for one in
// ten, noise, a robot, what is refused and what is sent twice.
func everything(t *testing.T, rum string) {
	for i := range people {
		send(t, rum, []string{phone, laptop}[i%2], http.StatusOK, visit(i))
	}
	send(t, rum, robot, http.StatusOK, visit(people))
	twice := visit(people + 1)
	send(t, rum, laptop, http.StatusOK, twice)
	send(t, rum, laptop, http.StatusOK, twice)
	send(t, rum, laptop, http.StatusBadRequest, []any{map[string]any{"type": "metric", "name": "LCP", "value": "slow", "timestamp": time.Now().UnixMilli()}})
	send(t, rum, laptop, http.StatusOK, map[string]any{
		"v": 1, "id": "lost", "now": 1000, "t0": time.Now().UnixMilli(), "app": map[string]any{"name": "shop", "version": "1.0", "env": "prod"},
		"session": map[string]any{"id": "lost"}, "lost": map[string]any{"queue_full": 3}, "pages": []any{map[string]any{"id": "p", "url": "https://shop.example/cart"}},
		"conn": map[string]any{"eff": "4g"},
		"events": []any{
			map[string]any{"k": "task", "t": 100, "v": 120},
			map[string]any{"k": "vital", "n": "LCP", "v": 900, "t": 900, "sel": "#hero", "u": "/hero.jpg", "fb": 100, "rs": 200, "re": 700},
			map[string]any{"k": "vital", "n": "INP", "v": 120, "t": 950, "sel": "#buy", "it": "pointerup", "ps": 10, "pe": 100},
			map[string]any{"k": "vital", "n": "CLS", "v": 0.02, "t": 960},
		},
	})
}

func visit(i int) []any {
	now := time.Now().UnixMilli()
	var events []any
	add := func(kind, name string, value float64, metadata map[string]any) {
		events = append(events, map[string]any{
			"type": kind, "name": name, "value": value, "timestamp": now, "url": fmt.Sprint("https://shop.example/", []string{"", "cart"}[i/2%2]),
			"sessionId": fmt.Sprint("session-", i), "metadata": metadata, "tags": map[string]any{"app": "shop", "env": "prod", "version": fmt.Sprint("1.", i/4%2)},
		})
	}
	add("metric", "page_view", 1, nil)
	id := func(vital string) map[string]any { return map[string]any{"id": fmt.Sprint("v6-", vital, i)} }
	add("metric", "LCP", []float64{900, 1400, 2800, 2800}[i/8%4]+1, id("lcp"))
	add("metric", "INP", 120, id("inp"))
	add("metric", "CLS", 0.05, id("cls"))
	add("metric", "FCP", 800, id("fcp"))
	add("metric", "TTFB", 300, id("ttfb"))
	add("metric", "long_task", 140, nil)
	for j, phase := range []string{"dns", "tcp", "ssl", "ttfb", "download", "domParse", "domContentLoaded", "load", "total"} {
		add("navigation", "nav_"+phase, float64(10*(j+1)), nil)
	}
	add("resource", "https://shop.example/hero.jpg", 700, map[string]any{"resourceType": "img"})
	if i%10 == 0 && i < people {
		add("error", "TypeError", 1, map[string]any{"message": "rate is undefined", "stack": "TypeError: rate is undefined\n    at f (https://shop.example/app.js:1:2)"})
	}
	if i%20 == 1 {
		add("error", "Error", 1, map[string]any{"message": "ResizeObserver loop limit exceeded"})
	}
	return events
}

func send(t *testing.T, rum, agent string, status int, body any) {
	text, err := json.Marshal(body)
	require.NoError(t, err)
	request, err := http.NewRequest(http.MethodPost, "http://"+rum+"/v1/rum", bytes.NewReader(text))
	require.NoError(t, err)
	request.Header.Set("User-Agent", agent)
	request.Header.Set("CF-IPCountry", "NO")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, status, response.StatusCode, string(text))
}

// labelValues asks what label_values(series, label) asks.
func labelValues(t *testing.T, p *distrotest.Prometheus, query string) []string {
	match := regexp.MustCompile(`^label_values\((.+), (\w+)\)$`).FindStringSubmatch(query)
	require.NotNil(t, match, query)
	var answer struct{ Data []string }
	p.Get(t, "/api/v1/label/"+match[2]+"/values?match[]="+url.QueryEscape(asked(match[1], nil)), &answer)
	return answer.Data
}

func inVictoriaLogs(t *testing.T, address, query string) []string {
	_, err := http.Get("http://" + address + "/internal/force_flush") //nolint:bodyclose // has none
	require.NoError(t, err)
	response, err := http.PostForm("http://"+address+"/select/logsql/query", url.Values{"query": {query}})
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	var body bytes.Buffer
	_, err = body.ReadFrom(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, "%s: %s", query, &body)
	return strings.Fields(body.String())
}
