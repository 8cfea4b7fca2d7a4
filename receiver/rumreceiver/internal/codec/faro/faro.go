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
	d.r.Object(d.member)
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
		d.r.Object(d.metaMember)
	case "events":
		d.items(d.event)
	case "measurements":
		d.items(d.measurement)
	case "exceptions":
		d.items(d.exception)
	case "logs": // lines of a log are no events of a visit
		d.items(func() wire.Fault { return wire.Fault{Reason: beacon.ReasonUnknownType, Field: name} })
	case "traces":
		d.traces()
	default:
		d.r.Skip()
	}
}

// traces are refused as one item: spans are for the otlp receiver.
func (d *decoder) traces() {
	if d.r.Kind() != 'n' {
		d.refuse(wire.Fault{Reason: beacon.ReasonUnknownType, Field: "traces"})
	}
	d.r.Skip()
}

// passedOver is the fault of an item that tells nothing new: it is no event, and not counted.
const passedOver beacon.Reason = "passed_over"

// items reads a list whose elements build turns into events.
func (d *decoder) items(build func() wire.Fault) {
	d.r.Array(func() {
		if !d.room() {
			d.r.Skip()
			return
		}
		d.item = item{attributes: d.item.attributes[:0], values: d.item.values[:0], stack: d.item.stack[:0]}
		d.trims = d.b.Trims
		d.bag.Reset()
		f := wire.Fault{Reason: beacon.ReasonBadEvent}
		if d.r.Kind() == '{' {
			d.r.Object(d.itemMember)
			if f = (wire.Fault{Reason: beacon.ReasonBadEvent, Field: d.item.faulty}); d.item.faulty == "" {
				f = build()
			}
		} else {
			d.r.Skip()
		}
		switch f.Reason {
		case "", passedOver:
		default:
			d.refuse(f)
		}
	})
}

// room tells whether there is some for another event, and refuses it if not.
func (d *decoder) room() bool {
	if d.index < d.limits.MaxEvents {
		return true
	}
	d.refuse(wire.Fault{Reason: beacon.ReasonTooManyEvents})
	return false
}

// refuse notes that the next item was not taken.
func (d *decoder) refuse(f wire.Fault) {
	d.b.Refuse(d.index, f.Reason, f.Field)
	d.index++
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
