package admit

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
)

// Settings of a Gate.
type Settings struct {
	// Applications are those that may send. Without any, the endpoint is open: keys are not looked
	// at. Keys are compared one by one, so hundreds of them are fine and many thousands are not.
	Applications []Application

	// AllowedOrigins are the origins of the open endpoint, and of each application that names none
	// of its own. Empty means any.
	AllowedOrigins []string

	// MaxConcurrent is how many requests may be between Enter and Release. Past it: busy. At
	// least 1.
	MaxConcurrent int

	// MaxWork is how many bytes of bodies that have arrived, and of records that were made of them and are
	// being delivered, there may be at once. Past it: busy. At least 1.
	MaxWork int64

	// MaxArriving is how many bodies may be on their way at once, and MaxArrivingBytes how much memory
	// what has come of them may take. Past it the one that waits for longest is cut off. At least 1.
	MaxArriving      int
	MaxArrivingBytes int64

	// Addresses limits the requests of one client address.
	Addresses AddressLimit
}

// Application that may send, and its limits.
type Application struct {
	// Name is the service.name that its keys stand for. Empty: the client names itself.
	Name string
	// Environment is the deployment.environment.name that its keys stand for. Empty: as the client
	// says.
	Environment string
	// Keys open the gate; several, so that one can be replaced while pages with the old one are
	// still open. At least one, each 1 to MaxKeyLength bytes, and of one application only.
	Keys []string
	// AllowedOrigins are the origins of its pages, such as https://*.shop.example. A * stands for
	// any characters within the scheme, or within host and port; alone it is any origin. Empty
	// means those of Settings.
	AllowedOrigins []string
	// RequireOrigin refuses requests without an Origin header. Browsers send one with every POST;
	// servers and curl do not. Default false.
	RequireOrigin bool
	// Rate is how many events per second it may send, all clients together. 0 means any number.
	Rate float64
	// Burst is how many events it may send at once. 0 means three seconds' worth of Rate.
	Burst int
}

// AddressLimit is what one client address may send: an IPv4 address, or an IPv6 /64, which is what
// one customer is given and can choose addresses from.
type AddressLimit struct {
	// EventsPerSecond is the rate. 0 means any number, and then no address is remembered.
	EventsPerSecond float64
	// Burst is how many events may come at once. 0 means three seconds' worth of EventsPerSecond.
	Burst int
	// MaxAddresses is how many are remembered, some 270 bytes each. Past it a new address takes
	// over the allowance of the one that was silent for longest, spent as it is: whoever rotates
	// addresses gains nothing. At least 1 when there is a rate.
	MaxAddresses int
	// MaxConcurrent is how many requests of one address may be between Admit and Release. Past it:
	// busy. 0 means any number.
	MaxConcurrent int
	// WeightPerMinute is for how many more events than it sends an address may claim to stand, a minute, because
	// its client samples. Past it they stand for themselves. 0 means any number.
	WeightPerMinute float64
	// Exempt are networks of addresses that have no limit, because many clients share them.
	Exempt []netip.Prefix
}

// Bodies that have arrived with their headers, as those of nearly all beacons, are on their way for
// microseconds; the others share this.
const (
	// BodiesArriving at once.
	BodiesArriving = 1000
	// BytesArriving of all of them.
	BytesArriving = 16 << 20
)

// BytesWorked are the bytes in progress at once: ten thousand real records, or three batches of the largest size.
const BytesWorked = 32 << 20

// DefaultSettings are those of an open endpoint.
//
// A request takes milliseconds, so thousands per second fit into 100 at once; when the pipeline stalls,
// more of them would only wait for it.
//
// 300 events per second are ten people behind one address who each load a page every second, or a
// thousand who do so every other minute; 20 requests at once leave four fifths of the places to
// others, whatever one address does. The networks that are no part of the public internet are
// exempt: whoever comes from there is a proxy that speaks for all clients, a load generator, or the
// operator.
func DefaultSettings() Settings {
	return Settings{MaxConcurrent: 100, MaxWork: BytesWorked, MaxArriving: BodiesArriving, MaxArrivingBytes: BytesArriving, Addresses: AddressLimit{
		EventsPerSecond: 300, WeightPerMinute: 100_000, MaxAddresses: 10_000, MaxConcurrent: 20, Exempt: notPublic(),
	}}
}

// notPublic are networks from which only hosts inside can send.
// https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
func notPublic() (networks []netip.Prefix) {
	for _, network := range []string{
		"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
		"::1/128", "fc00::/7", "fe80::/10",
	} {
		networks = append(networks, netip.MustParsePrefix(network))
	}
	return networks
}

// Validate joins everything that is wrong, without the keys.
func (s *Settings) Validate() error {
	_, err := New(*s)
	return err
}

func (s *Settings) check() error {
	var errs []error
	if s.MaxConcurrent < 1 {
		errs = append(errs, fmt.Errorf("'max_concurrent_requests' must be at least 1 (got %d)", s.MaxConcurrent))
	}
	if s.MaxArriving < 1 || s.MaxArrivingBytes < 1 || s.MaxWork < 1 {
		errs = append(errs, errors.New("some bodies must be allowed to be on their way and to be worked on"))
	}
	if s.Addresses.EventsPerSecond > 0 && s.Addresses.MaxAddresses < 1 {
		errs = append(errs, fmt.Errorf("'address_limit::max_addresses' must be at least 1 (got %d)", s.Addresses.MaxAddresses))
	}
	if s.Addresses.MaxConcurrent < 0 {
		errs = append(errs, fmt.Errorf("'address_limit::max_concurrent_requests' must not be negative (got %d)", s.Addresses.MaxConcurrent))
	}
	if weight := s.Addresses.WeightPerMinute; !(weight >= 0) || math.IsInf(weight, 0) {
		errs = append(errs, fmt.Errorf("'address_limit::weight_per_minute' must be a number and not negative (got %v)", weight))
	}
	return errors.Join(append(errs, checkRate("address_limit", s.Addresses.EventsPerSecond, s.Addresses.Burst))...)
}

// checkRate names the keys as they stand in the section.
func checkRate(section string, perSecond float64, burst int) error {
	var errs []error
	if !(perSecond >= 0) || math.IsInf(perSecond, 0) {
		errs = append(errs, fmt.Errorf("'%s::events_per_second' must be a number and not negative (got %v)", section, perSecond))
	}
	if burst < 0 {
		errs = append(errs, fmt.Errorf("'%s::burst' must not be negative (got %d)", section, burst))
	}
	if burst > 0 && perSecond == 0 {
		errs = append(errs, fmt.Errorf("'%s::burst' needs 'events_per_second' (got %d without)", section, burst))
	}
	return errors.Join(errs...)
}
