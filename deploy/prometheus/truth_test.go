package prometheus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// truthConfig makes the example faster, believes the addresses that the test's visitors claim, and writes to a second
// Prometheus what the first one scrapes.
const truthConfig = `
processors: {memory_limiter: {limit_mib: 1024}} # the flushes are thirty times as often
receivers:
  rum:
    trusted_proxies: [127.0.0.0/8]
    address_limit: {events_per_second: 0}
    metrics: {flush_interval: %s, settle_after: 500ms, zero_for: %s}
exporters:
  prometheus_remote_write:
    endpoint: http://%s/api/v1/write
    resource_constant_labels: {included: [service.name, service.version, deployment.environment.name]}
    disable_scope_info: true
service:
  pipelines: {metrics: {exporters: [prometheus, prometheus_remote_write]}}
`

// site is a population of visits, and what is true of it.
type site struct {
	t      *testing.T
	rum    string
	random *rand.Rand
	sent   int

	known      []string             // routes that were seen before strangers came
	lcp        map[string][]float64 // s, by route
	views      float64
	over, of   map[string]float64 // measurements over their budget, and all, by vital
	sessions   map[string]float64 // by version
	erroneous  map[string]float64
	exceptions float64
	noise      float64
	bots       float64
	browsers   map[string]float64
	lcpParts   float64            // s
	traces     map[string]float64 // LCP, s, of the page with this trace
	lcpSeries  map[string]bool
}

const (
	desktop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	phone   = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
	bot     = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
)

func newSite(t *testing.T, rum string) *site {
	return &site{
		t: t, rum: rum, random: rand.New(rand.NewPCG(1, 2)), lcp: map[string][]float64{}, over: map[string]float64{}, of: map[string]float64{},
		sessions: map[string]float64{}, erroneous: map[string]float64{}, browsers: map[string]float64{}, traces: map[string]float64{},
		lcpSeries: map[string]bool{},
	}
}

// word has no digit, which would make an identifier of it.
func word(n int) string {
	return string([]byte{byte('a' + n/676%26), byte('a' + n/26%26), byte('a' + n%26)})
}

func (s *site) send(agent, address string, body map[string]any) {
	s.sent++
	body["v"], body["id"], body["now"], body["t0"] = 1, fmt.Sprintf("%016x", s.sent), 30_000, time.Now().UnixMilli()-30_000
	text, err := json.Marshal(body)
	require.NoError(s.t, err)
	request, err := http.NewRequest(http.MethodPost, "http://"+s.rum+"/v1/rum", bytes.NewReader(text))
	require.NoError(s.t, err)
	request.Header.Set("User-Agent", agent)
	request.Header.Set("X-Forwarded-For", address)
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	require.NoError(s.t, response.Body.Close())
	require.Equal(s.t, http.StatusOK, response.StatusCode)
}

// page is a body of one page view that has ended, of a session of its own.
func (s *site) page(version, route string, events ...map[string]any) map[string]any {
	return map[string]any{
		"app": map[string]any{"name": "shop", "version": version, "env": "prod"}, "session": map[string]any{"id": fmt.Sprintf("%032x", s.sent)},
		"pages":  []any{map[string]any{"id": fmt.Sprintf("p%d", s.sent), "url": "https://shop.example" + route, "state": "ended"}},
		"events": events,
	}
}

