package intake

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math/rand/v2"
)

// identityOf returns the id of a beacon for receivers of its records: it is the same for a retry and different for
// another batch, and has no seed, so that a batch which is sent again to another process, or to this one after a
// restart, has the name that it had.
func (batch *Batch) identityOf(index int) string {
	b := &batch.Beacons[index]
	var name [16]byte
	if b.Ambiguous {
		binary.LittleEndian.PutUint64(name[:], rand.Uint64())
		binary.LittleEndian.PutUint64(name[8:], rand.Uint64())
		return hex.EncodeToString(name[:])
	}
	h := sha256.New()
	write(h, batch.Application.Name)
	write(h, b.App.Namespace)
	write(h, b.App.Name)
	write(h, b.ID)
	if b.ID == "" {
		_, _ = h.Write(batch.digest[:])
	}
	_ = binary.Write(h, binary.LittleEndian, uint32(index)) //nolint:gosec // bounded by the applications of a body
	copy(name[:], h.Sum(nil))
	return hex.EncodeToString(name[:])
}

// write a text so that no two lists of texts are written alike.
func write(h hash.Hash, text string) {
	_ = binary.Write(h, binary.LittleEndian, uint32(len(text))) //nolint:gosec // of a body that fits in memory
	_, _ = h.Write([]byte(text))
}

func digest(body []byte) (d [16]byte) {
	sum := sha256.Sum256(body)
	copy(d[:], sum[:])
	return d
}
