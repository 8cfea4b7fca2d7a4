package rumbudgetprocessor

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// Kinds of event that the distribution is fed with.
const (
	kindView = iota
	kindVital
	kindClick
	kindError
)

// TestDistribution drives 20,000 sessions through the built binary, named by RUM_DISTRO, and recovers the
// true totals, sessions and p75 from the file it writes.
func TestDistribution(t *testing.T) {
	binary := os.Getenv("RUM_DISTRO")
	if binary == "" {
		t.Skip("RUM_DISTRO does not name a built otelcol-rum")
	}
	p := simulate.New(simulate.Description{
		Sessions: 20_000, EventsPerSession: 6, Spacing: time.Millisecond, Gap: 200 * time.Millisecond,
		Shares:        []float64{0.25, 0.25, 0.49, 0.01},
		TroubledShare: 0.3, TroubledShares: []float64{0.2, 0.2, 0.5, 0.1},
	})
	values := vitalValues(p)
	for _, mode := range []string{modeStateless, modeSticky} {
		t.Run(mode, func(t *testing.T) {
			folder, endpoint := t.TempDir(), freeAddress(t)
			stop := startDistribution(t, binary, folder, endpoint, mode)
			for start := 0; start < len(p.Events); start += 2000 {
				postEvents(t, endpoint, p, values, start, min(start+2000, len(p.Events)))
			}
			stop()
			checkRecovered(t, p, values, filepath.Join(folder, "out.json"))
		})
	}
}

// vitalValues are LCPs in ms, one for each event of that kind; long-tailed, a quarter above 2.5 s.
func vitalValues(p *simulate.Population) []float64 {
	rng, values := rand.New(rand.NewPCG(21, 22)), make([]float64, len(p.Events))
	for i := range values {
		values[i] = math.Exp(7.5 + 0.5*rng.NormFloat64())
	}
	return values
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// startDistribution returns a function that stops it and waits until everything is written.
func startDistribution(t *testing.T, binary, folder, endpoint, mode string) func() {
	config := fmt.Sprintf(`
receivers: {otlp: {protocols: {http: {endpoint: %q}}}}
processors: {rum_budget: {sampling: {mode: %s, hash_salt: distribution}}}
exporters: {file: {path: %q}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [otlp], processors: [rum_budget], exporters: [file]}}
`, endpoint, mode, filepath.Join(folder, "out.json"))
	file := filepath.Join(folder, "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	var output bytes.Buffer
	cmd := exec.Command(binary, "--config", file)
	cmd.Stdout, cmd.Stderr = &output, &output
	require.NoError(t, cmd.Start())
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		_ = cmd.Process.Signal(os.Interrupt)
		assert.NoError(t, cmd.Wait(), output.String())
	}
	t.Cleanup(stop)
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", endpoint)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, 20*time.Second, 50*time.Millisecond)
	return stop
}

func postEvents(t *testing.T, endpoint string, p *simulate.Population, values []float64, from, to int) {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i := from; i < to; i++ {
		r := records.AppendEmpty()
		r.SetEventName([]string{semconv.EventNavigation, semconv.EventWebVital, semconv.EventClick, semconv.EventException}[p.Events[i].Kind])
		r.Attributes().PutStr(semconv.SessionID, strconv.Itoa(p.Events[i].Session))
		r.Attributes().PutInt("test.event", int64(i))
		if p.Events[i].Kind == kindVital {
			r.Attributes().PutStr(semconv.WebVitalName, "lcp")
			r.Attributes().PutDouble(semconv.WebVitalValue, values[i])
		}
	}
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	require.NoError(t, err)
	response, err := http.Post("http://"+endpoint+"/v1/logs", "application/x-protobuf", bytes.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func checkRecovered(t *testing.T, p *simulate.Population, values []float64, file string) {
	var vitals [][2]float64 // value, weight
	est := p.Estimate(func(yield func(simulate.Kept)) {
		for _, ld := range readFile(t, file) {
			eachRecord(ld, func(r plog.LogRecord) {
				a := r.Attributes().AsRaw()
				i, weight := a["test.event"].(int64), a[semconv.SamplingAdjustedCount].(float64)
				yield(simulate.Kept{Event: p.Events[i], Weight: weight})
				if p.Events[i].Kind == kindVital {
					vitals = append(vitals, [2]float64{values[i], weight})
				}
				assert.Equal(t, p.Events[i].Kind == kindVital, a[semconv.BudgetLevel] != nil)
			})
		}
	})
	t.Logf("kept %d of %.0f; total %.0f ± %.0f; sessions %.0f of %d", est.Kept, p.Total(), est.Total, 1.96*math.Sqrt(est.Variance), est.Sessions, p.Sessions)
	assert.Less(t, float64(est.Kept), p.Total()/2)
	assert.InDelta(t, p.Total(), est.Total, 3*math.Sqrt(est.Variance))
	assert.InEpsilon(t, p.Sessions, est.Sessions, 0.05)
	assert.Equal(t, p.Totals[kindError], est.ByKind[kindError], "errors are kept, all of them")
	assert.InEpsilon(t, p.Totals[kindView], est.ByKind[kindView], 0.05)

	below, all := 0.0, 0.0
	p75 := weightedQuantile(vitals, 0.75)
	for i, e := range p.Events {
		if e.Kind == kindVital {
			all++
			if values[i] <= p75 {
				below++
			}
		}
	}
	assert.InDelta(t, 0.75, below/all, 0.01, "share of the true values up to the estimated p75")
}

func readFile(t *testing.T, file string) (all []plog.Logs) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		ld, err := new(plog.JSONUnmarshaler).UnmarshalLogs(lines.Bytes())
		require.NoError(t, err)
		all = append(all, ld)
	}
	require.NoError(t, lines.Err())
	return all
}

func weightedQuantile(weighted [][2]float64, q float64) float64 {
	slices.SortFunc(weighted, func(a, b [2]float64) int { return int(math.Copysign(1, a[0]-b[0])) })
	total := 0.0
	for _, v := range weighted {
		total += v[1]
	}
	sum := 0.0
	for _, v := range weighted {
		if sum += v[1]; sum >= q*total {
			return v[0]
		}
	}
	return math.NaN()
}
