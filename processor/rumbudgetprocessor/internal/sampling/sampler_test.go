package sampling

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	contrib "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

func sticky() Settings {
	return Settings{Rules: defaultRules, State: NewState(2000, time.Hour), MaxRecordsPerSession: 1000}
}

// decideAll returns the decisions on a whole population.
func decideAll(p *simulate.Population, s *Sampler) []Decision {
	keys := sessionKeys(p.Sessions)
	all := make([]Decision, len(p.Events))
	for i, e := range p.Events {
		all[i] = s.Decide(Record{Key: keys[e.Session], Matched: matchedBy[e.Kind], Incoming: Unsampled}, e.At)
	}
	return all
}

func TestKeptMeansAboveTheLabelledThreshold(t *testing.T) {
	p := newPopulation(300)
	for _, d := range decideAll(p, New(sticky())) {
		assert.Equal(t, d.Keep, d.Threshold.Unsigned() <= d.Randomness.Unsigned())
		assert.InDelta(t, 1/d.Threshold.Probability(), d.AdjustedCount, 1e-9)
	}
}

// The law itself: under another salt other sessions are kept, with the same labels and the same state.
func TestProbabilitiesDoNotDependOnTheDraw(t *testing.T) {
	p := newPopulation(300)
	for name, change := range map[string]func(*Settings){
		"plain":       func(*Settings) {},
		"tiny state":  func(s *Settings) { s.State = NewState(16, time.Hour) },
		"target rate": func(s *Settings) { s.RecordsPerSecond = 1 },
	} {
		a, b := sticky(), sticky()
		change(&a)
		change(&b)
		a.Salt, b.Salt = "a", "b"
		decisionsA, decisionsB := decideAll(p, New(a)), decideAll(p, New(b))
		differ := 0
		for i := range decisionsA {
			assert.Equal(t, decisionsA[i].Threshold, decisionsB[i].Threshold, name)
			assert.Equal(t, decisionsA[i].AdjustedCount, decisionsB[i].AdjustedCount, name)
			assert.Equal(t, decisionsA[i].Reason, decisionsB[i].Reason, name)
			if decisionsA[i].Keep != decisionsB[i].Keep {
				differ++
			}
		}
		assert.Positive(t, differ, name)
		assert.Equal(t, a.State.shards[0].buckets, b.State.shards[0].buckets, name)
	}
}

func TestStatelessIsIndependentOfOrderAndReplicas(t *testing.T) {
	p := newPopulation(300)
	keys := sessionKeys(p.Sessions)
	kept := func(order []int, samplers ...*Sampler) map[int]float64 {
		all := map[int]float64{}
		for n, i := range order {
			e := p.Events[i]
			d := samplers[n%len(samplers)].Decide(Record{Key: keys[e.Session], Matched: matchedBy[e.Kind], Incoming: Unsampled}, e.At)
			if d.Keep {
				all[i] = d.AdjustedCount
			}
		}
		return all
	}
	one := func() *Sampler { return New(Settings{Rules: defaultRules}) }
	order := rand.New(rand.NewPCG(1, 1)).Perm(len(p.Events))
	inOrder := make([]int, len(order))
	for i := range inOrder {
		inOrder[i] = i
	}
	want := kept(inOrder, one())
	assert.NotEmpty(t, want)
	assert.Equal(t, want, kept(order, one()))
	assert.Equal(t, want, kept(order, one(), one(), one()))
}

func TestAHigherKeepOrAnotherRuleNeverRemoves(t *testing.T) {
	p := newPopulation(300)
	changes := map[string]func([]Rule) []Rule{
		"higher keep": func(r []Rule) []Rule { r[4].Keep = 0.1; return r },
		"wider scope": func(r []Rule) []Rule { r[3].Session = true; return r },
	}
	kept := decideAll(p, New(sticky()))
	for name, change := range changes {
		s := sticky()
		s.Rules = change(append([]Rule(nil), defaultRules...))
		for i, d := range decideAll(p, New(s)) {
			assert.False(t, kept[i].Keep && !d.Keep, "%s: record %d was kept before", name, i)
		}
	}
	// A rule more: the events of one kind match it too.
	more := sticky()
	more.Rules = append(append([]Rule(nil), defaultRules...), Rule{Name: "extra", Keep: 0.5})
	sampler, keys := New(more), sessionKeys(p.Sessions)
	for i, e := range p.Events {
		matched := matchedBy[e.Kind]
		if e.Kind == kindSkeleton {
			matched = matched.With(5)
		}
		d := sampler.Decide(Record{Key: keys[e.Session], Matched: matched, Incoming: Unsampled}, e.At)
		assert.False(t, kept[i].Keep && !d.Keep)
	}
}

