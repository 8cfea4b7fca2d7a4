package sampling

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// story feeds so many records of a rule per second for a while and returns how many per second are kept
// in the last quarter of it.
type story struct {
	sampler *Sampler
	now     time.Time
	n       int
}

func newStory(target float64) *story {
	rules := []Rule{{Name: "errors", Keep: 1, Protect: true}, {Name: "base", Keep: 0.5}}
	return &story{sampler: New(Settings{Rules: rules, RecordsPerSecond: target}), now: epoch}
}

func (s *story) feed(seconds, errors, others int) (keptErrors, keptOthers float64) {
	for second := range seconds {
		s.now = s.now.Add(time.Second)
		counted := second >= seconds*3/4
		keptErrors += s.feedSecond(errors, 1<<0|1<<1, counted)
		keptOthers += s.feedSecond(others, 1<<1, counted)
	}
	quarter := float64(seconds - seconds*3/4)
	return keptErrors / quarter, keptOthers / quarter
}

func (s *story) feedSecond(records int, matched RuleSet, counted bool) (kept float64) {
	for range records {
		s.n++
		d := s.sampler.Decide(Record{Key: "s" + strconv.Itoa(s.n), Matched: matched, Incoming: Unsampled}, s.now)
		if d.Keep && counted {
			kept++
		}
	}
	return kept
}

func TestTargetBelowItNothingChanges(t *testing.T) {
	s := newStory(1000)
	s.feed(60, 100, 1000)
	unprotected, protected := s.sampler.Scale()
	assert.Equal(t, []float64{1, 1}, []float64{unprotected, protected})
}

func TestTargetLowersUnprotectedRulesFirst(t *testing.T) {
	s := newStory(300)
	errors, others := s.feed(60, 100, 2000) // 100 + 1000 without scaling
	assert.Equal(t, 100.0, errors)
	assert.InDelta(t, 200, others, 20)
	unprotected, protected := s.sampler.Scale()
	assert.InDelta(t, 0.2, unprotected, 0.01)
	assert.Equal(t, 1.0, protected)
}

func TestTargetLowersProtectedRulesWhenItMust(t *testing.T) {
	s := newStory(300)
	errors, others := s.feed(60, 900, 2000)
	assert.InDelta(t, 240, errors, 30)
	assert.InDelta(t, 60, others, 12, "a fifth of the target is for the others")
}

func TestTargetStopsAtTheFloor(t *testing.T) {
	s := newStory(10)
	errors, _ := s.feed(60, 1000, 1000)
	assert.InDelta(t, 100, errors, 15, "a tenth of the protected is kept though the target is ten")
	unprotected, protected := s.sampler.Scale()
	assert.InDelta(t, reserve*10/500, unprotected, 1e-9)
	assert.Equal(t, protectedFloor, protected)
}

func TestTargetRecovers(t *testing.T) {
	s := newStory(300)
	s.feed(60, 100, 2000)
	s.feed(120, 10, 100)
	unprotected, _ := s.sampler.Scale()
	assert.Equal(t, 1.0, unprotected)
}

// The first records of a burst still see the thresholds of the interval before.
func TestTargetHoldsFromTheNextInterval(t *testing.T) {
	s := newStory(10)
	s.feed(int(interval/time.Second), 0, 1000)
	unprotected, _ := s.sampler.Scale()
	assert.Equal(t, 1.0, unprotected)
	s.feed(1, 0, 1)
	unprotected, _ = s.sampler.Scale()
	assert.Less(t, unprotected, 0.1)
}

// What an earlier sampler has thinned out already needs less lowering.
func TestTargetKnowsEarlierSampling(t *testing.T) {
	s := newStory(300)
	in, _ := NewIncoming(Labels{AdjustedCount: 2})
	for second := range 20 {
		for i := range 250 {
			s.sampler.Decide(Record{Key: "s" + strconv.Itoa(i), Matched: 1 << 1, Incoming: in}, epoch.Add(time.Duration(second)*time.Second))
		}
	}
	unprotected, _ := s.sampler.Scale()
	assert.Equal(t, 1.0, unprotected, "250 records per second remain, all of them kept, and 300 are allowed")
}