// visit is a person's view of a page, drawn by Zipf's law, with five vitals and now and then an error. Each report of a vital
// comes twice, the first time smaller.
func (s *site) visit(routes int) {
	route := "/" + word(s.zipf(routes)) + "/" + word(s.sent%3) // three pages a section
	version := []string{"1.0", "1.1"}[s.random.IntN(2)]
	agent, browser, slow := desktop, "Chrome", 1.0
	if s.random.IntN(2) == 0 {
		agent, browser, slow = phone, "Safari", 1.6
	}
	events := []map[string]any{{"k": "session", "t": 1}, {"k": "view", "t": 1}}
	for _, vital := range []struct { // in an order, so that each run has the same site
		name                  string
		median, spread, limit float64
	}{{"LCP", 1600, .55, 2500}, {"FCP", 1000, .45, 1800}, {"TTFB", 360, .6, 800}, {"INP", 80, .8, 200}, {"CLS", .02, 1.4, .1}} {
		name := vital.name
		v := vital.median * math.Exp(vital.spread*s.random.NormFloat64()) * slow
		id := fmt.Sprintf("%s-%d", name, s.sent)
		early, late := map[string]any{"k": "vital", "n": name, "v": v / 2, "t": 1000, "id": id}, map[string]any{"k": "vital", "n": name, "v": v, "t": 20_000, "id": id}
		s.of[strings.ToLower(name)]++
		if v > vital.limit {
			s.over[strings.ToLower(name)]++
		}
		if name == "LCP" {
			late["fb"], late["rs"], late["re"] = v/4, v/2, v*3/4
			s.lcp[route] = append(s.lcp[route], v/1000)
			s.lcpParts += v / 1000
			s.lcpSeries[version+route+browser] = true
			s.traces[traceOf(s.sent)] = v / 1000
		}
		events = append(events, early, late)
	}
	s.views++
	s.browsers[browser]++
	s.sessions[version]++
	if s.random.IntN(20) == 0 || version == "1.1" && s.random.IntN(10) == 0 {
		events = append(events, map[string]any{"k": "error", "t": 5000, "n": "TypeError", "m": "rate is undefined"})
		s.exceptions++
		s.erroneous[version]++
	}
	if s.random.IntN(10) == 0 {
		events = append(events, map[string]any{"k": "error", "t": 5000, "n": "Error", "m": "ResizeObserver loop limit exceeded"})
		s.noise++
	}
	body := s.page(version, route, events...)
	body["pages"].([]any)[0].(map[string]any)["trace"] = "00-" + traceOf(s.sent) + "-00000000000000ab-01"
	s.send(agent, fmt.Sprintf("11.%d.%d.%d", s.sent>>16, s.sent>>8&255, s.sent&255), body)
}

// traceOf is the trace of a visit's page.
func traceOf(visit int) string { return fmt.Sprintf("%032x", visit+1) }

func (s *site) zipf(n int) int {
	for {
		if i := int(math.Exp(s.random.Float64() * math.Log(float64(n+1)))); i <= n {
			return i - 1
		}
	}
}

// crawl is a bot's view, and invent one of a stranger who makes up pages and measurements, from twenty addresses.
func (s *site) crawl() {
	s.bots += 2
	s.send(bot, "11.255.255.1", s.page("1.0", "/crawled", map[string]any{"k": "view", "t": 1}, map[string]any{"k": "vital", "n": "LCP", "v": 9000, "t": 9, "id": fmt.Sprint("bot", s.sent)}))
}

func (s *site) invent() {
	s.views++
	s.send(desktop, fmt.Sprintf("12.0.0.%d", s.sent%20), s.page("1.0", "/invented/"+word(s.sent)+"/"+word(s.sent/7),
		map[string]any{"k": "view", "t": 1}, map[string]any{"k": "measure", "t": 1, "n": "m" + word(s.sent), "v": 1}))
}

// rows is the table of what was asked, what is true, and what came out.
type rows struct {
	t    *testing.T
	name string
	text strings.Builder
}

func (r *rows) hold(what string, truth, got, tolerance float64) {
	off := math.Abs(got - truth)
	if truth != 0 {
		off /= math.Abs(truth)
	}
	verdict := ""
	if !(off <= tolerance) {
		verdict = "  WRONG"
	}
	fmt.Fprintf(&r.text, "%-13s %-58s %10.4g %10.4g %7.2f %%%s\n", r.name, what, truth, got, 100*off, verdict)
	assert.LessOrEqual(r.t, off, tolerance, "%s, %s: got %v, true is %v", r.name, what, got, truth)
}

