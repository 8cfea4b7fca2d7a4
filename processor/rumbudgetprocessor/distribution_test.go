package rumbudgetprocessor

import (
	"bufio"
	"bytes"
	"cmp"
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

// surely is the half width, in standard errors, of an interval that holds the truth in 999 of 1000 cases.
// The salt is fixed, so what holds once holds always.
const surely = 3.29

// checkRecovered computes every total, the sessions and the p75 with their intervals from what came out,
// and holds the truth against them. The intervals themselves must be narrow enough to say something.
func checkRecovered(t *testing.T, p *simulate.Population, values []float64, file string) {
	var vitals []weighted
	est := p.Estimate(func(yield func(simulate.Kept)) {
		for _, ld := range readFile(t, file) {
			eachRecord(ld, func(r plog.LogRecord) {
				a := r.Attributes().AsRaw()
				i, weight := a["test.event"].(int64), a[semconv.SamplingAdjustedCount].(float64)
				e := p.Events[i]
				yield(simulate.Kept{Event: e, Weight: weight})
				if e.Kind == kindVital {
					vitals = append(vitals, weighted{values[i], weight, e.Session})
				}
				assert.Equal(t, e.Kind == kindVital, a[semconv.BudgetLevel] != nil)
			})
		}
	})
	t.Logf("kept %d of %.0f records, of %d of %d sessions; intervals of 99.9 %%:", est.Records(), p.Total(), est.SessionsKept, p.Sessions)
	assert.Less(t, float64(est.Records()), p.Total()/2)
	holds := func(name string, truth, low, estimate, high, widest float64) {
		t.Logf("%-12s estimated %8.0f, from %8.0f to %8.0f; true %8.0f", name, estimate, low, high, truth)
		assert.GreaterOrEqual(t, truth, low-1e-6, name)
		assert.LessOrEqual(t, truth, high+1e-6, name)
		assert.LessOrEqual(t, high-low, 2*widest*truth, "%s: the interval says little", name)
	}
	total := func(name string, truth float64, e simulate.Estimate, widest float64) {
		holds(name, truth, e.Value-e.Within(surely), e.Value, e.Value+e.Within(surely), widest)
	}
	total("all records", p.Total(), est.Total, 0.1)
	total("sessions", float64(p.Sessions), est.Sessions, 0.06)
	total("views", p.Totals[kindView], est.ByKind[kindView], 0.07)
	total("vitals", p.Totals[kindVital], est.ByKind[kindVital], 0.07)
	total("clicks", p.Totals[kindClick], est.ByKind[kindClick], 0.15)
	total("errors", p.Totals[kindError], est.ByKind[kindError], 0)

	var all []weighted
	for i, e := range p.Events {
		if e.Kind == kindVital {
			all = append(all, weighted{values[i], 1, e.Session})
		}
	}
	low, p75, high := quantileWithin(vitals, 0.75, surely)
	holds("p75, ms", quantile(all, 0.75), low, p75, high, 0.05)
}

// weighted is a measured value and what it stands for.
type weighted struct {
	value, weight float64
	session       int
}

// quantile is the value below which that share of the weight lies.
func quantile(all []weighted, share float64) float64 {
	slices.SortFunc(all, func(a, b weighted) int { return cmp.Compare(a.value, b.value) })
	sum, wanted := 0.0, share*weightOf(all)
	for _, v := range all {
		if sum += v.weight; sum >= wanted {
			return v.value
		}
	}
	return all[len(all)-1].value
}

func weightOf(all []weighted) (total float64) {
	for _, v := range all {
		total += v.weight
	}
	return total
}

// quantileWithin adds the interval that Woodruff proposed: the quantiles of the share, give or take the
// standard errors of the share below the estimate. Records of a session share their random number, so
// that error is summed over the pairs within each session.
func quantileWithin(all []weighted, share, errors float64) (low, estimate, high float64) {
	estimate = quantile(all, share)
	sessions := map[int][]weighted{}
	for _, v := range all {
		sessions[v.session] = append(sessions[v.session], v)
	}
	below := func(v weighted) float64 {
		if v.value <= estimate {
			return 1 - share
		}
		return -share
	}
	variance := 0.0
	for _, session := range sessions {
		for _, a := range session {
			for _, b := range session {
				variance += below(a) * below(b) * (a.weight*b.weight - max(a.weight, b.weight))
			}
		}
	}
	off := errors * math.Sqrt(variance) / weightOf(all)
	return quantile(all, share-off), estimate, quantile(all, share+off)
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
