package gather

import (
	"encoding/hex"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// TraceOf reads the ids of a trace and a span, in hexadecimal; anything malformed is no trace.
// https://www.w3.org/TR/trace-context/#traceparent-header-field-values
func TraceOf(traceID, spanID string) (trace beacon.Trace) {
	if len(traceID) != 2*len(trace.TraceID) {
		return beacon.Trace{}
	}
	if _, err := hex.Decode(trace.TraceID[:], []byte(traceID)); err != nil || trace.TraceID == [16]byte{} {
		return beacon.Trace{}
	}
	trace.SpanID = SpanOf(spanID)
	return trace
}

// SpanOf reads the id of a span, in hexadecimal; anything malformed is zero.
func SpanOf(id string) (span [8]byte) {
	if len(id) != 2*len(span) {
		return span
	}
	if _, err := hex.Decode(span[:], []byte(id)); err != nil {
		return [8]byte{}
	}
	return span
}

// Traceparent reads the header of W3C; anything malformed is no trace. Flags are left out: they say what the browser
// sampled.
func Traceparent(header string) beacon.Trace {
	if len(header) < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-' {
		return beacon.Trace{}
	}
	trace := TraceOf(header[3:35], header[36:52])
	if trace.SpanID == [8]byte{} {
		return beacon.Trace{}
	}
	return trace
}
