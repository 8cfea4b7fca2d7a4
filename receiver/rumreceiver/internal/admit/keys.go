package admit

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
)

// MaxKeyLength is how long a key may be, in bytes. A longer key is refused without hashing it, so that hashing costs the same for
// every request. 256 is four times the length of a random key.
const MaxKeyLength = 256

// keys finds the application of a key. Immutable, and so safe for concurrent use.
type keys struct {
	hashes []keyHash
	owners []int32 // index of the application, one per hash
}

// keyHash makes keys equally long, so that a comparison does not reveal their length.
type keyHash [sha256.Size]byte

// add registers the keys of one application.
func (k *keys) add(owner int, keys []string) error {
	var errs []error
	if len(keys) == 0 {
		errs = append(errs, errors.New("'keys' must not be empty"))
	}
	for i, key := range keys {
		if key == "" || len(key) > MaxKeyLength {
			errs = append(errs, fmt.Errorf("'keys[%d]' must have 1 to %d bytes (got %d)", i, MaxKeyLength, len(key)))
			continue
		}
		if _, known := k.find(key); known {
			errs = append(errs, fmt.Errorf("'keys[%d]' is in use already", i))
			continue
		}
		k.hashes = append(k.hashes, hashKey(key))
		k.owners = append(k.owners, int32(owner))
	}
	return errors.Join(errs...)
}

// find returns the owner of the key. It always compares all keys in full, so that it always takes the same time.
func (k *keys) find(key string) (owner int, ok bool) {
	if key == "" || len(key) > MaxKeyLength {
		return 0, false
	}
	hash := hashKey(key)
	found := -1
	for i := range k.hashes {
		equal := subtle.ConstantTimeCompare(hash[:], k.hashes[i][:])
		found = subtle.ConstantTimeSelect(equal, int(k.owners[i]), found)
	}
	return found, found >= 0
}

func hashKey(key string) keyHash {
	var buffer [MaxKeyLength]byte // on the stack, where a conversion of the string would not be
	return sha256.Sum256(buffer[:copy(buffer[:], key)])
}
