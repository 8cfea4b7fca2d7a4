package boomerang

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// list gives the reader of a parameter that holds JSON or JSURL to read. What of it comes before a fault is kept.
func (d *decoder) list(name string, read func(*jsonwalk.Reader)) {
	text := d.in.values[name]
	if text == "" {
		return
	}
	document, ok := toJSON(text)
	r, _ := jsonwalk.NewReader(document)
	read(&r)
	r.End()
	if (!ok || r.Rejection() != nil) && d.Begin() {
		d.Refuse(gather.Fault{Reason: beacon.ReasonBadEvent, Field: name})
	}
}

// take makes an event of the element at hand, on the page of the beacon.
func (d *decoder) take(event beacon.Event) {
	var ok bool
	if event.Page, ok = d.Page(d.page); !ok {
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyPages})
		return
	}
	d.Take(event)
}

// base36 reads a whole number; ok is false when it is none.
func base36(text string) (v float64, ok bool) {
	n, err := strconv.ParseUint(text, 36, 53)
	return float64(n), err == nil
}

// resources reads the trie of their addresses.
func (d *decoder) resources() {
	d.list("restiming", func(r *jsonwalk.Reader) { d.node(r, "") })
}

// node is an object whose names go on with the address, or what is known of the address at its end, once for each time
// that it was fetched.
func (d *decoder) node(r *jsonwalk.Reader, address string) {
	switch r.Kind() {
	case '{':
		r.Object(func(name string) {
			longer, _ := beacon.Cut(address+strings.ReplaceAll(name, "\n", ""), d.Limits.MaxURL+1)
			d.node(r, longer)
		})
	case '"':
		value, _ := r.Str()
		for fetched := range strings.SplitSeq(value, "|") {
			if strings.HasPrefix(fetched, "*") { // how large it is on the page
				continue
			}
			d.resource(strings.TrimSuffix(address, "|"), fetched)
		}
	default:
		r.Skip()
	}
}

// initiators by their digits. "6" is the document, which is part of the page load.
var initiators = map[byte]string{
	'0': "other", '1': "img", '2': "link", '3': "script", '4': "css", '5': "xmlhttprequest", '7': "image", '8': "beacon", '9': "fetch", 'a': "iframe",
	'b': "body", 'c': "input", 'd': "object", 'e': "video", 'f': "audio", 'g': "source", 'h': "track", 'i': "embed", 'j': "eventsource",
	'k': "early-hints", 'l': "ping", 'm': "font",
}

// resource is one digit, and then the start and the times after it, the last of them first, and what has a star and a
// digit before it.
func (d *decoder) resource(address, fetched string) {
	if strings.HasPrefix(fetched, "6") || d.isRequest(address, fetched) {
		return
	}
	if !d.Begin() {
		return
	}
	times, more, _ := strings.Cut(fetched, "*")
	if times == "" || initiators[times[0]] == "" {
		d.Refuse(gather.Fault{Reason: beacon.ReasonBadValue, Field: "restiming"})
		return
	}
	start, rest, _ := strings.Cut(times[1:], ",")
	end, _, _ := strings.Cut(rest, ",")
	from, okFrom := base36orZero(start)
	took, okTook := base36orZero(end)
	if !okFrom || !okTook || address == "" {
		d.Refuse(gather.Fault{Reason: beacon.ReasonBadValue, Field: "restiming"})
		return
	}
	r := beacon.Resource{URL: d.Cut(address, beacon.BoundURL), Duration: took, InitiatorType: initiators[times[0]]}
	measure(&r, more)
	d.take(beacon.Event{Time: d.after(from), Payload: d.Resources.Put(r)})
}

// isRequest reports whether it is the request that the beacon itself reports, which is also among the resources. Their sizes
// are known only there.
func (d *decoder) isRequest(address, fetched string) bool {
	if d.request == nil || !strings.HasPrefix(fetched, "5") && !strings.HasPrefix(fetched, "9") {
		return false
	}
	requested, _, _ := strings.Cut(d.request.URL, "#")
	if d.Cut(address, beacon.BoundURL) != requested {
		return false
	}
	_, more, _ := strings.Cut(fetched, "*")
	measure(d.request, more)
	d.request = nil // the same may have been asked for again
	return true
}

// measure reads what stands behind the times of a resource, each part with a star and a digit before it.
func measure(r *beacon.Resource, parts string) {
	for part := range strings.SplitSeq(parts, "*") {
		if sizes, ok := strings.CutPrefix(part, "1"); ok {
			r.EncodedSize, r.TransferSize, r.DecodedSize = sizesOf(sizes)
		}
	}
}

// base36orZero reads a number that is left away when it is 0.
func base36orZero(text string) (v float64, ok bool) {
	if text == "" {
		return 0, true
	}
	return base36(text)
}

