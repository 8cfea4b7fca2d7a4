package rumbudgetprocessor

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// The worked example of docs/sampling.md: six records of one session under the default rules, in sticky mode.
// What is kept depends on the session's random number, and the weights add to six on average.
func TestWorkedExample(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Mode = modeSticky })
	story := []struct {
		event      string
		attributes map[string]any
	}{
		{semconv.EventNavigation, map[string]any{}},
		{semconv.EventClick, map[string]any{}},
		{semconv.EventWebVital, map[string]any{semconv.WebVitalName: "lcp", semconv.WebVitalValue: 3200}},
		{semconv.EventClick, map[string]any{}},
		{semconv.EventException, map[string]any{}},
		{semconv.EventClick, map[string]any{}},
	}
	const sessions = 20_000
	outcomes, total := map[string]int{}, 0.0
	for i := range sessions {
		weights := []any{}
		for _, record := range story {
			record.attributes[semconv.SessionID] = "s" + fmt.Sprint(i)
			b.now = b.now.Add(time.Millisecond)
			if out, kept := b.send(record.event, record.attributes); kept {
				weights = append(weights, out[semconv.SamplingAdjustedCount])
				total += out[semconv.SamplingAdjustedCount].(float64)
			}
		}
		outcomes[fmt.Sprintf("%.6v", weights)]++
	}
	assert.Len(t, outcomes, 3)
	assert.InDelta(t, 0.05*sessions, outcomes["[4 20 4 4 1 1]"], 160)
	assert.InDelta(t, 0.20*sessions, outcomes["[4 4 4 1 1]"], 280)
	assert.InDelta(t, 0.75*sessions, outcomes["[1 1]"], 300)
	assert.InEpsilon(t, 6*sessions, total, 0.05)
}
