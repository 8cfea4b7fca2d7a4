package prometheus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// overrides make the example faster, give it the budgets and rules that the alerts are about, and a logs
// pipeline for the metrics of sampling.
const overrides = `
receivers: {rum: {metrics: {flush_interval: 500ms, settle_after: 1s}}}
processors:
  rum_budget:
    budgets:
      - {name: broken, condition: 'Len(resource.attributes["missing"]) > 0', limits: {lcp: 1s}}
      - {name: checkout, limits: {lcp: 2500ms}, burn_rate_limit: 1.5}
    sampling: {hash_salt: x}
exporters: {nop: {}}
service:
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}
  pipelines: {logs: {receivers: [rum], processors: [rum_budget], exporters: [nop]}}
`

// TestDistributionFiresTheAlerts drives the whole chain: browsers' measurements into the built collector,
// a Prometheus that scrapes it, and the rules of this folder, made faster. Every rule must find its
// series, by the names and labels that the collector really gives.
func TestDistributionFiresTheAlerts(t *testing.T) {
	server := prometheusServer(t)
	rum, metrics, own := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t)
	host, port, _ := strings.Cut(own, ":")
	cmd := exec.Command(distrotest.Binary(t), append([]string{"--config", "../../examples/configs/prometheus.yaml"},
		distrotest.Config(t, fmt.Sprintf(overrides, host, port))...)...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics)
	distrotest.Start(t, cmd, rum, metrics, own)
	p := startPrometheus(t, server, metrics, own)

	// An increase needs two scrapes of a series, so the first visits make the series.
	visits(t, rum, 0, 40)
	p.eventually(t, "the first visits", func() bool { return len(p.query(t, "rum_budget_evaluations_total")) == 2 })
	visits(t, rum, 40, 1000)
	firing := []string{"RumBudgetMissed", "RumBudgetBurnsFast", "RumVersionRegression", "RumBudgetConditionFails"}
	p.eventually(t, strings.Join(firing, ", "), func() bool {
		rules := p.rules(t)
		return !slices.ContainsFunc(firing, func(name string) bool { return rules[name].State != "firing" })
	})

	rules := p.rules(t)
	for name, r := range rules {
		assert.Equal(t, "ok", r.Health, "%s: %s", name, r.LastError)
		if r.Type == "recording" {
			assert.NotEmpty(t, p.query(t, name), "%s has no series", name)
		}
	}
	for _, query := range documented(t) {
		assert.NotEmpty(t, p.query(t, query), query)
	}
	assert.Equal(t, "inactive", rules["RumSamplingWeightsBiased"].State)
	budget := map[string]string{"service_name": "shop", "deployment_environment_name": "prod", "rum_budget_name": "checkout", "rum_budget_metric": "lcp"}
	assert.Equal(t, []map[string]string{budget}, rules["RumBudgetMissed"].labels(), "of all versions and pages together")
	assert.Equal(t, []map[string]string{budget}, rules["RumBudgetBurnsFast"].labels())
	budget["service_version"] = "1.1"
	assert.Equal(t, []map[string]string{budget}, rules["RumVersionRegression"].labels())
	assert.Equal(t, []map[string]string{{"processor": "rum_budget", "rule": `budget "broken"`}}, rules["RumBudgetConditionFails"].labels())
}

// documented are the queries that the documentation shows.
func documented(t *testing.T) (queries []string) {
	for _, file := range []string{"README.md", "../../processor/rumbudgetprocessor/README.md", "../../processor/rumbudgetprocessor/reading.md"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		blocks := regexp.MustCompile("(?s)```promql\n(.*?)```").FindAllStringSubmatch(string(text), -1)
		assert.NotEmpty(t, blocks, file)
		for _, block := range blocks {
			queries = append(queries, block[1])
		}
	}
	return queries
}

