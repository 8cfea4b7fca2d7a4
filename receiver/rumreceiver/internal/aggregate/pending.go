package aggregate

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"

// pending are the vitals that wait for their last report, each with the time at which it counts if
// nothing more comes. It is not safe for concurrent use; its owner bounds it.
//
// The times are a heap. A time that is postponed by a report or by a session is corrected only when it reaches the top: so a
// report costs no sorting, and a session postpones its vitals without a call for each of them.
type pending struct {
	index recent.Index // by vital
	views recent.Index // the first vital of each page view
	// entries have the vitals; the first stands for none.
	entries recent.Slab[waitingVital]
	shares  *recent.Shares // by who reported a vital first
	heap    []deadline
}

func (p *pending) at(i int32) *waitingVital { return p.entries.At(i) }

type deadline struct {
	at    int64 // Unix ns
	entry int32
}

// waitingVital is the last report of a vital that has not settled. It has no pointers: the garbage collector passes over them.
type waitingVital struct {
	id, view, session uint64 // hashes; view and session are 0 when unknown
	value, weight     float64
	time              int64 // Unix ms, by the browser's own clock; 0 when unknown
	touched           int64 // Unix ns, when it was last reported
	series            wait
	byQuestion        [numQuestions]wait // of a Core Web Vital; 0 without breakdown
	details           int32              // place in Aggregator.details; 0 for most
	place             int32              // in the heap
	next, previous    int32              // of the same page view
	// ended: its page view has ended, so that nothing postpones it any more.
	ended bool
	// reported: its client reports the end of page views.
	reported bool
	// left: its page view was left, so that its session does not postpone it any more.
	left bool
}

func newPending() pending {
	return pending{entries: recent.NewSlab[waitingVital](), shares: recent.NewShares()}
}

func (p *pending) len() int { return p.index.Len() }

// find returns a vital. The pointer is valid until it is removed.
func (p *pending) find(id uint64) (*waitingVital, bool) {
	i := p.index.Find(id, func(place int32) uint64 { return p.at(place).id })
	return p.at(i), i != 0
}

// ofView is the first vital of a page view; 0 for none.
func (p *pending) ofView(view uint64) int32 {
	return p.views.Find(view, func(place int32) uint64 { return p.at(place).view })
}

// add begins to wait for further reports of a new vital, until the given time.
func (p *pending) add(v waitingVital, of recent.Share, until int64) {
	i := p.entries.Allocate()
	p.shares.Add(i, of)
	if v.view != 0 {
		if v.next = p.ofView(v.view); v.next == 0 {
			p.views.Add(v.view, i)
		} else {
			p.views.Move(v.view, v.next, i)
			p.at(v.next).previous = i
		}
	}
	p.index.Add(v.id, i)
	*p.at(i) = v
	p.heap = append(p.heap, deadline{at: until, entry: i})
	p.up(len(p.heap) - 1)
}

// reported notes that a vital that find returned was reported again.
func (p *pending) reported(v *waitingVital) { p.shares.Touch(p.heap[v.place].entry) }

// end makes all vitals of the page view count at the given time.
func (p *pending) end(view uint64, at int64) {
	for i := p.ofView(view); i != 0; i = p.at(i).next {
		if v := p.at(i); !v.ended {
			v.ended = true
			p.move(int(v.place), at)
		}
	}
}

// first is the vital that is due first, and when; nil when none waits.
func (p *pending) first() (*waitingVital, int64) {
	if len(p.heap) == 0 {
		return nil, 0
	}
	return p.at(p.heap[0].entry), p.heap[0].at
}

// share is the share of the address that reported the vital first.
func (p *pending) share(v *waitingVital) recent.Share { return p.shares.Of(p.heap[v.place].entry) }

// excess is the vital to count first when too many wait: of an address that has too many. It is nil if no address has.
func (p *pending) excess() *waitingVital {
	if i := p.shares.Excess(); i != 0 {
		return p.at(i)
	}
	return nil
}

// remove forgets a vital that find or first returned.
func (p *pending) remove(v *waitingVital) {
	last := len(p.heap) - 1
	place := int(v.place)
	i := p.heap[place].entry
	p.swap(place, last)
	p.heap = p.heap[:last]
	if place < last {
		p.down(place)
		p.up(place)
	}
	p.unlink(v, i)
	p.index.Remove(v.id, i)
	p.shares.Remove(i)
	p.entries.Free(i)
}

// unlink takes the vital at a place out of those of its page view.
func (p *pending) unlink(v *waitingVital, place int32) {
	if v.view == 0 {
		return
	}
	p.at(v.next).previous = v.previous
	switch {
	case v.previous != 0:
		p.at(v.previous).next = v.next
	case v.next != 0:
		p.views.Move(v.view, place, v.next)
	default:
		p.views.Remove(v.view, place)
	}
}

// move changes the time of the vital at an index of the heap.
func (p *pending) move(place int, at int64) {
	p.heap[place].at = at
	p.down(place)
	p.up(place)
}

func (p *pending) up(place int) {
	for place > 0 && p.heap[place].at < p.heap[(place-1)/2].at {
		p.swap(place, (place-1)/2)
		place = (place - 1) / 2
	}
	p.at(p.heap[place].entry).place = int32(place)
}

func (p *pending) down(place int) {
	for {
		child := 2*place + 1
		if child+1 < len(p.heap) && p.heap[child+1].at < p.heap[child].at {
			child++
		}
		if child >= len(p.heap) || p.heap[place].at <= p.heap[child].at {
			break
		}
		p.swap(place, child)
		place = child
	}
	p.at(p.heap[place].entry).place = int32(place)
}

func (p *pending) swap(i, j int) {
	p.heap[i], p.heap[j] = p.heap[j], p.heap[i]
	p.at(p.heap[i].entry).place = int32(i)
	p.at(p.heap[j].entry).place = int32(j)
}
