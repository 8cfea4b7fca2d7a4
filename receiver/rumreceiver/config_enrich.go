package rumreceiver

import (
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// PrivacyConfig decides which personal data is kept.
type PrivacyConfig struct {
	// ClientAddress is drop (default), truncate (to the network: 24 bits of IPv4, 48 of IPv6) or full. The location is
	// looked up before.
	ClientAddress enrich.AddressMode `mapstructure:"client_address"`
	// AllowedQueryParameters are kept in URLs, such as utm_source; all others are dropped. Default none.
	AllowedQueryParameters []string `mapstructure:"allowed_query_parameters"`
	// UserID is keep (default), hash or drop.
	UserID enrich.UserIDMode `mapstructure:"user_id"`
	// UserIDSecret is the key of the hash, at least 16 bytes.
	UserIDSecret configopaque.String `mapstructure:"user_id_secret"`
	// HonorGPC drops user id, address, region and city of browsers that send Sec-GPC: 1. Default false, because the
	// legal duty depends on the site.
	HonorGPC bool `mapstructure:"honor_gpc"`
}

// GeoConfig is the source of locations.
type GeoConfig struct {
	// Database is a file in MaxMind's format, of countries or cities. A changed file is reloaded within a minute.
	// Default empty: no locations.
	Database string `mapstructure:"database"`
	// CountryHeader is a header in which a trusted proxy sends the country, such as CF-IPCountry. It is preferred to the
	// database. Default empty: none is read.
	CountryHeader string `mapstructure:"country_header"`
}

// RoutesConfig is how paths become url.template.
type RoutesConfig struct {
	// Templates such as /product/{id} or /docs/**; the first match names the page. Default none: identifiers in paths
	// are guessed.
	Templates []string `mapstructure:"templates"`
	// MaxTemplates is how many other templates, from clients and guesses, are in use at a time: those with the most
	// visitors. Further ones become {other}. Default 1000. At least 1.
	MaxTemplates int `mapstructure:"max_templates"`
	// Hash treats the routes of a hash router, #/a/b, as pages. Default false: fragments are dropped.
	Hash bool `mapstructure:"hash"`
}

// NoiseConfig selects errors that the application does not cause. They are kept and marked with rum.exception.noise.
type NoiseConfig struct {
	// Patterns are regular expressions (RE2), matched against "type: message" and the URL of the script. Default none;
	// errors of browser extensions, of ResizeObserver and of scripts that the browser hides are always recognised. At
	// most 100.
	Patterns []string `mapstructure:"patterns"`
}
