package distrotest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Prometheus is a running server, of Debian's package or another that is on the path.
type Prometheus struct {
	process *Process
	address string
}

// StartPrometheus scrapes the targets every second and evaluates the rules, which are the texts of rule
// files. Without a server the test is skipped, but not where RUM_REQUIRE_PROMTOOL says that it ought to be
// there.
func StartPrometheus(t testing.TB, rules []string, targets ...string) *Prometheus {
	return StartPrometheusEvery(t, time.Second, rules, targets...)
}

// StartPrometheusEvery is StartPrometheus with another interval, in whole seconds, which is also how long a scrape may take.
func StartPrometheusEvery(t testing.TB, interval time.Duration, rules []string, targets ...string) *Prometheus {
	server, err := exec.LookPath("prometheus")
	if err != nil && os.Getenv("RUM_REQUIRE_PROMTOOL") == "" {
		t.Skip("prometheus is not installed")
	}
	require.NoError(t, err)
	p := startPrometheus(t, server, interval, rules, targets, "--web.enable-remote-write-receiver")
	p.Eventually(t, "the first scrapes", func() bool { return len(p.Query(t, "up == 1")) == len(targets) })
	return p
}

// StartPrometheus3 runs a server that takes metrics by OTLP, with its default settings, and scrapes the targets with the times
// at which their counters began. Without RUM_PROMETHEUS3, which names it, the test is skipped.
func StartPrometheus3(t testing.TB, targets ...string) *Prometheus {
	server := os.Getenv("RUM_PROMETHEUS3")
	if server == "" {
		t.Skip("RUM_PROMETHEUS3 does not name a Prometheus 3")
	}
	return startPrometheus(t, server, time.Second, nil, targets, "--web.enable-otlp-receiver", "--enable-feature=created-timestamp-zero-ingestion")
}

func startPrometheus(t testing.TB, server string, interval time.Duration, rules, targets []string, flags ...string) *Prometheus {
	folder := t.TempDir()
	for i, text := range rules {
		require.NoError(t, os.WriteFile(filepath.Join(folder, fmt.Sprint(i, ".rules.yaml")), []byte(text), 0o600))
	}
	config := fmt.Sprintf("global: {scrape_interval: %[1]s, scrape_timeout: %[1]s, evaluation_interval: 1s}\nrule_files: [%[2]q]\n", interval, filepath.Join(folder, "*.rules.yaml"))
	if len(targets) > 0 {
		config += fmt.Sprintf("scrape_configs: [{job_name: collector, static_configs: [{targets: [\"%s\"]}]}]\n", strings.Join(targets, `", "`))
	}
	file := filepath.Join(folder, "prometheus.yml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	p := &Prometheus{address: Address(t)}
	flags = append(flags, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+p.address, "--enable-feature=exemplar-storage")
	p.process = Start(t, exec.Command(server, flags...), p.address)
	p.Eventually(t, "Prometheus to be ready", func() bool { // it listens before it answers
		response, err := http.Get("http://" + p.address + "/-/ready")
		if err != nil {
			return false
		}
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode == http.StatusOK
	})
	return p
}

// Address at which it listens, and takes what is written by remote write.
func (p *Prometheus) Address() string { return p.address }

// Eventually waits for something for a minute at most.
func (p *Prometheus) Eventually(t testing.TB, what string, happened func() bool) {
	for end := time.Now().Add(time.Minute); !happened(); time.Sleep(500 * time.Millisecond) {
		require.True(t, time.Now().Before(end), "waited for %s: %s", what, p.process.Output())
	}
}

// Get reads an answer of the HTTP API.
func (p *Prometheus) Get(t testing.TB, path string, to any) {
	response, err := http.Get("http://" + p.address + path)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, "%s: %s", path, body)
	require.NoError(t, json.Unmarshal(body, to))
}

// Sample is one series of an instant query, with its value now.
type Sample struct {
	Metric map[string]string
	Value  [2]any // time, and the number as text
}

// Query returns the series of an instant query.
func (p *Prometheus) Query(t testing.TB, expression string) []Sample {
	var answer struct{ Data struct{ Result []Sample } }
	p.Get(t, "/api/v1/query?query="+url.QueryEscape(expression), &answer)
	return answer.Data.Result
}

// QueryAt is Query at a time in Unix seconds.
func (p *Prometheus) QueryAt(t testing.TB, expression string, at float64) []Sample {
	var answer struct{ Data struct{ Result []Sample } }
	p.Get(t, "/api/v1/query?"+url.Values{"query": {expression}, "time": {fmt.Sprint(at)}}.Encode(), &answer)
	return answer.Data.Result
}

// Number is the value of a sample.
func (s Sample) Number() float64 {
	v, _ := strconv.ParseFloat(fmt.Sprint(s.Value[1]), 64)
	return v
}

// Rule is a rule with its state.
type Rule struct {
	Name, Type, Health, LastError, State string
	Alerts                               []struct{ Labels map[string]string }
}

// Labels are those of the alerts that fire, without what the rule itself says.
func (r Rule) Labels() (all []map[string]string) {
	for _, alert := range r.Alerts {
		delete(alert.Labels, "alertname")
		delete(alert.Labels, "severity")
		all = append(all, alert.Labels)
	}
	return all
}

// Rules returns all rules by their names.
func (p *Prometheus) Rules(t testing.TB) map[string]Rule {
	var answer struct {
		Data struct{ Groups []struct{ Rules []Rule } }
	}
	p.Get(t, "/api/v1/rules", &answer)
	all := map[string]Rule{}
	for _, group := range answer.Data.Groups {
		for _, r := range group.Rules {
			all[r.Name] = r
		}
	}
	return all
}
