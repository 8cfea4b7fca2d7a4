package rumbudgetprocessor

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/plogtest"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/pmetrictest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// updating is set by make golden.
var updating = os.Getenv("UPDATE_GOLDEN") != ""

// Each folder has config.yaml, input.yaml and expected.yaml. A second pass over the output must leave
// it as it is.
func TestGoldenLogs(t *testing.T) {
	eachCase(t, "logs", func(t *testing.T, folder string) {
		c := configIn(t, folder)
		input, err := golden.ReadLogs(filepath.Join(folder, "input.yaml"))
		require.NoError(t, err)
		output := runLogs(t, c, input)
		expected := filepath.Join(folder, "expected.yaml")
		if updating {
			require.NoError(t, golden.WriteLogsToFile(expected, output))
			return
		}
		want, err := golden.ReadLogs(expected)
		require.NoError(t, err, "run make golden")
		requireSameLogs(t, want, output)
		requireSameLogs(t, want, runLogs(t, c, output))
	})
}

func TestGoldenMetrics(t *testing.T) {
	eachCase(t, "metrics", func(t *testing.T, folder string) {
		c := configIn(t, folder)
		input, err := golden.ReadMetrics(filepath.Join(folder, "input.yaml"))
		require.NoError(t, err)
		output := runMetrics(t, c, input)
		expected := filepath.Join(folder, "expected.yaml")
		if updating {
			require.NoError(t, golden.WriteMetricsToFile(expected, output, golden.SkipMetricTimestampNormalization()))
			return
		}
		want, err := golden.ReadMetrics(expected)
		require.NoError(t, err, "run make golden")
		require.NoError(t, pmetrictest.CompareMetrics(want, output, ignoreOrder()...))
		require.NoError(t, pmetrictest.CompareMetrics(want, runMetrics(t, c, output), ignoreOrder()...))
	})
}

func ignoreOrder() []pmetrictest.CompareMetricsOption {
	return []pmetrictest.CompareMetricsOption{pmetrictest.IgnoreMetricsOrder(), pmetrictest.IgnoreMetricDataPointsOrder()}
}

func eachCase(t *testing.T, signal string, check func(t *testing.T, folder string)) {
	folders, err := filepath.Glob(filepath.Join("testdata", signal, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) { check(t, folder) })
	}
}

func configIn(t *testing.T, folder string) *Config {
	conf, err := confmaptest.LoadConf(filepath.Join(folder, "config.yaml"))
	require.NoError(t, err)
	c := createDefaultConfig().(*Config)
	require.NoError(t, conf.Unmarshal(c))
	require.NoError(t, confmap.Validate(c))
	return c
}

// runLogs sends a copy of the input through a processor and returns all that came out.
func runLogs(t testing.TB, c *Config, input plog.Logs) plog.Logs {
	sink := new(consumertest.LogsSink)
	p, err := NewFactory().CreateLogs(context.Background(), processortest.NewNopSettings(metadata.Type), c, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(context.Background(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, p.Shutdown(context.Background())) }()
	batch := plog.NewLogs()
	input.CopyTo(batch)
	require.NoError(t, p.ConsumeLogs(context.Background(), batch))
	if len(sink.AllLogs()) == 0 {
		return plog.NewLogs()
	}
	return sink.AllLogs()[0]
}

func runMetrics(t testing.TB, c *Config, input pmetric.Metrics) pmetric.Metrics {
	sink := new(consumertest.MetricsSink)
	p, err := NewFactory().CreateMetrics(context.Background(), processortest.NewNopSettings(metadata.Type), c, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(context.Background(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, p.Shutdown(context.Background())) }()
	batch := pmetric.NewMetrics()
	input.CopyTo(batch)
	require.NoError(t, p.ConsumeMetrics(context.Background(), batch))
	require.Len(t, sink.AllMetrics(), 1)
	return sink.AllMetrics()[0]
}

// requireSameLogs also compares event names, which plogtest does not look at.
func requireSameLogs(t *testing.T, want, got plog.Logs) {
	require.NoError(t, plogtest.CompareLogs(want, got))
	assert.Equal(t, eventNames(want), eventNames(got))
}

func eventNames(ld plog.Logs) (names []string) {
	eachRecord(ld, func(r plog.LogRecord) { names = append(names, r.EventName()) })
	return names
}

func eachRecord(ld plog.Logs, visit func(plog.LogRecord)) {
	for _, rl := range ld.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, r := range sl.LogRecords().All() {
				visit(r)
			}
		}
	}
}