func TestStickyKeepsAllThatFollows(t *testing.T) {
	s := New(sticky())
	now := epoch
	decide := func(key string, kind int) Decision {
		now = now.Add(time.Second)
		return s.Decide(Record{Key: key, Matched: matchedBy[kind], Incoming: Unsampled}, now)
	}
	for i := range 100 {
		key := "s" + strconv.Itoa(i)
		assert.Equal(t, "base", decide(key, kindOther).Reason)
		assert.Equal(t, "skeleton", decide(key, kindSkeleton).Reason)
		assert.Equal(t, "base", decide(key, kindOther).Reason, "a rule with the scope of a record leaves nothing behind")
		assert.Equal(t, "exceeded", decide(key, kindExceeded).Reason)
		d := decide(key, kindOther)
		assert.Equal(t, "exceeded", d.Reason)
		assert.InDelta(t, 4, d.AdjustedCount, 1e-9)
		decide(key, kindError)
		d = decide(key, kindOther)
		assert.True(t, d.Keep)
		assert.Equal(t, "errors", d.Reason)
		assert.Equal(t, 1.0, d.AdjustedCount)
	}
	now = now.Add(2 * time.Hour)
	assert.Equal(t, "base", decide("1", kindOther).Reason, "a silent session is forgotten")
}

func TestStatelessRemembersNothing(t *testing.T) {
	s := New(Settings{Rules: defaultRules})
	assert.True(t, s.Decide(Record{Key: "a", Matched: matchedBy[kindError], Incoming: Unsampled}, epoch).Keep)
	assert.Equal(t, "base", s.Decide(Record{Key: "a", Matched: matchedBy[kindOther], Incoming: Unsampled}, epoch).Reason)
}

func TestNoKeyDrawsPerRecord(t *testing.T) {
	s := New(Settings{Rules: defaultRules, Draw: rand.New(rand.NewPCG(5, 6)).Uint64})
	kept := 0
	for range 10_000 {
		d := s.Decide(Record{Matched: matchedBy[kindSkeleton], Incoming: Unsampled}, epoch)
		assert.Equal(t, ReasonNoKey, d.Reason)
		if d.Keep {
			kept++
		}
	}
	assert.InDelta(t, 2500, kept, 4.9*43.3)
}

func TestCommonSessionIDIsNoSession(t *testing.T) {
	settings := sticky()
	settings.MaxRecordsPerSession = 10
	s := New(settings)
	s.Decide(Record{Key: "shared", Matched: matchedBy[kindError], Incoming: Unsampled}, epoch)
	for i := 2; i <= 10; i++ {
		assert.Equal(t, "errors", s.Decide(Record{Key: "shared", Matched: matchedBy[kindOther], Incoming: Unsampled}, epoch).Reason)
	}
	d := s.Decide(Record{Key: "shared", Matched: matchedBy[kindOther], Incoming: Unsampled}, epoch)
	assert.Equal(t, ReasonNoKey, d.Reason)
	assert.InDelta(t, 20, d.AdjustedCount, 1e-9, "what the many have earned together counts for none")
}

func TestNoRuleMatchesMeansNeverKept(t *testing.T) {
	d := New(Settings{Rules: defaultRules}).Decide(Record{Key: "a", Incoming: Unsampled}, epoch)
	assert.False(t, d.Keep)
	assert.Zero(t, d.AdjustedCount)
}

