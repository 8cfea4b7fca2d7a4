// Package origins knows which origins browsers send, for lists of origins in configurations.
package origins

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Fault is why a pattern is not allowed in a list of origins: no browser sends an origin that it matches, or strangers can
// send one. The set is closed.
type Fault string

// The faults.
const (
	None        Fault = "must be an origin such as https://shop.example, or *"
	Long        Fault = "must not be longer than 300 bytes"
	Path        Fault = "must end with host or port: an origin has no path and no slash at its end"
	User        Fault = "must not have a user, a query or a space: no browser sends them"
	DefaultPort Fault = "must not name the default port of its scheme: browsers leave it out"
	Port        Fault = "must have a port from 1 to 65535 without leading zeros"
	ASCII       Fault = "must have a host in punycode (xn--…), as browsers send it"
	IPv4        Fault = "must have an IPv4 address of four plain numbers, as browsers send it"
	IPv6        Fault = "must have an IPv6 address in brackets and in its shortest form, as browsers send it"
	TooWide     Fault = "must not match hosts of strangers: use * as a whole host, or before a dot and your domain"
)

func (f Fault) Error() string { return string(f) }

// schemePattern is of URLs, with * for a part of it.
// https://www.rfc-editor.org/rfc/rfc3986#section-3.1
var schemePattern = regexp.MustCompile(`^[a-z*][a-z0-9+.*-]*$`)

// MaxLength of an origin is scheme, longest host name (253, RFC 1035 section 2.3.4), port and some room. Longer values are not
// origins of browsers.
const MaxLength = 300

// Check wants a pattern of what browsers send: https://www.rfc-editor.org/rfc/rfc6454#section-6.2 Each * stands for a part of it.
func Check(pattern string) error {
	if pattern == "*" || pattern == "null" { // sandboxed frames and most files send null
		return nil
	}
	if len(pattern) > MaxLength {
		return Long
	}
	scheme, host, ok := strings.Cut(strings.ToLower(pattern), "://")
	if !ok || !schemePattern.MatchString(scheme) {
		return None
	}
	web := scheme == "https" || scheme == "http" || strings.Contains(scheme, "*")
	switch {
	case host == "" && web:
		return None
	case host == "": // packaged applications send file://
		return nil
	case strings.ContainsAny(host, "/#"):
		return Path
	case strings.ContainsAny(host, "?@ "):
		return User
	case !web:
		return nil
	}
	return checkHost(scheme, host)
}

// checkHost looks at host and port of an origin of the web.
func checkHost(scheme, host string) error {
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 {
			return IPv6
		}
		address, err := netip.ParseAddr(host[1:end])
		if err != nil || !address.Is6() || address.Zone() != "" || address.String() != host[1:end] {
			return IPv6
		}
		return checkPort(scheme, host[end+1:])
	}
	name, port, hasPort := strings.Cut(host, ":")
	if hasPort {
		if err := checkPort(scheme, ":"+port); err != nil {
			return err
		}
	}
	return checkName(name)
}

// checkPort checks the text behind the host.
func checkPort(scheme, port string) error {
	number, ok := strings.CutPrefix(port, ":")
	if !ok {
		if port == "" {
			return nil
		}
		return Port
	}
	if strings.Contains(number, "*") {
		if strings.Trim(number, "0123456789*") != "" {
			return Port
		}
		return nil
	}
	n, err := strconv.ParseUint(number, 10, 16)
	switch {
	case err != nil || n == 0:
		return Port
	case scheme == "https" && n == 443, scheme == "http" && n == 80:
		return DefaultPort
	case number[0] == '0':
		return Port
	}
	return nil
}

func checkName(name string) error {
	for i := range len(name) {
		if name[i] >= 0x80 {
			return ASCII
		}
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last != "" && strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		if address, err := netip.ParseAddr(name); err != nil || address.String() != name {
			return IPv4
		}
	}
	star := strings.LastIndexByte(name, '*')
	if star < 0 || name == "*" {
		return nil
	}
	domain, ok := strings.CutPrefix(name[star+1:], ".")
	if !ok || domain == "" {
		return TooWide
	}
	// Anybody may register a name below a suffix of the list. A suffix on no list has a single label.
	if suffix, listed := publicsuffix.PublicSuffix(domain); suffix == domain && (listed || strings.Contains(domain, ".")) {
		return fmt.Errorf("%w: anybody may have a name below %s", TooWide, domain)
	}
	return nil
}
