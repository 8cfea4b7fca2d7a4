package scrub

import (
	"net/netip"
	"strings"
)

const (
	// minIPv6 is the length of the shortest address that is looked for: fe80::1a.
	minIPv6 = 8
	maxIPv6 = 39
)

// redactIPv6 replaces IPv6 addresses, except ::1 and the host of a URL.
func redactIPv6(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		start, end := longRun(text, from, colonHex, minIPv6)
		if start < 0 {
			return out.String()
		}
		from = end
		for end > start+2 && text[end-1] == ':' && text[end-2] != ':' {
			end--
		}
		if isMAC(text, start, end) {
			out.replace(start, end, id)
		} else if end-start <= maxIPv6 && isIPv6(text, start, end) {
			out.replace(start, end, ip)
		}
	}
}

// isMAC reports whether it is the address of a device, such as 00:1b:44:11:3a:b7. Without a letter it may be a time or a
// ratio.
func isMAC(text string, start, end int) bool {
	const length = len("00:1b:44:11:3a:b7")
	if end-start != length || start > 0 && is(text[start-1], wordByte) || end < len(text) && is(text[end], wordByte) {
		return false
	}
	letters := false
	for i := range length {
		switch c := text[start+i]; {
		case (c == ':') != (i%3 == 2):
			return false
		case isLetter(c):
			letters = true
		}
	}
	return letters
}

func isIPv6(text string, start, end int) bool {
	address := text[start:end]
	if strings.Count(address, ":") < 2 || !hasLongGroup(address) {
		return false
	}
	if start > 0 && (is(text[start-1], wordByte) || text[start-1] == '.' || strings.HasSuffix(text[:start], "//[")) || end < len(text) && is(text[end], wordByte) {
		return false
	}
	parsed, err := netip.ParseAddr(address)
	return err == nil && !parsed.IsLoopback() && !parsed.IsUnspecified()
}

// hasLongGroup distinguishes addresses from times and from names with colons: in an address, one group has three hex
// digits, and one of them is a decimal digit.
func hasLongGroup(address string) bool {
	for group := range strings.SplitSeq(address, ":") {
		if len(group) >= 3 && strings.ContainsAny(group, asciiDigits) {
			return true
		}
	}
	return strings.Count(address, ":") == 7
}
