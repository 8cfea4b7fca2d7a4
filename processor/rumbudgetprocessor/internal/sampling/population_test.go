package sampling

import (
	"strconv"
	"time"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// Kinds of event, each with the rules that it matches.
const (
	kindOther = iota
	kindSkeleton
	kindExceeded
	kindSevere
	kindError
	kinds
)

var (
	kindNames    = []string{"other", "skeleton", "exceeded", "severe", "error"}
	defaultRules = []Rule{
		{Name: "errors", Keep: 1, Session: true, Protect: true},
		{Name: "severe", Keep: 1, Session: true, Protect: true},
		{Name: "exceeded", Keep: 0.25, Session: true},
		{Name: "skeleton", Keep: 0.25},
		{Name: "base", Keep: 0.05},
	}
	matchedBy = [kinds]RuleSet{
		kindOther:    1 << 4,
		kindSkeleton: 1<<4 | 1<<3,
		kindExceeded: 1<<4 | 1<<3 | 1<<2,
		kindSevere:   1<<4 | 1<<3 | 1<<2 | 1<<1,
		kindError:    1<<4 | 1<<0,
	}
	epoch = time.Unix(1_764_000_000, 0)
)

// newPopulation makes sessions that overlap in time. The troubled third has most of the violations and
// errors.
func newPopulation(sessions int) *simulate.Population {
	return simulate.New(simulate.Description{
		Sessions: sessions, EventsPerSession: 8,
		Shares:        []float64{0.62, 0.33, 0.03, 0.01, 0.01},
		TroubledShare: 0.33, TroubledShares: []float64{0.55, 0.25, 0.12, 0.04, 0.04},
		Start: epoch, Spacing: time.Second, Gap: 20 * time.Second,
	})
}

// real wraps the sampler.
type real struct {
	sampler *Sampler
	keys    []string
	traits  []simulate.Trait // nil: all sessions have ids, and no browser samples
}

func newReal(salt string, s Settings, keys []string) *real {
	s.Salt = salt
	if s.Rules == nil {
		s.Rules = defaultRules
	}
	if s.State != nil && s.MaxRecordsPerSession == 0 {
		s.MaxRecordsPerSession = 10_000
	}
	return &real{sampler: New(s), keys: keys}
}

func (r *real) Decide(e simulate.Event, emit func(simulate.Kept)) {
	d := r.sampler.Decide(r.record(e), e.At)
	if d.Keep {
		emit(simulate.Kept{Event: e, Weight: d.AdjustedCount, Alone: d.Unit != UnitSession})
	}
}

// Refuse is what a batch of one record that is refused does.
func (r *real) Refuse(e simulate.Event) bool {
	b := r.sampler.Begin()
	if b.Decide(r.record(e), e.At).Keep {
		b.Discard()
		return true
	}
	b.Commit(e.At)
	return false
}

func (r *real) record(e simulate.Event) Record {
	record := Record{Key: r.keys[e.Session], Matched: matchedBy[e.Kind], Incoming: Unsampled}
	// As the processor has it: the fingerprint of what the record says.
	record.Content = func() uint64 { return uint64(e.Session)<<40 ^ uint64(e.At.UnixNano()) }
	if r.traits != nil {
		record.Incoming.ClientRate = r.traits[e.Session].ClientRate
		if r.traits[e.Session].WithoutID {
			record.Key = ""
		}
	}
	return record
}

func sessionKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = "session-" + strconv.Itoa(i)
	}
	return keys
}
