package prometheus

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// rarely makes seconds of what these alerts wait for, days included. A second of the page below is many visits, so 45 minutes
// are short enough to have few of them.
var rarely = strings.NewReplacer("[45m]", "[3s]", "[1d]", "[20s]", "[7d]", "[40s]", "[6h]", "[20s]", "[15m]", "[10s]", "[1h]", "[20s]", "[4h]", "[20s]", "for: 1h", "for: 1s")

// TestRareAlertsFireInAPrometheus is for the alerts whose cause the tests of the distribution cannot bring about in a minute:
// 100,000 vitals that wait, 500,000 that are remembered, days of traffic, a sampler with wrong weights, workers that differ. Two
// pages of metrics have the counters that two processes would have, growing.
func TestRareAlertsFireInAPrometheus(t *testing.T) {
	t.Parallel() // it waits, most of the time
	began := time.Now()
	process := func(fingerprint int) string {
		page := httptest.NewServer(counters(began, fingerprint))
		t.Cleanup(page.Close)
		return strings.TrimPrefix(page.URL, "http://")
	}
	rules := []string{rarely.Replace(fast(t, "rules.yaml")), rarely.Replace(fast(t, "metrics.rules.yaml")), rarely.Replace(fast(t, "gateway.rules.yaml"))}
	p := distrotest.StartPrometheus(t, rules, process(1), process(2))
	missing := map[string]bool{
		"RumBudgetMissedOverDays": true, "RumSamplingWeightsBiased": true, "RumMeasurementsEarly": true, "RumMeasurementsForgotten": true,
		"RumSamplingDiffers": true, "RumSessionsSplit": true,
	}
	p.Eventually(t, "alerts that are rare", func() bool {
		for name, r := range p.Rules(t) {
			require.NotEqual(t, "err", r.Health, "%s: %s", name, r.LastError)
			if r.State == "firing" {
				delete(missing, name)
			}
		}
		return len(missing) == 0
	})
}

// counters is the page of one process.
func counters(began time.Time, fingerprint int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		s := time.Since(began).Seconds()
		const budget = `service_name="shop",deployment_environment_name="prod",rum_budget_name="checkout",rum_budget_metric="lcp"`
		_, _ = fmt.Fprintf(w, "rum_budget_evaluations_total{%s} %f\nrum_budget_violations_total{%s} %f\nrum_budget_objective_ratio{%s} 0.75\n", budget, 20*s, budget, 10*s, budget)
		for name, rate := range map[string]float64{"weight_in": 100, "weight_kept": 50, "weight_variance": 0.01} {
			_, _ = fmt.Fprintf(w, "otelcol_rum_budget_sampling_%s_total{processor=\"rum_budget\"} %f\n", name, rate*s)
		}
		_, _ = fmt.Fprintf(w, "otelcol_rum_receiver_measurements_early_total %f\notelcol_rum_receiver_measurements_forgotten_total %f\n", s, s)
		_, _ = fmt.Fprintf(w, "otelcol_rum_budget_sampling_fingerprint{processor=\"rum_budget\"} %d\n", fingerprint)
		_, _ = fmt.Fprintf(w, "otelcol_rum_budget_state_entries{processor=\"rum_budget\"} 1000\nrum_sessions_total %f\n", s)
	}
}
