package rumreceiver

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// distribution is the built collector with an example configuration, a backend that is away, and
// loopback as strange as any other network.
type distribution struct {
	t                *testing.T
	address, metrics string
}

// startDistribution runs the collector below a shell's limits, if there are any.
func startDistribution(t *testing.T, config, limits string, overrides ...string) *distribution {
	binary := distrotest.Binary(t)
	d := &distribution{t: t, address: distrotest.Address(t), metrics: distrotest.Address(t)}
	host, port, err := net.SplitHostPort(d.metrics)
	require.NoError(t, err)
	cmd := exec.Command("sh", "-c", limits+` exec "$0" "$@"`, binary, "--config", config,
		"--config", "yaml:receivers::rum::address_limit::exempt_networks: []",
		"--config", "yaml:service::telemetry::logs::level: error",
		"--config", fmt.Sprintf("yaml:{service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}}}", host, port))
	for _, override := range overrides {
		cmd.Args = append(cmd.Args, "--config", "yaml:"+override)
	}
	cmd.Env = append(cmd.Environ(), "RUM_ENDPOINT="+d.address, "RUM_HEALTH_ENDPOINT="+distrotest.Address(t), "RUM_BACKEND=http://127.0.0.1:1", "RUM_ORIGIN=https://shop.example")
	distrotest.Start(t, cmd, d.address, d.metrics)
	return d
}

// own is a value of the collector's own metrics.
func (d *distribution) own(name string) float64 {
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, "http://"+d.metrics+"/metrics", http.NoBody)
	require.NoError(d.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(d.t, err)
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(response.Body)
	require.NoError(d.t, err)
	sum := 0.0
	for _, match := range regexp.MustCompile(`(?m)^`+name+`(?:\{[^}]*\})? (\S+)$`).FindAllSubmatch(page, -1) {
		value, err := strconv.ParseFloat(string(match[1]), 64)
		require.NoError(d.t, err)
		sum += value
	}
	return sum
}

// client sends from one address of the loopback network.
func (d *distribution) client(address string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}, Timeout: 30 * time.Second}
}

// denseBody becomes fifty times as large in memory as JSON, and some ten thousand times as large as gzip.
func denseBody(events int) string {
	members := func(value string) string {
		list := make([]string, 64)
		for i := range list {
			list[i] = fmt.Sprintf(`"%x":%s`, i, value)
		}
		return strings.Join(list, ",")
	}
	event := `{"k":"click","t":1,"a":{` + members("1") + `}}`
	return fmt.Sprintf(`{"v":1,"id":"%x","t0":%d,"now":5000,"session":{"id":"s"},"tags":{%s},"pages":[{"id":"p","url":"https://shop.example/"}],"events":[%s]}`,
		rand.Uint64(), time.Now().UnixMilli()-5000, members(`"v"`), strings.Repeat(event+",", events-1)+event)
}

// What the simplest configuration promises, with what waits in memory and with a queue on disk, for which all that waits is
// encoded on its way in.
const maxHeap, maxHeapWithDisk = 256 << 20, 384 << 20

func TestDistributionHoldsItsMemoryWhateverIsSent(t *testing.T) {
	startDistribution(t, "../../examples/configs/simplest.yaml", "").withstands(maxHeap)
}

// With a queue on disk what waits is no memory, and the disk is bounded too.
func TestDistributionHoldsMemoryAndDiskWithAQueueOnDisk(t *testing.T) {
	const (
		queue        = 16 << 20
		perQueueByte = 3        // free pages between what waits
		growth       = 16 << 20 // bbolt's AllocSize, by which a file grows
	)
	dir := t.TempDir()
	d := startDistribution(t, "../../examples/configs/simplest.yaml", "",
		fmt.Sprintf("extensions: {file_storage: {directory: %q}}", dir), "service::extensions: [file_storage]",
		"exporters::otlp_http::sending_queue::storage: file_storage")
	d.withstands(maxHeapWithDisk)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		t.Logf("%s: %.1f MiB", file.Name(), float64(info.Size())/(1<<20))
		assert.Less(t, info.Size(), int64(perQueueByte*queue+growth), file.Name())
	}
}

