package sampling

import (
	"math"
	"math/bits"
	"sync"
	"time"
	"unsafe"
)

const (
	bucketSlots = 8
	// fill is how full the table may become before it has to forget sessions early: with two
	// buckets of eight to choose from, 0.02 % of them at this load.
	fill = 0.8
	// maxShards is how many parts of a large table can be used at once, far more than two cores keep
	// waiting for one another.
	maxShards = 64
	// shardBuckets is the least of a shard: below it, the shards would fill unevenly.
	shardBuckets = 512
)

// State remembers the rules of sessions: 16 bytes a slot, 20 bytes per session at full load, allocated once.
//
// It holds MaxSessions sessions. Past that, the session in two candidate buckets that was silent for longest is
// forgotten and counted (Stats). It then continues as a new session: less complete, but unbiased, because neither
// the place nor the choice depends on the randomness. A session without records for the time to live is forgotten
// too. Safe for concurrent use: a large table is in shards, each with a lock of its own.
type State struct {
	ttl    uint32 // seconds
	shards []shard
}

// shard is the part of the table for the fingerprints that fall to it.
type shard struct {
	ttl uint32

	mu        sync.Mutex
	buckets   [][bucketSlots]slot
	entries   int
	evictions int64

	_ [64]byte // the next shard's lock is in another cache line
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
	buckets := int(math.Ceil(float64(max(maxSessions, 1)) / fill / bucketSlots))
	shards := 1
	for shards < maxShards && buckets/(2*shards) >= shardBuckets {
		shards *= 2
	}
	s := &State{ttl: uint32(ttl / time.Second), shards: make([]shard, shards)}
	for i := range s.shards {
		s.shards[i].ttl = s.ttl
		s.shards[i].buckets = make([][bucketSlots]slot, (buckets+shards-1)/shards)
	}
	return s
}

// bytes is the memory of the table.
func (s *State) bytes() (n int) {
	for i := range s.shards {
		n += len(s.shards[i].buckets) * bucketSlots * int(unsafe.Sizeof(slot{}))
	}
	return n
}

// of returns the shard of a fingerprint, by bits that the places within a shard hardly use.
func (s *State) of(fingerprint uint64) *shard {
	return &s.shards[(fingerprint>>16)&uint64(len(s.shards)-1)]
}

// Peek returns the rules of a session and its number of records, without changing the state.
func (s *State) Peek(fingerprint uint64, now time.Time) (earned uint16, records int) {
	h := s.of(fingerprint)
	h.mu.Lock()
	defer h.mu.Unlock()
	entry := h.findLocked(fingerprint)
	if entry == nil || h.expired(entry, unixSeconds(now)) {
		return 0, 0
	}
	return entry.earned, int(entry.records)
}

// Observe counts one record of a session, adds its rules, and returns the session's rules and number of records,
// including this one.
func (s *State) Observe(fingerprint uint64, earns uint16, now time.Time) (earned uint16, records int) {
	return s.Add(fingerprint, earns, 1, now)
}

// Add is Observe for several records at once.
func (s *State) Add(fingerprint uint64, earns uint16, more int, now time.Time) (earned uint16, records int) {
	h, seconds := s.of(fingerprint), unixSeconds(now)
	h.mu.Lock()
	defer h.mu.Unlock()
	entry := h.findLocked(fingerprint)
	if entry == nil {
		entry = h.roomLocked(fingerprint, seconds)
		*entry = slot{fingerprint: fingerprint}
	} else if h.expired(entry, seconds) {
		*entry = slot{fingerprint: fingerprint}
	}
	entry.seen = max(entry.seen, seconds)
	entry.earned |= earns
	entry.records = uint16(min(int(entry.records)+more, math.MaxUint16))
	return entry.earned, int(entry.records)
}

func (s *shard) findLocked(fingerprint uint64) *slot {
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
func (s *shard) roomLocked(fingerprint uint64, now uint32) *slot {
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

func (s *shard) expired(e *slot, now uint32) bool { return now > e.seen && now-e.seen > s.ttl }

// candidates are the two buckets in which a session may be.
func (s *shard) candidates(fingerprint uint64) [2]uint64 {
	n := uint64(len(s.buckets))
	first, _ := bits.Mul64(fingerprint, n)
	// An odd multiplier (2^64/φ) spreads the lower bits, which the first choice hardly uses.
	second, _ := bits.Mul64(bits.ReverseBytes64(fingerprint)*0x9e3779b97f4a7c15, n)
	return [2]uint64{first, second}
}

// Stats returns how many sessions are remembered (including expired ones that are not overwritten yet), and how many
// were forgotten before they expired.
func (s *State) Stats() (entries int, evictions int64) {
	for i := range s.shards {
		h := &s.shards[i]
		h.mu.Lock()
		entries += h.entries
		evictions += h.evictions
		h.mu.Unlock()
	}
	return entries, evictions
}
