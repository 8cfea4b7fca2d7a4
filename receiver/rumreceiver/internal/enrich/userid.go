package enrich

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
)

// hashedUserID is the length of a hashed user id in bytes: with 128 bits, no two users of a site collide.
const hashedUserID = 16

// userIDs converts the application's user ids to those in records. Safe for concurrent use.
type userIDs struct {
	mode   UserIDMode
	hashes sync.Pool // of hash.Hash, keyed
}

func newUserIDs(mode UserIDMode, secret string) *userIDs {
	u := &userIDs{mode: mode}
	u.hashes.New = func() any { return hmac.New(sha256.New, []byte(secret)) }
	return u
}

func (u *userIDs) apply(id string) string {
	switch {
	case id == "" || u.mode == UserIDDrop:
		return ""
	case u.mode != UserIDHash:
		return id
	}
	mac := u.hashes.Get().(hash.Hash)
	defer u.hashes.Put(mac)
	mac.Reset()
	_, _ = mac.Write([]byte(id)) // a hash never fails
	var sum [sha256.Size]byte
	return hex.EncodeToString(mac.Sum(sum[:0])[:hashedUserID])
}
