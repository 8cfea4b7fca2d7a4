package admit

import (
	"net/netip"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// addresses has one bucket per client address, for at most AddressLimit.MaxAddresses of them. Past
// that, a new address takes over the bucket of the one that was silent for longest, as it is:
// empty buckets cannot be swapped for full ones by changing the address. Safe for concurrent use.
// The nil addresses limits nothing.
type addresses struct {
	limit AddressLimit

	mu      sync.Mutex
	buckets *simplelru.LRU[netip.Prefix, *bucket]
}

func newAddresses(limit AddressLimit) (*addresses, error) {
	if limit.EventsPerSecond == 0 {
		return nil, nil
	}
	buckets, err := simplelru.NewLRU[netip.Prefix, *bucket](limit.MaxAddresses, nil)
	if err != nil {
		return nil, err
	}
	return &addresses{limit: limit, buckets: buckets}, nil
}

// bucket of the client.
func (a *addresses) bucket(client netip.Prefix) *bucket {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if b, ok := a.buckets.Get(client); ok {
		return b
	}
	b := a.newBucketLocked()
	a.buckets.Add(client, b)
	return b
}

func (a *addresses) newBucketLocked() *bucket {
	if a.buckets.Len() >= a.limit.MaxAddresses {
		_, b, _ := a.buckets.RemoveOldest()
		return b
	}
	return newBucket(a.limit.EventsPerSecond, a.limit.Burst)
}

func (a *addresses) len() int {
	if a == nil {
		return 0
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.buckets.Len()
}

// clientBits of an IPv6 address name the customer; the rest is the customer's own choice.
// https://www.rfc-editor.org/rfc/rfc6177
const clientBits = 64

// clientOf is the prefix that stands for one client. All whose address is unknown are one, the zero
// Prefix.
func clientOf(address netip.Addr) netip.Prefix {
	address = address.Unmap().WithZone("")
	bits := address.BitLen()
	if address.Is6() {
		bits = clientBits
	}
	prefix, err := address.Prefix(bits)
	if err != nil { // only the zero address has no prefix
		return netip.Prefix{}
	}
	return prefix
}
