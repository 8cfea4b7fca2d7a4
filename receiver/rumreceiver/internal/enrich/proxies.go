package enrich

import (
	"net/http"
	"net/netip"
	"strings"
)

const (
	// DefaultAddressHeader is extended or set by every common proxy.
	DefaultAddressHeader = "X-Forwarded-For"
	// forwardedHeader has a syntax of its own. https://www.rfc-editor.org/rfc/rfc7239#section-4
	forwardedHeader = "Forwarded"
	// maxForwarded is how many bytes of a forwarding header are read, from its end: forty hops of IPv6.
	// What stands before was written by the client or by proxies further away.
	maxForwarded = 2048
)

// forwardingHeaders are the headers that proxies add, with their names in http.Header.
var forwardingHeaders = []string{
	DefaultAddressHeader, forwardedHeader, "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip", "Fly-Client-Ip", "Fastly-Client-Ip", "X-Client-Ip",
}

// Proxies are the trusted proxies between browsers and the receiver. The zero value trusts none. Safe for concurrent
// use if it is not changed.
type Proxies struct {
	// Trusted are the networks of proxies whose headers are believed.
	Trusted []netip.Prefix
	// AddressHeader is the one header in which they send the client's address: Forwarded (RFC 7239), or any
	// other with an address or a list of them. They must overwrite or extend it. Others are not looked at,
	// since a proxy that does not know them hands on what the client wrote. Empty means
	// DefaultAddressHeader.
	AddressHeader string
	// CountryHeader is the header in which trusted proxies send the client's country, two letters. Empty: none.
	CountryHeader string
}

// Peer is the sender of a request, from trusted sources.
type Peer struct {
	// Address of the client: that of the connection, unless that is a trusted proxy's; then the one that it
	// names. Invalid when the connection has none.
	Address netip.Addr
	// Vouched is true when Address is that of one client: of a connection that no proxy seems to stand
	// behind, or a public one that a trusted proxy names. Many clients may share an address that is not
	// vouched for, and any client may have made it up; it must exempt nobody from anything.
	Vouched bool
	// Country is ISO 3166-1 alpha-2, as a trusted proxy says; empty if none does.
	Country string
	// Advice is how the configuration should change so that more is known; empty if all is well.
	Advice Advice
}

// Advice is a text for the operator of the receiver, from a fixed list.
type Advice string

// The advices.
const (
	AdviceTrust  Advice = "Requests from one private address carry forwarding headers: name it in trusted_proxies. Until then all clients behind it share the limit of one address"
	AdviceHeader Advice = "A trusted proxy sends no client address in client_address_header but in another header: set client_address_header to that one. Until then all clients behind it share the limit of one address"
)

// Of returns the sender of a request, from the address of its connection, "host:port" or "host", and its headers.
func (p *Proxies) Of(remote string, header http.Header) Peer {
	peer := parseAddress(remote)
	if !isTrusted(peer, p.Trusted) {
		if isPublic(peer) || !isForwarded(header) {
			return Peer{Address: peer, Vouched: peer.IsValid()}
		}
		return Peer{Address: peer, Advice: AdviceTrust}
	}
	client := Peer{Address: p.walkBack(peer, header), Country: p.country(header)}
	client.Vouched = isPublic(client.Address) && !isTrusted(client.Address, p.Trusted)
	if client.Address == peer && isForwarded(header) && len(header[http.CanonicalHeaderKey(p.addressHeader())]) == 0 {
		client.Advice = AdviceHeader
	}
	return client
}

func (p *Proxies) addressHeader() string {
	if p.AddressHeader == "" {
		return DefaultAddressHeader
	}
	return p.AddressHeader
}

func isForwarded(header http.Header) bool {
	for _, name := range forwardingHeaders {
		if len(header[name]) > 0 {
			return true
		}
	}
	return false
}

// walkBack goes through the elements of the header from the last to the first, past further trusted
// proxies, to the first address that none of them vouches for: everything left of it is only claimed. An
// element that is no address (unknown, an obfuscated name) ends the walk: the answer is the proxy before it.
// Empty elements count for nothing, as RFC 9110 says of lists.
func (p *Proxies) walkBack(peer netip.Addr, header http.Header) netip.Addr {
	name := p.addressHeader()
	lines := header[http.CanonicalHeaderKey(name)]
	quoted := strings.EqualFold(name, forwardedHeader)
	budget := maxForwarded
	for i := len(lines) - 1; i >= 0; i-- {
		line, whole := lines[i], true
		if len(line) > budget {
			line, whole = line[len(line)-budget:], false
		}
		budget -= len(line)
		for line != "" {
			comma := lastComma(line, quoted)
			if comma < 0 && !whole {
				return peer // the element is cut
			}
			element := strings.TrimSpace(line[comma+1:])
			line = line[:max(comma, 0)]
			if element == "" {
				continue
			}
			addr := addressIn(element, quoted)
			if !addr.IsValid() {
				return peer
			}
			if peer = addr; !isTrusted(addr, p.Trusted) {
				return addr
			}
		}
	}
	return peer
}

// lastComma is the last one outside of quotes. It goes backwards, so that a quote that a client leaves open
// hides nothing of what a proxy has added behind it.
func lastComma(line string, quoted bool) int {
	if !quoted {
		return strings.LastIndexByte(line, ',')
	}
	inQuotes := false
	for i := len(line) - 1; i >= 0; i-- {
		switch line[i] {
		case '"':
			if i == 0 || line[i-1] != '\\' {
				inQuotes = !inQuotes
			}
		case ',':
			if !inQuotes {
				return i
			}
		}
	}
	return -1
}

// addressIn is the address of an element, invalid if it has none.
func addressIn(element string, forwarded bool) netip.Addr {
	if forwarded {
		element = forwardedFor(element)
	}
	return parseAddress(element)
}

// forwardedFor is the node of an element such as for="[2001:db8::17]:4711";proto=https;by=10.0.0.1. An
// element must not have two.
func forwardedFor(element string) (node string) {
	for element != "" {
		end := pairEnd(element)
		name, value, _ := strings.Cut(strings.TrimSpace(element[:end]), "=")
		element = element[min(end+1, len(element)):]
		if !strings.EqualFold(name, "for") {
			continue
		}
		if node != "" {
			return ""
		}
		node = strings.Trim(value, `"`)
	}
	return node
}

// pairEnd is where the first pair ends: at a semicolon outside of quotes.
func pairEnd(element string) int {
	inQuotes := false
	for i := range len(element) {
		switch {
		case element[i] == '"' && (i == 0 || element[i-1] != '\\'):
			inQuotes = !inQuotes
		case element[i] == ';' && !inQuotes:
			return i
		}
	}
	return len(element)
}

// country is what the header says, if it is a country: CDNs write XX, ZZ and T1 for what they do not know
// and for Tor.
func (p *Proxies) country(header http.Header) string {
	if p.CountryHeader == "" {
		return ""
	}
	country := strings.ToUpper(strings.TrimSpace(header.Get(p.CountryHeader)))
	if len(country) != 2 || !isLetter(country[0]) || !isLetter(country[1]) || country == "XX" || country == "ZZ" {
		return ""
	}
	return country
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	for _, prefix := range trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}
