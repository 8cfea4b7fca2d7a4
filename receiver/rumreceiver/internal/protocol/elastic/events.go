package elastic

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// part is an event of a line, which may have several.
type part struct {
	payload    beacon.Payload
	attributes []beacon.Attribute
}

// take makes events of the parts of the current line, all on one page.
func (d *decoder) take(page beacon.Page, trace beacon.Trace, parts ...part) {
	at, ok := d.Page(page)
	switch {
	case !ok:
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyPages})
		return
	case !d.Fits(len(parts)):
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyEvents})
		return
	}
	for i, p := range parts {
		event := beacon.Event{Page: at, Trace: trace, Payload: p.payload}
		d.refill(p.attributes)
		if i == len(parts)-1 {
			d.Take(event)
		} else {
			d.Also(event)
		}
	}
}

func (d *decoder) pageOf(id string) beacon.Page {
	in := &d.in
	return beacon.Page{ID: id, URL: in.context.url, Referrer: in.context.referrer, UserID: in.user, SessionID: gather.Identifier(in.session), Tags: d.tags}
}

// isView reports whether a transaction of that type is a page view, whose id is the transaction's.
func isView(kind string) bool { return kind == "page-load" || kind == "route-change" }

// transaction takes a transaction, and then its spans.
func (d *decoder) transaction() {
	in := &d.in
	id := ""
	if in.id = gather.Identifier(in.id); isView(in.kindOfTransaction) {
		id = in.id
		d.join(id)
	}
	page := d.pageOf(id)
	d.parent = parent{id: in.id, traceID: in.traceID, page: page}
	trace := gather.TraceOf(in.traceID, in.id)
	if in.rate > 0 && in.rate < 1 {
		d.Bag.Number("sample_rate", in.rate)
	}
	switch kind := in.kindOfTransaction; {
	case kind == "":
		d.Refuse(gather.Fault{Reason: beacon.ReasonMissingName, Field: "type"})
	case kind == "page-load":
		d.take(page, trace, d.pageLoad()...)
	case kind == "page-exit":
		d.pageExit(page, trace)
	case kind == "http-request": // its requests are spans
		d.LeaveOut()
	case !in.hasDuration:
		d.Refuse(gather.Fault{Reason: beacon.ReasonBadValue, Field: "duration"})
	case kind == "route-change":
		d.Bag.Number("duration", in.duration)
		d.Bag.Text("name", in.name)
		d.take(page, trace, part{&beacon.PageView{Type: "soft-navigation", SameDocument: true}, d.Bag.Free()})
	case in.name == "":
		d.Refuse(gather.Fault{Reason: beacon.ReasonMissingName, Field: "name"})
	default:
		if kind != "user-interaction" {
			d.Bag.Text("type", kind)
		}
		d.take(page, trace, part{d.Interactions.Put(beacon.Interaction{Name: in.name, Duration: in.duration}), d.Bag.Free()})
	}
	for i := range in.spans {
		if d.Begin() {
			d.span(&in.spans[i], page, in.traceID)
		}
	}
	for range in.more {
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyEvents})
	}
}

// join sets the session of errors that were sent before the page load of their page.
func (d *decoder) join(id string) {
	for i := range d.Beacon.Pages {
		if p := &d.Beacon.Pages[i]; id != "" && p.ID == id && p.SessionID == "" {
			p.SessionID = gather.Identifier(d.in.session)
		}
	}
}

// pageLoad is a page view, the times of its load, and the vitals known at its end.
func (d *decoder) pageLoad() []part {
	in := &d.in
	parts := []part{{&beacon.PageView{Type: "navigate"}, d.Bag.Free()}}
	if load := in.marks.load(); load != nil {
		d.Bag.Reset()
		if in.measured[tbt] {
			d.Bag.Number("total_blocking_time", in.experience[tbt])
		}
		parts = append(parts, part{load, d.Bag.Free()})
	}
	for _, v := range []struct {
		name  string
		value float64
		known bool
	}{
		{beacon.TTFB, in.marks.value[responseStart], in.marks.known[responseStart]},
		{beacon.FCP, in.marks.value[fcp], in.marks.known[fcp]}, {beacon.LCP, in.marks.value[lcp], in.marks.known[lcp]},
		{beacon.CLS, in.experience[cls], in.measured[cls]}, {beacon.FID, in.experience[fid], in.measured[fid]},
	} {
		if v.known && v.value >= 0 {
			vital := beacon.Vital{Name: v.name, Value: v.value, Delta: v.value, NavigationType: "navigate"}
			if in.id != "" {
				vital.ID = in.id + "-" + v.name
			}
			parts = append(parts, part{payload: d.Vitals.Put(vital)})
		}
	}
	return parts
}

