package rumbudgetprocessor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// Every query of reading.md finds in what was kept what can be computed from it by other means, to the
// last digit. The queries in SQL are the same for all stores, the tables are made for each. SQLite is
// tried where it is installed, the others where the environment says how: RUM_DUCKDB names a script that
// runs SQL, RUM_VICTORIALOGS a server.
func TestReading(t *testing.T) {
	kept := sampledVisits(t)
	queries := queriesOf(t, "reading.md")
	want := wantedOf(readingsOf(kept))
	lines := filepath.Join(t.TempDir(), "logs.jsonl")
	require.NoError(t, os.WriteFile(lines, jsonLines(t, kept), 0o600))
	for name, run := range map[string]func(t *testing.T, query string) [][]any{
		"sqlite": func(t *testing.T, query string) [][]any {
			return inSQLite(t, withFile(queries["sql sqlite"], lines), query)
		},
		"duckdb": func(t *testing.T, query string) [][]any {
			return inDuckDB(t, withFile(queries["sql duckdb"], lines), query)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, query := range []string{"errors", "sessions", "quantiles", "intervals"} {
				requireRows(t, want[query], run(t, queries["sql "+query]), query)
			}
		})
	}
	t.Run("victorialogs", func(t *testing.T) {
		store := startVictoriaLogs(t, kept)
		requireRows(t, want["errors"], store.query(t, queries["logsql errors"], "errors"), "errors")
		requireRows(t, want["sessions"], store.query(t, queries["logsql sessions"], "sessions"), "sessions")
		requireRows(t, want["shares"], store.query(t, queries["logsql shares"], "url.template", "reports", "bad", "share_over"), "shares")
	})
	assert.ElementsMatch(t, []string{
		"sql clickhouse", "sql duckdb", "sql sqlite", "sql errors", "sql sessions", "sql quantiles", "sql intervals",
		"logsql errors", "logsql sessions", "logsql shares", "promql",
	}, slices.Collect(maps.Keys(queries)), "a query that is not tried")
}

