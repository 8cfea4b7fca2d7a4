package boomerang

import (
	"math"
	"strconv"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// list calls read for a parameter in JSON or JSURL. Elements before a fault are kept.
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

// take makes an event of the current element, on the page of the beacon.
func (d *decoder) take(event beacon.Event) {
	var ok bool
	if event.Page, ok = d.Page(d.page); !ok {
		d.Refuse(gather.Fault{Reason: beacon.ReasonTooManyPages})
		return
	}
	d.Take(event)
}

// base36 reads a whole number; ok is false when the text is not one.
func base36(text string) (v float64, ok bool) {
	n, err := strconv.ParseUint(text, 36, 53)
	return float64(n), err == nil
}

// resources reads the trie of their URLs.
func (d *decoder) resources() {
	d.list("restiming", func(r *jsonwalk.Reader) { d.node(r, "") })
}

// node is an object whose names continue the URL, or the data of a complete URL, once for each fetch.
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
			if strings.HasPrefix(fetched, "*") { // its size on the page
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

// resource is a digit, the start and the later times, the last one first, and further parts, each behind a star and a digit.
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

// isRequest reports whether it is the request of the beacon itself, which is listed among the resources, too. Only there it has
// sizes.
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
	d.request = nil // a later one is another request to the same URL
	return true
}

// measure reads the parts behind the times of a resource, each behind a star and a digit.
func measure(r *beacon.Resource, parts string) {
	for part := range strings.SplitSeq(parts, "*") {
		if sizes, ok := strings.CutPrefix(part, "1"); ok {
			r.EncodedSize, r.TransferSize, r.DecodedSize = sizesOf(sizes)
		}
	}
}

// base36orZero reads a number that is left out when it is 0.
func base36orZero(text string) (v float64, ok bool) {
	if text == "" {
		return 0, true
	}
	return base36(text)
}

// sizesOf reads the encoded size, and the differences of the other sizes to it; "_" is 0, which means from the cache.
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

// tasks are long tasks.
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

// numberOf reads a number with base 36; NaN when the text is not one.
func (d *decoder) numberOf(r *jsonwalk.Reader) float64 {
	text, _ := r.ID()
	if v, ok := base36(text); ok {
		return v
	}
	return math.NaN()
}

// failure is an error, with the library's short names.
type failure struct {
	message, kind string
	via, code     float64
	count         float64
	at            float64 // Unix ms
	frames        []gather.Frame
}

// The sources of an error in the library.
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
		in.frames = d.Frames(r, frameParts, gather.OriginOf(d.page.URL))
	default:
		r.Skip()
	}
}

var frameParts = gather.FrameParts{
	"f": gather.FrameFunction, "w": gather.FrameFile, "wo": gather.FrameLocalFile, "l": gather.FrameLine, "c": gather.FrameColumn,
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
