package prometheus

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// crowded has room for few pages and names, a budget whose limit is no edge of a histogram, and a target that leaves nothing.
const crowded = `
receivers: {rum: {address_limit: {events_per_second: 0}, metrics: {flush_interval: 500ms, settle_after: 500ms, silent_after: 1s, zero_for: 2s, synthetic: include, max_routes: 3, max_names: 2}}}
processors: {rum_budget: {budgets: [{name: odd, limits: {lcp: 1234ms}}], sampling: {hash_salt: x, target: {records_per_second: 0.1}}}}
exporters: {nop: {}}
service:
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}
  pipelines: {logs: {receivers: [rum], processors: [rum_budget], exporters: [nop]}}
`

// TestDistributionFiresTheAlertsOfMetrics invents pages and names, and reports web vitals again after they were counted.
// Four alerts are left to TestRareAlertsFireInAPrometheus.
func TestDistributionFiresTheAlertsOfMetrics(t *testing.T) {
	t.Parallel() // it waits, most of the time
	rum, metrics, own := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t)
	host, port, _ := strings.Cut(own, ":")
	cmd := exec.Command(distrotest.Binary(t), append([]string{"--config", "../../examples/configs/prometheus.yaml"},
		distrotest.Config(t, fmt.Sprintf(crowded, host, port))...)...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+t.TempDir())
	distrotest.Start(t, cmd, rum, metrics, own)
	p := distrotest.StartPrometheus(t, []string{strings.ReplaceAll(hastily.Replace(fast(t, "metrics.rules.yaml")), "for: 1h", "for: 1s"), hastily.Replace(fast(t, "rules.yaml"))}, metrics, own)

	missing := map[string]bool{"RumRoutesCold": true, "RumMetricsOverflow": true, "RumMeasurementsLate": true, "RumBudgetLimitOffEdge": true, "RumSamplingTargetTooLow": true}
	var reported []time.Time
	again := 0
	for end := time.Now().Add(2 * time.Minute); len(missing) > 0 && time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		post(t, rum, invented(len(reported), 1300)) // in the bucket of the limit
		reported = append(reported, time.Now())
		for ; time.Since(reported[again]) > 5*time.Second; again++ { // all is counted by now
			post(t, rum, invented(again, 4000))
		}
		for name, r := range p.Rules(t) {
			require.NotEqual(t, "err", r.Health, "%s: %s", name, r.LastError)
			if r.State == "firing" {
				delete(missing, name)
			}
		}
	}
	require.Empty(t, missing, "did not fire")
	for _, counter := range []string{"measurements_early", "measurements_forgotten"} {
		require.NotEmpty(t, p.Query(t, fmt.Sprintf(`{__name__=~"otelcol_rum_receiver_%s(_total)?"}`, counter)), counter)
	}
}

// invented are twenty page views of as many pages, each with a vital and a measurement of a name of its own.
func invented(batch int, lcp float64) any {
	var events []any
	for i := range 20 {
		id := fmt.Sprint(batch, "-", i)
		event := func(name string, value float64, metadata map[string]any) {
			events = append(events, map[string]any{
				"type": "metric", "name": name, "value": value, "timestamp": time.Now().UnixMilli(), "url": "https://shop.example/page-of-" + string(rune('a'+i)),
				"sessionId": "s" + id, "tags": map[string]any{"app": "shop", "env": "prod", "version": "1.0"}, "metadata": metadata,
			})
		}
		event("page_view", 1, nil)
		event("LCP", lcp, map[string]any{"id": "v5-" + id})
		event("invented_"+string(rune('a'+i)), 1, nil)
	}
	return events
}