// within holds that the truth is in an interval.
func (r *rows) within(what string, truth, got, least, most float64) {
	verdict := ""
	if truth < least || truth > most {
		verdict = "  WRONG"
	}
	fmt.Fprintf(&r.text, "%-13s %-58s %10.4g %10.4g          %s\n", r.name, what, truth, got, verdict)
	assert.Empty(r.t, verdict, "%s, %s: true is %v", r.name, what, truth)
}

// TestDistributionTellsTheTruth drives a described site through the built collector into two Prometheus servers, one that
// scrapes and one that is written to, and compares what the documented queries say with what was sent. TRUTH_VIEWS
// makes it longer.
func TestDistributionTellsTheTruth(t *testing.T) {
	rum, metrics, own := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t)
	host, port, _ := strings.Cut(own, ":")
	telemetry := fmt.Sprintf("service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}}", host, port)
	flush, zero, scrape := "500ms", "4s", time.Second
	if os.Getenv("TRUTH_VIEWS") != "" { // scrapes of a large site take longer
		flush, zero, scrape = "2s", "20s", 5*time.Second
	}
	written := distrotest.StartPrometheus(t, nil)
	args := append([]string{"--config", "../../examples/configs/prometheus.yaml"}, distrotest.Config(t, fmt.Sprintf(truthConfig, flush, zero, written.Address()))...)
	cmd := exec.Command(distrotest.Binary(t), append(args, distrotest.Config(t, telemetry)...)...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+t.TempDir())
	distrotest.Start(t, cmd, rum, metrics, own)
	scraped := distrotest.StartPrometheusEvery(t, scrape, nil, metrics, own)

	views, routes := truthViews(t, 1500), 45 // 135 pages, in two versions
	s := newSite(t, rum)
	for i := range views {
		s.visit(routes)
		if i%50 == 0 {
			s.crawl()
		}
	}
	for route := range s.lcp {
		s.known = append(s.known, route)
	}
	for range views { // who comes later displaces nothing
		s.invent()
	}
	for range views / 2 {
		s.visit(routes)
	}
	for name, p := range map[string]*distrotest.Prometheus{"scraped": scraped, "remote write": written} {
		table := rows{t: t, name: name}
		s.compare(&table, p)
		t.Logf("%d views of %d pages, %d requests\n%s", views, len(s.known), s.sent, table.text.String())
	}
}

// truthViews is how many views TRUTH_VIEWS asks for.
func truthViews(t *testing.T, short int) int {
	text := os.Getenv("TRUTH_VIEWS")
	if text == "" {
		return short
	}
	views, err := strconv.Atoi(text)
	require.NoError(t, err)
	return views
}

