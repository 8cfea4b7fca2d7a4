package enrich

import (
	"net/netip"
	"strings"
)

// parseAddress reads an address with or without port, IPv6 with or without brackets.
func parseAddress(s string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(s); err == nil { // as nearly all are
		return withPort.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		if bare, ok := strings.CutPrefix(s, "["); ok {
			addr, _ = netip.ParseAddr(strings.TrimSuffix(bare, "]"))
		}
	}
	return addr.Unmap().WithZone("")
}

// shared is the address space that carriers share among customers, which netip does not know as private.
// https://www.rfc-editor.org/rfc/rfc6598
var shared = netip.MustParsePrefix("100.64.0.0/10")

// isPublic reports whether the address may be that of one client on the internet.
func isPublic(addr netip.Addr) bool {
	return addr.IsGlobalUnicast() && !addr.IsPrivate() && !shared.Contains(addr)
}

const (
	truncateIPv4 = 24
	truncateIPv6 = 48 // what a site is commonly given
)

// Truncate returns the network of the address: the first 24 bits of IPv4, 48 of IPv6, as usual in web analytics. The
// zero Addr is returned unchanged.
func Truncate(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	bits := truncateIPv6
	if addr.Is4() {
		bits = truncateIPv4
	}
	network, err := addr.Prefix(bits)
	if err != nil {
		return netip.Addr{}
	}
	return network.Addr()
}
