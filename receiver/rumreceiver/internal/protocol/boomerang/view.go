package boomerang

import (
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// moments of the page load, in Unix milliseconds.
var moments = []struct {
	name string
	time beacon.Time
}{
	{"nt_dns_st", beacon.DomainLookupStart}, {"nt_dns_end", beacon.DomainLookupEnd}, {"nt_con_st", beacon.ConnectStart},
	{"nt_ssl_st", beacon.SecureConnectionStart}, {"nt_con_end", beacon.ConnectEnd}, {"nt_req_st", beacon.RequestStart},
	{"nt_res_st", beacon.ResponseStart}, {"nt_res_end", beacon.ResponseEnd}, {"nt_domint", beacon.DOMInteractive},
	{"nt_domcontloaded_st", beacon.DOMContentLoadedEventStart}, {"nt_domcontloaded_end", beacon.DOMContentLoadedEventEnd},
	{"nt_load_st", beacon.LoadEventStart}, {"nt_load_end", beacon.LoadEventEnd},
}

// itself makes events of the reason of the beacon: a page load, a route, a request, a return, or the end of a page.
func (d *decoder) itself() {
	if !d.Begin() {
		return
	}
	_, isLast := d.in.values["rt.quit"]
	_, isAborted := d.in.values["rt.abld"] // the page was left during a load or a route change, which is reported then
	initiator, pid := d.in.values["http.initiator"], gather.Identifier(d.in.values["pid"])
	nth := pid
	if pid != "" {
		nth += "-" + gather.Identifier(d.in.values["n"])
	}
	var events []beacon.Event
	switch {
	case isLast && !isAborted:
		events = d.last(pid)
	case initiator == "" || initiator == "spa_hard":
		d.page.ID = pid
		events = d.load(pid)
	case initiator == "spa":
		d.page.ID = nth
		events = d.route(pid)
	case initiator == "bfcache":
		d.page.ID = nth
		events = d.restored(nth)
	case initiator == "xhr":
		events = d.requested()
	case initiator != "error":
		events = []beacon.Event{{Time: d.moment("rt.tstart"), Verbatim: true, Payload: &beacon.Custom{Name: d.Cut("boomerang."+initiator, beacon.BoundString)}}}
	}
	if isLast && isAborted {
		events = append(events, d.slowest(pid)...)
	}
	events, more := d.timers(events)
	at, hasRoom := d.Page(d.page)
	switch {
	case len(events) == 0:
		d.LeaveOut()
	case !hasRoom:
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyPages})
	case !d.Fits(len(events)):
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyEvents})
	default:
		for i := range events {
			events[i].Page = at
			d.refill(events[i].Attributes)
			if i == len(events)-1 {
				d.Take(events[i])
			} else {
				d.Also(events[i])
			}
		}
	}
	for range more {
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyEvents})
	}
}

func (d *decoder) refill(attributes []beacon.Attribute) {
	d.Bag.Reset()
	for _, a := range attributes {
		d.Bag.Add(a.Key, a)
	}
}

// durations are attributes of the beacon's first event.
func (d *decoder) durations() []beacon.Attribute {
	d.Bag.Reset()
	for _, of := range []struct{ parameter, name string }{{"t_done", "duration"}, {"t_resp", "response_time"}, {"t_page", "page_time"}, {"c.tti", "time_to_interactive"}} {
		if v, ok := d.number(of.parameter); ok {
			d.Bag.Number(of.name, v)
		}
	}
	return d.Bag.Free()
}

// load is the load of a document. The library may report it twice, early and late.
func (d *decoder) load(pid string) []beacon.Event {
	kind := "navigate"
	switch d.in.values["nt_nav_type"] {
	case "1":
		kind = "reload"
	case "2":
		kind = "back-forward"
	}
	started := d.moment("rt.tstart")
	events := []beacon.Event{{Time: started, Once: true, Payload: &beacon.PageView{Type: kind}, Attributes: d.durations()}}
	from, _ := d.number("nt_nav_st")
	times := beacon.Times{}
	for _, moment := range moments {
		if v, ok := d.number(moment.name); ok && from > 0 && v >= from {
			times[moment.time] = v - from
		}
	}
	if times[beacon.LoadEventEnd] > 0 {
		events = append(events, beacon.Event{Time: started, Once: true, Payload: &beacon.PageLoad{Type: kind, Times: &times, Phases: times.Phases()}})
	}
	if first := times[beacon.ResponseStart]; first > 0 {
		events = append(events, d.vital(beacon.TTFB, first, pid, kind))
	}
	return append(events, d.paints(pid, kind)...)
}