// queriesOf are the code blocks of a document by the words behind the fence.
func queriesOf(t *testing.T, file string) map[string]string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```([a-z ]+)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		all[block[1]] = block[2]
	}
	return all
}

// sampledVisits is what a sticky sampler keeps of some hours of visits. Vitals are reported twice,
// browsers sampled some of the sessions, and some records have no session.
func sampledVisits(t *testing.T) plog.Logs {
	p := simulate.New(simulate.Description{
		Sessions: 1000, EventsPerSession: 6, Spacing: 14 * time.Second, Gap: 20 * time.Second, Start: time.Unix(1_764_000_000, 0),
		Shares: []float64{0.25, 0.25, 0.49, 0.01}, TroubledShare: 0.3, TroubledShares: []float64{0.2, 0.2, 0.5, 0.1},
	})
	b := newBench(t, func(s *SamplingConfig) { s.Mode, s.HashSalt = modeSticky, "reading" })
	values, kept := vitalValues(p), plog.NewLogs()
	for i, e := range p.Events {
		ld := plog.NewLogs()
		records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
		readingRecord(records.AppendEmpty(), i, e, values[i]/2)
		if e.Kind == kindVital {
			e.At = e.At.Add(time.Second)
			readingRecord(records.AppendEmpty(), i, e, values[i])
		}
		b.now = e.At
		if out, err := b.l.process(t.Context(), ld); err == nil {
			out.ResourceLogs().MoveAndAppendTo(kept.ResourceLogs())
		}
	}
	return kept
}

func readingRecord(r plog.LogRecord, i int, e simulate.Event, value float64) {
	event := []string{semconv.EventNavigation, semconv.EventWebVital, semconv.EventClick, semconv.EventException}[e.Kind]
	r.SetTimestamp(pcommon.NewTimestampFromTime(e.At))
	r.SetEventName(event)
	a := r.Attributes()
	a.PutStr(semconv.EventName, event)
	a.PutStr(semconv.URLTemplate, []string{"/", "/cart", "/product/{id}"}[i%3])
	if i%50 != 0 {
		a.PutStr(semconv.SessionID, fmt.Sprint("session-", e.Session))
	}
	if e.Session%4 == 0 {
		a.PutDouble(semconv.SamplingClientRate, 0.3)
	}
	if e.Kind == kindVital {
		a.PutStr(semconv.WebVitalName, "lcp")
		a.PutStr(semconv.WebVitalID, fmt.Sprint("v5-", i))
		a.PutDouble(semconv.WebVitalValue, value)
	}
}

// jsonLines is what the file exporter writes.
func jsonLines(t *testing.T, ld plog.Logs) []byte {
	var lines bytes.Buffer
	for _, rl := range ld.ResourceLogs().All() {
		one := plog.NewLogs()
		rl.CopyTo(one.ResourceLogs().AppendEmpty())
		line, err := new(plog.JSONMarshaler).MarshalLogs(one)
		require.NoError(t, err)
		lines.Write(append(line, '\n'))
	}
	return lines.Bytes()
}

// reading is a kept record as its reader sees it.
type reading struct {
	at                                 time.Time
	event, cluster, route, measurement string
	judged, exceeded, keyed            bool
	weight, value                      float64
}

func readingsOf(ld plog.Logs) (all []reading) {
	eachRecord(ld, func(r plog.LogRecord) {
		a := r.Attributes().AsRaw()
		x := reading{at: r.Timestamp().AsTime(), event: r.EventName(), route: a[semconv.URLTemplate].(string), weight: a[semconv.SamplingAdjustedCount].(float64)}
		x.exceeded, x.judged = a[semconv.BudgetExceeded].(bool)
		x.value, _ = a[semconv.WebVitalValue].(float64)
		x.measurement, _ = a[semconv.WebVitalID].(string)
		x.cluster, x.keyed = a[semconv.SessionID].(string)
		if !x.keyed || a[semconv.SamplingReason] == sampling.ReasonNoKey {
			x.cluster, x.keyed = fmt.Sprint("record ", len(all)), false
		}
		all = append(all, x)
	})
	return all
}

// wantedOf are the rows that queries must give, by their names.
func wantedOf(all []reading) map[string][][]any {
	errors, surest := map[time.Time]float64{}, map[time.Time]map[string]float64{}
	shares, last := map[string][2]float64{}, map[string]reading{}
	weights := map[string]map[string][]float64{} // by event and cluster
	for _, r := range all {
		if weights[r.event] == nil {
			weights[r.event] = map[string][]float64{}
		}
		weights[r.event][r.cluster] = append(weights[r.event][r.cluster], r.weight)
		if r.event == semconv.EventException {
			hour := r.at.Truncate(time.Hour)
			errors[hour] += r.weight
			if surest[hour] == nil {
				surest[hour] = map[string]float64{}
			}
			if least, seen := surest[hour][r.cluster]; r.keyed && (!seen || r.weight < least) {
				surest[hour][r.cluster] = r.weight
			}
		}
		if r.judged {
			s := shares[r.route]
			shares[r.route] = [2]float64{s[0] + r.weight, s[1] + r.overLimit()}
			if r.at.After(last[r.measurement].at) {
				last[r.measurement] = r
			}
		}
	}
	want := map[string][][]any{}
	for _, hour := range slices.SortedFunc(maps.Keys(errors), time.Time.Compare) {
		want["errors"] = append(want["errors"], []any{errors[hour]})
		sessions := 0.0
		for _, weight := range surest[hour] {
			sessions += weight
		}
		want["sessions"] = append(want["sessions"], []any{sessions})
	}
	byRoute, bad := map[string][]weighted{}, map[string]float64{}
	for _, r := range last {
		byRoute[r.route] = append(byRoute[r.route], weighted{r.value, r.weight, 0})
		bad[r.route] += r.overLimit()
	}
	for _, route := range slices.Sorted(maps.Keys(byRoute)) {
		n, s := weightOf(byRoute[route]), shares[route]
		want["quantiles"] = append(want["quantiles"], []any{route, quantile(byRoute[route], 0.75), n, bad[route] / n})
		want["shares"] = append(want["shares"], []any{route, s[0], s[1], s[1] / s[0]})
	}
	for _, event := range slices.Sorted(maps.Keys(weights)) {
		total, variance := 0.0, 0.0
		for _, cluster := range weights[event] {
			for _, a := range cluster {
				total += a
				for _, b := range cluster {
					variance += a*b - max(a, b)
				}
			}
		}
		want["intervals"] = append(want["intervals"], []any{event, total, simulate.Normal95 * math.Sqrt(variance)})
	}
	return want
}

func (r *reading) overLimit() float64 {
	if r.exceeded {
		return r.weight
	}
	return 0
}

// requireRows compares the last columns: before them may be hours, which every store writes in its way.
func requireRows(t *testing.T, want, got [][]any, query string) {
	t.Helper()
	require.NotEmpty(t, want, query)
	require.Len(t, got, len(want), "%s: %v", query, got)
	for i := range want {
		require.GreaterOrEqual(t, len(got[i]), len(want[i]), query)
		row := got[i][len(got[i])-len(want[i]):]
		for j, value := range want[i] {
			if number, ok := value.(float64); ok {
				require.InDelta(t, number, numberIn(t, row[j]), 1e-9*(1+number), "%s: %v, want %v", query, row, want[i])
				continue
			}
			require.Equal(t, value, row[j], query)
		}
	}
}

func numberIn(t *testing.T, v any) float64 {
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	require.NoError(t, err)
	return n
}

// withFile puts the path of the test's file into a table's definition.
func withFile(table, file string) string { return strings.Replace(table, "logs.jsonl", file, 1) }

func inSQLite(t *testing.T, table, query string) [][]any {
	path, err := exec.LookPath("sqlite3")
	if err != nil && os.Getenv("RUM_DUCKDB") == "" {
		t.Skip("sqlite3 is not installed")
	}
	require.NoError(t, err)
	return rowsOf(t, exec.Command(path, ":memory:"), table+".mode list\n.separator \"\\t\" \"\\n\"\n"+query+";\n", func(line string) (row []any) {
		for _, cell := range strings.Split(line, "\t") {
			row = append(row, cell)
		}
		return row
	})
}

func inDuckDB(t *testing.T, table, query string) [][]any {
	script := os.Getenv("RUM_DUCKDB")
	if script == "" {
		t.Skip("RUM_DUCKDB does not name a script that runs SQL")
	}
	return rowsOf(t, exec.Command("node", script), table+";\n"+query, func(line string) (row []any) {
		require.NoError(t, json.Unmarshal([]byte(line), &row), line)
		return row
	})
}

func rowsOf(t *testing.T, cmd *exec.Cmd, input string, parse func(line string) []any) (rows [][]any) {
	cmd.Stdin = strings.NewReader(input)
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	require.NoError(t, err, failure.String())
	require.Empty(t, failure.String())
	for line := range strings.Lines(string(out)) {
		rows = append(rows, parse(strings.TrimSuffix(line, "\n")))
	}
	return rows
}

type victoriaLogs struct{ address string }

func startVictoriaLogs(t *testing.T, ld plog.Logs) *victoriaLogs {
	server := os.Getenv("RUM_VICTORIALOGS")
	if server == "" {
		t.Skip("RUM_VICTORIALOGS does not name a server")
	}
	v := &victoriaLogs{distrotest.Address(t)}
	distrotest.Start(t, exec.Command(server, "-httpListenAddr="+v.address, "-storageDataPath="+t.TempDir(), "-retentionPeriod=100y"), v.address)
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+v.address+"/insert/opentelemetry/v1/logs", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	response, err = http.Get("http://" + v.address + "/internal/force_flush")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return v
}

// query returns these fields of all rows.
func (v *victoriaLogs) query(t *testing.T, text string, fields ...string) (rows [][]any) {
	response, err := http.PostForm("http://"+v.address+"/select/logsql/query", url.Values{"query": {text}})
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusOK, response.StatusCode)
	for lines := json.NewDecoder(response.Body); lines.More(); {
		var found map[string]any
		require.NoError(t, lines.Decode(&found))
		var row []any
		for _, field := range fields {
			row = append(row, found[field])
		}
		rows = append(rows, row)
	}
	return rows
}
