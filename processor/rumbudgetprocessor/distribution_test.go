package rumbudgetprocessor

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
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

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
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
	distrotest.Binary(t)
	p := simulate.New(simulate.Description{
		Sessions: 20_000, EventsPerSession: 6, Spacing: time.Millisecond, Gap: 200 * time.Millisecond,
		Shares:        []float64{0.25, 0.25, 0.49, 0.01},
		TroubledShare: 0.3, TroubledShares: []float64{0.2, 0.2, 0.5, 0.1},
	})
	values := vitalValues(p)
	for _, mode := range []string{modeStateless, modeSticky} {
		t.Run(mode, func(t *testing.T) {
			d := startDistribution(t, fmt.Sprintf("{sampling: {mode: %s, hash_salt: distribution}}", mode))
			for start := 0; start < len(p.Events); start += 2000 {
				d.post(t, "application/x-protobuf", someEvents(t, p, values, start, min(start+2000, len(p.Events))))
			}
			d.process.Stop()
			checkRecovered(t, p, values, d.file)
		})
	}
}

// Web vitals of the OpenTelemetry browser packages, in both forms that they have had, and those of the
// rum receiver, in one pipeline of an example configuration.
func TestDistributionFlagsWhateverTheSource(t *testing.T) {
	d := &distribution{file: filepath.Join(t.TempDir(), "out.json"), endpoint: distrotest.Address(t)}
	rum := distrotest.Address(t)
	cmd := exec.Command(distrotest.Binary(t), "--config", "../../examples/configs/opentelemetry-browser.yaml",
		"--config", "yaml:exporters::file::path: "+d.file, "--config", "yaml:service::pipelines::logs::exporters: [file]",
		"--config", "yaml:service::telemetry::metrics::level: none")
	cmd.Env = append(os.Environ(), "OTLP_ENDPOINT="+d.endpoint, "RUM_ENDPOINT="+rum)
	d.process = distrotest.Start(t, cmd, d.endpoint, rum)
	for _, file := range []string{"attributes", "body-map"} {
		requests, err := os.ReadFile("testdata/opentelemetry/" + file + ".jsonl")
		require.NoError(t, err)
		for line := range bytes.Lines(requests) {
			d.post(t, "application/json", line)
		}
	}
	// Their processors may add the page, from which the configuration makes a route.
	d.post(t, "application/json", []byte(`{"resourceLogs":[{"scopeLogs":[{"scope":{"name":"with page"},"logRecords":[{"eventName":"browser.web_vital","attributes":[
		{"key":"browser.document.url.full","value":{"stringValue":"https://shop.example/product/17?from=mail"}},
		{"key":"browser.web_vital.name","value":{"stringValue":"lcp"}},{"key":"browser.web_vital.value","value":{"intValue":2200}}]}]}]}]}`))
	postTo(t, "http://"+rum+"/v1/rum", "text/plain", []byte(`[
		{"type":"metric","name":"LCP","value":5000,"timestamp":1764000000000,"url":"https://shop.example/product/17","sessionId":"s1","metadata":{"id":"v5-1"}},
		{"type":"metric","name":"CLS","value":0.05,"timestamp":1764000000000,"url":"https://shop.example/product/17","sessionId":"s1","metadata":{"id":"v5-2"}}]`))
	d.process.Stop()

	got := map[string][]string{}
	for _, ld := range readFile(t, d.file) {
		scope := ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Name()
		eachRecord(ld, func(r plog.LogRecord) {
			a := r.Attributes().AsRaw()
			if slices.Contains([]any{r.EventName(), a[semconv.EventName], a[semconv.DeprecatedEventName]}, any(semconv.EventWebVital)) {
				got[scope] = append(got[scope], outcomeOf(r))
			}
		})
	}
	rumScope := "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver"
	assert.Equal(t, map[string][]string{
		"@opentelemetry/browser-instrumentation/web-vitals": {
			"fcp 772 within", "ttfb 263.79999999981374 within", "lcp 1640 within",
			"inp 64 within", "cls 0.1225964861392975 exceeded", "inp 320 exceeded",
			"ttfb 96 within", "fcp 292 within", "cls 0 within", "lcp 292 within",
			// After the return to the first page, which was not loaded again.
			"ttfb 0 navigation_type", "lcp 53.10000000009313 navigation_type", "fcp 53.200000000186265 navigation_type", "cls 0 within",
		},
		"@opentelemetry/instrumentation-web-vitals": {
			"lcp 3000 exceeded", "CLS 0.3 severe", "inp 120.5 within", "ttfb 0 navigation_type", "FCP slow wrong_type",
		},
		"with page": {"lcp 2200 exceeded product"},
		rumScope:    {"lcp 5000 severe product", "cls 0.05 within"},
	}, got)
}

