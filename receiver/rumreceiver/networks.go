package rumreceiver

import (
	"errors"
	"fmt"
	"net/netip"
)

func texts(networks []netip.Prefix) (all []string) {
	for _, network := range networks {
		all = append(all, network.String())
	}
	return all
}

// networks reads addresses and networks.
func networks(key string, texts []string) (all []netip.Prefix, errs error) {
	for _, text := range texts {
		network, err := parseNetwork(text)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("'%s' must hold addresses or networks (got %q)", key, text))
			continue
		}
		all = append(all, network)
	}
	return all, errs
}

// mappedBits is the length of the prefix before an IPv4 address in an IPv6 one: ::ffff:192.0.2.1.
const mappedBits = 96

// parseNetwork reads an address or a network. IPv4 written as IPv6 becomes IPv4, like the addresses that are compared with it.
func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err == nil && network.Addr().Is4In6() {
		network, err = network.Addr().Unmap().Prefix(network.Bits() - mappedBits)
	}
	return network.Masked(), err
}