// visits of so many people, who measure LCP in version 1.0 or 1.1 of a shop, twenty in a batch. In 1.0 a
// fifth has to wait for too long, in 1.1 everybody; one in twenty sees an error.
func visits(t *testing.T, address string, from, to int) {
	for first := from; first < to; first += 20 {
		version, events := first/20%2, []map[string]any{}
		for i := first; i < first+20; i++ {
			lcp := 1000
			if version == 1 || i%5 == 0 {
				lcp = 3000
			}
			events = append(events, map[string]any{
				"type": "metric", "name": "LCP", "value": lcp, "timestamp": time.Now().UnixMilli(), "url": "https://shop.example/cart",
				"sessionId": fmt.Sprint("s", i), "metadata": map[string]any{"id": fmt.Sprint("v5-", i)},
				"tags": map[string]any{"app": "shop", "env": "prod", "version": fmt.Sprint("1.", version)},
			})
		}
		events = append(events, map[string]any{
			"type": "error", "name": "error", "value": 1, "timestamp": time.Now().UnixMilli(), "url": "https://shop.example/cart",
			"sessionId": fmt.Sprint("s", first), "metadata": map[string]any{"message": "out of stock"},
			"tags": map[string]any{"app": "shop", "env": "prod", "version": fmt.Sprint("1.", version)},
		})
		body, err := json.Marshal(events)
		require.NoError(t, err)
		response, err := http.Post("http://"+address+"/v1/rum", "text/plain", bytes.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
	}
}

func prometheusServer(t *testing.T) string {
	path, err := exec.LookPath("prometheus")
	if err != nil && os.Getenv("RUM_REQUIRE_PROMTOOL") == "" {
		t.Skip("prometheus is not installed")
	}
	require.NoError(t, err)
	return path
}

type prometheus struct {
	process *distrotest.Process
	address string
}

// minutes are what the rules wait, between evaluations and until they fire.
var minutes = regexp.MustCompile(`(?m)^( +(?:interval|for): )\d+m$`)

func startPrometheus(t *testing.T, server string, targets ...string) *prometheus {
	folder := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		return file
	}
	rules, err := os.ReadFile("rules.yaml")
	require.NoError(t, err)
	fast := write("rules.yaml", minutes.ReplaceAllString(string(rules), "${1}1s"))
	config := write("prometheus.yml", fmt.Sprintf(`
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%q]
scrape_configs:
  - job_name: collector
    static_configs: [{targets: ["%s"]}]
`, fast, strings.Join(targets, `", "`)))
	p := &prometheus{address: distrotest.Address(t)}
	p.process = distrotest.Start(t, exec.Command(server, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(folder, "data"),
		"--web.listen-address="+p.address), p.address)
	p.eventually(t, "Prometheus to be ready", func() bool { // it listens before it answers
		response, err := http.Get("http://" + p.address + "/-/ready")
		if err != nil {
			return false
		}
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode == http.StatusOK
	})
	return p
}

func (p *prometheus) eventually(t *testing.T, what string, happened func() bool) {
	for end := time.Now().Add(time.Minute); !happened(); time.Sleep(500 * time.Millisecond) {
		require.True(t, time.Now().Before(end), "waited for %s: %s", what, p.process.Output())
	}
}

func (p *prometheus) get(t *testing.T, path string, to any) {
	response, err := http.Get("http://" + p.address + path)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.NoError(t, json.NewDecoder(response.Body).Decode(to))
}

// query returns the series of an instant query.
func (p *prometheus) query(t *testing.T, expression string) []json.RawMessage {
	var answer struct {
		Data struct{ Result []json.RawMessage }
	}
	p.get(t, "/api/v1/query?query="+url.QueryEscape(expression), &answer)
	return answer.Data.Result
}

type rule struct {
	Name, Type, Health, LastError, State string
	Alerts                               []struct{ Labels map[string]string }
}

// labels are those of the alerts that fire, without what the rule itself says.
func (r rule) labels() (all []map[string]string) {
	for _, alert := range r.Alerts {
		delete(alert.Labels, "alertname")
		delete(alert.Labels, "severity")
		all = append(all, alert.Labels)
	}
	return all
}

func (p *prometheus) rules(t *testing.T) map[string]rule {
	var answer struct {
		Data struct{ Groups []struct{ Rules []rule } }
	}
	p.get(t, "/api/v1/rules", &answer)
	all := map[string]rule{}
	for _, group := range answer.Data.Groups {
		for _, r := range group.Rules {
			all[r.Name] = r
		}
	}
	return all
}
