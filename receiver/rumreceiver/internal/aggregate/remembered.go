package aggregate

import (
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// generations is in how many parts the remembered vitals are kept. A part is forgotten as a whole, so
// that a vital is remembered for up to a third longer than asked for.
const generations = 4

// remembered are the counted vitals with their values, to distinguish a later report from a repetition. It is
// not safe for concurrent use.
//
// Once three quarters of a part are taken, the rest of it is for the vitals of addresses that have few in it. Those of others
// are kept apart, and forgotten as soon as there are too many of them: so a flood from one address does not make the parts
// shorter for everybody.
type remembered struct {
	parts     [generations]values // the newest first
	shares    recent.Counts       // of the newest part
	excess    values              // at most an eighth of a part
	begun     int64               // Unix ns: when the newest part began
	span      int64               // ns that one part holds
	limit     int                 // of one part
	forgotten int64               // before their time, because there were too many
}

func newRemembered(limit int, age time.Duration) remembered {
	return remembered{span: int64(age) / (generations - 1), limit: max(limit/generations, 1)}
}

func (r *remembered) len() (n int) {
	for i := range r.parts {
		n += r.parts[i].len
	}
	return n + r.excess.len
}

// find returns the counted value, and restarts the time for which the vital is remembered.
func (r *remembered) find(id uint64, of recent.Share, now int64) (counted float32, ok bool) {
	r.turn(now)
	for i := range r.parts {
		if counted, ok = r.parts[i].get(id); ok {
			if i > 0 {
				r.parts[i].remove(id)
				r.add(id, counted, of, now)
			}
			return counted, true
		}
	}
	return r.excess.get(id)
}

// add remembers a new vital, for a share.
func (r *remembered) add(id uint64, counted float32, of recent.Share, now int64) {
	r.turn(now)
	part := r.parts[0].len
	if part >= r.limit-r.limit/4 && r.shares.Excess(of, r.limit) {
		r.exceed(id, counted)
		return
	}
	if part >= r.limit {
		r.forgotten += int64(r.parts[generations-1].len)
		r.rotate(now)
	}
	r.shares.Add(of)
	r.parts[0].put(id, counted)
}

// exceed remembers a vital of an address that has too many.
func (r *remembered) exceed(id uint64, counted float32) {
	if r.excess.len >= max(r.limit/8, 1) {
		r.forgotten += int64(r.excess.len)
		r.excess.clear()
	}
	r.excess.put(id, counted)
}

// turn begins new parts as time goes on.
func (r *remembered) turn(now int64) {
	if r.begun == 0 {
		r.begun = now
	}
	for n := 0; r.span > 0 && now-r.begun >= r.span; n++ {
		if n == generations { // all is forgotten
			r.begun = now
			return
		}
		r.rotate(r.begun + r.span)
	}
}

func (r *remembered) rotate(now int64) {
	oldest := r.parts[generations-1]
	copy(r.parts[1:], r.parts[:generations-1])
	oldest.clear()
	r.parts[0], r.begun = oldest, now
	r.shares = recent.Counts{}
}
