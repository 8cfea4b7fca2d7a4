package prometheus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
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
receivers: {rum: {metrics: {flush_interval: 500ms, settle_after: 500ms, silent_after: 1s, zero_for: 1s, synthetic: include}}}
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
	t.Parallel() // it waits, most of the time
	rum, metrics, own := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t)
	host, port, _ := strings.Cut(own, ":")
	cmd := exec.Command(distrotest.Binary(t), append([]string{"--config", "../../examples/configs/prometheus.yaml"},
		distrotest.Config(t, fmt.Sprintf(overrides, host, port))...)...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+t.TempDir())
	distrotest.Start(t, cmd, rum, metrics, own)
	p := distrotest.StartPrometheus(t, []string{fast(t, "rules.yaml")}, metrics, own)

	// An increase needs two scrapes of a series, so the first visits make the series.
	visits(t, rum, 0, 20)
	p.Eventually(t, "the first visits", func() bool { return len(p.Query(t, "rum_budget_evaluations_total")) == 1 })
	visits(t, rum, 20, 400)
	// A version is news when another has been there for ten evaluations more.
	p.Eventually(t, "the first version to be known", func() bool { return len(p.Query(t, "rum:budget_evaluations:age1d_by_version > 12")) == 1 })
	visits(t, rum, 400, 1000)
	firing := []string{"RumBudgetMissed", "RumBudgetBurnsFast", "RumVersionRegression", "RumBudgetConditionFails"}
	p.Eventually(t, strings.Join(firing, ", "), func() bool {
		rules := p.Rules(t)
		return !slices.ContainsFunc(firing, func(name string) bool { return rules[name].State != "firing" })
	})

	rules := p.Rules(t)
	for name, r := range rules {
		assert.Equal(t, "ok", r.Health, "%s: %s", name, r.LastError)
		if r.Type == "recording" && !slices.Contains(later, name) {
			assert.NotEmpty(t, p.Query(t, name), "%s has no series", name)
		}
	}
	for _, query := range documented(t) {
		assert.NotEmpty(t, p.Query(t, query), query)
	}
	for _, quiet := range []string{"RumSamplingWeightsBiased", "RumSamplingTargetTooLow", "RumBudgetLimitOffEdge", "RumBudgetMissedOverDays"} {
		assert.Equal(t, "inactive", rules[quiet].State, quiet)
	}
	budget := map[string]string{"service_name": "shop", "deployment_environment_name": "prod", "rum_budget_name": "checkout", "rum_budget_metric": "lcp"}
	assert.Equal(t, []map[string]string{budget}, rules["RumBudgetMissed"].Labels(), "of all versions and pages together")
	assert.Equal(t, []map[string]string{budget}, rules["RumBudgetBurnsFast"].Labels())
	budget["service_version"] = "1.1"
	assert.Equal(t, []map[string]string{budget}, rules["RumVersionRegression"].Labels())
	assert.Equal(t, []map[string]string{{"processor": "rum_budget", "rule": `budget "broken"`}}, rules["RumBudgetConditionFails"].Labels())
}

// later are rules that have something to say after a quarter of an hour, or hours, only, or when a limit has changed.
var later = []string{
	"rum:budget_violations:ratio30m", "rum:budget_violations:unevenness15m", "rum:budget_limit:changes45m", "rum:budget_limit:changes7d",
	"rum:budget_evaluations:increase6h", "rum:budget_violations:ratio6h", "rum:budget_evaluations:effective6h", "rum:budget_violations:ratio6h_unskewed", "rum:budget_violations:ratio6h_lower",
	"rum:budget_violations:ratio_before1d", "rum:budget_limit:changes6h",
}

// documented are the queries that the documentation shows.
func documented(t *testing.T) (queries []string) {
	for _, file := range []string{"README.md", "../../processor/rumbudgetprocessor/README.md", "../../processor/rumbudgetprocessor/docs/reading.md"} {
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

// visits of so many people, who measure LCP in version 1.0 of a shop, from the four hundredth on in 1.1, twenty in a batch. In 1.0 a
// fifth has to wait for too long, in 1.1 everybody; one in twenty sees an error.
func visits(t *testing.T, address string, from, to int) {
	for first := from; first < to; first += 20 {
		version, events := 0, []map[string]any{}
		if first >= 400 {
			version = 1
		}
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

// minutes are what the rules wait, between evaluations and until they fire.
var minutes = regexp.MustCompile(`(?m)^( +(?:interval|for): )\d+m$`)

// fast are the rules of a file, with seconds for minutes.
func fast(t *testing.T, file string) string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return minutes.ReplaceAllString(string(text), "${1}1s")
}
