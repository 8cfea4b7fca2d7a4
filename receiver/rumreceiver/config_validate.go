package rumreceiver

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/serverconfig"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// Validate joins everything that is wrong.
func (c *Config) Validate() error {
	var errs []error
	errs = append(errs, serverconfig.Validate(&c.HTTP))
	if c.HTTP.MaxRequestBodySize < minBody {
		errs = append(errs, fmt.Errorf("'max_request_body_size' must be at least %d bytes (got %d)", minBody, c.HTTP.MaxRequestBodySize))
	}
	errs = append(errs, c.validateChosen(), c.validatePaths(), c.validateAdmission(), c.validateEnrichment(), c.Limits.validate())
	if err := translate.ValidateTagAttributes(c.Logs.TagAttributes); err != nil {
		errs = append(errs, fmt.Errorf("'logs::tag_attributes': %w", err))
	}
	if c.Retries.Window < minInterval {
		errs = append(errs, fmt.Errorf("'retries::window' must be at least %s (got %s)", minInterval, c.Retries.Window))
	}
	if c.Retries.MaxBatches < 1 {
		errs = append(errs, fmt.Errorf("'retries::max_batches' must be at least 1 (got %d)", c.Retries.MaxBatches))
	}
	return errors.Join(append(errs, c.Metrics.validate())...)
}

// minBody is about one event: below it no client could send anything.
const minBody = 1 << 10

// validateChosen refuses empty values of options that protect people. Such a value is not the default that somebody chose, but
// an environment variable that is not set.
func (c *Config) validateChosen() error {
	var errs []error
	for _, option := range []struct{ key, value, want string }{
		{"client_address_header", c.ClientAddressHeader, "the name of a header"},
		{"privacy::client_address", string(c.Privacy.ClientAddress), "drop, truncate or full"},
		{"privacy::user_id", string(c.Privacy.UserID), "keep, hash or drop"},
	} {
		if option.value == "" {
			errs = append(errs, fmt.Errorf("'%s' must be %s (got \"\")", option.key, option.want))
		}
	}
	return errors.Join(errs...)
}

// variableSegment of a path stands for any one.
var variableSegment = regexp.MustCompile(`/\{[a-z]+\}`)

// validatePaths checks that every path is one that the router takes, and used once.
func (c *Config) validatePaths() error {
	var errs []error
	var used []string
	check := func(key, path string) {
		if plain := variableSegment.ReplaceAllString(path, "/x"); !strings.HasPrefix(path, "/") || strings.ContainsAny(plain, " {}?#") {
			errs = append(errs, fmt.Errorf("'%s' must be a plain path that begins with / (got %q)", key, path))
		}
		// A slash behind a path is as nothing to the router, and so is the name of a variable segment.
		same := variableSegment.ReplaceAllString(strings.TrimSuffix(path, "/"), "/{x}")
		if slices.Contains(used, same) {
			errs = append(errs, fmt.Errorf("'%s' names %q, which is in use already", key, path))
		}
		used = append(used, same)
	}
	if len(c.Protocols.enabled()) == 0 {
		errs = append(errs, errors.New("'protocols' must have one that is on: otherwise nothing is received"))
	}
	for _, name := range c.Protocols.enabled() {
		key := "protocols::" + name + "::paths"
		if len(c.Protocols[name].Paths) == 0 {
			errs = append(errs, fmt.Errorf("'%s' must not be empty", key))
		}
		for _, path := range c.Protocols[name].Paths {
			check(key, path)
		}
	}
	if c.Script.Path != "" {
		check("script::path", c.Script.Path)
	}
	return errors.Join(errs...)
}

func (c *Config) validateAdmission() error {
	settings := c.gate()
	_, trusted := c.proxies()
	_, exempt := networks("address_limit::exempt_networks", c.AddressLimit.ExemptNetworks)
	return errors.Join(settings.Validate(), trusted, exempt, c.validateConnections(), c.validateCORS())
}

func (c *Config) validateConnections() error {
	var errs []error
	if c.MaxConnections < 1 {
		errs = append(errs, fmt.Errorf("'max_connections' must be at least 1 (got %d)", c.MaxConnections))
	}
	if c.AddressLimit.MaxConnections < 0 {
		errs = append(errs, fmt.Errorf("'address_limit::max_connections' must not be negative (got %d)", c.AddressLimit.MaxConnections))
	}
	return errors.Join(errs...)
}

// validateCORS refuses what the gate would let in and CORS not answer.
func (c *Config) validateCORS() error {
	errs := []error{serverconfig.ValidateStars("cors::allowed_origins", serverconfig.Origins(&c.HTTP))}
	for i, application := range c.Applications {
		errs = append(errs, serverconfig.ValidateStars(fmt.Sprintf("applications[%d]::allowed_origins", i), application.AllowedOrigins))
	}
	return errors.Join(errs...)
}

func (o *Options) validateEnrichment() error {
	var errs []error
	if o.Routes.MaxTemplates < 1 {
		errs = append(errs, fmt.Errorf("'routes::max_templates' must be at least 1 (got %d)", o.Routes.MaxTemplates))
	}
	settings := o.enrichment(nil)
	return errors.Join(append(errs, settings.Validate())...)
}
