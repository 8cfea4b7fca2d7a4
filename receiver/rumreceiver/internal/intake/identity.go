package intake

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"

	"github.com/zeebo/xxh3"
)

// identityOf returns the id of a beacon for receivers of its records: it is the same for a retry and different for
// another batch, and has no seed, so that a batch which is sent again to another process, or to this one after a
// restart, has the name that it had.
func (batch *Batch) identityOf(index int) string {
	var name [16]byte
	if batch.Beacons[index].Ambiguous {
		binary.LittleEndian.PutUint64(name[:], rand.Uint64())
		binary.LittleEndian.PutUint64(name[8:], rand.Uint64())
		return hex.EncodeToString(name[:])
	}
	sum := sha256.Sum256(batch.identify(index))
	copy(name[:], sum[:])
	return hex.EncodeToString(name[:])
}

// nameOf is a cheaper identityOf, for components of this process; 0 if it has none.
func (batch *Batch) nameOf(index int) uint64 {
	if batch.Beacons[index].Ambiguous {
		return 0
	}
	return max(xxh3.Hash(batch.identify(index)), 1)
}

// identify is what distinguishes a beacon from others.
func (batch *Batch) identify(index int) []byte {
	b := &batch.Beacons[index]
	all := make([]byte, 0, 128)
	for _, text := range []string{batch.Application.Name, b.App.Namespace, b.App.Name, b.ID} {
		all = binary.LittleEndian.AppendUint32(all, uint32(len(text))) //nolint:gosec // of a body that fits in memory
		all = append(all, text...)
	}
	if b.ID == "" {
		all = append(all, batch.digest[:]...)
	}
	return binary.LittleEndian.AppendUint32(all, uint32(index)) //nolint:gosec // bounded by the applications of a body
}

// digest of a body. Only stores need one that nobody can forge.
func digest(body []byte, forStores bool) (d [16]byte) {
	if !forStores {
		return xxh3.Hash128(body).Bytes()
	}
	sum := sha256.Sum256(body)
	copy(d[:], sum[:])
	return d
}
