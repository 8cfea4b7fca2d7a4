package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// report of a measurement. Its value, and so its kind, may change from one to the next.
type report struct {
	session, measurement int
	kind                 int
	at                   time.Time
}

// reports of a shift that grows while the page is open, as cumulative layout shift does. Between them are other
// records of the session. falling is one that comes back, as INP may.
func reports(falling bool) (all []report, over float64) {
	rng := rand.New(rand.NewPCG(5, 6))
	for m := range 1500 {
		session, kind := m/3, kindSkeleton
		at := epoch.Add(time.Duration(session) * time.Second)
		for n := range 1 + rng.IntN(4) {
			if rng.IntN(3) == 0 {
				kind = min(kind+1, kindSevere)
			}
			if falling && rng.IntN(4) == 0 {
				kind = max(kind-1, kindSkeleton)
			}
			all = append(all, report{session, m, kind, at.Add(time.Duration(m%3*40+n*10) * time.Second)})
		}
		if kind >= kindExceeded {
			over++
		}
	}
	return all, over
}

// Each measurement once, with the smallest weight of its reports, by the last that was kept: unbiased wherever
// the reports went and whatever was forgotten between them.
func TestMeasurementsCountOnce(t *testing.T) {
	const runs = 600
	for name, c := range map[string]struct {
		key                         func(session int) string
		settings                    func() Settings
		replicas                    int
		falling, lastWeightIsBiased bool
	}{
		"sticky":       {settings: remembering(2000, 5000)},
		"no ids":       {settings: remembering(2000, 5000), key: func(int) string { return "" }},
		"three places": {settings: remembering(2000, 5000), replicas: 3, lastWeightIsBiased: true},
		"small table":  {settings: remembering(20, 20)},
		"fifth null": {settings: together(100, true), key: func(s int) string {
			if s%5 == 0 {
				return "null"
			}
			return fmt.Sprint("session-", s)
		}},
		"fifth shared": {settings: remembering(2000, 5000), key: func(s int) string {
			if s%5 == 0 {
				return "everybody"
			}
			return fmt.Sprint("session-", s)
		}},
		"stateless, falling": {settings: together(100, true), falling: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, over := reports(c.falling)
			if c.key == nil {
				c.key = func(s int) string { return fmt.Sprint("session-", s) }
			}
			var measurements, exceeded, byLastWeight moments
			for run := range runs {
				places := make([]*Sampler, max(c.replicas, 1))
				for i := range places {
					s := c.settings()
					s.Rules, s.Salt, s.MaxRecordsPerSession = defaultRules, fmt.Sprint(name, run), 10_000
					places[i] = New(s)
				}
				surest, last := map[int]float64{}, map[int]Decision{}
				level := map[int]int{}
				for i, r := range all {
					d := places[i%len(places)].Decide(Record{
						Key: c.key(r.session), Measurement: uint64(r.measurement + 1), Matched: matchedBy[r.kind], Incoming: Unsampled,
						Content: func() uint64 { return uint64(i) },
					}, r.at)
					if !d.Keep {
						continue
					}
					if w, seen := surest[r.measurement]; !seen || d.AdjustedCount < w {
						surest[r.measurement] = d.AdjustedCount
					}
					last[r.measurement], level[r.measurement] = d, r.kind
				}
				n, bad, wrong := 0.0, 0.0, 0.0
				for m, w := range surest {
					n += w
					wrong += last[m].AdjustedCount
					if level[m] >= kindExceeded {
						bad += w
					}
				}
				measurements.add(n)
				exceeded.add(bad)
				byLastWeight.add(wrong)
			}
			t.Logf("measurements %+.2f %% (z = %.1f), over the limit %+.2f %% (z = %.1f); by the last weight %+.2f %% (z = %.1f)",
				100*(measurements.mean()/1500-1), measurements.z(1500), 100*(exceeded.mean()/over-1), exceeded.z(over),
				100*(byLastWeight.mean()/1500-1), byLastWeight.z(1500))
			assert.Less(t, math.Abs(measurements.z(1500)), 4.0)
			if !c.falling { // where a value falls back the last report may be missing, and the one before says too much
				assert.Less(t, math.Abs(exceeded.z(over)), 4.0)
			}
			if c.lastWeightIsBiased {
				assert.Greater(t, byLastWeight.z(1500), 4.0, "the weight of the last report would do as well")
			}
		})
	}
}

func remembering(sessions, measurements int) func() Settings {
	return func() Settings {
		return Settings{State: NewState(sessions, time.Hour), Measurements: NewState(measurements, time.Hour), MaxRecordsTogether: 100}
	}
}

// moments of a number that was found several times.
type moments struct{ n, sum, squares float64 }

func (m *moments) add(x float64) { m.n++; m.sum += x; m.squares += x * x }

func (m *moments) mean() float64 { return m.sum / m.n }

// z is how many standard errors the mean is off the truth.
func (m *moments) z(truth float64) float64 {
	variance := (m.squares - m.n*m.mean()*m.mean()) / (m.n - 1)
	return (m.mean() - truth) / math.Sqrt(variance/m.n)
}
