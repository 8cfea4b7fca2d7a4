package prometheus

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// replicaConfig sends metrics to a Prometheus and records nowhere.
const replicaConfig = `
receivers: {rum: {trusted_proxies: [127.0.0.0/8], address_limit: {events_per_second: 0}, metrics: {flush_interval: 500ms, settle_after: 500ms, zero_for: 3s}}}
exporters:
  otlp_http: {metrics_endpoint: "http://%[1]s/api/v1/otlp/v1/metrics", headers: {authorization: ""}}
  file: {path: %[2]q}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {exporters: [file]}}
`

// TestDistributionTellsTheTruthOverOTLP lets two replicas of examples/configs/gateway.yaml, which nobody gave a name, write into
// a Prometheus 3 with its default settings. Sums over them, and over two versions of the application, are what was sent.
func TestDistributionTellsTheTruthOverOTLP(t *testing.T) {
	p := distrotest.StartPrometheus3(t)
	text, err := os.ReadFile("../../examples/configs/gateway.yaml")
	require.NoError(t, err)
	example := regexp.MustCompile(`(?m)^    tls:\n(?:      .*\n)+`).ReplaceAllString(string(text), "") // a load balancer ends it
	require.NotContains(t, example, "cert_file")
	var replicas []*site
	for range 2 {
		rum, own, folder := distrotest.Address(t), distrotest.Address(t), t.TempDir()
		cmd := exec.Command(distrotest.Binary(t), append(distrotest.Config(t, example), distrotest.Config(t, fmt.Sprintf(replicaConfig, p.Address(), folder+"/logs.jsonl"))...)...)
		cmd.Dir = folder
		cmd.Env = append(cmd.Environ(), "RUM_ENDPOINT="+rum, "RUM_TELEMETRY_HOST=127.0.0.1", "RUM_TELEMETRY_PORT="+own[strings.LastIndex(own, ":")+1:],
			"RUM_STATE_DIR="+folder+"/state", "RUM_QUEUE_DIR="+folder+"/queue", "RUM_HEALTH_ENDPOINT="+distrotest.Address(t))
		distrotest.Start(t, cmd, rum)
		s := newSite(t, rum)
		replicas = append(replicas, s)
	}
	views := truthViews(t, 1000) / 20
	for range views {
		for _, s := range replicas {
			s.visit(10)
		}
	}
	truth := func(of func(*site) float64) float64 { return of(replicas[0]) + of(replicas[1]) }
	sum := func(query string) float64 {
		total := 0.0
		for _, sample := range p.Query(t, query) {
			total += sample.Number()
		}
		return total
	}
	table := rows{t: t, name: "OTLP"}
	metrics := map[string]float64{
		"browser_web_vital_inp_seconds_count": truth(func(s *site) float64 { return s.of["inp"] }),
		"rum_page_views_total":                truth(func(s *site) float64 { return s.views }),
		"rum_exceptions_total":                truth(func(s *site) float64 { return s.exceptions }),
		"rum_sessions_total":                  truth(func(s *site) float64 { return s.sessions["1.0"] + s.sessions["1.1"] }),
	}
	p.Eventually(t, "everything to be reported", func() bool {
		for metric, n := range metrics {
			if sum(metric) < n {
				return false
			}
		}
		return true
	})
	for metric, n := range metrics {
		grown := sum(fmt.Sprintf("sum(max_over_time(%[1]s[10m]) - min_over_time(%[1]s[10m]))", metric))
		table.hold("two replicas and two versions: "+metric, n, grown, 0)
		table.hold("increase: "+metric, n, sum(fmt.Sprintf("sum(increase(%s[10m]))", metric)), 0.1) // it guesses beyond the last sample, of some seconds
	}
	t.Logf("%d views at each of two replicas\n%s", views, table.text.String())
}

// TestDistributionTellsTheTruthByStartTimes lets a Prometheus 3 that takes the times at which counters began scrape a
// collector that reports no zeros. What it sees growing is what was sent.
func TestDistributionTellsTheTruthByStartTimes(t *testing.T) {
	rum, metrics := distrotest.Address(t), distrotest.Address(t)
	p := distrotest.StartPrometheus3(t, metrics)
	args := append([]string{"--config", "../../examples/configs/prometheus.yaml"}, distrotest.Config(t, `
receivers: {rum: {trusted_proxies: [127.0.0.0/8], address_limit: {events_per_second: 0}, metrics: {flush_interval: 500ms, settle_after: 500ms, zero_for: 0s}}}
service: {telemetry: {metrics: {level: none}}}
`)...)
	cmd := exec.Command(distrotest.Binary(t), args...)
	cmd.Env = append(cmd.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+t.TempDir())
	distrotest.Start(t, cmd, rum, metrics)
	s := newSite(t, rum)
	for range 100 {
		s.visit(10)
	}
	grown := func(metric string) float64 {
		samples := p.Query(t, fmt.Sprintf("sum(max_over_time(%[1]s[10m]) - min_over_time(%[1]s[10m]))", metric))
		if len(samples) == 0 {
			return 0
		}
		return samples[0].Number()
	}
	p.Eventually(t, "all views and vitals to have begun with zero", func() bool {
		return grown("rum_page_views_total") == s.views && grown("browser_web_vital_inp_seconds_count") == s.of["inp"]
	})
}
