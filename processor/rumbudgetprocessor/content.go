package rumbudgetprocessor

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/zeebo/xxh3"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// content computes fingerprints of records that are drawn one by one. A record that is sent again has the same
// fingerprint, and so the same draw: by its uid, by its place in a batch that the rum receiver has named (which corrects
// times anew at each attempt), else by all that it has. Equal records of one batch get different fingerprints, by their order. Not
// safe for concurrent use.
type content struct {
	hash  xxh3.Hasher
	seen  map[uint64]uint64 // of this batch
	batch uint64            // its name; 0 for none
	place uint64            // of the current record in the batch
}

func (c *content) reset() {
	clear(c.seen)
	c.batch, c.place = 0, 0
}

// of returns the fingerprint of the source's current record.
func (c *content) of(s *logSource) uint64 {
	c.hash.Reset()
	uid, hasUID := s.attributes.Get(semconv.RecordUID)
	switch {
	case hasUID && uid.Type() == pcommon.ValueTypeStr && uid.Str() != "":
		c.text(uid.Str())
	case c.batch != 0:
		c.number(c.batch)
		c.number(c.place)
	default:
		c.all(s)
	}
	sum := c.hash.Sum64()
	earlier := c.seen[sum]
	c.seen[sum]++
	return sum + earlier*0x9e3779b97f4a7c15 // 2^64/φ
}

// all hashes everything that is the record's own.
func (c *content) all(s *logSource) {
	r := s.record
	trace, span := r.TraceID(), r.SpanID()
	_, _ = c.hash.Write(trace[:])
	_, _ = c.hash.Write(span[:])
	// The observed time differs between attempts, so it is used only if there is no other time.
	at := r.Timestamp()
	if at == 0 {
		at = r.ObservedTimestamp()
	}
	c.number(uint64(at))
	c.text(r.EventName())
	c.value(r.Body())
	c.attributes(s.attributes)
	c.attributes(s.resource)
}

func (c *content) number(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	_, _ = c.hash.Write(b[:])
}

// text writes the length too, so that "ab", "c" is not "a", "bc".
func (c *content) text(t string) {
	c.number(uint64(len(t)))
	_, _ = c.hash.WriteString(t)
}

// attributes leaves out what samplers and budgets write: an earlier tier's labels are no part of the record.
func (c *content) attributes(m pcommon.Map) {
	for key, v := range m.All() {
		if isWritten(key) {
			continue
		}
		c.text(key)
		c.value(v)
	}
}

func (c *content) value(v pcommon.Value) {
	c.number(uint64(v.Type()))
	switch v.Type() {
	case pcommon.ValueTypeStr:
		c.text(v.Str())
	case pcommon.ValueTypeInt:
		c.number(uint64(v.Int()))
	case pcommon.ValueTypeDouble:
		c.number(math.Float64bits(v.Double()))
	case pcommon.ValueTypeEmpty:
	default:
		c.text(v.AsString())
	}
}

// isWritten reports whether this processor, or an earlier tier of it, writes the attribute.
func isWritten(key string) bool {
	return strings.HasPrefix(key, semconv.SamplingPrefix) || strings.HasPrefix(key, semconv.BudgetPrefix) ||
		key == semconv.SamplingThreshold || key == semconv.SamplingRandomness
}

// measurementOf is the fingerprint of the measurement that a vital reports, 0 where it has no id.
func measurementOf(v *verdict, s *logSource) uint64 {
	if v.metric.Name == "" || v.metric.Custom {
		return 0
	}
	id, ok := s.field(semconv.WebVitalID, "id")
	if !ok || id.Type() != pcommon.ValueTypeStr || id.Str() == "" {
		return 0
	}
	var h xxh3.Hasher
	_, _ = h.WriteString(v.metric.Name)
	_, _ = h.WriteString(" ")
	_, _ = h.WriteString(id.Str())
	return max(h.Sum64(), 1)
}
