package elastic

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// mark is a moment of a page load, in ms after the browser began to fetch the document.
type mark uint8

const (
	fcp mark = iota
	lcp
	domainLookupStart
	domainLookupEnd
	connectStart
	connectEnd
	requestStart
	responseStart
	responseEnd
	domInteractive
	domContentLoadedStart
	domContentLoadedEnd
	loadStart
	loadEnd
	numMarks
)

// named are the marks by their names in both intakes.
var named = map[string]mark{
	"fp": fcp, "firstContentfulPaint": fcp, "lp": lcp, "largestContentfulPaint": lcp, "fb": responseStart, "timeToFirstByte": responseStart,
	"ls": domainLookupStart, "domainLookupStart": domainLookupStart, "le": domainLookupEnd, "domainLookupEnd": domainLookupEnd,
	"cs": connectStart, "connectStart": connectStart, "ce": connectEnd, "connectEnd": connectEnd,
	"qs": requestStart, "requestStart": requestStart, "rs": responseStart, "responseStart": responseStart, "re": responseEnd, "responseEnd": responseEnd,
	"di": domInteractive, "domInteractive": domInteractive,
	"ds": domContentLoadedStart, "domContentLoadedEventStart": domContentLoadedStart,
	"de": domContentLoadedEnd, "domContentLoadedEventEnd": domContentLoadedEnd,
	"es": loadStart, "loadEventStart": loadStart, "ee": loadEnd, "loadEventEnd": loadEnd,
}

// marks of a transaction.
type marks struct {
	value [numMarks]float64
	known [numMarks]bool
}

// marksMember reads a group of marks: the browser's, the agent's, or the application's, which are attributes.
func (d *decoder) marksMember(group string) {
	isOurs := group == "nt" || group == "navigationTiming" || group == "a" || group == "agent"
	d.r.Object(func(name string) {
		v, ok := d.r.Num()
		at, known := named[name]
		switch {
		case !ok:
		case isOurs && known:
			d.in.marks.value[at], d.in.marks.known[at] = v, true
		case !isOurs:
			d.Bag.Number("marks."+group+"."+name, v)
		}
	})
}

// load returns the page load from the marks; nil if they do not have its end. An existing connection took no time. The marks do
// not say whether there was TLS.
func (m *marks) load() *beacon.PageLoad {
	if !m.known[loadEnd] {
		return nil
	}
	v := &m.value
	times := beacon.Times{
		beacon.DomainLookupStart: v[domainLookupStart], beacon.DomainLookupEnd: v[domainLookupEnd],
		beacon.ConnectStart: v[connectStart], beacon.ConnectEnd: v[connectEnd],
		beacon.RequestStart: v[requestStart], beacon.ResponseStart: v[responseStart], beacon.ResponseEnd: v[responseEnd],
		beacon.DOMInteractive: v[domInteractive], beacon.DOMContentLoadedEventStart: v[domContentLoadedStart],
		beacon.DOMContentLoadedEventEnd: v[domContentLoadedEnd], beacon.LoadEventStart: v[loadStart], beacon.LoadEventEnd: v[loadEnd],
	}
	load := &beacon.PageLoad{Type: "navigate", Phases: times.Phases(), Times: &times}
	load.Phases.Known[beacon.PhaseTLS] = false
	if m.known[domainLookupEnd] && v[domainLookupEnd] == 0 {
		load.Phases.Set(beacon.PhaseDNS, 0)
	}
	if m.known[connectEnd] && v[connectEnd] == 0 {
		load.Phases.Set(beacon.PhaseTCP, 0)
	}
	return load
}
