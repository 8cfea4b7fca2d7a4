package sampling

import (
	"math"
	"math/bits"
	"sync"
	"time"
)

const (
	bucketSlots = 8
	// fill is how full the table may become before it has to forget sessions early: with two
	// buckets of eight to choose from, 0.02 % of them at this load.
	fill = 0.8
)

// State remembers what sessions have earned: 16 bytes a slot, 20 bytes per session at full load,
// allocated once.
//
// It holds MaxSessions sessions. Past that, the one that was heard of longest ago in two candidate
// buckets is forgotten and counted (Stats); it then goes on as a new session would, less complete and
// still unbiased, because neither the place nor the choice depends on the randomness.
// A session not heard of for the time to live is forgotten too. Safe for concurrent use.
type State struct {
	ttl uint32 // seconds

	mu        sync.Mutex
	buckets   [][bucketSlots]slot
	entries   int
	evictions int64
}

// slot is one session. seen is in Unix seconds, 0 for an empty slot.
type slot struct {
	fingerprint uint64
	seen        uint32
	earned      uint16
	records     uint16 // saturates
}

// NewState returns room for that many sessions, at least one.
func NewState(maxSessions int, ttl time.Duration) *State {
	n := int(math.Ceil(float64(max(maxSessions, 1)) / fill / bucketSlots))
	return &State{ttl: uint32(ttl / time.Second), buckets: make([][bucketSlots]slot, n)}
}

// Observe counts one record of a session, adds what it earns, and returns what the session has
// earned and how many records it has had, this one included.
func (s *State) Observe(fingerprint uint64, earns uint16, now time.Time) (earned uint16, records int) {
	seconds := unixSeconds(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	entry := s.findLocked(fingerprint)
	if entry == nil {
		entry = s.roomLocked(fingerprint, seconds)
		*entry = slot{fingerprint: fingerprint}
	} else if s.expired(entry, seconds) {
		*entry = slot{fingerprint: fingerprint}
	}
	entry.seen = max(entry.seen, seconds)
	entry.earned |= earns
	if entry.records < math.MaxUint16 {
		entry.records++
	}
	return entry.earned, int(entry.records)
}

func (s *State) findLocked(fingerprint uint64) *slot {
	for _, b := range s.candidates(fingerprint) {
		for i := range s.buckets[b] {
			if e := &s.buckets[b][i]; e.fingerprint == fingerprint && e.seen != 0 {
				return e
			}
		}
	}
	return nil
}

// roomLocked returns the slot to overwrite: an empty one, else an expired one, else the oldest.
// Empty ones are taken from the emptier bucket, which is what makes two choices better than one.
func (s *State) roomLocked(fingerprint uint64, now uint32) *slot {
	candidates := s.candidates(fingerprint)
	var free *slot
	most := 0
	oldest := &s.buckets[candidates[0]][0]
	for _, b := range candidates {
		empty := 0
		var first *slot
		for i := range s.buckets[b] {
			e := &s.buckets[b][i]
			if e.seen == 0 {
				empty++
				first = e
			}
			if e.seen < oldest.seen {
				oldest = e
			}
		}
		if empty > most {
			free, most = first, empty
		}
	}
	if free != nil {
		s.entries++
		return free
	}
	if !s.expired(oldest, now) {
		s.evictions++
	}
	return oldest
}

// unixSeconds is never 0, which marks an empty slot.
func unixSeconds(t time.Time) uint32 { return uint32(max(t.Unix(), 1)) }

func (s *State) expired(e *slot, now uint32) bool { return now > e.seen && now-e.seen > s.ttl }

// candidates are the two buckets in which a session may be.
func (s *State) candidates(fingerprint uint64) [2]uint64 {
	n := uint64(len(s.buckets))
	first, _ := bits.Mul64(fingerprint, n)
	// An odd multiplier (2^64/φ) spreads the lower bits, which the first choice hardly uses.
	second, _ := bits.Mul64(bits.ReverseBytes64(fingerprint)*0x9e3779b97f4a7c15, n)
	return [2]uint64{first, second}
}

// Stats returns how many sessions are remembered, expired ones that nobody has overwritten yet
// included, and how many have been forgotten before their time.
func (s *State) Stats() (entries int, evictions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries, s.evictions
}
