package rumbudgetprocessor

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// Room is made for as many attributes as are written: one more would copy all of them.
func TestAsManyLabelsAreCountedAsWritten(t *testing.T) {
	for _, unit := range []sampling.Unit{sampling.UnitSession, sampling.UnitMeasurement, sampling.UnitRecord} {
		for _, reason := range []string{"", "base"} {
			for _, otel := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %q %v", unit, reason, otel), func(t *testing.T) {
					d := sampling.Decision{AdjustedCount: 4, Unit: unit, Reason: reason}
					a := pcommon.NewMap()
					labels := labelsOf(&d, otel)
					labels.write(a, &d)
					assert.Equal(t, a.Len(), labels.count())
				})
			}
		}
	}
}

// Labels of an earlier tier that no longer hold go. Its reason stays where its threshold is the one that applies.
func TestLabelsReplaceThoseOfAnEarlierTier(t *testing.T) {
	a := pcommon.NewMap()
	earlier, later := sampling.Decision{AdjustedCount: 2, Unit: sampling.UnitRecord, Reason: "base"}, sampling.Decision{AdjustedCount: 4, Unit: sampling.UnitSession}
	labelsOf(&earlier, true).write(a, &earlier)
	labelsOf(&later, false).write(a, &later)
	assert.Equal(t, map[string]any{semconv.SamplingAdjustedCount: 4.0, semconv.SamplingReason: "base"}, a.AsRaw())
}
