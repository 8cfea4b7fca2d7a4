package rumviewexporter

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/internal/serverconfig"
)

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func configAt(address string) *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.HTTP.NetAddr.Endpoint = address
	return cfg
}

func create(t *testing.T, cfg *Config) (exporter.Logs, exporter.Metrics) {
	t.Helper()
	factory, set := NewFactory(), exportertest.NewNopSettings(metadata.Type)
	logs, err := factory.CreateLogs(t.Context(), set, cfg)
	require.NoError(t, err)
	metrics, err := factory.CreateMetrics(t.Context(), set, cfg)
	require.NoError(t, err)
	return logs, metrics
}

func TestBothPipelinesShareOnePage(t *testing.T) {
	address := freeAddress(t)
	logs, metrics := create(t, configAt(address))
	require.NoError(t, logs.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, metrics.Start(t.Context(), componenttest.NewNopHost()))
	records := plog.NewLogs()
	records.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().SetEventName("exception")
	require.NoError(t, logs.ConsumeLogs(t.Context(), records))
	require.NoError(t, metrics.ConsumeMetrics(t.Context(), pmetric.NewMetrics()))

	response, err := http.Get("http://" + address + "/api/v1/errors")
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Contains(t, string(body), `"count":1`)

	require.NoError(t, logs.Shutdown(context.Background()))
	require.NoError(t, metrics.Shutdown(context.Background()))
	_, err = http.Get("http://" + address) //nolint:bodyclose // there is no response
	assert.Error(t, err, "still served")
}

func TestAPortInUseIsSaid(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	logs, _ := create(t, configAt(listener.Addr().String()))
	err = logs.Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "listen on "+listener.Addr().String()+" for the live page")
	require.NoError(t, logs.Shutdown(t.Context()))
}

func TestOnlyTheMachineItselfReadsALoopbackPage(t *testing.T) {
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, c := range []struct {
		address, host string
		want          int
	}{
		{"localhost:8890", "localhost:8890", 200},
		{"localhost:8890", "127.0.0.1:8890", 200},
		{"127.0.0.1:8890", "[::1]:8890", 200},
		{"localhost:8890", "evil.example", 421},
		{"127.0.0.1:8890", "localhost.evil.example:8890", 421},
		{"localhost:8890", "", 421},
		{"0.0.0.0:8890", "rum.example", 200},
	} {
		request, err := http.NewRequest(http.MethodGet, "/", http.NoBody)
		require.NoError(t, err)
		request.Host = c.host
		w := &status{header: http.Header{}, code: 200}
		onlyFor(c.address, ok).ServeHTTP(w, request)
		assert.Equal(t, c.want, w.code, "%s at %s", c.host, c.address)
	}
}

// status is a response of which only the code matters.
type status struct {
	header http.Header
	code   int
}

func (s *status) Header() http.Header            { return s.header }
func (s *status) Write(body []byte) (int, error) { return len(body), nil }
func (s *status) WriteHeader(code int)           { s.code = code }

func TestConfig(t *testing.T) {
	read := func(values map[string]any) (*Config, error) {
		cfg := createDefaultConfig().(*Config)
		if err := confmap.NewFromStringMap(values).Unmarshal(cfg); err != nil {
			return nil, err
		}
		return cfg, cfg.Validate()
	}
	cfg, err := read(map[string]any{"window": "10m", "max_entries": 500, "endpoint": "0.0.0.0:80", "response_headers": map[string]any{"x": "y"}})
	require.NoError(t, err)
	assert.Equal(t, 10*time.Minute, cfg.Window)
	assert.Equal(t, 500, cfg.MaxEntries)
	assert.Equal(t, "0.0.0.0:80", cfg.HTTP.NetAddr.Endpoint)
	for want, values := range map[string]map[string]any{
		"'window' must be between":                              {"window": "1s"},
		"'max_entries' must be at least":                        {"max_entries": 1},
		"'max_bytes' must be at least":                          {"max_bytes": 1},
		"'max_streams' must be at least":                        {"max_streams": 0},
		"'endpoint' must not be empty":                          {"endpoint": ""},
		"'endpoint' must be a host and a":                       {"endpoint": "localhost:99999"},
		"'read_timeout' must be 0 or at":                        {"read_timeout": 20},
		"windows":                                               {"windows": "10m"},
		"'dialer::timeout' has no effect":                       {"dialer": map[string]any{"timeout": "5s"}},
		"'compression_algorithms' must hold":                    {"compression_algorithms": []any{"gzip", "br"}},
		"'cors::allowed_origins[1]' must end with host or port": {"cors": map[string]any{"allowed_origins": []any{"https://ok.example", "https://shop.example/"}}},
		"'cors::allowed_origins' must have at most one *":       {"cors": map[string]any{"allowed_origins": []any{"https://*.*.example"}}},
		"'collector_metrics' must be a URL":                     {"collector_metrics": "localhost:8888"},
	} {
		_, err := read(values)
		assert.ErrorContains(t, err, want)
	}
}

func TestEveryOptionIsInTheReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for key := range serverconfig.Keys(reflect.TypeFor[Options]()) {
		assert.Regexp(t, regexp.MustCompile("`"+key+"`"), string(text))
	}
}

// BenchmarkTenMillionEvents fills the window a hundred times over with records that share little, and
// reports what is in memory afterwards, and while somebody asks all along. One takes minutes.
func BenchmarkTenMillionEvents(b *testing.B) {
	const batches, size = 10_000, 1000
	for b.Loop() {
		cfg := configAt("localhost:0")
		e, err := newExporter(cfg, exportertest.NewNopSettings(metadata.Type))
		require.NoError(b, err)
		highest := uint64(0)
		for i := range batches {
			require.NoError(b, e.ConsumeLogs(b.Context(), strangers(i, size)))
			if i%500 == 0 {
				highest = max(highest, heap())
			}
		}
		books := e.events.Books(time.Now())
		assert.EqualValues(b, batches*size, books.Received)
		assert.LessOrEqual(b, books.Entries, int64(cfg.MaxEntries))
		assert.LessOrEqual(b, books.Bytes, cfg.MaxBytes)
		b.ReportMetric(float64(max(highest, heap()))/1e6, "heap-MB")
		runtime.KeepAlive(e)
		require.NoError(b, e.Shutdown(context.Background()))
	}
}

// strangers are measurements of so many people of whom no two have anything in common.
func strangers(batch, n int) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "shop")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		own := fmt.Sprintf("%024d", batch*n+i)
		r := records.AppendEmpty()
		r.SetEventName("browser.web_vital")
		a := r.Attributes()
		for _, key := range []string{"session.id", "browser.web_vital.id", "url.template", "browser.document.url.full", "rum.web_vital.target", "rum.page_view.id"} {
			a.PutStr(key, key+own)
		}
		a.PutStr("browser.web_vital.name", "lcp")
		a.PutDouble("browser.web_vital.value", float64(i))
	}
	return logs
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
