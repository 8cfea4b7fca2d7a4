package rumreceiver

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/plogtest"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/pmetrictest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

const testdata = "../../testdata"

// updating is set by make golden.
var updating = os.Getenv("UPDATE_GOLDEN") != ""

func TestGoldens(t *testing.T) {
	for _, pattern := range []string{"beacon/*/beacon.json", "array/*/array.json"} {
		inputs, err := filepath.Glob(filepath.Join(testdata, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, inputs, pattern)
		for _, input := range inputs {
			folder := filepath.Dir(input)
			if filepath.Base(folder) == "reject" {
				continue
			}
			t.Run(filepath.Base(filepath.Dir(folder))+"/"+filepath.Base(folder), func(t *testing.T) { checkGolden(t, input) })
		}
	}
}

// checkGolden posts the input one second after it was sent and compares what comes out.
func checkGolden(t *testing.T, input string) {
	body, err := os.ReadFile(input)
	require.NoError(t, err)
	sent := sentAt(t, body)

	b := newBench(t)
	b.now = func() time.Time { return sent.Add(time.Second) }
	status, answered := b.post(string(body))
	require.Equal(t, 200, status, answered)
	require.Zero(t, answered.Rejected, answered)
	b.end()

	folder := filepath.Dir(input)
	logsFile, metricsFile := filepath.Join(folder, "logs.yaml"), filepath.Join(folder, "metrics.yaml")
	require.Len(t, b.logs.AllLogs(), 1)
	logs := b.logs.AllLogs()[0]
	metrics := b.metrics.AllMetrics()
	if updating {
		require.NoError(t, golden.WriteLogsToFile(logsFile, logs))
		_ = os.Remove(metricsFile)
		if len(metrics) > 0 {
			require.NoError(t, golden.WriteMetricsToFile(metricsFile, metrics[0], golden.SkipMetricTimestampNormalization()))
		}
		return
	}
	want, err := golden.ReadLogs(logsFile)
	require.NoError(t, err, "run make golden")
	require.NoError(t, plogtest.CompareLogs(want, logs))
	assert.Equal(t, eventNames(want), eventNames(logs), "CompareLogs does not look at them")

	wantMetrics, err := golden.ReadMetrics(metricsFile)
	if errors.Is(err, os.ErrNotExist) {
		require.Empty(t, metrics, "run make golden")
		return
	}
	require.NoError(t, err)
	require.Len(t, metrics, 1)
	require.NoError(t, pmetrictest.CompareMetrics(wantMetrics, metrics[0],
		pmetrictest.IgnoreMetricDataPointsOrder(), pmetrictest.IgnoreMetricsOrder()))
}

func sentAt(t *testing.T, body []byte) (sent time.Time) {
	beacons, err := decodeNative(body)
	require.NoError(t, err)
	b := &beacons[0]
	if sent = b.Clock.Sent; !sent.IsZero() {
		return sent
	}
	for _, event := range b.Events {
		if event.Time.After(sent) {
			sent = event.Time
		}
	}
	return sent
}

func eventNames(logs plog.Logs) (names []string) {
	for _, record := range logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
		names = append(names, record.EventName())
	}
	return names
}

func TestRejectGoldens(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(testdata, "beacon/reject/*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join(folder, "beacon.json"))
			require.NoError(t, err)
			want, err := os.ReadFile(filepath.Join(folder, "reason.txt"))
			require.NoError(t, err)
			b := newBench(t)
			status, answered := b.post(string(body))
			assert.Equal(t, 400, status)
			assert.Equal(t, strings.TrimSpace(string(want)), string(answered.Reason))
			assert.NotEmpty(t, answered.Error)
			assert.Empty(t, b.records())
		})
	}
}
