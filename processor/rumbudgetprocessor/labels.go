package rumbudgetprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// wrongNumber is the value for a label that is present but not a number, so that it is counted as defective.
const wrongNumber = -1

// readLabels reads the labels of earlier samplers.
func readLabels(a pcommon.Map) sampling.Labels {
	var l sampling.Labels
	a.Range(func(key string, v pcommon.Value) bool {
		switch key {
		case semconv.SamplingThreshold:
			l.Threshold = labelText(v)
		case semconv.SamplingRandomness:
			l.Randomness = labelText(v)
		case semconv.SamplingClientRate:
			l.ClientRate = labelNumber(v)
		case semconv.SamplingAdjustedCount:
			l.AdjustedCount = labelNumber(v)
		}
		return true
	})
	return l
}

// believed are the labels that count, and the one that does not as it stands.
func (c *IncomingConfig) believed(l sampling.Labels) (sampling.Labels, sampling.Defect) {
	defect := sampling.NoDefect
	if !c.Labels {
		switch {
		case l.Threshold != "":
			defect = sampling.BadThreshold
		case l.Randomness != "":
			defect = sampling.BadRandomness
		case l.AdjustedCount != 0:
			defect = sampling.BadAdjustedCount
		}
		l.Threshold, l.Randomness, l.AdjustedCount = "", "", 0
	}
	if l.ClientRate > 0 && l.ClientRate < c.MinClientRate {
		l.ClientRate, defect = c.MinClientRate, sampling.BadClientRate
	}
	return l, defect
}

// labelText returns a text that no label can be for one of another type.
func labelText(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeStr && v.Str() != "" {
		return v.Str()
	}
	return "?"
}

func labelNumber(v pcommon.Value) float64 {
	var n float64
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		n = v.Double()
	case pcommon.ValueTypeInt:
		n = float64(v.Int())
	}
	if n == 0 {
		return wrongNumber
	}
	return n
}

// labels are the attributes with which a record says how it was kept, beside its adjusted count. Not a table of functions:
// decisions would escape to the heap.
type labels struct {
	otel bool // SamplingThreshold and the SamplingRandomness that belongs to it
	unit bool
	// reason: otherwise the one of an earlier tier is still valid.
	reason bool
}

func labelsOf(d *sampling.Decision, otelThreshold bool) labels {
	return labels{otel: otelThreshold, unit: d.Unit != sampling.UnitSession, reason: d.Reason != ""}
}

// count is how many attributes write adds at most.
func (l labels) count() int {
	n := 1 // SamplingAdjustedCount
	if l.otel {
		n += 2
	}
	if l.unit {
		n++
	}
	if l.reason {
		n++
	}
	return n
}

// write replaces the labels of an earlier tier.
func (l labels) write(a pcommon.Map, d *sampling.Decision) {
	if l.otel {
		a.PutStr(semconv.SamplingThreshold, d.Threshold.TValue())
		a.PutStr(semconv.SamplingRandomness, d.Randomness.RValue())
	} else {
		a.Remove(semconv.SamplingThreshold)
		a.Remove(semconv.SamplingRandomness)
	}
	a.PutDouble(semconv.SamplingAdjustedCount, d.AdjustedCount)
	if l.unit {
		a.PutStr(semconv.SamplingUnit, string(d.Unit))
	} else {
		a.Remove(semconv.SamplingUnit)
	}
	if l.reason {
		a.PutStr(semconv.SamplingReason, d.Reason)
	}
}

// sessionKey returns the first of the key attributes that is there and not empty.
func sessionKey(s *logSource, keys []string) string {
	for _, k := range keys {
		if v, ok := s.Attribute(k); ok && v != "" {
			return v
		}
	}
	return ""
}
