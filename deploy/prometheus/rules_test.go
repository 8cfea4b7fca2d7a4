// Package prometheus tests the alert rules of this folder.
package prometheus

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// promtool runs the tool in this folder. Without it the test is skipped, but not where RUM_REQUIRE_PROMTOOL
// says that it ought to be there.
func promtool(t *testing.T, args ...string) {
	path, err := exec.LookPath("promtool")
	if err != nil && os.Getenv("RUM_REQUIRE_PROMTOOL") == "" {
		t.Skip("promtool is not installed")
	}
	require.NoError(t, err)
	out, err := exec.Command(path, args...).CombinedOutput()
	require.NoError(t, err, string(out))
}

func files(t *testing.T, patterns ...string) (all []string) {
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		all = append(all, found...)
	}
	return all
}

func TestRulesAreValid(t *testing.T) {
	promtool(t, append([]string{"check", "rules"}, files(t, "rules.yaml", "*.rules.yaml")...)...)
}

func TestRulesFireWhenTheyShould(t *testing.T) {
	t.Parallel() // beside those that wait
	promtool(t, append([]string{"test", "rules"}, files(t, "*_test.yaml")...)...)
}

// pagesTest are two pages, of which the slow one has a limit of INP that was changed, beside all other rules.
const pagesTest = `
rule_files: [%RULES%, pages.rules.yaml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'rum_budget_evaluations_total{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="lcp", url_template="/slow"}', values: '0+30x60'}
      - {series: 'rum_budget_violations_total{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="lcp", url_template="/slow"}', values: '0+15x60'}
      - {series: 'rum_budget_evaluations_total{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="lcp", url_template="/fast"}', values: '0+100x60'}
      - {series: 'rum_budget_violations_total{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="lcp", url_template="/fast"}', values: '0+5x60'}
      - {series: 'rum_budget_objective_ratio{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="lcp"}', values: '0.75x60'}
      - {series: 'rum_budget_evaluations_total{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="inp", url_template="/slow"}', values: '0+30x60'}
      - {series: 'rum_budget_violations_total{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="inp", url_template="/slow"}', values: '0+15x60'}
      - {series: 'rum_budget_objective_ratio{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="inp"}', values: '0.75x60'}
      - {series: 'rum_budget_limit_seconds{service_name="shop", service_version="1", deployment_environment_name="prod", rum_budget_name="default", rum_budget_metric="inp"}', values: '0.2x4 0.15x60'}
    promql_expr_test:
      - {expr: 'count(rum:budget_evaluations:effective1h{rum_budget_metric="lcp"})', eval_time: 45m, exp_samples: [{labels: '{}', value: 1}]}
    alert_rule_test:
      - {eval_time: 45m, alertname: RumBudgetMissed, exp_alerts: []}
      - eval_time: 45m
        alertname: RumPageBudgetMissed
        exp_alerts:
          - exp_labels: {severity: warning, service_name: shop, deployment_environment_name: prod, rum_budget_name: default, rum_budget_metric: lcp, url_template: /slow}
            exp_annotations:
              summary: '/slow of shop: lcp misses budget default'
              description: 50% of the measurements of the last 45 minutes exceeded the limit. The objective allows fewer, and chance is ruled out.
`

// The command of the README makes rules by page that work beside the others.
func TestRulesByPage(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	command := regexp.MustCompile("(?s)```sh\n(sed .*? rules.yaml) > pages.rules.yaml\n```").FindStringSubmatch(string(readme))
	require.NotNil(t, command)
	pages, err := exec.Command("sh", "-c", command[1]).Output()
	require.NoError(t, err)
	rules, err := filepath.Abs("rules.yaml")
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "pages.rules.yaml"), pages, 0o600))
	test := filepath.Join(folder, "test.yaml")
	require.NoError(t, os.WriteFile(test, []byte(strings.ReplaceAll(pagesTest, "%RULES%", rules)), 0o600))
	promtool(t, "test", "rules", test)
}