func (s *site) compare(table *rows, p *distrotest.Prometheus) {
	sum := func(query string) float64 {
		total := 0.0
		for _, sample := range p.Query(s.t, query) {
			total += sample.Number()
		}
		return total
	}
	newest := func() float64 { return sum("max(timestamp(rum_page_views_total))") }
	enough := float64(time.Now().Unix() + 45)
	p.Eventually(s.t, "everything to be reported", func() bool {
		// Of pages that lost their place, too. One that lost it and got it again has counted from zero twice: then 45 s are
		// enough, ten times what anything waits for here.
		reported := func(metric string) float64 { return sum("sum(max_over_time(" + metric + "[10m]))") }
		return newest() > enough || reported("rum_page_views_total") == s.views && reported("browser_web_vital_lcp_seconds_count") == s.of["lcp"] && reported("rum_noise_exceptions_total") == s.noise
	})
	// At the time of a sample that all series have: what increase guesses beyond their last ones is much of 40 seconds, and nothing
	// of an hour. The batches of one flush are written side by side, so the newest samples are not all there yet.
	later := func(than float64) float64 {
		p.Eventually(s.t, "a later flush", func() bool { return newest() > than })
		return newest()
	}
	at := later(newest()) // which has all that came with what was waited for
	later(at + 2)
	ask := func(query string) map[string]float64 {
		answers := map[string]float64{}
		for _, sample := range p.QueryAt(s.t, strings.ReplaceAll(query, "[1h]", "[10m]"), at) {
			key := sample.Metric["url_template"] + sample.Metric["rum_budget_metric"] + sample.Metric["service_version"] + sample.Metric["user_agent_name"]
			answers[key] = sample.Number()
		}
		return answers
	}
	total := func(metric string) float64 { return ask("sum(increase(" + metric + "[1h]))")[""] }
	const exact = 0.01
	table.hold("page views", s.views, total("rum_page_views_total"), exact)
	table.hold("exceptions", s.exceptions, total("rum_exceptions_total"), exact)
	table.hold("exceptions that are noise", s.noise, total("rum_noise_exceptions_total"), exact)
	table.hold("events of bots", s.bots, total("rum_synthetic_events_total"), exact)
	table.hold("seconds of LCP, by its parts", s.lcpParts, total("rum_web_vital_lcp_part_seconds_sum"), exact)
	for browser, n := range ask("sum by (user_agent_name) (increase(rum_by_browser_lcp_seconds_count[1h]))") {
		table.hold("LCPs in "+browser, s.browsers[browser], n, exact)
	}
	byRoute := ask("sum by (url_template) (increase(browser_web_vital_lcp_seconds_count[1h]))")
	once, seen, other := 0.0, 0.0, s.of["lcp"]
	for route, values := range s.lcp {
		if len(values) == 1 && slices.Contains(s.known, route) {
			once++
			seen += byRoute[route]
		}
		other -= byRoute[route]
	}
	table.hold("LCPs outside a named page, share", 0, other/s.of["lcp"], 0.05)
	if once > 0 {
		table.hold("views of pages that were seen once", once, seen, exact)
	}
	p75, over, crashes := s.documented()
	got := ask(p75)
	for _, route := range s.busiest(10) {
		table.hold("LCPs of "+route, float64(len(s.lcp[route])), byRoute[route], exact)
		table.inBucket("p75 of LCP of "+route, quantile(s.lcp[route], .75), got[route])
	}
	for vital, share := range ask(over) {
		table.hold("share over budget: "+vital, s.over[vital]/s.of[vital], share, exact)
	}
	shown, right := s.exemplars(p)
	table.hold("exemplars of LCP that lead to the trace of their page", shown, right, 0)
	assert.NotZero(s.t, shown)
	for version, share := range ask(crashes) {
		table.hold("sessions with an error: "+version, s.erroneous[version]/s.sessions[version], share, exact)
	}
	s.compareReading(table, ask)
}

// compareReading holds the queries of reading.md.
func (s *site) compareReading(table *rows, ask func(query string) map[string]float64) {
	const exact = 0.01
	queries := s.promQL("../../processor/rumbudgetprocessor/docs/reading.md")
	require.Len(s.t, queries, 5)
	perSecond := strings.ReplaceAll(queries[0], "[15m]", "[1h]")
	table.hold("reading.md: errors", s.exceptions, 600*ask(perSecond)[""], exact)
	p75, shares, multiples := ask(queries[1]), ask(queries[2]), ask(queries[3])
	for vital, over := range s.over {
		table.hold("reading.md: share over budget: "+vital, over/s.of[vital], shares[vital], exact)
	}
	for _, route := range s.busiest(5) {
		over := 0.0
		for _, v := range s.lcp[route] {
			if v > 2.5 {
				over++
			}
		}
		table.inBucket("reading.md: p75 of LCP of "+route, quantile(s.lcp[route], .75), p75[route])
		table.hold("reading.md: multiple of what is allowed of "+route, over/float64(len(s.lcp[route]))/.25, multiples[route+"lcp"], exact)
	}
	for budget, limit := range ask("max by (rum_budget_metric) (" + queries[4] + ")") {
		table.hold("reading.md: limit of "+budget, map[string]float64{"lcp": 2.5, "inp": .2, "cls": .1, "fcp": 1.8, "ttfb": .8}[budget], limit, 0)
	}
}

