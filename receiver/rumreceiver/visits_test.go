package rumreceiver

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// A population of visits: pages are open for 5 s to 3 h, tabs are hidden and shown again, pages come back from the back/forward
// cache, 3 % are killed without a word, 5 % of the clocks are off by a second to a day, one batch in ten comes twice, some overtake
// each other, and some people leave a page open and come back an hour later.

// population makes the batches of a population, and what is true of it.
type population struct {
	random *rand.Rand
	sent   []sentBatch
	pages  []visitedPage
}

type sentBatch struct {
	at   time.Time
	body string
}

// visitedPage is one page view, with what its vitals were when it ended or had been silent for long.
type visitedPage struct {
	route       string
	from, until time.Time
	final       map[string]float64 // ms; CLS: score
}

var routesOfVisits = []string{"/", "/cart", "/search", "/product", "/help"}

// tab is one person's, for as long as the visit lasts.
type tab struct {
	*population
	session string
	skew    time.Duration // of the browser's clock
	now     time.Time
	batches int
}

func (v *population) visit(n int, began time.Time) {
	t := &tab{population: v, session: fmt.Sprintf("%032x", n+1), now: began}
	if v.random.IntN(20) == 0 {
		t.skew = time.Duration(math.Exp(v.random.Float64()*math.Log(86_400)) * float64(time.Second))
		if v.random.IntN(2) == 0 {
			t.skew = -t.skew
		}
	}
	for page := range 1 + v.random.IntN(4) {
		t.page(fmt.Sprintf("p%d-%d", n, page))
	}
}

// page is one page view.
func (t *tab) page(id string) {
	open := time.Duration(5 * math.Exp(t.random.Float64()*math.Log(3*3600/5)) * float64(time.Second))
	p := visitedPage{route: routesOfVisits[t.random.IntN(len(routesOfVisits))], from: t.now}
	vitals := map[string]float64{"INP": 20 + 100*t.random.Float64(), "CLS": 0, "LCP": 800 * math.Exp(.6*t.random.NormFloat64())}
	silent := false
	report := func(state string) {
		t.report(id, p.route, state, vitals)
		if !silent {
			p.final, p.until = maps.Clone(vitals), t.now
		}
	}
	report("visible")
	for end := t.now.Add(open); ; {
		pause := time.Duration(5+t.random.ExpFloat64()*240) * time.Second
		if t.random.IntN(60) == 0 {
			pause = time.Hour // and nobody is there
		}
		if t.now = t.now.Add(pause); pause > 30*time.Minute {
			silent = true // the session is over; what comes later is late
		}
		if t.now.After(end) {
			break
		}
		vitals["INP"] += 200 * t.random.Float64() // grows late
		if t.random.IntN(4) == 0 {
			vitals["CLS"] += .1 * t.random.Float64()
		}
		if t.random.IntN(8) == 0 {
			vitals["INP"] *= .9 // it may fall
		}
		report([]string{"visible", "hidden"}[t.random.IntN(2)])
	}
	if t.random.IntN(100) >= 3 {
		vitals["INP"] += 100 * t.random.Float64()
		report("ended")
	}
	t.pages = append(t.pages, p)
	t.now = t.now.Add(time.Second)
}

// report sends what is known. One batch in ten comes twice, one in thirty is overtaken by those after it.
func (t *tab) report(page, route, state string, vitals map[string]float64) {
	t.batches++
	var events []string
	for _, name := range slices.Sorted(maps.Keys(vitals)) {
		events = append(events, fmt.Sprintf(`{"k":"vital","n":%q,"v":%g,"t":5000,"id":"%s-%s"}`, name, vitals[name], name, page))
	}
	body := fmt.Sprintf(`{"v":1,"id":"%s-%d","t0":%d,"now":5000,"app":{"name":"shop"},"session":{"id":%q},"pages":[{"id":%q,"url":"https://shop.example%s","state":%q}],"events":[%s]}`,
		t.session, t.batches, t.now.Add(t.skew).UnixMilli()-5000, t.session, page, route, state, strings.Join(events, ","))
	at := t.now
	if t.random.IntN(30) == 0 {
		at = at.Add(3 * time.Second)
	}
	t.sent = append(t.sent, sentBatch{at, body})
	if t.random.IntN(10) == 0 {
		t.sent = append(t.sent, sentBatch{at.Add(time.Duration(t.random.IntN(120)) * time.Second), body})
	}
}