// What comes out goes through the same rules once more: nothing may change, with and without the
// OpenTelemetry labels, with and without a session, and whatever the browser had sampled.
func TestSecondPassChangesNothing(t *testing.T) {
	for _, otelLabels := range []bool{true, false} {
		for _, key := range []string{"keyed", ""} {
			for _, clientRate := range []float64{0, 0.3} {
				first, second := New(Settings{Rules: defaultRules}), New(Settings{Rules: defaultRules})
				for i := range 2000 {
					r := Record{Matched: matchedBy[i%kinds]}
					if key != "" {
						r.Key = key + strconv.Itoa(i)
					}
					r.Incoming = mustIncoming(t, clientLabels(clientRate))
					d := first.Decide(r, epoch)
					if !d.Keep {
						continue
					}
					r.Incoming = mustIncoming(t, labelsOf(d, clientRate, otelLabels))
					again := second.Decide(r, epoch)
					require.True(t, again.Keep)
					require.InEpsilon(t, d.AdjustedCount, again.AdjustedCount, 1e-12)
					if otelLabels {
						require.Equal(t, d.Threshold, again.Threshold)
						require.Equal(t, d.Randomness, again.Randomness)
					}
				}
			}
		}
	}
}

func clientLabels(rate float64) Labels {
	if rate == 0 {
		return Labels{}
	}
	return Labels{ClientRate: rate, AdjustedCount: 1 / rate}
}

func labelsOf(d Decision, clientRate float64, otel bool) Labels {
	l := Labels{ClientRate: clientRate, AdjustedCount: d.AdjustedCount}
	if otel {
		l.Threshold, l.Randomness = d.Threshold.TValue(), d.Randomness.RValue()
	}
	return l
}

func mustIncoming(t *testing.T, l Labels) Incoming {
	in, defect := NewIncoming(l)
	require.Equal(t, NoDefect, defect, "%+v", l)
	return in
}

// The browser's own draw is independent of ours: both probabilities multiply.
func TestClientRateMultipliesIn(t *testing.T) {
	s := New(Settings{Rules: defaultRules})
	d := s.Decide(Record{Key: "a", Matched: matchedBy[kindSkeleton], Incoming: mustIncoming(t, clientLabels(0.1))}, epoch)
	assert.InDelta(t, 10, d.WeightIn, 1e-9)
	assert.InDelta(t, 40, d.AdjustedCount, 1e-9)
	assert.InDelta(t, 0.25, d.Threshold.Probability(), 1e-12)
}

// An earlier sampler kept with some probability and a randomness of its own. The total after ours must
// be right whichever of the two keeps less, and whatever it says of itself.
func TestEarlierSamplersComposeWithoutBias(t *testing.T) {
	const n = 200_000
	rng := rand.New(rand.NewPCG(8, 9))
	for _, before := range []float64{0.1, 0.25, 0.6} {
		for name, label := range map[string]func(Threshold, Randomness) Labels{
			"both labels":    func(t Threshold, r Randomness) Labels { return Labels{Threshold: t.TValue(), Randomness: r.RValue()} },
			"threshold only": func(t Threshold, _ Randomness) Labels { return Labels{Threshold: t.TValue()} },
			"count only":     func(t Threshold, _ Randomness) Labels { return Labels{AdjustedCount: t.AdjustedCount()} },
		} {
			s, threshold, total := New(Settings{Rules: defaultRules}), toThreshold(before), 0.0
			for i := range n {
				theirs := toRandomness(rng.Uint64())
				if !threshold.ShouldSample(theirs) {
					continue
				}
				d := s.Decide(Record{Key: "s" + strconv.Itoa(i), Matched: matchedBy[kindSkeleton], Incoming: mustIncoming(t, label(threshold, theirs))}, epoch)
				if d.Keep {
					total += d.AdjustedCount
				}
			}
			p := min(before, 0.25)
			deviation := simulate.MaxZ * float64(n) * math.Sqrt((1-p)/p/n)
			assert.InDelta(t, n, total, deviation, "%s, kept %v before", name, before)
		}
	}
}

func TestThresholdsNeverFall(t *testing.T) {
	s := New(Settings{Rules: defaultRules})
	in := mustIncoming(t, Labels{Threshold: "f", Randomness: "f8000000000000"})
	d := s.Decide(Record{Key: "a", Matched: matchedBy[kindError], Incoming: in}, epoch)
	assert.True(t, d.Keep)
	assert.Equal(t, "f", d.Threshold.TValue())
	assert.InDelta(t, 16, d.AdjustedCount, 1e-9)
	assert.Empty(t, d.Reason, "the decision was another's")
}