// promQL are the queries of a document.
func (s *site) promQL(file string) (all []string) {
	text, err := os.ReadFile(file)
	require.NoError(s.t, err)
	for _, block := range regexp.MustCompile("(?s)```promql\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		all = append(all, block[1])
	}
	return all
}

// TestDistributionHandsOnWhatItHasWhenItEnds ends a collector that is scraped, a moment after the first visits of its life.
func TestDistributionHandsOnWhatItHasWhenItEnds(t *testing.T) {
	t.Parallel() // it waits, most of the time
	rum, metrics, own := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t)
	host, port, _ := strings.Cut(own, ":")
	example, err := os.ReadFile("../../examples/configs/prometheus.yaml")
	require.NoError(t, err)
	const storage = "storage: file_storage, " // which keeps for the next process what is not reported
	require.Contains(t, string(example), storage)
	args := append(distrotest.Config(t, strings.Replace(string(example), storage, "", 1)), distrotest.Config(t, fmt.Sprintf(`
receivers: {rum: {address_limit: {events_per_second: 0}, metrics: {flush_interval: 1s, zero_for: 1m, shutdown_wait: 4s}}}
service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}}`, host, port))...)
	cmd := exec.Command(distrotest.Binary(t), args...)
	cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+t.TempDir())
	collector := distrotest.Start(t, cmd, rum, metrics, own)
	p := distrotest.StartPrometheus(t, nil, metrics, own)
	s := newSite(t, rum)
	for range 100 {
		s.visit(20)
	}
	p.Eventually(t, "the zeros", func() bool { return len(p.Query(t, "browser_web_vital_lcp_seconds_count == 0")) == len(s.lcpSeries) })
	collector.Stop()
	samples := p.Query(t, "sum(max_over_time(browser_web_vital_lcp_seconds_count[10m]) - min_over_time(browser_web_vital_lcp_seconds_count[10m]))")
	require.Len(t, samples, 1)
	assert.Equal(t, 100.0, samples[0].Number(), "what waited and what was still reported as zero")
}

// TestDistributionGoesOnAfterRestarts ends a collector that is scraped, and kills its successor, while pages are open: with its
// state in a storage, each measurement counts once, with its last value, in series that go on.
func TestDistributionGoesOnAfterRestarts(t *testing.T) {
	t.Parallel() // it waits, most of the time
	const pages = 60
	rum, metrics, own, disk := distrotest.Address(t), distrotest.Address(t), distrotest.Address(t), t.TempDir()
	host, port, _ := strings.Cut(own, ":")
	args := append([]string{"--config", "../../examples/configs/prometheus.yaml"}, distrotest.Config(t, fmt.Sprintf(`
receivers: {rum: {address_limit: {events_per_second: 0}, metrics: {flush_interval: 1s, settle_after: 500ms, silent_after: 30m, zero_for: 5s}}}
service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %s}}}}]}}}`, host, port))...)
	start := func() *distrotest.Process {
		cmd := exec.Command(distrotest.Binary(t), args...)
		cmd.Env = append(os.Environ(), "RUM_ENDPOINT="+rum, "RUM_PROMETHEUS_ENDPOINT="+metrics, "RUM_STATE_DIR="+disk)
		return distrotest.Start(t, cmd, rum, metrics, own)
	}
	s := newSite(t, rum)
	report := func(page int, state string, ms float64) {
		s.send(desktop, "11.0.0.1", map[string]any{
			"app": map[string]any{"name": "shop"}, "session": map[string]any{"id": fmt.Sprintf("%032x", page)},
			"pages": []any{map[string]any{"id": fmt.Sprint("p", page), "url": "https://shop.example/", "state": state}},
			"events": []map[string]any{
				{"k": "view", "t": 1}, {"k": "vital", "n": "INP", "v": ms, "t": int(20_000 + ms), "id": fmt.Sprint("v", page)},
			},
		})
	}
	first := start()
	p := distrotest.StartPrometheus(t, nil, metrics, own)
	for page := range pages {
		report(page, "visible", 56)
	}
	first.Stop()

	second := start()
	for page := range pages / 2 {
		report(page, "ended", 672)
	}
	number := func(query string) float64 {
		samples := p.Query(t, query)
		if len(samples) != 1 {
			return math.NaN()
		}
		return samples[0].Number()
	}
	p.Eventually(t, "the half that has ended", func() bool { return number("max(max_over_time(browser_web_vital_inp_seconds_count[10m]))") == pages/2 })
	second.Kill()

	start()
	for page := range pages {
		report(page, "ended", 672+float64(page%2)) // of the first half this is late
	}
	grown := func(metric string) float64 {
		return number(fmt.Sprintf("sum(max_over_time(%[1]s[10m]) - min_over_time(%[1]s[10m]))", metric))
	}
	p.Eventually(t, "all of them", func() bool {
		return grown("browser_web_vital_inp_seconds_count") == pages && grown("rum_page_views_total") == 2.5*pages
	})
	assert.InDelta(t, pages*.672+pages/4*.001, grown("browser_web_vital_inp_seconds_sum"), 1e-6)
	assert.Zero(t, number("sum(resets(browser_web_vital_inp_seconds_count[10m])) + sum(resets(rum_page_views_total[10m]))"), "no counter falls")
	assert.EqualValues(t, 1, number("count(count_over_time(browser_web_vital_inp_seconds_count[10m]))"), "one series")
}

