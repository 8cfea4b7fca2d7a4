package enrich

import (
	"net/http"
	"net/netip"
	"strings"
)

// maxForwarded is how many bytes of a forwarding header are read, from its end: forty hops of IPv6.
// What stands before was written by the client or by proxies further away.
const maxForwarded = 2048

// ClientAddress is the address of the browser: that of the connection, unless the connection comes
// from a trusted proxy. Then the forwarding headers are read from right to left, past further
// trusted proxies, to the first address that no trusted proxy vouches for: everything left of it is
// only claimed. X-Forwarded-For is read before Forwarded (RFC 7239) and X-Real-IP; a trusted proxy
// must overwrite or extend the one it uses and remove the others.
//
// An entry that is no address (unknown, an obfuscated name) ends the walk: the answer is the last
// proxy before it. The zero Addr means that remote, "host:port" or "host", is no address. IPv4 in
// IPv6 is unwrapped, zones are removed.
func ClientAddress(remote string, header http.Header, trusted []netip.Prefix) netip.Addr {
	peer := parseAddress(remote)
	if !isTrusted(peer, trusted) {
		return peer
	}
	if values := header.Values("X-Forwarded-For"); len(values) > 0 {
		return walkBack(peer, values, trusted, strings.TrimSpace)
	}
	if values := header.Values("Forwarded"); len(values) > 0 {
		return walkBack(peer, values, trusted, forwardedFor)
	}
	if real := parseAddress(strings.TrimSpace(header.Get("X-Real-Ip"))); real.IsValid() {
		return real
	}
	return peer
}

// walkBack goes through the elements of the header lines from the last to the first.
func walkBack(peer netip.Addr, lines []string, trusted []netip.Prefix, node func(element string) string) netip.Addr {
	budget := maxForwarded
	for i := len(lines) - 1; i >= 0; i-- {
		line, whole := lines[i], true
		if len(line) > budget {
			line, whole = line[len(line)-budget:], false
		}
		budget -= len(line)
		for line != "" {
			comma := strings.LastIndexByte(line, ',')
			if comma < 0 && !whole {
				return peer // the element is cut
			}
			addr := parseAddress(node(line[comma+1:]))
			if !addr.IsValid() {
				return peer
			}
			if peer = addr; !isTrusted(addr, trusted) {
				return addr
			}
			line = line[:max(comma, 0)]
		}
	}
	return peer
}

// forwardedFor is the node of an element such as for="[2001:db8::17]:4711";proto=https;by=10.0.0.1.
// https://www.rfc-editor.org/rfc/rfc7239#section-4
func forwardedFor(element string) string {
	for pair := range strings.SplitSeq(element, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(name, "for") {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// parseAddress reads an address with or without port, IPv6 with or without brackets.
func parseAddress(s string) netip.Addr {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		if withPort, err := netip.ParseAddrPort(s); err == nil {
			addr = withPort.Addr()
		} else if bare, ok := strings.CutPrefix(s, "["); ok {
			addr, _ = netip.ParseAddr(strings.TrimSuffix(bare, "]"))
		}
	}
	return addr.Unmap().WithZone("")
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	for _, prefix := range trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

const (
	truncateIPv4 = 24
	truncateIPv6 = 48 // what a site is commonly given
)

// Truncate is the network of the address: its first 24 bits of IPv4, 48 of IPv6, as web analytics
// have long anonymised addresses. The zero Addr stays as it is.
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
