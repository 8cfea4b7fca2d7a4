package admit

import (
	"math"
	"net/netip"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// addresses has a bucket for each client address, for at most AddressLimit.MaxAddresses of them. Past that, a new address takes
// over the bucket of the address that was silent for longest, with its present contents: so nobody gets a full bucket by changing
// the address. Safe for concurrent use. A nil *addresses limits nothing.
type addresses struct {
	limit AddressLimit

	mu      sync.Mutex
	buckets *simplelru.LRU[netip.Prefix, *allowance]
}

func newAddresses(limit AddressLimit) (*addresses, error) {
	if limit.EventsPerSecond == 0 {
		return nil, nil
	}
	buckets, err := simplelru.NewLRU[netip.Prefix, *allowance](limit.MaxAddresses, nil)
	if err != nil {
		return nil, err
	}
	return &addresses{limit: limit, buckets: buckets}, nil
}

// allowance of a client: the events that it may send, and the additional weight that it may claim for them.
type allowance struct{ events, weight *bucket }

// of the client.
func (a *addresses) of(client netip.Prefix) allowance {
	if a == nil {
		return allowance{}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if b, ok := a.buckets.Get(client); ok {
		return *b
	}
	b := a.newAllowanceLocked()
	a.buckets.Add(client, b)
	return *b
}

func (a *addresses) newAllowanceLocked() *allowance {
	if a.buckets.Len() >= a.limit.MaxAddresses {
		_, b, _ := a.buckets.RemoveOldest()
		return b
	}
	return &allowance{
		events: newBucket(a.limit.EventsPerSecond, a.limit.Burst),
		weight: newBucket(a.limit.WeightPerMinute/60, int(min(a.limit.WeightPerMinute, math.MaxInt32))),
	}
}

func (a *addresses) len() int {
	if a == nil {
		return 0
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.buckets.Len()
}

// clientBits of an IPv6 address identify the customer, who chooses the rest.
// https://www.rfc-editor.org/rfc/rfc6177
const clientBits = 64

// Client is the prefix that stands for one client. All whose address is unknown are one, the zero
// Prefix.
func Client(address netip.Addr) netip.Prefix {
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
