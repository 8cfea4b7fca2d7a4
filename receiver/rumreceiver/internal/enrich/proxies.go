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
	// The part before was written by the client or by proxies further away.
	maxForwarded = 2048
)

// forwardingHeaders are the headers that proxies add, with their names in http.Header.
var forwardingHeaders = []string{
	DefaultAddressHeader, forwardedHeader, "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip", "Fly-Client-Ip", "Fastly-Client-Ip", "X-Client-Ip",
}

// Proxies are the trusted proxies between browsers and the receiver. The zero value trusts none. Safe for concurrent
// use if it is not changed.
type Proxies struct {
	// Trusted are the networks of proxies whose headers are used.
	Trusted []netip.Prefix
	// Local trusts connections without an address, as those of a Unix socket are.
	Local bool
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
	// Address of the client: that of the connection, or, if that is a trusted proxy, the address that it sends. Invalid when the
	// connection has none.
	Address netip.Addr
	// Vouched is true when Address belongs to one client: that of a connection without signs of a proxy, or a public one that a
	// trusted proxy sends. Otherwise many clients may share the address, or a client may have invented it; it must not exempt
	// anybody from a limit.
	Vouched bool
	// Country is ISO 3166-1 alpha-2, as a trusted proxy says; empty if none does.
	Country string
	// Advice is a recommended change of the configuration; empty if there is none.
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
	if local := p.Local && !peer.IsValid(); !local && !isTrusted(peer, p.Trusted) {
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

// walkBack goes through the elements of the header from the last to the first, past further trusted proxies, to the first address
// of another host: clients can invent everything before it. An element that is no address (unknown, an obfuscated name) ends the
// walk with the proxy that sent it. Empty elements are ignored, as RFC 9110 requires for lists.
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
				return peer // the element is incomplete
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

// lastComma is the last comma outside of quotes. It searches backwards, so that an open quote of a client does not hide elements
// that a proxy added behind it.
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

// forwardedFor is the node of an element such as for="[2001:db8::17]:4711";proto=https;by=10.0.0.1. It is empty if the element has
// two.
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

// pairEnd is the end of the first pair, at a semicolon outside of quotes.
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

// country is the value of the header if it is a country. CDNs write XX, ZZ and T1 for unknown countries and for Tor.
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
