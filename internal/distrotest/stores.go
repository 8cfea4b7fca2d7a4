package distrotest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Queries are the code blocks of a document by the words behind the fence. Of blocks with the same words the last one counts.
func Queries(t testing.TB, file string) map[string]string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```([a-z ]+)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		all[block[1]] = block[2]
	}
	return all
}

// DuckDB runs statements in a store of their own and returns the rows of the last one. Without RUM_DUCKDB, which names
// a script that does it, the test is skipped.
func DuckDB(t testing.TB, statements string) [][]any {
	script := os.Getenv("RUM_DUCKDB")
	if script == "" {
		t.Skip("RUM_DUCKDB does not name a script that runs SQL")
	}
	return Rows(t, exec.Command("node", script), statements, func(line string) (row []any) {
		require.NoError(t, json.Unmarshal([]byte(line), &row), line)
		return row
	})
}

// Rows gives a program its input and returns what it prints, line by line.
func Rows(t testing.TB, cmd *exec.Cmd, input string, parse func(line string) []any) (rows [][]any) {
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

// VictoriaLogs is a running server.
type VictoriaLogs struct{ address string }

// StartVictoriaLogs runs a server until the test ends. Without RUM_VICTORIALOGS, which names it, the test is skipped.
func StartVictoriaLogs(t testing.TB) *VictoriaLogs {
	server := os.Getenv("RUM_VICTORIALOGS")
	if server == "" {
		t.Skip("RUM_VICTORIALOGS does not name a server")
	}
	v := &VictoriaLogs{Address(t)}
	Start(t, exec.Command(server, "-httpListenAddr="+v.address, "-storageDataPath="+t.TempDir(), "-retentionPeriod=100y"), v.address)
	return v
}

// Endpoint takes logs by OTLP in protobuf.
func (v *VictoriaLogs) Endpoint() string {
	return "http://" + v.address + "/insert/opentelemetry/v1/logs"
}

// Flush makes all that was taken visible to queries.
func (v *VictoriaLogs) Flush(t testing.TB) {
	response, err := http.Get("http://" + v.address + "/internal/force_flush")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
}

// Query returns these fields of all rows.
func (v *VictoriaLogs) Query(t testing.TB, text string, fields ...string) (rows [][]any) {
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
