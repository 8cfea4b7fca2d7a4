package enrich

import (
	"errors"
	"fmt"
	"strings"
)

// Settings of an Enricher. The zero value drops the client's address, has no locations and no routes, keeps no query
// values and does not change user ids.
type Settings struct {
	// Address says how much of the client's address a record carries. Default AddressDrop.
	// Geography is looked up with the whole address, whatever is kept of it.
	Address AddressMode

	// GeoDatabase is the path of a MaxMind-format database of cities or countries; empty for no
	// geography. A changed file is loaded anew within a minute of traffic.
	GeoDatabase string
	// OnGeoError is called if a changed database cannot be read; the previous one stays in use. Called from another
	// goroutine than Enrich. May be nil.
	OnGeoError func(error)

	// Routes are templates of paths, of which the first that matches names the page: literal
	// segments, "{name}" or "*" for any one segment, "**" as the last for all that follow. They
	// are asked before the guess of scrub.Template, after the route that the client sent. At most 1000
	// of at most 256 bytes.
	Routes []string
	// MaxRoutes is how many templates besides Routes are in use at a time, from clients and from
	// guesses: those that most visitors see. The others become "{other}", counted in Stats.RoutesOverflowed.
	// One that was not seen for an hour makes room. Default 1000.
	MaxRoutes int

	// HashRoutes makes the page of a hash router, #/a/b, a page of its own: its path stands behind that of
	// the document in url.template, and stays in url.full, scrubbed. Default false: fragments are dropped.
	HashRoutes bool

	// AllowedQuery are the names of query parameters that stay in URLs, such as utm_source,
	// compared byte by byte. All others are dropped. The values that stay are redacted like text.
	AllowedQuery []string

	// NoisePatterns are regular expressions (RE2) of errors that are none of the application's, searched in
	// "type: message" and in the URL of the script, the first 512 bytes of each. At most 100 of at most
	// 256 bytes. Default none: what browsers and their extensions are known for is recognised anyway.
	NoisePatterns []string

	// UserID says what becomes of user ids. Default UserIDKeep.
	UserID UserIDMode
	// UserIDSecret is the key of UserIDHash, at least 16 bytes.
	UserIDSecret string

	// HonorGPC takes Global Privacy Control for what it says: of senders with Sec-GPC: 1 no
	// record holds the user id, the address, region or city. The session id stays: it is random,
	// of this site alone, ends with the visit, and without it no count would be right.
	// https://w3c.github.io/gpc/
	HonorGPC bool
}

// AddressMode is how much of the client's address is kept.
type AddressMode string

// The modes of addresses.
const (
	AddressDrop     AddressMode = "drop"
	AddressTruncate AddressMode = "truncate" // to the network, see Truncate
	AddressFull     AddressMode = "full"
)

// UserIDMode is how user ids are treated.
type UserIDMode string

// The modes of user ids.
const (
	// UserIDKeep leaves user ids as the application gave them, unredacted: an application that
	// names its users by e-mail address has asked for it.
	UserIDKeep UserIDMode = "keep"
	// UserIDHash puts 32 hex digits of HMAC-SHA-256 in place of the id: the same user has the
	// same hash as long as the secret stays.
	UserIDHash UserIDMode = "hash"
	UserIDDrop UserIDMode = "drop"
)

const (
	defaultMaxRoutes = 1000
	// maxConfiguredRoutes bounds the work of matching one path.
	maxConfiguredRoutes = 1000
	// minSecret is what makes guessing the key harder than guessing user ids.
	minSecret = 16
)

// Validate joins all that is wrong. It does not open the database.
func (s *Settings) Validate() error {
	var errs error
	switch s.Address {
	case "", AddressDrop, AddressTruncate, AddressFull:
	default:
		errs = errors.Join(errs, fmt.Errorf("'privacy::client_address' must be drop, truncate or full (got %q)", s.Address))
	}
	switch s.UserID {
	case "", UserIDKeep, UserIDDrop:
	case UserIDHash:
		if len(s.UserIDSecret) < minSecret {
			errs = errors.Join(errs, fmt.Errorf("'privacy::user_id_secret' must have at least %d bytes where 'privacy::user_id' is hash", minSecret))
		}
	default:
		errs = errors.Join(errs, fmt.Errorf("'privacy::user_id' must be keep, hash or drop (got %q)", s.UserID))
	}
	if s.MaxRoutes < 0 {
		errs = errors.Join(errs, fmt.Errorf("'routes::max_templates' must not be negative (got %d)", s.MaxRoutes))
	}
	for _, key := range s.AllowedQuery {
		if key == "" || strings.ContainsAny(key, "=&;#?* ") {
			errs = errors.Join(errs, fmt.Errorf("'privacy::allowed_query_parameters' must hold whole names of query parameters (got %q)", key))
		}
	}
	_, badRoutes := compileRoutes(s.Routes)
	_, badNoise := compileNoise(s.NoisePatterns)
	return errors.Join(errs, badRoutes, badNoise)
}