// exemplars of LCP that a Prometheus has, and how many of them have the trace of the page that had the value.
func (s *site) exemplars(p *distrotest.Prometheus) (all, right float64) {
	var answer struct {
		Data []struct {
			Exemplars []struct {
				Labels map[string]string
				Value  string
			}
		}
	}
	p.Get(s.t, fmt.Sprintf("/api/v1/query_exemplars?query=browser_web_vital_lcp_seconds_bucket&start=%d&end=%d", time.Now().Unix()-3600, time.Now().Unix()+60), &answer)
	for _, series := range answer.Data {
		for _, x := range series.Exemplars {
			all++
			if value, err := strconv.ParseFloat(x.Value, 64); err == nil && math.Abs(s.traces[x.Labels["trace_id"]]-value) < 1e-9 {
				right++
			}
		}
	}
	return all, right
}

// documented are the queries of the receiver's README.
func (s *site) documented() (p75, over, crashes string) {
	queries := s.promQL("../../receiver/rumreceiver/README.md")
	require.NotEmpty(s.t, queries)
	lines := strings.Split(strings.TrimSpace(queries[0]), "\n")
	require.Len(s.t, lines, 3)
	return lines[0], lines[1], lines[2]
}

func (s *site) busiest(n int) []string {
	var all []string
	for route := range s.lcp {
		all = append(all, route)
	}
	slices.SortFunc(all, func(a, b string) int { return len(s.lcp[b]) - len(s.lcp[a]) })
	return all[:n]
}

func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(math.Ceil(q*float64(len(sorted))))-1]
}

// inBucket holds that a quantile is in the bucket of the true one, or at its edge.
func (r *rows) inBucket(what string, truth, got float64) {
	bounds := []float64{0, 1, 1.5, 2, 2.5, 4, 6, 10, math.Inf(1)}
	i, _ := slices.BinarySearch(bounds, truth)
	verdict := ""
	if got < bounds[i-1] || got > bounds[i] {
		verdict = "  WRONG"
	}
	fmt.Fprintf(&r.text, "%-13s %-58s %10.4g %10.4g          %s\n", r.name, what, truth, got, verdict)
	assert.Empty(r.t, verdict, "%s, %s: got %v, true is %v", r.name, what, got, truth)
}
