package rumbudgetprocessor

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
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
	queries := distrotest.Queries(t, "docs/reading.md")
	want := wantedOf(readingsOf(kept))
	lines := filepath.Join(t.TempDir(), "logs.jsonl")
	require.NoError(t, os.WriteFile(lines, jsonLines(t, kept), 0o600))
	for name, run := range map[string]func(t *testing.T, query string) [][]any{
		"sqlite": func(t *testing.T, query string) [][]any {
			return inSQLite(t, withFile(queries["sql sqlite"], lines), query)
		},
		"duckdb": func(t *testing.T, query string) [][]any {
			return distrotest.DuckDB(t, withFile(queries["sql duckdb"], lines)+";\n"+query)
		},
		"clickhouse": func(t *testing.T, query string) [][]any {
			return inClickHouse(t, kept, queries["sql clickhouse"], query)
		},
		"clickhouse with the tables of examples/topologies": func(t *testing.T, query string) [][]any {
			schema, err := os.ReadFile("../../examples/topologies/clickhouse/schema.sql")
			require.NoError(t, err)
			withoutTTL := regexp.MustCompile(`(?m)^TTL [^;\n]*`).ReplaceAllString(string(schema), "") // these visits were long ago
			return inClickHouse(t, kept, withoutTTL, query)
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
		requireRows(t, want["errors"], store.Query(t, queries["logsql errors"], "errors"), "errors")
		requireRows(t, want["sessions"], store.Query(t, queries["logsql sessions"], "sessions"), "sessions")
		requireRows(t, want["shares"], store.Query(t, queries["logsql shares"], "url.template", "measurements", "bad", "share_over"), "shares")
		requireRows(t, want["quantiles in steps"], store.Query(t, queries["logsql quantiles"], "url.template", "p75", "measurements"), "quantiles")
	})
	assert.ElementsMatch(t, []string{
		"sql clickhouse", "sql duckdb", "sql sqlite", "sql errors", "sql sessions", "sql quantiles", "sql intervals",
		"logsql errors", "logsql sessions", "logsql shares", "logsql quantiles", "promql",
	}, slices.Collect(maps.Keys(queries)), "a query that is not tried")
}