func TestDefectiveLabels(t *testing.T) {
	for name, c := range map[string]struct {
		labels Labels
		want   Defect
		p      float64 // probability before, as understood
	}{
		"threshold is no hex":         {Labels{Threshold: "zz"}, BadThreshold, 1},
		"threshold is too long":       {Labels{Threshold: "123456789abcdef"}, BadThreshold, 1},
		"randomness is too short":     {Labels{Threshold: "8", Randomness: "ff"}, BadRandomness, 0.5},
		"should not have been kept":   {Labels{Threshold: "8", Randomness: "00000000000001"}, Inconsistent, 1},
		"client rate above 1":         {Labels{ClientRate: 1.5}, BadClientRate, 1},
		"threshold near 1 in 2^56":    {Labels{Threshold: "ffffffffffffff"}, BadThreshold, 1},
		"threshold and client rate":   {Labels{ClientRate: 1e-5, Threshold: toThreshold(1e-5).TValue()}, BadThreshold, 1},
		"client rate near 0":          {Labels{ClientRate: 1e-300}, BadClientRate, 1},
		"count beyond belief":         {Labels{AdjustedCount: 1e10}, BadAdjustedCount, 1},
		"negative client rate":        {Labels{ClientRate: -1}, BadClientRate, 1},
		"count below 1":               {Labels{AdjustedCount: 0.5}, BadAdjustedCount, 1},
		"count is infinite":           {Labels{AdjustedCount: math.Inf(1)}, BadAdjustedCount, 1},
		"count is NaN":                {Labels{AdjustedCount: math.NaN()}, BadAdjustedCount, 1},
		"client rate is NaN":          {Labels{ClientRate: math.NaN()}, BadClientRate, 1},
		"randomness without use":      {Labels{Randomness: "ff"}, NoDefect, 1},
		"first defect wins":           {Labels{ClientRate: 7, Threshold: "zz"}, BadClientRate, 1},
		"count smaller than client's": {Labels{ClientRate: 0.1, AdjustedCount: 2}, NoDefect, 1},
	} {
		in, defect := NewIncoming(c.labels)
		assert.Equal(t, c.want, defect, name)
		assert.InDelta(t, c.p, in.Threshold.Probability(), 1e-12, name)
		assert.True(t, in.ClientRate > 0 && in.ClientRate <= 1, name)
	}
}

// The least that a rule may keep, under the hardest target rate, is believed by the next sampler.
func TestTheRarestLabelsAreBelieved(t *testing.T) {
	rules := newThresholds([]Rule{{Keep: 1e-6}}, minScale, 1)
	rarest := rules.byRule[0]
	for _, labels := range []Labels{
		{Threshold: rarest.TValue(), Randomness: contrib.AllProbabilitiesRandomness.RValue(), AdjustedCount: rarest.AdjustedCount()},
		{AdjustedCount: rarest.AdjustedCount()},
		{ClientRate: 1e-3, Threshold: toThreshold(1e-6).TValue()},
	} {
		in := mustIncoming(t, labels)
		assert.InEpsilon(t, 1e9, weight(in.ClientRate, in.Threshold), 1e-3)
	}
}

// Downstream, contrib's probabilistic_sampler raises the threshold with the same arithmetic
// (equalizing: to one threshold; proportional: by a factor) and keeps what is above. Weights are then
// those of its threshold, and totals stay right.
func TestTotalsSurviveConsistentSamplersDownstream(t *testing.T) {
	const n = 200_000
	s := New(Settings{Rules: defaultRules})
	tenth := toThreshold(0.1)
	var equalizing, proportional float64
	for i := range n {
		kind := i % kinds
		d := s.Decide(Record{Key: "s" + strconv.Itoa(i), Matched: matchedBy[kind], Incoming: Unsampled}, epoch)
		if !d.Keep {
			continue
		}
		threshold := d.Threshold
		if contrib.ThresholdGreater(tenth, threshold) {
			threshold = tenth
		}
		if threshold.ShouldSample(d.Randomness) {
			equalizing += threshold.AdjustedCount()
		}
		threshold = toThreshold(d.Threshold.Probability() * 0.5)
		if threshold.ShouldSample(d.Randomness) {
			proportional += threshold.AdjustedCount()
		}
	}
	assert.InEpsilon(t, n, equalizing, 0.02)
	assert.InEpsilon(t, n, proportional, 0.02)
}
