package aggregate

import (
	"encoding/binary"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// batches are the ids of the beacons that were counted last, for a later process: it knows the counts, but not who already
// delivered what, and a client repeats a batch that another sink refused. They have no use for the process that counted them.
// At most max, each for window; past max the oldest is forgotten. Not safe for concurrent use.
type batches struct {
	max    int // 0: none are remembered
	window int64
	all    []countedBatch // the oldest at next, once there are max
	next   int
	// earlier are those that earlier processes counted, until a time when none can be sent again.
	earlier map[uint64]int64
	until   int64
}

type countedBatch struct {
	id uint64 // hash
	at int64  // Unix ns
}

// batchBytes of each in a snapshot.
const batchBytes = 16

func newBatches(limit int, window time.Duration) batches {
	return batches{max: limit, window: int64(window)}
}

func (b *batches) add(id uint64, now int64) {
	one := countedBatch{id: id, at: now}
	if len(b.all) < b.max {
		b.all = append(b.all, one)
		return
	}
	b.all[b.next] = one
	b.next = (b.next + 1) % b.max
}

// isKnown reports whether an earlier process counted the batch.
func (b *batches) isKnown(id uint64, now int64) bool {
	if now > b.until {
		b.earlier = nil
	}
	at, ok := b.earlier[id]
	return ok && now-at <= b.window
}

// save packs those that may still be sent again, the oldest first.
func (b *batches) save(now int64) []byte {
	packed := make([]byte, 0, batchBytes*len(b.all))
	for i := range b.all {
		one := b.all[(b.next+i)%len(b.all)]
		if now-one.at <= b.window {
			packed = binary.LittleEndian.AppendUint64(packed, one.id)
			packed = binary.LittleEndian.AppendUint64(packed, uint64(one.at))
		}
	}
	return packed
}

func (b *batches) load(packed []byte, now int64) {
	if b.max == 0 {
		return
	}
	b.until = now + b.window
	b.earlier = make(map[uint64]int64, len(packed)/batchBytes)
	for ; len(packed) >= batchBytes; packed = packed[batchBytes:] {
		id, at := binary.LittleEndian.Uint64(packed), int64(binary.LittleEndian.Uint64(packed[8:]))
		b.earlier[id] = at
		b.add(id, at) // the next process may be the one that gets it
	}
}

// isCountedLocked remembers a beacon, and reports whether an earlier process counted it. Beacons without an id, or with one that
// is not theirs alone, are new.
func (a *Aggregator) isCountedLocked(b *beacon.Beacon, now int64) bool {
	if a.batches.max == 0 || b.ID == "" || b.Ambiguous {
		return false
	}
	id := a.hashLocked("batch", b.App.Name, b.App.Environment, b.ID)
	if a.batches.isKnown(id, now) {
		return true
	}
	a.batches.add(id, now)
	return false
}
