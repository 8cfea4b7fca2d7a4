package rumreceiver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
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
					load.post(b, peer.url, peer.contentType, loadRequests, benchIDs(bodies[peer.name]))
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

// loader posts bodies, each time under other ids, so that no batch is a retry and no vital an update.
type loader struct {
	client *http.Client
	sent   int
}

// post sends so many requests over all connections, and says how long each took.
func (l *loader) post(b *testing.B, url, contentType string, requests int, body func(number int) string) (latencies []time.Duration) {
	bodies := make(chan string)
	took := make(chan []time.Duration, loadConnections)
	for range loadConnections {
		go func() {
			var own []time.Duration
			for body := range bodies {
				began := time.Now()
				if err := l.postOnce(b.Context(), url, contentType, body); err != nil {
					b.Error(err)
				}
				own = append(own, time.Since(began))
			}
			took <- own
		}()
	}
	for range requests {
		l.sent++
		bodies <- body(l.sent)
	}
	close(bodies)
	for range loadConnections {
		latencies = append(latencies, <-took...)
	}
	return latencies
}

// benchIDs puts a number in place of the ids of batch, page view and vitals.
func benchIDs(body []byte) func(number int) string {
	return func(number int) string {
		digits := fmt.Sprintf("%010d", number)
		return strings.NewReplacer(`"b1"`, `"b`+digits+`"`, "d4e5f60718", digits, "8733926145", digits).Replace(string(body))
	}
}

// visitIDs does so in a visit.
func visitIDs(body []byte) func(number int) string {
	return func(number int) string {
		return strings.ReplaceAll(string(body), visitID, fmt.Sprintf("%012d", number))
	}
}

// The collector as people run it, and the otlp receiver alone: each in a process of its own, whose memory is compared.
const (
	visitConfig = `
receivers:
  rum: {endpoint: %s}
processors:
  rum_budget: {}
exporters:
  nop:
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    logs: {receivers: [rum], processors: [rum_budget], exporters: [nop]}
    metrics: {receivers: [rum], processors: [rum_budget], exporters: [nop]}
`
	otlpConfig = `
receivers:
  otlp: {protocols: {http: {endpoint: %s}}}
exporters:
  nop:
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    logs: {receivers: [otlp], exporters: [nop]}
`
)

// BenchmarkDistributionVisit is what an event costs the built collector in bodies as pages really send them, by how many
// events there are in one, with metrics, budgets and enrichment; beside the otlp receiver, which gets the same facts and
// hands them on. p99 is what a client waits, RSS that of the process after the round.
func BenchmarkDistributionVisit(b *testing.B) {
	binary := distrotest.Binary(b)
	start := func(config string) (address string, pid int) {
		address = distrotest.Address(b)
		return address, distrotest.Start(b, exec.Command(binary, distrotest.Config(b, fmt.Sprintf(config, address))...), address).Pid()
	}
	rum, rumPid := start(visitConfig)
	otlp, otlpPid := start(otlpConfig)
	load := loader{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loadConnections}}}
	defer load.client.CloseIdleConnections()
	for range loadRounds {
		for events, requests := range map[int]int{1: 10_000, 10: 6_000, 100: 1_000} {
			bodies := visitBody{events}.bodies(b)
			for _, peer := range []struct {
				name, url, contentType string
				pid                    int
			}{
				{"native-array", "http://" + rum + "/v1/rum", "text/plain", rumPid},
				{"otlp-json", "http://" + otlp + "/v1/logs", "application/json", otlpPid},
				{"native-batch", "http://" + rum + "/v1/rum", "text/plain", rumPid},
				{"otlp-protobuf", "http://" + otlp + "/v1/logs", "application/x-protobuf", otlpPid},
			} {
				b.Run(fmt.Sprintf("%s/events=%d", peer.name, events), func(b *testing.B) {
					body := visitIDs(bodies[peer.name])
					for b.Loop() {
						before := processCPU(b, peer.pid)
						latencies := load.post(b, peer.url, peer.contentType, requests, body)
						cpu := processCPU(b, peer.pid) - before
						slices.Sort(latencies)
						b.ReportMetric(float64(cpu.Nanoseconds())/float64(requests*events), "server-ns/event")
						b.ReportMetric(float64(latencies[len(latencies)*99/100].Nanoseconds()), "p99-ns")
						b.ReportMetric(residentMB(b, peer.pid), "RSS-MB")
					}
				})
			}
		}
	}
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
