package sampling

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/zeebo/xxh3"
)

// A snapshot has a version, the signature of the session rules, 16 bytes per session, and a checksum, because one
// damaged byte could keep a session for ever.
const (
	snapshotVersion  = 2
	snapshotHeader   = 1 + 8
	snapshotSlot     = 16
	snapshotChecksum = 8
)

// ErrSnapshot is returned for data that is not a snapshot, is damaged, or has another version.
var ErrSnapshot = errors.New("no snapshot of the decision cache, a damaged one, or one of another version")

// ErrOtherRules is returned for a snapshot made with other session rules, whose bits would have another meaning.
var ErrOtherRules = errors.New("snapshot of the decision cache was taken under other session rules")

// Snapshot returns the sessions that are not expired now. Restore accepts it only with the same session rules in the
// same order.
func (s *State) Snapshot(rules []Rule, now time.Time) []byte {
	entries, _ := s.Stats()
	out := make([]byte, 0, snapshotHeader+entries*snapshotSlot+snapshotChecksum)
	out = append(out, snapshotVersion)
	out = binary.LittleEndian.AppendUint64(out, signature(rules))
	for i := range s.shards {
		out = s.shards[i].appendTo(out, unixSeconds(now))
	}
	return binary.LittleEndian.AppendUint64(out, xxh3.Hash(out))
}

func (s *shard) appendTo(out []byte, now uint32) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.buckets {
		for _, e := range s.buckets[i] {
			if e.seen == 0 || s.expired(&e, now) {
				continue
			}
			out = binary.LittleEndian.AppendUint64(out, e.fingerprint)
			out = binary.LittleEndian.AppendUint32(out, e.seen)
			out = binary.LittleEndian.AppendUint16(out, e.earned)
			out = binary.LittleEndian.AppendUint16(out, e.records)
		}
	}
	return out
}

// Restore adds the sessions of a snapshot that are not expired. The table may be smaller than the one
// that the snapshot was taken of; the oldest are forgotten then. Nothing is restored on an error.
func (s *State) Restore(snapshot []byte, rules []Rule, now time.Time) error {
	slots, err := slotsOf(snapshot, rules)
	if err != nil {
		return err
	}
	seconds := unixSeconds(now)
	for ; len(slots) > 0; slots = slots[snapshotSlot:] {
		fingerprint := binary.LittleEndian.Uint64(slots)
		s.of(fingerprint).restore(slot{
			fingerprint: fingerprint,
			// A clock that has been put back would make sessions of the future, which outlive all others.
			seen:    min(binary.LittleEndian.Uint32(slots[8:]), seconds),
			earned:  binary.LittleEndian.Uint16(slots[12:]),
			records: binary.LittleEndian.Uint16(slots[14:]),
		}, seconds)
	}
	return nil
}

func (s *shard) restore(e slot, now uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.expired(&e, now) {
		return
	}
	room := s.roomLocked(e.fingerprint, now)
	if room.seen > e.seen && !s.expired(room, now) {
		return // forgotten in favour of one that was heard of later
	}
	*room = e
}

// slotsOf checks a snapshot and returns its sessions.
func slotsOf(snapshot []byte, rules []Rule) ([]byte, error) {
	body := len(snapshot) - snapshotChecksum
	if body < snapshotHeader || snapshot[0] != snapshotVersion || (body-snapshotHeader)%snapshotSlot != 0 ||
		binary.LittleEndian.Uint64(snapshot[body:]) != xxh3.Hash(snapshot[:body]) {
		return nil, ErrSnapshot
	}
	if binary.LittleEndian.Uint64(snapshot[1:]) != signature(rules) {
		return nil, ErrOtherRules
	}
	return snapshot[snapshotHeader:body], nil
}

// signature identifies session rules by name and order, which give the bits their meaning.
func signature(rules []Rule) uint64 {
	var names []byte
	for _, i := range newSessionRules(rules) {
		names = append(append(names, rules[i].Name...), 0)
	}
	return xxh3.Hash(names)
}