// pageExit is a report of INP; 0 means that there was none since the last report.
func (d *decoder) pageExit(page beacon.Page, trace beacon.Trace) {
	c := &d.in.context
	if !c.hasINP || !(c.inp > 0) {
		d.LeaveOut()
		return
	}
	d.take(page, trace, part{d.Vitals.Put(beacon.Vital{Name: beacon.INP, Value: c.inp, Delta: c.inp}), d.Bag.Free()})
}

// ownSpan is a span in a line of its own. Its page is that of the transaction before it.
func (d *decoder) ownSpan() {
	s := &d.in.own
	var page beacon.Page
	if s.transactionID != "" && s.transactionID == d.parent.id {
		page = d.parent.page
	}
	d.span(s, page, s.traceID)
}

// span reads spans with data that the transaction does not have.
func (d *decoder) span(s *span, page beacon.Page, traceID string) {
	kind, rest, _ := strings.Cut(s.kind, ".")
	trace := gather.TraceOf(traceID, s.id)
	d.refill(s.attributes)
	switch {
	case kind == "hard-navigation", rest == "truncated", kind == "longtask" && s.name == blockingTime:
		d.LeaveOut() // data of marks and experiences, or without a duration
	case !s.hasDuration:
		d.Refuse(gather.Fault{Reason: beacon.ReasonBadValue, Field: "duration"})
	case kind == "longtask":
		d.take(page, trace, part{d.LongTasks.Put(beacon.LongTask{Duration: s.duration}), d.Bag.Free()})
	case kind == "resource" || kind == "external":
		d.resource(s, page, trace)
	case s.name == "":
		d.Refuse(gather.Fault{Reason: beacon.ReasonMissingName, Field: "name"})
	default:
		d.Bag.Text("type", s.kind)
		d.take(page, trace, part{d.Interactions.Put(beacon.Interaction{Name: s.name, Duration: s.duration}), d.Bag.Free()})
	}
}

// blockingTime is the name of a span that stands for all long tasks of a load.
const blockingTime = "Total Blocking Time"

func (d *decoder) resource(s *span, page beacon.Page, trace beacon.Trace) {
	c := &s.context
	if c.requested == "" {
		d.Refuse(gather.Fault{Reason: beacon.ReasonMissingName, Field: "context.http.url"})
		return
	}
	r := beacon.Resource{
		URL: c.requested, Duration: s.duration, InitiatorType: s.subtype, Method: gather.MethodOf(c.method), Status: gather.ToInt(c.status),
		TransferSize: gather.ToInt(c.transfer), EncodedSize: gather.ToInt(c.encoded), DecodedSize: gather.ToInt(c.whole),
	}
	if strings.HasPrefix(s.kind, "external") {
		r.InitiatorType = "" // fetch or XMLHttpRequest: the agent does not say
		if s.outcome == "failure" && r.Status == 0 {
			r.ErrorType = "NetworkError"
		}
	}
	d.take(page, trace, part{d.Resources.Put(r), d.Bag.Free()})
}

// rejected is the agent's prefix for the reason of a rejected promise.
const rejected = "Unhandled promise rejection: "

// failure takes an error. If it was neither thrown nor rejected, the application reported it. Its type is at the beginning of
// its message, or among the properties of the error, which become custom context.
func (d *decoder) failure() {
	in := &d.in
	message, isRejection := strings.CutPrefix(in.exception.message, rejected)
	x := d.Exceptions.Put(beacon.Exception{Message: message, Source: "manual"})
	switch {
	case isRejection:
		x.Source = "unhandledrejection"
	case strings.HasPrefix(message, "Uncaught ") || message == "Script error." || gather.BeginsWithType(message):
		x.Source = "error"
	}
	kind := strings.TrimPrefix(in.exception.kind, "Uncaught ")
	if isRejection && !gather.BeginsWithType(message) {
		kind = "" // any text before a colon
	}
	gather.NameException(x, kind, d.Bag.TakeString("name"))
	x.Stack = d.Stack(x.Type+": "+x.Message, in.exception.frames)
	if len(in.exception.frames) > 0 {
		top := &in.exception.frames[0]
		x.File, x.Line, x.Column = top.File, top.Line, top.Column
	}
	id := ""
	if isView(in.kindOfTransaction) {
		id = gather.Identifier(in.transactionID)
	}
	d.take(d.pageOf(id), gather.TraceOf(in.traceID, in.parentID), part{x, d.Bag.Free()})
}
