package rumbudgetprocessor

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/attempt"
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// Records without a session, each a batch of its own, sent until it is taken: whatever share of the batches is
// refused, the weights add to what there was.
func TestRefusedBatchesDoNotBiasTotals(t *testing.T) {
	const records, salts = 2000, 40
	for _, rate := range []float64{0, 0.2, 0.5, 0.9} {
		total, rng := 0.0, rand.New(rand.NewPCG(3, 4))
		for salt := range salts {
			c := withSampling(createDefaultConfig().(*Config), modeSticky)
			c.Sampling.Get().HashSalt = configopaque.String(fmt.Sprint("salt ", salt))
			c.Sampling.Get().Rules = []RuleConfig{{Name: "all", Keep: 0.25}}
			send, taken := refusing(t, c, func() bool { return rng.Float64() < rate })
			for i := range records {
				for send(clickAt(t, i)) != nil {
				}
			}
			for _, ld := range taken.AllLogs() {
				eachRecord(ld, func(r plog.LogRecord) { total += weightOfRecord(r) })
			}
		}
		// One record has a deviation of √3, so the mean of all is known to 0.6 % (standard error).
		assert.InEpsilon(t, records*salts, total, 0.025, "%v of the batches refused", rate)
	}
}

func clickAt(t *testing.T, i int) plog.Logs {
	ld := oneRecord(t, semconv.EventClick, map[string]any{semconv.URLTemplate: "/cart"})
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).SetTimestamp(pcommon.Timestamp(1_764_000_000_000_000_000 + i*1_000_000))
	return ld
}

func weightOfRecord(r plog.LogRecord) float64 {
	weight, _ := r.Attributes().Get(semconv.SamplingAdjustedCount)
	return weight.Double()
}

// Times are corrected by the clock of the arrival, so they are others at each attempt. The batch has a name, or its records have.
func TestTheDrawOfARecordSurvivesACorrectionOfItsTime(t *testing.T) {
	for name, identify := range map[string]func(ld plog.Logs) context.Context{
		"named batch": func(plog.Logs) context.Context { return attempt.WithBatch(t.Context(), 5) },
		"named records": func(ld plog.Logs) context.Context {
			i := 0
			eachRecord(ld, func(r plog.LogRecord) { r.Attributes().PutStr(semconv.RecordUID, fmt.Sprint("7f.", i)); i++ })
			return t.Context()
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(s *SamplingConfig) { s.Rules = []RuleConfig{{Name: "all", Keep: 1}} })
			randomness := func(correction int) (all []any) {
				ld := plog.NewLogs()
				for i := range 20 {
					clickAt(t, i+correction).ResourceLogs().MoveAndAppendTo(ld.ResourceLogs())
				}
				out, err := b.l.process(identify(ld), ld)
				require.NoError(t, err)
				eachRecord(out, func(r plog.LogRecord) { all = append(all, r.Attributes().AsRaw()[semconv.SamplingRandomness]) })
				return all
			}
			first := randomness(0)
			assert.Equal(t, first, randomness(1000))
			different := map[any]bool{}
			for _, drawn := range first {
				different[drawn] = true
			}
			assert.Len(t, different, 20, "each has a draw of its own")
		})
	}
}

func TestRecordsOfAnotherBatchHaveAnotherDraw(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Rules = []RuleConfig{{Name: "all", Keep: 1}} })
	randomness := func(batch uint64) (drawn any) {
		out, err := b.l.process(attempt.WithBatch(t.Context(), batch), clickAt(t, 1))
		require.NoError(t, err)
		eachRecord(out, func(r plog.LogRecord) { drawn = r.Attributes().AsRaw()[semconv.SamplingRandomness] })
		return drawn
	}
	assert.Equal(t, randomness(5), randomness(5))
	assert.NotEqual(t, randomness(5), randomness(6))
}

// The draw of a record without a session is its own: the same at every attempt, another for equal records of
// one batch.
func TestTheDrawIsOfTheRecord(t *testing.T) {
	b := newBench(t, func(s *SamplingConfig) { s.Rules = []RuleConfig{{Name: "all", Keep: 1}} })
	randomness := func(ld plog.Logs) (all []any) {
		out, err := b.l.process(t.Context(), ld)
		require.NoError(t, err)
		eachRecord(out, func(r plog.LogRecord) { all = append(all, r.Attributes().AsRaw()[semconv.SamplingRandomness]) })
		return all
	}
	first := randomness(clickAt(t, 1))
	observed := clickAt(t, 1)
	observed.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).SetObservedTimestamp(7)
	assert.Equal(t, first, randomness(observed), "when it came is a matter of the attempt")
	assert.NotEqual(t, first, randomness(clickAt(t, 2)))
	traced := clickAt(t, 1)
	traced.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).SetTraceID(pcommon.TraceID{1})
	assert.NotEqual(t, first, randomness(traced))

	twins := func() plog.Logs {
		ld := clickAt(t, 1)
		records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		records.At(0).CopyTo(records.AppendEmpty())
		return ld
	}
	pair := randomness(twins())
	assert.NotEqual(t, pair[0], pair[1])
	assert.Equal(t, pair, randomness(twins()))
}

// What sessions earn, and what is counted, comes from batches that have been taken.
func TestARefusedBatchTeachesNothing(t *testing.T) {
	c := withSampling(createDefaultConfig().(*Config), modeSticky)
	b, tel := telemetryBench(t, c)
	s := b.l.scratch.Get().(*logScratch)
	_, err := b.l.processWith(t.Context(), s, pageView("a", true))
	require.NoError(t, err)
	b.l.putBack(s) // refused
	entries, _ := b.l.state.Stats()
	assert.Zero(t, entries)

	_, err = b.l.process(t.Context(), pageView("a", true))
	require.NoError(t, err)
	entries, _ = b.l.state.Stats()
	assert.Equal(t, 1, entries)
	counted := 0.0
	for _, n := range values(t, tel, "records") {
		counted += n
	}
	assert.Equal(t, float64(pageView("a", true).LogRecordCount()), counted)
}
