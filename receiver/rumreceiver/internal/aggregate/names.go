package aggregate

import "time"

// names bounds the names of one metric that applications choose, each with its unit. Strangers can
// invent them as well: without a bound of their own they would take every series of the metric, and
// those of the application's own names would overflow. The Aggregator's mutex guards it.
//
// At most limit are in use at a time, some 100 B each. Past it, values of others go to the overflow
// series, until a name that was not seen for maxIdle makes room.
type names struct {
	limit   int
	maxIdle time.Duration // 0: names stay for ever
	known   recent[struct{}]
}

// admit tells whether the name may have series.
func (n *names) admit(id uint64, now int64) bool {
	if _, known := n.known.get(id); !known && n.known.len() >= n.limit && !n.makeRoom(now) {
		return false
	}
	n.known.touch(id, now)
	return true
}

func (n *names) makeRoom(now int64) bool {
	oldest, at, _, ok := n.known.oldest()
	if !ok || n.maxIdle == 0 || now-at < int64(n.maxIdle) {
		return false
	}
	n.known.remove(oldest)
	return true
}

// named counts a value at the labels that are the instrument's own, if their name is among those of
// the metric; otherwise in the overflow series.
func (r *recording) named(id instrumentID, value float64, own ...string) {
	f := &r.a.families[id]
	switch {
	case !countable(value):
	case f.names.admit(r.a.hashLocked(own...), r.now):
		r.observe(id, value, own...)
	default:
		r.outcome.NamesOverflowed++
		f.overflow(r.a.key[:r.resource], r.now).record(value, r.weight, r.now)
	}
}
