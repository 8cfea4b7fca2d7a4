package sampling

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const (
	replications = 2000
	// maxZ is beyond what chance does once in a million.
	maxZ = 4.9
	// maxBias is what a user would notice.
	maxBias = 0.01
)

// series is one estimator over all replications.
type series struct {
	truth         float64
	n, sum, sumSq float64
}

func (s *series) add(x float64) {
	s.n++
	s.sum += x
	s.sumSq += x * x
}

func (s *series) bias() float64 { return s.sum/s.n/s.truth - 1 }

// z is the bias in standard errors of the mean.
func (s *series) z() float64 {
	mean := s.sum / s.n
	variance := (s.sumSq - s.n*mean*mean) / (s.n - 1)
	if variance <= 0 {
		if mean == s.truth {
			return 0
		}
		return math.Inf(1)
	}
	return (mean - s.truth) / math.Sqrt(variance/s.n)
}

func (s *series) unbiased() bool {
	return math.Abs(s.z()) < maxZ && math.Abs(s.bias()) < maxBias
}

// study is what all replications say together.
type study struct {
	total, sessions series
	byKind          [kinds]series
	covered         int // replications whose 95 % interval of the total holds the truth
	kept            float64
}

// replicate samples the population again and again, under another salt each time.
func replicate(p *population, times int, make func(salt string) decider) *study {
	s := &study{total: series{truth: p.total()}, sessions: series{truth: float64(p.sessions)}}
	for k := range s.byKind {
		s.byKind[k].truth = p.totals[k]
	}
	for i := range times {
		est := p.run(make("replication " + strconv.Itoa(i)))
		s.total.add(est.total())
		s.sessions.add(est.sessions)
		for k := range s.byKind {
			s.byKind[k].add(est.byKind[k])
		}
		if math.Abs(est.total()-p.total()) <= 1.96*math.Sqrt(est.variance) {
			s.covered++
		}
		s.kept += float64(est.kept) / float64(times)
	}
	return s
}

func (s *study) unbiased() bool {
	ok := s.total.unbiased() && s.sessions.unbiased()
	for k := range s.byKind {
		ok = ok && s.byKind[k].unbiased()
	}
	return ok
}

func (s *study) log(t *testing.T) {
	t.Logf("kept %.0f of %.0f records (%.1f %%)", s.kept, s.total.truth, 100*s.kept/s.total.truth)
	t.Logf("event total: bias %+.2f %%, z %+.1f; 95 %% interval covers %.1f %%", 100*s.total.bias(), s.total.z(), 100*float64(s.covered)/s.total.n)
	t.Logf("sessions: bias %+.2f %%, z %+.1f", 100*s.sessions.bias(), s.sessions.z())
	for k, name := range []string{"other", "skeleton", "exceeded", "severe", "error"} {
		t.Logf("%s: bias %+.2f %%, z %+.1f", name, 100*s.byKind[k].bias(), s.byKind[k].z())
	}
}

// Every design that is offered recovers event totals, strata and session counts; full, tiny and
// forgetful state alike.
func TestWeightsAreUnbiased(t *testing.T) {
	p := newPopulation(800)
	keys := sessionKeys(p.sessions)
	for name, settings := range map[string]func() Settings{
		"stateless": func() Settings { return Settings{} },
		"sticky":    func() Settings { return Settings{State: NewState(2000, time.Hour)} },
		"sticky, room for a few sessions": func() Settings {
			return Settings{State: NewState(40, time.Hour)}
		},
		"sticky, forgetful":       func() Settings { return Settings{State: NewState(2000, 5*time.Second)} },
		"sticky, common sessions": func() Settings { return Settings{State: NewState(2000, time.Hour), MaxRecordsPerSession: 5} },
		"stateless, target rate":  func() Settings { return Settings{RecordsPerSecond: 1} },
		"sticky, target rate":     func() Settings { return Settings{State: NewState(2000, time.Hour), RecordsPerSecond: 2} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := replicate(&p, replications, func(salt string) decider { return newReal(salt, settings(), keys) })
			s.log(t)
			assert.Less(t, math.Abs(s.total.z()), maxZ)
			assert.True(t, s.unbiased())
		})
	}
}

// The variance is that of Horvitz and Thompson for records that share one random number per session:
// the sum of w_i·w_j − max(w_i, w_j) over all pairs of kept records of a session.
func TestIntervalsCover(t *testing.T) {
	p := newPopulation(1500)
	keys := sessionKeys(p.sessions)
	s := replicate(&p, replications, func(salt string) decider {
		return newReal(salt, Settings{State: NewState(2000, time.Hour)}, keys)
	})
	share := float64(s.covered) / s.total.n
	assert.Greater(t, share, 0.93)
	assert.Less(t, share, 0.97)
}
