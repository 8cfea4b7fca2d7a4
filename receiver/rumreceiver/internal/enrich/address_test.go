package enrich

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTruncateLeavesTheNetwork(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.77":        "203.0.113.0",
		"::ffff:203.0.113.77": "203.0.113.0",
		"2001:db8:1:2:3::4":   "2001:db8:1::",
		"fe80::1%eth0":        "fe80::",
	} {
		assert.Equal(t, want, Truncate(netip.MustParseAddr(in)).String())
	}
	assert.False(t, Truncate(netip.Addr{}).IsValid())
}
