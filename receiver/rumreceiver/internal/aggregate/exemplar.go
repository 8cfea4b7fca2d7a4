package aggregate

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// exemplar is a measurement of a slow bucket with a link: to the trace of the page, else to the session.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exemplars
type exemplar struct {
	value float64
	at    int64 // Unix ns
	link  link
}

// link says where to look for more: in a trace, or else in a session. The zero link leads nowhere. It has no pointers, because each
// slow vital that waits has one.
type link struct {
	trace   beacon.Trace
	session [maxExemplarSession]byte // that many bytes of it
	length  uint8                    // 0 when there is a trace
}

// maxExemplarSession is the longest session id of an exemplar: OpenMetrics allows 128 characters of labels.
const maxExemplarSession = 64

// trace of an event of the current page.
func (r *recording) trace(e *beacon.Event) beacon.Trace {
	if e.Trace != (beacon.Trace{}) {
		return e.Trace
	}
	return r.page.Trace
}

func (r *recording) traced(e *beacon.Event) bool { return r.trace(e).TraceID != [16]byte{} }

// link of an event of the current page.
func (r *recording) link(e *beacon.Event) (l link) {
	l.trace = r.trace(e)
	if l.trace.TraceID == [16]byte{} && len(r.page.SessionID) <= maxExemplarSession {
		l.length = uint8(copy(l.session[:], r.page.SessionID))
	}
	return l
}

func (l *link) traced() bool { return l.trace.TraceID != [16]byte{} }

// show keeps the latest exemplar: of each bucket, or of an exponential histogram as a whole.
func (t *tally) show(f *family, x exemplar) {
	if f.shape == shapeSum || x.link.length == 0 && !x.link.traced() {
		return
	}
	if f.shape == shapeExplicit {
		for i := range t.exemplars {
			if bucketOf(f.bounds, t.exemplars[i].value) == bucketOf(f.bounds, x.value) {
				t.exemplars[i] = x
				return
			}
		}
	} else if len(t.exemplars) > 0 {
		t.exemplars[0] = x
		return
	}
	t.exemplars = append(t.exemplars, x)
}

func (t *tally) fillExemplars(to pmetric.ExemplarSlice) {
	to.EnsureCapacity(len(t.exemplars))
	for i := range t.exemplars {
		x := &t.exemplars[i]
		one := to.AppendEmpty()
		one.SetTimestamp(pcommon.Timestamp(x.at))
		one.SetDoubleValue(x.value)
		if x.link.traced() {
			one.SetTraceID(x.link.trace.TraceID)
			one.SetSpanID(x.link.trace.SpanID)
		} else {
			one.FilteredAttributes().PutStr(semconv.SessionID, string(x.link.session[:x.link.length]))
		}
	}
}
