package sampling

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/zeebo/xxh3"
)

// A snapshot is a version, the signature of the session rules, and 16 bytes per session.
const (
	snapshotVersion = 1
	snapshotHeader  = 1 + 8
	snapshotSlot    = 16
)

// ErrSnapshot is returned for what is no snapshot, or one of another version.
var ErrSnapshot = errors.New("not a snapshot of the decision cache")

// ErrOtherRules is returned for a snapshot that was taken under other session rules: what the sessions
// had earned would be taken for something else.
var ErrOtherRules = errors.New("snapshot of the decision cache was taken under other session rules")

// Snapshot returns the sessions that are still remembered now. Restore takes it under the same session
// rules only, in their order.
func (s *State) Snapshot(rules []Rule, now time.Time) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]byte, 0, snapshotHeader+s.entries*snapshotSlot)
	out = append(out, snapshotVersion)
	out = binary.LittleEndian.AppendUint64(out, signature(rules))
	for i := range s.buckets {
		for _, e := range s.buckets[i] {
			if e.seen == 0 || s.expired(&e, unixSeconds(now)) {
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
	if len(snapshot) < snapshotHeader || snapshot[0] != snapshotVersion || (len(snapshot)-snapshotHeader)%snapshotSlot != 0 {
		return ErrSnapshot
	}
	if binary.LittleEndian.Uint64(snapshot[1:]) != signature(rules) {
		return ErrOtherRules
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for rest := snapshot[snapshotHeader:]; len(rest) > 0; rest = rest[snapshotSlot:] {
		e := slot{
			fingerprint: binary.LittleEndian.Uint64(rest),
			seen:        binary.LittleEndian.Uint32(rest[8:]),
			earned:      binary.LittleEndian.Uint16(rest[12:]),
			records:     binary.LittleEndian.Uint16(rest[14:]),
		}
		if e.seen == 0 || s.expired(&e, unixSeconds(now)) {
			continue
		}
		*s.roomLocked(e.fingerprint, unixSeconds(now)) = e
	}
	return nil
}

// signature tells session rules apart by name and order, which is what their bits stand for.
func signature(rules []Rule) uint64 {
	var names []byte
	for _, i := range newSessionRules(rules) {
		names = append(append(names, rules[i].Name...), 0)
	}
	return xxh3.Hash(names)
}
