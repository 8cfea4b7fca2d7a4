// Package faro decodes what the Grafana Faro Web SDK sends: one object with what all items of the body share,
// and a list of items for each kind of signal.
//
// https://github.com/grafana/faro-web-sdk/blob/main/packages/core/src/transports/types.ts
package faro

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// Decode reads one body. A body that cannot be read at all gives a *beacon.Rejection; an item that
// cannot be taken is noted in Beacon.Refused, and the others go on. The result does not alias body.
// Safe for concurrent use.
func Decode(body []byte, limits beacon.Limits) (beacon.Beacon, error) {
	if err := wire.RejectEmpty(body); err != nil {
		return beacon.Beacon{}, err
	}
	r, repaired := wire.NewReader(body)
	d := decoder{r: &r, limits: limits, b: beacon.Beacon{Repaired: repaired}, page: beacon.Page{SessionImplicit: true}}
	d.bag = wire.NewBag(&d.limits, &d.b.Trims)
	d.object(d.member)
	if r.End(); r.Rejection() != nil {
		return beacon.Beacon{}, r.Rejection()
	}
	if !d.hasMeta {
		return beacon.Beacon{}, &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: `the body is no payload of Faro: it has no "meta"`}
	}
	if len(d.b.Events) > 0 {
		d.b.Pages = []beacon.Page{d.page}
	}
	return d.b, nil
}

type decoder struct {
	r       *wire.Reader
	limits  beacon.Limits
	b       beacon.Beacon
	hasMeta bool
	hasView bool
	page    beacon.Page // the one of all items
	index   int         // of the next item

	// Scratch of the item being read.
	item item
	bag  wire.Bag
	// trims before the item.
	trims beacon.Trims
}

// item is one of any list, before its kind is known.
type item struct {
	name, kind, value, timestamp string
	attributes                   texts // of an event, or the context of others
	values                       []beacon.Attribute
	stack                        []byte
	file                         string
	line, column                 int64
	faulty                       string // the first member of a wrong type
}

func (d *decoder) member(name string) {
	switch name {
	case "meta":
		d.hasMeta = true
		d.object(d.metaMember)
	case "events":
		d.items(d.event)
	case "measurements":
		d.items(d.measurement)
	case "exceptions":
		d.items(d.exception)
	case "logs": // lines of a log are no events of a visit
		d.items(func() fault { return fault{beacon.ReasonUnknownType, name} })
	case "traces":
		d.traces()
	default:
		d.r.Skip()
	}
}

// traces are refused as one item: spans are for the otlp receiver.
func (d *decoder) traces() {
	if d.r.Kind() != 'n' {
		d.b.Refuse(d.index, beacon.ReasonUnknownType, "traces")
		d.index++
	}
	d.r.Skip()
}

// object calls member for each member of an object; false if it was something else, which is passed over.
func (d *decoder) object(member func(name string)) (ok bool) {
	entered, ok := d.r.Open('{')
	for entered && d.r.More('}') {
		member(d.r.Name())
	}
	return ok
}

// fault says why an item is refused; nothing while it is not. Passed over is what tells nothing new.
type fault struct {
	reason beacon.Reason
	field  string
}

const passedOver beacon.Reason = "passed_over"

// items reads a list whose elements build turns into events.
func (d *decoder) items(build func() fault) {
	entered, _ := d.r.Open('[')
	for entered && d.r.More(']') {
		if !d.room() {
			d.r.Skip()
			continue
		}
		d.item = item{attributes: d.item.attributes[:0], values: d.item.values[:0], stack: d.item.stack[:0]}
		d.trims = d.b.Trims
		d.bag.Reset()
		f := fault{reason: beacon.ReasonBadEvent}
		if d.r.Kind() == '{' {
			d.object(d.itemMember)
			if f = (fault{beacon.ReasonBadEvent, d.item.faulty}); d.item.faulty == "" {
				f = build()
			}
		} else {
			d.r.Skip()
		}
		switch f.reason {
		case "", passedOver:
		default:
			d.b.Refuse(d.index, f.reason, f.field)
			d.index++
		}
	}
}

// room tells whether there is some for another event, and refuses it if not.
func (d *decoder) room() bool {
	if d.index < d.limits.MaxEvents {
		return true
	}
	d.b.Refuse(d.index, beacon.ReasonTooManyEvents, "")
	d.index++
	return false
}

// take adds an event of the item. `count` is 0 for another one of the same item.
func (d *decoder) take(event beacon.Event, count int) {
	event.Index, event.Count = d.index, count
	event.Trimmed = d.b.Trims.Since(&d.trims)
	event.Attributes = d.bag.Free()
	d.b.Events = append(d.b.Events, event)
	d.index += count
}

func (d *decoder) text(bound beacon.Bound) string {
	s, _ := d.r.Str()
	return d.b.Trims.Cut(s, &d.limits, bound)
}

// time of the item; ok is false when it has none that can be.
func (d *decoder) time() (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, d.item.timestamp)
	if err != nil {
		return time.Time{}, false
	}
	return wire.FromMillis(float64(at.UnixMilli()))
}

// texts are the attributes of an item: Faro makes strings of everything.
type texts []beacon.Attribute

func (t texts) get(key string) string {
	for i := range t {
		if t[i].Key == key {
			return t[i].String
		}
	}
	return ""
}
