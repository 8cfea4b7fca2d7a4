package prometheus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// trouble lets every alert have its reason: the logs have no backend, and nothing is left out.
const trouble = `
receivers: {rum: {metrics: {flush_interval: 500ms, settle_after: 500ms, silent_after: 1s, zero_for: 2s, synthetic: include}}}
exporters: {otlp_http: {endpoint: "http://localhost:1", sending_queue: {enabled: false}, retry_on_failure: {enabled: false}}}
service:
  telemetry: {logs: {level: fatal}, metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}
  pipelines: {logs: {receivers: [rum], processors: [rum_budget], exporters: [otlp_http]}}
`

// hastily makes a second of a minute and less of the rest.
var hastily = strings.NewReplacer("[6h]", "[40s]", "[1h]", "[20s]", "[15m]", "[10s]", "[10m]", "[10s]", "offset 15m", "offset 10s")

// TestDistributionFiresTheAlertsOfSiteAndGateway drives the same chain through a bad release: sessions go well at first,
// then version 1.1 meets errors, strangers and mistakes are refused, the backend is away, and all ends.
func TestDistributionFiresTheAlertsOfSiteAndGateway(t *testing.T) {
	t.Parallel() // it waits, most of the time
	rum, metrics, own := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t)
	host, port, _ := strings.Cut(own, ":")
	cmd := exec.Command(distrotest.Binary(t), append([]string{"--config", "../../examples/configs/prometheus.yaml"},
		distrotest.Config(t, fmt.Sprintf(trouble, host, port))...)...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+t.TempDir())
	distrotest.Start(t, cmd, rum, metrics, own)
	rules := []string{hastily.Replace(fast(t, "site.rules.yaml")), hastily.Replace(fast(t, "gateway.rules.yaml"))}
	p := distrotest.StartPrometheus(t, rules, metrics, own)

	missing := map[string]bool{}
	for name, r := range p.Rules(t) {
		if r.Type == "alerting" {
			missing[name] = true
		}
	}
	for _, ofSeveral := range []string{"RumSamplingDiffers", "RumSessionsSplit"} { // processes: promtool tries them
		require.Contains(t, missing, ofSeveral)
		delete(missing, ofSeveral)
	}
	require.Len(t, missing, 9)
	look := func() {
		for name, r := range p.Rules(t) {
			require.NotEqual(t, "err", r.Health, "%s: %s", name, r.LastError)
			if r.State == "firing" {
				delete(missing, name)
			}
		}
	}
	sessions := 0
	play := func(until time.Duration, bad bool) {
		for start := time.Now(); time.Since(start) < until; time.Sleep(300 * time.Millisecond) {
			post(t, rum, release(&sessions, "1.0", false))
			post(t, rum, release(&sessions, "1.1", bad))
			if bad {
				for range 10 {
					post(t, rum, skewed(5*time.Minute))
					post(t, rum, "no JSON")
				}
			}
			look()
		}
	}
	play(13*time.Second, false)
	require.Contains(t, missing, "RumErrorsStep", "all is well")
	require.Contains(t, missing, "RumCrashFreeSessionsLow", "all is well")
	play(13*time.Second, true)
	for end := time.Now().Add(30 * time.Second); len(missing) > 0 && time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		look()
	}
	require.Empty(t, missing, "did not fire")
}

// release are events of twenty sessions of a version. In a bad one a third of them meet an error, and some
// events are nonsense.
func release(sessions *int, version string, bad bool) any {
	var events []any
	for range 20 {
		*sessions++
		event := func(kind, name string, value any, metadata map[string]any) {
			events = append(events, map[string]any{
				"type": kind, "name": name, "value": value, "timestamp": time.Now().UnixMilli(), "url": "https://shop.example/cart", "sessionId": fmt.Sprint("s", *sessions),
				"tags": map[string]any{"app": "shop", "env": "prod", "version": version}, "metadata": metadata,
			})
		}
		event("metric", "page_view", 1, nil)
		if bad && *sessions%3 == 0 {
			event("error", "TypeError", 1, map[string]any{"message": "rate is undefined"})
		}
		if bad && *sessions%2 == 0 {
			event("metric", "LCP", "slow", nil)
		}
	}
	return events
}

// skewed is a batch of a browser whose clock is late.
func skewed(by time.Duration) any {
	return map[string]any{
		"v": 1, "id": fmt.Sprint("skew-", time.Now().UnixNano()), "now": 1000, "t0": time.Now().Add(-by).UnixMilli(), "app": map[string]any{"name": "other"}, "session": map[string]any{"id": "one"},
		"pages": []any{map[string]any{"id": "p", "url": "https://other.example/"}}, "events": []any{map[string]any{"k": "task", "t": 100, "v": 120}},
	}
}

// post sends whatever it is; what is answered does not matter here.
func post(t *testing.T, rum string, body any) {
	text, err := json.Marshal(body)
	require.NoError(t, err)
	response, err := http.Post("http://"+rum+"/v1/rum", "text/plain", bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
}
