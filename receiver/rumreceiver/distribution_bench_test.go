package rumreceiver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

const (
	// loadConnections keep the collector busy without queueing up.
	loadConnections = 16
	// loadRequests of one round: about a second, a hundred times the kernel's clock tick.
	loadRequests = 10_000
	loadRounds   = 3
)

// loadConfig has both receivers in pipelines that end in nothing: logs and metrics of rum, logs of otlp.
const loadConfig = `
receivers:
  rum: {endpoint: %s}
  otlp: {protocols: {http: {endpoint: %s}}}
exporters:
  nop:
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    logs: {receivers: [rum, otlp], exporters: [nop]}
    metrics: {receivers: [rum], exporters: [nop]}
`

// BenchmarkDistribution is what an event costs the built collector that RUM_DISTRO names, in CPU time
// of its process, user and system: the whole way through HTTP, in batches of ten. The otlp receiver
// gets the same records in the same run, in turn. It needs Linux.
func BenchmarkDistribution(b *testing.B) {
	binary := distrotest.Binary(b)
	enricher, err := enrich.New(enrich.Settings{})
	require.NoError(b, err)
	defer enricher.Close()
	bodies := benchBodies(b, enricher)
	rum, otlp := distrotest.Address(b), distrotest.Address(b)
	pid := distrotest.Start(b, exec.Command(binary, distrotest.Config(b, fmt.Sprintf(loadConfig, rum, otlp))...), rum, otlp).Pid()
	b.Run("idle", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(residentMB(b, pid), "RSS-MB")
		}
	})

	load := loader{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loadConnections}}}
	defer load.client.CloseIdleConnections()
	for range loadRounds {
		for _, peer := range []struct{ name, url, contentType string }{
			{"native-array", "http://" + rum + "/v1/rum", "text/plain"},
			{"native-batch", "http://" + rum + "/v1/rum", "text/plain"},
			{"otlp-json", "http://" + otlp + "/v1/logs", "application/json"},
			{"otlp-protobuf", "http://" + otlp + "/v1/logs", "application/x-protobuf"},
		} {
			b.Run(peer.name, func(b *testing.B) {
				for b.Loop() {
					before := processCPU(b, pid)
					load.post(b, peer.url, peer.contentType, bodies[peer.name])
					cpu := processCPU(b, pid) - before
					b.ReportMetric(float64(cpu.Nanoseconds())/loadRequests/benchSize, "server-ns/event")
				}
			})
		}
	}
}

// processCPU is the user and system time of a process, from /proc.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
func processCPU(b *testing.B, pid int) time.Duration {
	const tick = 10 * time.Millisecond // USER_HZ is 100 wherever Go runs on Linux
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(b, err)
	_, afterName, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(afterName)
	user, err := strconv.Atoi(fields[11])
	require.NoError(b, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(b, err)
	return time.Duration(user+system) * tick
}

// residentMB is the resident memory of a process.
func residentMB(b *testing.B, pid int) float64 {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	require.NoError(b, err)
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	require.NoError(b, err)
	return float64(pages*os.Getpagesize()) / 1e6
}

// loader posts bodies of ten events, each time under other ids, so that no batch is a retry and no vital
// an update.
type loader struct {
	client *http.Client
	sent   int
}

func (l *loader) post(b *testing.B, url, contentType string, body []byte) {
	bodies := make(chan string)
	var senders sync.WaitGroup
	for range loadConnections {
		senders.Go(func() {
			for body := range bodies {
				if err := l.postOnce(b.Context(), url, contentType, body); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for range loadRequests {
		l.sent++
		digits := fmt.Sprintf("%010d", l.sent) // in place of the ids of batch, page view and vitals
		bodies <- strings.NewReplacer(`"b1"`, `"b`+digits+`"`, "d4e5f60718", digits, "8733926145", digits).Replace(string(body))
	}
	close(bodies)
	senders.Wait()
}

func (l *loader) postOnce(ctx context.Context, url, contentType, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", chrome)
	resp, err := l.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if answer, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", url, resp.Status, answer)
	}
	return nil
}
