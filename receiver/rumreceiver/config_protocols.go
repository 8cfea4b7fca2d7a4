package rumreceiver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// Protocols are the accepted wire formats by name, one section each. A format that is named is on, with its default
// paths or those in its section; `enabled: false` turns it off.
type Protocols map[string]ProtocolConfig

// ProtocolConfig of one wire format.
type ProtocolConfig struct {
	// Enabled is true for protocols that are named, and for native.
	Enabled bool `mapstructure:"enabled"`
	// Paths on which the format is accepted, each beginning with a slash. At least one.
	Paths []string `mapstructure:"paths"`
}

func defaultProtocols() Protocols {
	protocols := Protocols{}
	for _, p := range all.Protocols() {
		protocols[p.Name] = ProtocolConfig{Enabled: p.OnByDefault, Paths: p.DefaultPaths}
	}
	return protocols
}

// Unmarshal reads the sections that are named. A map alone would forget the defaults.
func (p *Protocols) Unmarshal(conf *confmap.Conf) error {
	var errs []error
	for name := range conf.ToStringMap() {
		section, known := (*p)[name]
		if !known {
			errs = append(errs, fmt.Errorf("'protocols' must hold %s (got %q)", strings.Join(slices.Sorted(maps.Keys(*p)), ", "), name))
			continue
		}
		named, err := conf.Sub(name)
		if err != nil {
			errs = append(errs, fmt.Errorf("'protocols::%s': %w", name, err))
			continue
		}
		section.Enabled = true
		errs = append(errs, named.Unmarshal(&section))
		(*p)[name] = section
	}
	return errors.Join(errs...)
}

// enabled are the names of the protocols that are on, in a fixed order.
func (p Protocols) enabled() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if p[name].Enabled {
			names = append(names, name)
		}
	}
	return names
}

// headers are the headers of the enabled protocols that need a preflight.
func (p Protocols) headers() (headers []string) {
	for _, known := range all.Protocols() {
		if p[known.Name].Enabled {
			headers = append(headers, known.Headers...)
		}
	}
	slices.Sort(headers)
	return slices.Compact(headers)
}