func TestAPopulationOfVisitsCountsEachPageOnceWithItsLastValue(t *testing.T) {
	n := 250
	if text := os.Getenv("TRUTH_VISITS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	v := &population{random: rand.New(rand.NewPCG(3, 4))}
	for i := range n {
		v.visit(i, noon.Add(time.Duration(v.random.Float64()*float64(12*time.Hour))))
	}
	slices.SortStableFunc(v.sent, func(a, b sentBatch) int { return a.at.Compare(b.at) })

	now := noon
	b := newBench(t, withConfig(func(cfg *Config) {
		cfg.Metrics.MaxIdle, cfg.Metrics.ZeroFor, cfg.Metrics.Synthetic = 1000*time.Hour, 0, syntheticExclude
		cfg.Metrics.Attributes = map[string][]string{"browser.web_vital.inp": {"url.template"}, "browser.web_vital.cls": {"url.template"}, "browser.web_vital.lcp": {"url.template"}}
	}))
	b.now = func() time.Time { return now }
	var open strings.Builder
	collected := now
	for _, batch := range v.sent {
		for ; collected.Add(15 * time.Second).Before(batch.at); collected = collected.Add(15 * time.Second) {
			now = collected
			b.aggregate.Collect(now)
			if now.Sub(noon)%(2*time.Hour) == 0 {
				pages := 0
				for _, p := range v.pages {
					if p.from.Before(now) && p.until.After(now) {
						pages++
					}
				}
				stats := b.aggregate.Stats()
				fmt.Fprintf(&open, "after %2.0f h: %4d pages are open, %5d vitals wait, %6d were counted\n", now.Sub(noon).Hours(), pages, stats.Pending, stats.Counted)
			}
		}
		now = batch.at
		status, _ := b.post(batch.body)
		require.Equal(t, 200, status)
	}
	now = now.Add(31 * time.Minute)
	require.NoError(t, b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(now)))
	stats := b.aggregate.Stats()
	assert.Zero(t, stats.Pending, "what was silent for half an hour counts")
	assert.Zero(t, stats.Early)
	assert.Zero(t, stats.Forgotten)
	t.Logf("%d visits, %d pages, %d batches; counted early: %d, forgotten: %d\n%s", n, len(v.pages), len(v.sent), stats.Early, stats.Forgotten, open.String())
	for _, name := range []string{"INP", "CLS", "LCP"} {
		v.compare(t, b, name)
	}
}

// compare holds number, sum and p75 of a vital by route.
func (v *population) compare(t *testing.T, b *bench, name string) {
	metric, ok := b.metric("browser.web_vital." + strings.ToLower(name))
	require.True(t, ok)
	unit := 1000.0
	if name == "CLS" {
		unit = 1
	}
	bounds := aggregate.DefaultBuckets(metric.Name())
	for _, point := range metric.Histogram().DataPoints().All() {
		route, _ := point.Attributes().Get("url.template")
		var values []float64
		sum := 0.0
		for _, p := range v.pages {
			if p.route == route.Str() {
				values = append(values, p.final[name]/unit)
				sum += p.final[name] / unit
			}
		}
		slices.Sort(values)
		require.NotEmpty(t, values)
		assert.EqualValues(t, len(values), point.Count(), "%s of %s", name, route.Str())
		assert.InEpsilon(t, sum, point.Sum(), 1e-9, "%s of %s", name, route.Str())
		p75 := values[int(math.Ceil(.75*float64(len(values))))-1]
		below := uint64(0)
		bucket := 0
		for ; below+point.BucketCounts().At(bucket) < uint64(math.Ceil(.75*float64(point.Count()))); bucket++ {
			below += point.BucketCounts().At(bucket)
		}
		want, _ := slices.BinarySearch(bounds, p75)
		assert.Equal(t, want, bucket, "p75 of %s of %s is %g", name, route.Str(), p75)
		t.Logf("%s of %-8s %5d of %5d pages, sum %8.3f of %8.3f, p75 %.3f in bucket %d", name, route.Str(), point.Count(), len(values), point.Sum(), sum, p75, bucket)
	}
}
