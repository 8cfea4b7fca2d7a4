package sampling

import "time"

// Pending holds the changes of one batch to a State. Only the records of the batch see them until they are committed:
// a batch that a later component refuses is sent again, and must find the state unchanged. Not safe for concurrent
// use; the State is.
type Pending struct {
	state *State
	all   []pendingSlot
	index map[uint64]int
}

type pendingSlot struct {
	fingerprint uint64
	earned      uint16
	earns       uint16 // what the batch adds
	records     int
	more        int // what the batch adds
}

// NewPending returns an empty Pending.
func NewPending(s *State) *Pending { return &Pending{state: s, index: map[uint64]int{}} }

// Observe is like State.Observe, but takes effect with Commit.
func (p *Pending) Observe(fingerprint uint64, earns uint16, now time.Time) (earned uint16, records int) {
	e := p.learn(fingerprint, earns, now)
	e.records++
	e.more++
	return e.earned, e.records
}

// learn adds rules to a slot, but no record. Without either, nothing is committed.
func (p *Pending) learn(fingerprint uint64, earns uint16, now time.Time) *pendingSlot {
	e := p.slot(fingerprint, now)
	e.earned |= earns
	e.earns |= earns
	return e
}

// slot returns the batch's own slot of a session. It looks at the last slot first, because most batches have one
// session.
func (p *Pending) slot(fingerprint uint64, now time.Time) *pendingSlot {
	if last := len(p.all) - 1; last >= 0 && p.all[last].fingerprint == fingerprint {
		return &p.all[last]
	}
	if i, ok := p.index[fingerprint]; ok {
		return &p.all[i]
	}
	earned, records := p.state.Peek(fingerprint, now)
	p.index[fingerprint] = len(p.all)
	p.all = append(p.all, pendingSlot{fingerprint: fingerprint, earned: earned, records: records})
	return &p.all[len(p.all)-1]
}

// Commit adds everything to the state, in the order of the batch.
func (p *Pending) Commit(now time.Time) {
	for i := range p.all {
		e := &p.all[i]
		if e.more == 0 && e.earns == 0 {
			continue
		}
		p.state.Add(e.fingerprint, e.earns, e.more, now)
	}
	p.Discard()
}

// Discard forgets the batch.
func (p *Pending) Discard() {
	p.all = p.all[:0]
	clear(p.index)
}