// paints are the vitals that the library has when a page is shown.
func (d *decoder) paints(id, kind string) (events []beacon.Event) {
	for _, of := range []struct{ parameter, vital string }{{"pt.fcp", beacon.FCP}, {"pt.lcp", beacon.LCP}, {"c.cls", beacon.CLS}, {"et.fid", beacon.FID}} {
		if v, ok := d.number(of.parameter); ok && v >= 0 {
			events = append(events, d.vital(of.vital, v, id, kind))
		}
	}
	return events
}

// vital is a report of one, with its cause.
func (d *decoder) vital(name string, value float64, id, kind string) beacon.Event {
	if id != "" {
		id += "-" + name
	}
	d.Bag.Reset()
	switch name {
	case beacon.LCP:
		d.Bag.Text(semconv.AttributionTarget, d.text("pt.lcp.e", beacon.BoundString))
		d.Bag.Text(semconv.AttributionURL, d.text("pt.lcp.src", beacon.BoundURL))
	case beacon.CLS:
		d.Bag.Text(semconv.AttributionTarget, d.text("c.cls.topid", beacon.BoundString))
	case beacon.INP:
		d.Bag.Text(semconv.AttributionTarget, d.text("et.inp.e", beacon.BoundString))
	}
	return beacon.Event{
		Time: d.reportedAt(), Attributes: d.Bag.Free(),
		Payload: d.Vitals.Put(beacon.Vital{Name: name, Value: value, Delta: value, ID: id, NavigationType: kind}),
	}
}

// reportedAt is the time of the reported data. The time in the library's last beacon is that of the load.
func (d *decoder) reportedAt() time.Time {
	if _, isLast := d.in.values["rt.quit"]; isLast {
		return time.Time{}
	}
	return d.moment("rt.end")
}

// last is the beacon of a page that is left. It has the INP of the document.
func (d *decoder) last(pid string) []beacon.Event { return append(d.slowest(pid), d.delay(pid)...) }

// slowest is the INP of the document.
func (d *decoder) slowest(pid string) []beacon.Event {
	if v, ok := d.number("et.inp"); ok && v > 0 {
		return []beacon.Event{d.vital(beacon.INP, v, pid, "")}
	}
	return nil
}

// delay is the delay of the first input to the document, which is in the next beacon.
func (d *decoder) delay(pid string) []beacon.Event {
	if v, ok := d.number("et.fid"); ok && v >= 0 {
		return []beacon.Event{d.vital(beacon.FID, v, pid, "")}
	}
	return nil
}

func (d *decoder) route(pid string) []beacon.Event {
	view := beacon.PageView{Type: "soft-navigation", SameDocument: true}
	events := []beacon.Event{{Time: d.moment("rt.tstart"), Payload: &view, Attributes: d.durations()}}
	return append(events, d.delay(pid)...)
}

// restored is a page that comes back from the back/forward cache.
func (d *decoder) restored(id string) []beacon.Event {
	const kind = "back-forward-cache"
	view := beacon.Event{Time: d.moment("rt.tstart"), Payload: &beacon.PageView{Type: kind}, Attributes: d.durations()}
	return append([]beacon.Event{view}, d.paints(id, kind)...)
}

// request is a request of a script, reported in a separate beacon.
func (d *decoder) requested() []beacon.Event {
	took, ok := d.number("t_done")
	if !ok {
		return nil
	}
	method := d.text("http.method", beacon.BoundString)
	if method == "" {
		method = "GET"
	}
	r := beacon.Resource{URL: d.text("u", beacon.BoundURL), Duration: took, Method: gather.MethodOf(method), InitiatorType: "xmlhttprequest"}
	if d.in.values["http.type"] == "f" {
		r.InitiatorType = "fetch"
	}
	if status, ok := d.number("http.errno"); ok {
		r.Status = gather.ToInt(status)
		r.ErrorType = failures[strconv.FormatFloat(status, 'f', -1, 64)]
	}
	d.request = d.Resources.Put(r)
	return []beacon.Event{{Time: d.moment("rt.tstart"), Payload: d.request}}
}

// failures are codes of requests that have no answer.
var failures = map[string]string{"-998": "AbortError", "-999": "NetworkError", "-1000": "NetworkError", "-1001": "TimeoutError"}

// timers adds the application's measurements, which stand among those of the library, up to the bound, and counts the others.
func (d *decoder) timers(events []beacon.Event) (_ []beacon.Event, more int) {
	for timer := range strings.SplitSeq(d.in.values["t_other"], ",") {
		name, value, _ := strings.Cut(timer, "|")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || name == "" || isLibrarys(name) || strings.HasPrefix(name, "boomerang") || strings.HasPrefix(name, "boomr_") {
			continue
		}
		if !d.Fits(len(events) + 1) {
			more++
			continue
		}
		name = d.Cut(name, beacon.BoundString)
		events = append(events, beacon.Event{Time: d.reportedAt(), Payload: d.Measurements.Put(beacon.Measurement{Name: name, Value: v, Unit: "ms"})})
	}
	return events, more
}