// sizesOf reads the size as it was encoded, and what the others have more; "_" is 0, as from the cache.
func sizesOf(text string) (encoded, transfer, whole int64) {
	parts := strings.Split(text, ",")
	size := func(i int) int64 {
		if i >= len(parts) || parts[i] == "" {
			return 0
		}
		n, err := strconv.ParseInt(parts[i], 36, 53)
		if err != nil {
			return 0
		}
		return n
	}
	encoded = gather.ToInt(float64(size(0)))
	if len(parts) < 2 || parts[1] != "_" {
		transfer = gather.ToInt(float64(encoded + size(1)))
	}
	return encoded, transfer, gather.ToInt(float64(encoded + size(2)))
}

// tasks are long ones.
func (d *decoder) tasks() {
	d.list("c.lt", func(r *jsonwalk.Reader) {
		r.Array(func() {
			if !d.Begin() {
				r.Skip()
				return
			}
			took, start := math.NaN(), math.NaN()
			r.Object(func(name string) {
				switch name {
				case "d":
					took = d.numberOf(r)
				case "s":
					start = d.numberOf(r)
				default:
					r.Skip()
				}
			})
			if math.IsNaN(took) {
				d.Refuse(gather.Fault{Reason: beacon.ReasonBadValue, Field: "c.lt"})
				return
			}
			d.take(beacon.Event{Time: d.after(start), Payload: d.LongTasks.Put(beacon.LongTask{Duration: took})})
		})
	})
}

// numberOf reads one with base 36; NaN when it is none.
func (d *decoder) numberOf(r *jsonwalk.Reader) float64 {
	text, _ := r.ID()
	if v, ok := base36(text); ok {
		return v
	}
	return math.NaN()
}

// failure is an error as the library shortens it.
type failure struct {
	message, kind string
	via, code     float64
	count         float64
	at            float64 // Unix ms
	frames        []gather.Frame
}

// Where the library has an error from.
const (
	viaException = 2
	viaNetwork   = 3
	viaConsole   = 4
	viaHandler   = 5
	viaTimeout   = 6
	viaRejection = 7
)

func (d *decoder) errors() {
	d.list("err", func(r *jsonwalk.Reader) {
		r.Array(func() {
			if !d.Begin() {
				r.Skip()
				return
			}
			in := failure{at: math.NaN()}
			isObject := r.Kind() == '{'
			r.Object(func(name string) { d.errorMember(r, &in, name) })
			if !isObject {
				d.Refuse(gather.Fault{Reason: beacon.ReasonBadEvent, Field: "err"})
				return
			}
			d.failure(&in)
		})
	})
}

func (d *decoder) errorMember(r *jsonwalk.Reader, in *failure, name string) {
	switch name {
	case "m":
		text, _ := r.Str()
		in.message = d.Cut(text, beacon.BoundString)
	case "t":
		text, _ := r.Str()
		in.kind = d.Cut(text, beacon.BoundString)
	case "v":
		in.via, _ = r.Num()
	case "c":
		in.code, _ = r.Num()
	case "n":
		in.count, _ = r.Num()
	case "d":
		in.at = d.numberOf(r)
	case "x":
		d.Bag.Read(r)
	case "f":
		in.frames = d.Frames(r, frameParts, originOf(d.page.URL))
	default:
		r.Skip()
	}
}

var frameParts = gather.FrameParts{
	"f": gather.FrameFunction, "w": gather.FrameFile, "wo": gather.FrameLocalFile, "l": gather.FrameLine, "c": gather.FrameColumn,
}

func originOf(page string) string {
	u, err := url.Parse(page)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (d *decoder) failure(in *failure) {
	event := beacon.Event{}
	if !math.IsNaN(in.at) {
		var ok bool
		if event.Time, ok = gather.FromMillis(in.at); !ok {
			d.Refuse(gather.Fault{Reason: beacon.ReasonBadTimestamp, Field: "err.d"})
			return
		}
	}
	x := d.Exceptions.Put(beacon.Exception{Message: in.message, Source: "manual"})
	switch in.via {
	case viaException, viaNetwork, viaHandler, viaTimeout:
		x.Source = "error"
	case viaConsole:
		in.kind, in.frames = "console.error", gather.OfPage(in.frames)
	case viaRejection:
		x.Source = "unhandledrejection"
	}
	gather.NameException(x, in.kind, "")
	x.Stack = d.Stack(x.Type+": "+x.Message, in.frames)
	if len(in.frames) > 0 {
		top := &in.frames[0]
		x.File, x.Line, x.Column = top.File, top.Line, top.Column
	}
	if in.count > 1 {
		d.Bag.Number("count", in.count)
	}
	if in.code != 0 {
		d.Bag.Number("code", in.code)
	}
	event.Payload = x
	d.take(event)
}