// sampledVisits is what a sticky sampler keeps of some hours of visits, of which a few are long. Vitals are
// reported twice, some without an id, browsers sampled some of the sessions, some records have no session or one that is none,
// some visitors are bots, and some exceptions are noise.
func sampledVisits(t *testing.T) plog.Logs {
	p := simulate.New(simulate.Description{
		Sessions: 1000, EventsPerSession: 6, Tail: 1.2, Longest: 600, Spacing: 14 * time.Second, Gap: 20 * time.Second, Start: time.Unix(1_764_000_000, 0),
		Shares: []float64{0.25, 0.25, 0.49, 0.01}, TroubledShare: 0.3, TroubledShares: []float64{0.2, 0.2, 0.5, 0.1},
	})
	b := newBench(t, func(s *SamplingConfig) { s.Mode, s.HashSalt = modeSticky, "reading" })
	values, kept := vitalValues(p), plog.NewLogs()
	for i, e := range p.Events {
		ld := plog.NewLogs()
		rl := ld.ResourceLogs().AppendEmpty()
		rl.Resource().Attributes().PutStr(semconv.ServiceName, "shop")
		if e.Session%20 == 3 {
			rl.Resource().Attributes().PutStr(semconv.UserAgentSyntheticType, "bot")
		}
		records := rl.ScopeLogs().AppendEmpty().LogRecords()
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
	switch {
	case e.Session%20 == 7:
		a.PutStr(semconv.SessionID, "null")
	case i%50 != 0:
		a.PutStr(semconv.SessionID, fmt.Sprint("session-", e.Session))
	}
	if event == semconv.EventException && i%9 == 0 {
		a.PutStr(semconv.ExceptionNoise, "extension")
	}
	if e.Session%4 == 0 {
		a.PutDouble(semconv.SamplingClientRate, 0.3)
	}
	if e.Kind == kindVital {
		a.PutStr(semconv.WebVitalName, "lcp")
		if e.Session%5 != 0 {
			a.PutStr(semconv.WebVitalID, fmt.Sprint("v5-", i))
		}
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
	at                        time.Time
	event, route, measurement string
	session, draw             string // whose browser drew, and what was drawn here
	judged, exceeded          bool
	weight, value, clientRate float64
}

func readingsOf(ld plog.Logs) (all []reading) {
	eachOf(ld, func(resource map[string]any, r plog.LogRecord) {
		a := r.Attributes().AsRaw()
		if resource[semconv.UserAgentSyntheticType] != nil || a[semconv.ExceptionNoise] != nil {
			return
		}
		x := reading{at: r.Timestamp().AsTime(), event: r.EventName(), route: a[semconv.URLTemplate].(string), weight: a[semconv.SamplingAdjustedCount].(float64), clientRate: 1}
		x.exceeded, x.judged = a[semconv.BudgetExceeded].(bool)
		x.value, _ = a[semconv.WebVitalValue].(float64)
		if rate, ok := a[semconv.SamplingClientRate].(float64); ok {
			x.clientRate = rate
		}
		alone := fmt.Sprint("record ", len(all))
		x.measurement, _ = a[semconv.WebVitalID].(string)
		x.measurement = cmp.Or(x.measurement, alone)
		session, _ := a[semconv.SessionID].(string)
		x.session, x.draw = cmp.Or(session, alone), alone
		switch unit := a[semconv.SamplingUnit]; {
		case unit == nil && session != "":
			x.draw = session
		case unit == string(sampling.UnitMeasurement):
			x.draw = x.measurement
		}
		all = append(all, x)
	})
	return all
}

func eachOf(ld plog.Logs, do func(resource map[string]any, r plog.LogRecord)) {
	for _, rl := range ld.ResourceLogs().All() {
		one := plog.NewLogs()
		rl.CopyTo(one.ResourceLogs().AppendEmpty())
		eachRecord(one, func(r plog.LogRecord) { do(rl.Resource().Attributes().AsRaw(), r) })
	}
}

// withSession are the records that were drawn with their session.
func (r *reading) withSession() bool {
	return r.draw == r.session && !strings.HasPrefix(r.session, "record ")
}

// wantedOf are the rows that queries must give, by their names.
func wantedOf(all []reading) map[string][][]any {
	errors, surest := map[time.Time]float64{}, map[time.Time]map[string]float64{}
	last, least := map[string]reading{}, map[string]float64{}
	byEvent := map[string][]reading{}
	for _, r := range all {
		byEvent[r.event] = append(byEvent[r.event], r)
		if r.event == semconv.EventException {
			hour := r.at.Truncate(time.Hour)
			errors[hour] += r.weight
			if surest[hour] == nil {
				surest[hour] = map[string]float64{}
			}
			if least, seen := surest[hour][r.session]; r.withSession() && (!seen || r.weight < least) {
				surest[hour][r.session] = r.weight
			}
		}
		if r.judged {
			if weight, seen := least[r.measurement]; !seen || r.weight < weight {
				least[r.measurement] = r.weight
			}
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
	byRoute, inSteps, bad := map[string][]weighted{}, map[string][]weighted{}, map[string]float64{}
	for measurement, r := range last {
		r.weight = least[measurement]
		byRoute[r.route] = append(byRoute[r.route], weighted{r.value, r.weight, 0})
		inSteps[r.route] = append(inSteps[r.route], weighted{10 * math.Floor(r.value/10), r.weight, 0})
		bad[r.route] += r.overLimit()
	}
	for _, route := range slices.Sorted(maps.Keys(byRoute)) {
		n := weightOf(byRoute[route])
		want["quantiles"] = append(want["quantiles"], []any{route, quantile(byRoute[route], 0.75), n, bad[route] / n})
		want["quantiles in steps"] = append(want["quantiles in steps"], []any{route, quantile(inSteps[route], 0.75), n})
		want["shares"] = append(want["shares"], []any{route, n, bad[route], bad[route] / n})
	}
	for _, event := range slices.Sorted(maps.Keys(byEvent)) {
		want["intervals"] = append(want["intervals"], intervalOf(event, byEvent[event]))
	}
	return want
}

// intervalOf goes through all pairs of each session.
func intervalOf(event string, records []reading) []any {
	bySession := map[string][]reading{}
	for _, r := range records {
		bySession[r.session] = append(bySession[r.session], r)
	}
	var total, variance, skew, squares, longest float64
	rarest := 1.0
	for _, session := range bySession {
		weights, variances := map[string]float64{}, map[string]float64{}
		sum, browser, length := 0.0, 0.0, 0.0
		for _, a := range session {
			sum += a.weight
			weights[a.draw] += a.weight
			if a.withSession() {
				length++
			} else {
				length += a.weight * a.clientRate
			}
			for _, b := range session {
				if a.draw == b.draw {
					variances[a.draw] += a.weight*b.weight - max(a.weight, b.weight)
				} else {
					browser += (1 - a.clientRate) * a.weight * b.weight
				}
			}
		}
		own := browser
		for draw, v := range variances {
			own += v
			skew += v * v / weights[draw]
		}
		skew += browser * browser / sum
		total, variance, squares = total+sum, variance+own, squares+own*own
		longest, rarest = max(longest, length), min(rarest, session[0].clientRate)
	}
	if variance < 1e-6 {
		return []any{event, total, total, total, 1.0}
	}
	shift := simulate.Normal95 * simulate.Normal95 / 2 * skew / variance
	half := math.Sqrt(simulate.Normal95*simulate.Normal95*variance + shift*shift)
	enough, heaviest := 0.0, longest/rarest
	if variance*variance >= 20*squares && variance >= 2*(1-rarest)*heaviest*heaviest {
		enough = 1
	}
	return []any{event, total, total + shift - half, total + shift + half, enough}
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
	return distrotest.Rows(t, exec.Command(path, ":memory:"), table+".mode list\n.separator \"\\t\" \"\\n\"\n"+query+";\n", func(line string) (row []any) {
		for _, cell := range strings.Split(line, "\t") {
			row = append(row, cell)
		}
		return row
	})
}

// inClickHouse inserts the records as contrib's exporter does, once or, where the tables fold them, twice.
func inClickHouse(t *testing.T, kept plog.Logs, schema, query string) [][]any {
	script := os.Getenv("RUM_CLICKHOUSE")
	if script == "" {
		t.Skip("RUM_CLICKHOUSE does not name a script that runs SQL")
	}
	var rows bytes.Buffer
	number := 0
	eachOf(kept, func(resource map[string]any, r plog.LogRecord) {
		attributes := map[string]string{semconv.RecordUID: fmt.Sprint("uid-", number)}
		number++
		for key, value := range r.Attributes().All() {
			attributes[key] = value.AsString()
		}
		row, err := json.Marshal(map[string]any{
			"Timestamp": r.Timestamp().AsTime().Format("2006-01-02 15:04:05.000000000"), "EventName": r.EventName(), "LogAttributes": attributes, "ResourceAttributes": resource,
		})
		require.NoError(t, err)
		rows.Write(append(row, '\n'))
	})
	file := filepath.Join(t.TempDir(), "rows.jsonl")
	require.NoError(t, os.WriteFile(file, rows.Bytes(), 0o600))
	columns := "Timestamp, EventName, LogAttributes, ResourceAttributes"
	insert := fmt.Sprintf("INSERT INTO otel_logs (%s) SELECT %s FROM file('%s', 'JSONEachRow', 'Timestamp DateTime64(9), EventName String, LogAttributes Map(LowCardinality(String), String), ResourceAttributes Map(LowCardinality(String), String)');\n", columns, columns, file)
	if !strings.Contains(schema, "otel_logs (") {
		schema = "CREATE TABLE otel_logs (Timestamp DateTime64(9), EventName String, LogAttributes Map(LowCardinality(String), String), ResourceAttributes Map(LowCardinality(String), String)) ENGINE = Memory;\n" + schema + ";\n"
	} else {
		insert += insert
	}
	return distrotest.Rows(t, exec.Command("node", script, "query"), schema+insert+query, func(line string) (row []any) {
		require.NoError(t, json.Unmarshal([]byte(line), &row), line)
		return row
	})
}

func startVictoriaLogs(t *testing.T, ld plog.Logs) *distrotest.VictoriaLogs {
	v := distrotest.StartVictoriaLogs(t)
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.Endpoint(), bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	v.Flush(t)
	return v
}
