package rumbudgetprocessor

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

func withViolationEvents(c *Config, maxMeasurements int) *Config {
	c.ViolationEvents = configoptional.Some(ViolationEventsConfig{MaxMeasurements: maxMeasurements})
	return c
}

// sendAll sends records in one batch and returns the names of the events that come out.
func (b *bench) sendAll(records ...map[string]any) (plog.Logs, []string) {
	ld := plog.NewLogs()
	out := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, attributes := range records {
		r := out.AppendEmpty()
		r.SetEventName(semconv.EventWebVital)
		require.NoError(b.t, r.Attributes().FromRaw(attributes))
	}
	ld, _ = b.l.process(b.t.Context(), ld)
	return ld, eventNames(ld)
}

func report(id string, value float64) map[string]any {
	return map[string]any{
		semconv.EventName: semconv.EventWebVital, semconv.SessionID: "s", semconv.URLTemplate: "/cart",
		semconv.WebVitalName: "inp", semconv.WebVitalID: id, semconv.WebVitalValue: value,
	}
}

func TestViolationEventAtTheFirstCrossing(t *testing.T) {
	b := newBenchWith(t, withViolationEvents(createDefaultConfig().(*Config), 100))
	const vital, violation = semconv.EventWebVital, semconv.EventBudgetViolation
	_, names := b.sendAll(report("a", 100))
	assert.Equal(t, []string{vital}, names)
	ld, names := b.sendAll(report("a", 300), report("a", 700), report("b", 300))
	assert.Equal(t, []string{vital, vital, vital, violation, violation}, names)
	_, names = b.sendAll(report("a", 900))
	assert.Equal(t, []string{vital}, names)
	b.now = b.now.Add(5 * time.Hour)
	_, names = b.sendAll(report("a", 900))
	assert.Equal(t, []string{vital, violation}, names)

	event := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(3)
	assert.Equal(t, plog.SeverityNumberWarn, event.SeverityNumber())
	assert.Equal(t, map[string]any{
		semconv.EventName: violation, semconv.SessionID: "s", semconv.URLTemplate: "/cart",
		semconv.WebVitalName: "inp", semconv.WebVitalID: "a", semconv.WebVitalValue: 300.0,
		semconv.BudgetName: "default", semconv.BudgetMetric: "inp", semconv.BudgetLimit: 200.0, semconv.BudgetValue: 300.0,
		semconv.BudgetExceeded: true, semconv.BudgetExceededBy: 100.0, semconv.BudgetUtilization: 1.5, semconv.BudgetLevel: "exceeded",
	}, event.Attributes().AsRaw())
}

func TestViolationEventIsNotRepeatedByASecondTier(t *testing.T) {
	c := withViolationEvents(createDefaultConfig().(*Config), 100)
	ld, names := newBenchWith(t, c).sendAll(report("a", 300))
	require.Len(t, names, 2)
	assert.Len(t, eventNames(runLogs(t, c, ld)), 2)
}

func TestViolationEventOfAMeasurementWithoutID(t *testing.T) {
	b := newBenchWith(t, withViolationEvents(createDefaultConfig().(*Config), 100))
	_, names := b.sendAll(report("", 300), report("", 300))
	assert.Len(t, names, 4)
}

// The event shares the fate and the weight of its record.
func TestViolationEventIsSampledWithItsRecord(t *testing.T) {
	b := newBenchWith(t, withViolationEvents(withSampling(createDefaultConfig().(*Config), modeStateless), 1000))
	pairs := 0
	for i := range 100 {
		r := report(fmt.Sprint(i), 300)
		r[semconv.SessionID] = fmt.Sprint(i)
		ld, names := b.sendAll(r)
		if len(names) == 0 {
			continue
		}
		pairs++
		require.Len(t, names, 2)
		eachRecord(ld, func(r plog.LogRecord) {
			weight, _ := r.Attributes().Get(semconv.SamplingAdjustedCount)
			assert.Equal(t, 4.0, weight.Double())
		})
	}
	assert.InDelta(t, 25, pairs, 20)
}