// withstands a hundred addresses, each within its limits, that send what becomes as large as it can for seven seconds.
// Its heap stays below the bound, and when that is over others are served again.
func (d *distribution) withstands(heap int64) {
	t := d.t
	idle := d.own("otelcol_process_runtime_heap_alloc_bytes")
	var highest, wire, taken atomic.Int64
	end := time.Now().Add(7 * time.Second)
	var senders sync.WaitGroup
	statuses := make([]atomic.Int64, 600)
	for i := range 100 {
		client := d.client(fmt.Sprintf("127.1.%d.%d", i/50, 1+i%50))
		senders.Go(func() {
			defer client.CloseIdleConnections()
			for n := 0; time.Now().Before(end); n++ {
				body := []byte(denseBody(1000)) // as large as it is
				if (i+n)%2 == 0 {
					body = gzipped(t, body)
				}
				response, err := client.Post("http://"+d.address+"/v1/rum", "text/plain", bytes.NewReader(body))
				if err != nil {
					continue
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				statuses[response.StatusCode].Add(1)
				wire.Add(int64(len(body)))
				if response.StatusCode == http.StatusOK {
					taken.Add(1)
				} else {
					time.Sleep(100 * time.Millisecond)
				}
			}
		})
	}
	for time.Now().Before(end) {
		highest.Store(max(highest.Load(), int64(d.own("otelcol_process_runtime_heap_alloc_bytes"))))
		time.Sleep(50 * time.Millisecond)
	}
	senders.Wait()
	for status := range statuses {
		if n := statuses[status].Load(); n > 0 {
			t.Logf("%d × %d", n, status)
		}
	}
	t.Logf("heap %.0f MiB idle, at most %d MiB after %d MiB on the wire; %.1f MiB wait in queues", idle/(1<<20), highest.Load()>>20, wire.Load()>>20,
		d.own("otelcol_exporter_queue_size")/(1<<20))
	assert.Less(t, highest.Load(), heap)
	assert.Positive(t, taken.Load())
	client := d.client("127.2.0.1")
	defer client.CloseIdleConnections()
	assert.Eventually(t, func() bool { // the memory limiter lets go at its next look
		response, err := client.Post("http://"+d.address+"/v1/rum", "text/plain", strings.NewReader("[]"))
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	}, time.Minute, 100*time.Millisecond, "others are served")
}

// Hundreds of connections that send nothing more, of which the process may not even open as many.
func TestDistributionServesWhileConnectionsAreHoarded(t *testing.T) {
	d := startDistribution(t, "../../examples/configs/simplest.yaml", "ulimit -n 256;")
	for i := range 400 {
		dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(fmt.Sprintf("127.1.0.%d", 1+i%8))}, Timeout: 5 * time.Second}
		conn, err := dialer.DialContext(t.Context(), "tcp", d.address)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		text := "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
		if i%2 == 0 { // half of the headers
			text = "POST /v1/rum HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("b", 60_000)
		}
		_, _ = io.WriteString(conn, text) // it may be closed already
	}
	client := d.client("127.2.0.1")
	client.Timeout = 2 * time.Second
	defer client.CloseIdleConnections()
	for range 10 {
		response, err := client.Post("http://"+d.address+"/v1/rum", "text/plain", strings.NewReader("[]"))
		require.NoError(t, err)
		_ = response.Body.Close()
		assert.Equal(t, http.StatusOK, response.StatusCode)
		client.CloseIdleConnections()
	}
	assert.LessOrEqual(t, d.own("otelcol_rum_receiver_connections"), 192.0)
	assert.Greater(t, d.own("otelcol_rum_receiver_connections_evicted"), 200.0)
}
