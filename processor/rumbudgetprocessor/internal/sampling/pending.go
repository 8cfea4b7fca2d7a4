package sampling

import "time"

// Pending is what one batch adds to a State. The records of the batch see it, others do not until it is
// committed: a batch that is refused behind us comes again, and must find everything as it was. Not safe
// for concurrent use; the State is.
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

// NewPending returns an empty one.
func NewPending(s *State) *Pending { return &Pending{state: s, index: map[uint64]int{}} }

// Observe is State.Observe, to be committed.
func (p *Pending) Observe(fingerprint uint64, earns uint16, now time.Time) (earned uint16, records int) {
	e := p.slot(fingerprint, now)
	e.earned |= earns
	e.earns |= earns
	e.records++
	e.more++
	return e.earned, e.records
}

// slot finds the batch's own, of which the last is the likeliest: most batches are of one session.
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
		p.state.Add(e.fingerprint, e.earns, e.more, now)
	}
	p.Discard()
}

// Discard forgets the batch.
func (p *Pending) Discard() {
	p.all = p.all[:0]
	clear(p.index)
}
