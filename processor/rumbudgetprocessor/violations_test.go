package rumbudgetprocessor

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
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

func TestViolationEventIsNoDuplicateOfItsRecord(t *testing.T) {
	b := newBenchWith(t, withViolationEvents(createDefaultConfig().(*Config), 100))
	identified := report("a", 300)
	identified[semconv.RecordUID] = "7f.0"
	ld, _ := b.sendAll(identified)
	var uids []any
	eachRecord(ld, func(r plog.LogRecord) { uids = append(uids, r.Attributes().AsRaw()[semconv.RecordUID]) })
	assert.Equal(t, []any{"7f.0", "7f.0.violation"}, uids)
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

// What is sampled away has no event, and does not use up that of a later report that is kept. Event and record
// have one weight.
func TestViolationEventIsOfTheFirstKept(t *testing.T) {
	b := newBenchWith(t, withViolationEvents(withSampling(createDefaultConfig().(*Config), modeStateless), 1000))
	severe, events, early := 0, 0, 0
	for i := range 400 {
		for _, value := range []float64{300, 700} { // exceeded, one in four is kept; then severe
			r := report(fmt.Sprint(i), value)
			r[semconv.SessionID] = fmt.Sprint("s", i)
			ld, names := b.sendAll(r)
			if value == 700 {
				severe += len(names[:1])
			} else if len(names) > 0 {
				early++
				require.Len(t, names, 2)
			}
			eachRecord(ld, func(r plog.LogRecord) {
				weight, _ := r.Attributes().Get(semconv.SamplingAdjustedCount)
				assert.Equal(t, map[float64]float64{300: 4, 700: 1}[value], weight.Double())
				if r.EventName() == semconv.EventBudgetViolation {
					events++
				}
			})
		}
	}
	assert.InDelta(t, 100, early, 40)
	assert.Equal(t, 400, severe)
	assert.Equal(t, 400, events)
}

// refusing is a processor whose next component refuses batches as long as the test says.
func refusing(t *testing.T, c *Config, refuse func() bool) (send func(plog.Logs) error, taken *consumertest.LogsSink) {
	taken = new(consumertest.LogsSink)
	next, err := consumer.NewLogs(func(ctx context.Context, ld plog.Logs) error {
		if refuse() {
			return errors.New("sending queue is full")
		}
		return taken.ConsumeLogs(ctx, ld)
	})
	require.NoError(t, err)
	p, err := NewFactory().CreateLogs(t.Context(), processortest.NewNopSettings(metadata.Type), c, next)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Shutdown(context.Background())) })
	return func(ld plog.Logs) error { return p.ConsumeLogs(t.Context(), ld) }, taken
}

func oneRecord(t *testing.T, event string, attributes map[string]any) plog.Logs {
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	r.SetEventName(event)
	require.NoError(t, r.Attributes().FromRaw(attributes))
	return ld
}

func TestViolationEventSurvivesARefusedBatch(t *testing.T) {
	refuse := true
	send, taken := refusing(t, withViolationEvents(createDefaultConfig().(*Config), 100), func() bool { return refuse })
	require.Error(t, send(oneRecord(t, semconv.EventWebVital, report("a", 300))))
	refuse = false
	for range 2 {
		require.NoError(t, send(oneRecord(t, semconv.EventWebVital, report("a", 300))))
	}
	require.Equal(t, 2, len(taken.AllLogs()))
	assert.Equal(t, []string{semconv.EventWebVital, semconv.EventBudgetViolation}, eventNames(taken.AllLogs()[0]))
	assert.Equal(t, []string{semconv.EventWebVital}, eventNames(taken.AllLogs()[1]))
}

// SDKs of before the rename have the event's name in an attribute of another name; budgets, rules and the violation's own
// event know it.
func TestEventNamesOfBefore(t *testing.T) {
	c := withViolationEvents(withSampling(createDefaultConfig().(*Config), modeStateless), 100)
	c.Sampling.Get().Rules = []RuleConfig{
		{Name: "vitals", Match: map[string]any{semconv.DeprecatedEventName: semconv.EventWebVital}, Keep: 1},
		{Name: "base", Keep: 0.000001},
	}
	b := newBenchWith(t, c)
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	attributes := report("a", 300)
	delete(attributes, semconv.EventName)
	attributes[semconv.DeprecatedEventName] = semconv.EventWebVital
	require.NoError(t, r.Attributes().FromRaw(attributes))
	out, err := b.l.process(t.Context(), ld)
	require.NoError(t, err)
	var names []any
	eachRecord(out, func(r plog.LogRecord) { names = append(names, r.Attributes().AsRaw()[semconv.DeprecatedEventName]) })
	assert.Equal(t, []any{semconv.EventWebVital, semconv.EventBudgetViolation}, names)
}
