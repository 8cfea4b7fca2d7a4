package sampling

import (
	"math"
	"strconv"
	"testing"
	"time"

	contrib "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/simulate"
)

// A second tier sees the violation of a session only if the first one has kept it. If it then kept everything of that session
// with the probability of its own rule, errors of the other sessions would be missing from all totals.
func TestASessionRuleIsEarnedOnlyByWhatAnEarlierTierWouldKeepAnyway(t *testing.T) {
	const n, violation, failure, click = 60_000, 1, 2, 4 // bits of the rules that a record matches, besides the last
	before := []Rule{{Name: "violations", Keep: 0.25}, {Name: "errors", Keep: 0.5}, {Name: "base", Keep: 0.4}}
	for name, rules := range map[string][]Rule{
		"kept more often":  {{Name: "violations", Keep: 0.8, Session: true}, {Name: "errors", Keep: 0.1}, {Name: "base", Keep: 0.05}},
		"kept always":      {{Name: "violations", Keep: 1, Session: true}, {Name: "errors", Keep: 0.1}, {Name: "base", Keep: 0.05}},
		"kept less often":  {{Name: "violations", Keep: 0.2, Session: true}, {Name: "errors", Keep: 0.1}, {Name: "base", Keep: 0.05}},
		"kept equally":     {{Name: "violations", Keep: 0.25, Session: true}, {Name: "errors", Keep: 0.1}, {Name: "base", Keep: 0.05}},
		"not of a session": {{Name: "violations", Keep: 0.8}, {Name: "errors", Keep: 0.1}, {Name: "base", Keep: 0.05}},
	} {
		for _, measurements := range []bool{false, true} {
			first := New(Settings{Rules: before})
			settings := Settings{Rules: rules, State: NewState(2*n, time.Hour), MaxRecordsPerSession: 1000}
			if measurements {
				settings.Measurements = NewState(2*n, time.Hour)
			}
			second := New(settings)
			var totals, variances [3]float64
			for i := range n {
				for kind, matched := range []RuleSet{violation, failure, click} {
					r := Record{Key: "s" + strconv.Itoa(i), Matched: (matched &^ click).With(2), Incoming: Unsampled}
					if measurements && matched != click {
						r.Measurement = uint64(i + 1) // two reports of a vital
					}
					d := first.Decide(r, epoch)
					if !d.Keep {
						continue
					}
					r.Incoming = mustIncoming(t, Labels{Threshold: d.Threshold.TValue(), Randomness: d.Randomness.RValue()})
					if d = second.Decide(r, epoch); d.Keep {
						totals[kind] += d.AdjustedCount
						variances[kind] += d.AdjustedCount * (d.AdjustedCount - 1)
					}
				}
			}
			for kind, total := range totals {
				assert.InDelta(t, n, total, simulate.MaxZ*math.Sqrt(variances[kind])+1e-6, "%s, records of kind %d, measurements %v", name, kind, measurements)
			}
		}
	}
}

// Behind a sampler that keeps all records of a session with one probability, sessions stay whole.
func TestASessionIsWholeBehindASamplerOfSessions(t *testing.T) {
	s := New(sticky())
	labels := Labels{Threshold: toThreshold(0.5).TValue(), Randomness: contrib.AllProbabilitiesRandomness.RValue()}
	in := mustIncoming(t, labels)
	s.Decide(Record{Key: "a", Matched: matchedBy[kindError], Incoming: in}, epoch)
	d := s.Decide(Record{Key: "a", Matched: matchedBy[kindOther], Incoming: in}, epoch)
	assert.InDelta(t, 2, d.AdjustedCount, 1e-9)
	d = s.Decide(Record{Key: "b", Matched: matchedBy[kindOther], Incoming: in}, epoch)
	assert.InDelta(t, 20, d.AdjustedCount, 1e-9)
	entries, _ := s.settings.State.Stats()
	assert.Equal(t, 3, entries, "two sessions, and the rules of one behind that sampler")
}
