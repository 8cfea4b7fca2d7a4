package rumreceiver

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// TestGoldensOfRecordedBodies holds the records that each recorded body of a visit becomes, a record a line: see
// testdata/captures/README.md.
func TestGoldensOfRecordedBodies(t *testing.T) {
	for _, visit := range append(slices.Clone(visits),
		visitOf{"web-vitals, one by one", "web-vitals", func(recorded) string { return "/v1/web-vitals" }},
		visitOf{"boomerang, by GET", "boomerang-get", boomerangTarget},
	) {
		t.Run(visit.name, func(t *testing.T) {
			b := newBench(t, withConfig(func(cfg *Config) {
				for _, p := range all.Protocols() {
					cfg.Protocols.turnOn(p.Name)
				}
			}))
			var text strings.Builder
			requests := queries(t)
			if visit.captures != "boomerang-get" {
				requests = recordings(t, visit.captures)
			}
			for _, request := range requests {
				before := len(b.logs.AllLogs())
				response := b.send(request.Method, visit.target(request), request.body, request.Headers["content-type"])
				require.Less(t, response.Code, 300, response.Body.String())
				fmt.Fprintf(&text, "%s: %d %s\n", strings.TrimSuffix(filepath.Base(request.file), ".meta.json"), response.Code, http.StatusText(response.Code))
				for _, logs := range b.logs.AllLogs()[before:] {
					writeRecords(&text, logs)
				}
			}
			file := filepath.Join(testdata, "captures", visit.captures, "records.txt")
			if updating {
				require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o644)) //nolint:gosec // as all files of the repository
				return
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err, "run make golden")
			assert.Equal(t, strings.Split(string(want), "\n"), strings.Split(text.String(), "\n"))
		})
	}
}

func writeRecords(text *strings.Builder, logs plog.Logs) {
	for _, resource := range logs.ResourceLogs().All() {
		fmt.Fprintf(text, "  of%s\n", sorted(resource.Resource().Attributes().AsRaw()))
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				fmt.Fprintf(text, "    %q %s %s", record.EventName(), record.Timestamp().AsTime().Format(time.RFC3339Nano), record.SeverityNumber())
				if !record.TraceID().IsEmpty() {
					fmt.Fprintf(text, " %s/%s", record.TraceID(), record.SpanID())
				}
				if body := record.Body().AsString(); body != "" {
					fmt.Fprintf(text, " %q", body)
				}
				text.WriteString(sorted(record.Attributes().AsRaw()) + "\n")
			}
		}
	}
}

// sorted are attributes in the order of their names.
func sorted(attributes map[string]any) string {
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		if value, isText := attributes[key].(string); isText {
			fmt.Fprintf(&text, " %s=%q", key, value)
		} else {
			fmt.Fprintf(&text, " %s=%v", key, attributes[key])
		}
	}
	return text.String()
}
