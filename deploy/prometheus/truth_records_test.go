package prometheus

import (
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// recordsConfig writes what the example sends to VictoriaLogs to a file as well, and to another one what a sampler keeps.
const recordsConfig = `
receivers:
  rum:
    trusted_proxies: [127.0.0.0/8]
    address_limit: {events_per_second: 0}
processors:
  memory_limiter: {limit_mib: 1024}
  rum_budget/sampled: {sampling: {hash_salt: truth}}
exporters:
  file/all: {path: %[1]q, flush_interval: 100ms}
  file/sampled: {path: %[2]q, flush_interval: 100ms}
  file/metrics: {path: %[3]q}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    logs: {exporters: [otlp_http/logs, file/all]}
    logs/sampled: {receivers: [rum], processors: [rum_budget/sampled], exporters: [file/sampled]}
    metrics: {exporters: [file/metrics]}
`

// TestDistributionTellsTheTruthInRecords drives a described site, bots among its visitors and noise among its errors, through the
// built collector into VictoriaLogs and into files that DuckDB reads, and compares what the queries of reading.md say with what
// was sent. TRUTH_VIEWS makes it longer.
func TestDistributionTellsTheTruthInRecords(t *testing.T) {
	store := distrotest.StartVictoriaLogs(t)
	rum, folder := distrotest.Address(t), t.TempDir()
	all, sampled := filepath.Join(folder, "all.jsonl"), filepath.Join(folder, "sampled.jsonl")
	args := append([]string{"--config", "../../examples/configs/victorialogs.yaml"},
		distrotest.Config(t, fmt.Sprintf(recordsConfig, all, sampled, filepath.Join(folder, "metrics.jsonl")))...)
	cmd := exec.Command(distrotest.Binary(t), args...)
	cmd.Env = append(cmd.Environ(), "RUM_ENDPOINT="+rum, "RUM_VICTORIALOGS="+strings.TrimSuffix(store.Endpoint(), "/insert/opentelemetry/v1/logs"))
	collector := distrotest.Start(t, cmd, rum)

	s := newSite(t, rum)
	views := truthViews(t, 500)
	for i := range views {
		s.visit(20)
		if i%50 == 0 {
			s.crawl()
		}
	}
	collector.Stop() // all is written
	store.Flush(t)

	queries := distrotest.Queries(t, "../../processor/rumbudgetprocessor/docs/reading.md")
	logsql := rows{t: t, name: "VictoriaLogs"}
	s.compareRecords(&logsql, func(name string) [][]any {
		fields := map[string][]string{
			"errors": {"errors"}, "sessions": {"sessions"}, "quantiles": {"url.template", "p75", "measurements"},
			"shares": {"url.template", "measurements", "bad", "share_over"},
		}
		return store.Query(t, queries["logsql "+name], fields[name]...)
	})
	inDuckDB := func(file string) func(name string) [][]any {
		table := strings.Replace(queries["sql duckdb"], "logs.jsonl", file, 1)
		return func(name string) [][]any { return distrotest.DuckDB(t, table+";\n"+queries["sql "+name]) }
	}
	sql := rows{t: t, name: "DuckDB"}
	s.compareRecords(&sql, inDuckDB(all))
	kept := rows{t: t, name: "sampled"}
	s.compareSampled(&kept, inDuckDB(sampled))
	t.Logf("%d views of %d pages, %d requests\n%s%s%s", views, len(s.lcp), s.sent, logsql.text.String(), sql.text.String(), kept.text.String())
}

// compareRecords holds what queries find in all records against what was sent.
func (s *site) compareRecords(table *rows, query func(name string) [][]any) {
	erroneous := 0.0
	for _, n := range s.erroneous {
		erroneous += n
	}
	table.hold("errors", s.exceptions, table.sum(query("errors"), -1), 0)
	table.hold("sessions with errors", erroneous, table.sum(query("sessions"), -1), 0)
	p75, inSteps := map[string]float64{}, table.name == "VictoriaLogs"
	measured, over := map[string]float64{}, map[string]float64{}
	for _, row := range query("quantiles") {
		p75[fmt.Sprint(row[0])], measured[fmt.Sprint(row[0])] = table.number(row[1])/1000, table.number(row[2])
		if !inSteps {
			over[fmt.Sprint(row[0])] = table.number(row[3])
		}
	}
	if inSteps {
		for _, row := range query("shares") {
			over[fmt.Sprint(row[0])] = table.number(row[3])
		}
	}
	lcps := 0.0
	for _, n := range measured {
		lcps += n
	}
	table.hold("LCPs", s.of["lcp"], lcps, 0)
	for _, route := range s.busiest(10) {
		truth, bad := quantile(s.lcp[route], .75), 0.0
		if inSteps {
			truth = math.Floor(truth*100) / 100
		}
		for _, v := range s.lcp[route] {
			if v > 2.5 {
				bad++
			}
		}
		table.hold("LCPs of "+route, float64(len(s.lcp[route])), measured[route], 0)
		table.hold("p75 of LCP of "+route, truth, p75[route], 1e-9)
		table.hold("share over budget of "+route, bad/float64(len(s.lcp[route])), over[route], 1e-9)
	}
}

// compareSampled holds what queries find in a sample against what was sent. Errors are kept for certain, of the rest an
// interval is reported. Sessions and salt are the same each time, so it does not come out otherwise by chance.
func (s *site) compareSampled(table *rows, query func(name string) [][]any) {
	erroneous := 0.0
	for _, n := range s.erroneous {
		erroneous += n
	}
	table.hold("errors", s.exceptions, table.sum(query("errors"), -1), 0)
	table.hold("sessions with errors", erroneous, table.sum(query("sessions"), -1), 0)
	sent := map[string]float64{"exception": s.exceptions, "browser.navigation": s.views}
	for _, row := range query("intervals") {
		event, enough := fmt.Sprint(row[0]), table.number(row[4]) == 1
		if truth, ok := sent[event]; ok && enough {
			table.within(fmt.Sprintf("%s, from %.0f to %.0f", event, table.number(row[2]), table.number(row[3])), truth, table.number(row[1]), table.number(row[2]), table.number(row[3]))
			delete(sent, event)
		}
	}
	require.Empty(s.t, sent, "events of which no interval is reported")
}

func (r *rows) number(v any) float64 {
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	require.NoError(r.t, err, "%v", v)
	return n
}

// sum of a column, from the end if it is negative.
func (r *rows) sum(all [][]any, column int) (total float64) {
	for _, row := range all {
		total += r.number(row[(column+len(row))%len(row)])
	}
	return total
}