// outcomeOf is the name and value of a vital, wherever it stands, and what was found of it.
func outcomeOf(r plog.LogRecord) string {
	a := r.Attributes().AsRaw()
	if body, ok := r.Body().AsRaw().(map[string]any); ok {
		a[semconv.WebVitalName], a[semconv.WebVitalValue] = body["name"], body["value"]
	}
	found := a[semconv.BudgetLevel]
	if why, invalid := a[semconv.BudgetInvalid]; invalid {
		return fmt.Sprint(a[semconv.WebVitalName], " ", a[semconv.WebVitalValue], " ", why)
	}
	name := fmt.Sprint(a[semconv.BudgetName])
	return strings.TrimSuffix(fmt.Sprint(a[semconv.WebVitalName], " ", a[semconv.WebVitalValue], " ", found, " ", name), " default")
}

// A new configuration restarts the pipelines; with a storage, sessions keep what they have earned.
func TestDistributionRemembersSessionsOverAReload(t *testing.T) {
	store := t.TempDir()
	d := startDistribution(t, "{sampling: {mode: sticky, hash_salt: x, state: {storage: file_storage}}}", fmt.Sprintf(`
extensions: {file_storage: {directory: %q}}
service: {extensions: [file_storage]}`, store))
	send := func(event, session string) {
		ld := plog.NewLogs()
		r := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		r.SetEventName(event)
		r.Attributes().PutStr(semconv.SessionID, session)
		d.post(t, "application/x-protobuf", marshal(t, ld))
	}
	for i := range 20 {
		send(semconv.EventException, fmt.Sprint("session-", i))
	}
	d.process.Reload()
	require.Eventually(t, func() bool {
		return strings.Count(d.process.Output(), "Everything is ready") == 2
	}, 20*time.Second, 50*time.Millisecond, d.process.Output())
	d.process.Listens(d.endpoint)
	for i := range 20 {
		send(semconv.EventClick, fmt.Sprint("session-", i))
	}
	d.process.Stop()
	clicks := 0
	for _, ld := range readFile(t, d.file) {
		eachRecord(ld, func(r plog.LogRecord) {
			reason, _ := r.Attributes().Get(semconv.SamplingReason)
			assert.Equal(t, "errors", reason.Str())
			if r.EventName() == semconv.EventClick {
				clicks++
			}
		})
	}
	assert.Equal(t, 20, clicks)
}

// vitalValues are LCPs in ms, one for each event of that kind; long-tailed, a quarter above 2.5 s.
func vitalValues(p *simulate.Population) []float64 {
	rng, values := rand.New(rand.NewPCG(21, 22)), make([]float64, len(p.Events))
	for i := range values {
		values[i] = math.Exp(7.5 + 0.5*rng.NormFloat64())
	}
	return values
}

// distribution is a collector that takes OTLP and writes what comes out to a file.
type distribution struct {
	process  *distrotest.Process
	endpoint string
	file     string
}

// startDistribution runs a processor with this section; more is merged into the configuration.
func startDistribution(t *testing.T, section string, more ...string) *distribution {
	d := &distribution{endpoint: distrotest.Address(t), file: filepath.Join(t.TempDir(), "out.json")}
	args := distrotest.Config(t, fmt.Sprintf(`
receivers: {otlp: {protocols: {http: {endpoint: %q}}}}
processors: {rum_budget: %s}
exporters: {file: {path: %q, append: true}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {logs: {receivers: [otlp], processors: [rum_budget], exporters: [file]}}
`, d.endpoint, section, d.file))
	for _, yaml := range more {
		args = append(args, distrotest.Config(t, yaml)...)
	}
	d.process = distrotest.Start(t, exec.Command(distrotest.Binary(t), args...), d.endpoint)
	return d
}

func (d *distribution) post(t *testing.T, contentType string, body []byte) {
	postTo(t, "http://"+d.endpoint+"/v1/logs", contentType, body)
}

func postTo(t *testing.T, url, contentType string, body []byte) {
	response, err := http.Post(url, contentType, bytes.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func marshal(t *testing.T, ld plog.Logs) []byte {
	body, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	require.NoError(t, err)
	return body
}

func someEvents(t *testing.T, p *simulate.Population, values []float64, from, to int) []byte {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i := from; i < to; i++ {
		r := records.AppendEmpty()
		r.SetEventName([]string{semconv.EventNavigation, semconv.EventWebVital, semconv.EventClick, semconv.EventException}[p.Events[i].Kind])
		r.Attributes().PutStr(semconv.SessionID, "s"+strconv.Itoa(p.Events[i].Session))
		r.Attributes().PutInt("test.event", int64(i))
		if p.Events[i].Kind == kindVital {
			r.Attributes().PutStr(semconv.WebVitalName, "lcp")
			r.Attributes().PutDouble(semconv.WebVitalValue, values[i])
		}
	}
	return marshal(t, ld)
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
