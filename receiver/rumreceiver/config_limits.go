package rumreceiver

import (
	"errors"
	"fmt"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// LimitsConfig bounds the contents of one body. Every bound is at least 1, or more where a smaller one would refuse whole
// bodies or make different ids equal. Past the first two, events are refused.
// Past the others, a value is cut or left out, the bound is listed in rum.trimmed of the record, and
// otelcol_rum_receiver_trimmed counts it.
type LimitsConfig struct {
	// MaxEvents of one body; further events are refused with too_many_events. Default 1000, a hundred times what our
	// client sends at once. At least 20: one report of another SDK may be ten events.
	MaxEvents int `mapstructure:"max_events"`
	// MaxPages of one body (a page is a URL in one session of one user); events of further pages are refused with
	// too_many_pages. Default 100.
	MaxPages int `mapstructure:"max_pages"`
	// MaxAttributes of one event, and tags of one page. Default 64.
	MaxAttributes int `mapstructure:"max_attributes"`
	// MaxStringLength of names, messages, tags and attributes, in bytes. Default 1024; at least 64, so that ids
	// are whole.
	MaxStringLength int `mapstructure:"max_string_length"`
	// MaxURLLength in bytes. Default 2048, which every browser and server accepts; at least 64.
	MaxURLLength int `mapstructure:"max_url_length"`
	// MaxStackLength of an error's stack, in bytes. Default 16384, some fifty frames.
	MaxStackLength int `mapstructure:"max_stack_length"`
	// MaxStackFrames is how many frames of a stack are kept (the innermost), in addition to type and message. Default
	// 128, the most that a browser writes by default.
	MaxStackFrames int `mapstructure:"max_stack_frames"`
	// MaxWeight is the largest weight of an event, from the sampling rate that its client reports; a larger weight is
	// cut to this. Default 1000: a client that keeps one session in a thousand. At most a million; 1 ignores what
	// clients report.
	MaxWeight float64 `mapstructure:"max_weight"`
}

// limits as the decoders know them.
func (l *LimitsConfig) limits() beacon.Limits {
	return beacon.Limits{
		MaxEvents: l.MaxEvents, MaxPages: l.MaxPages, MaxAttributes: l.MaxAttributes,
		MaxString: l.MaxStringLength, MaxURL: l.MaxURLLength, MaxStack: l.MaxStackLength,
		MaxFrames: l.MaxStackFrames, MaxWeight: l.MaxWeight, MaxWeights: beacon.DefaultLimits().MaxWeights,
	}
}

func (l *LimitsConfig) validate() error {
	var errs []error
	for _, bound := range []struct {
		key          string
		value, least int
	}{
		{"max_events", l.MaxEvents, 20},
		{"max_pages", l.MaxPages, 1},
		{"max_attributes", l.MaxAttributes, 1},
		{"max_string_length", l.MaxStringLength, 64},
		{"max_url_length", l.MaxURLLength, 64},
		{"max_stack_length", l.MaxStackLength, 1},
		{"max_stack_frames", l.MaxStackFrames, 1},
	} {
		if bound.value < bound.least {
			errs = append(errs, fmt.Errorf("'limits::%s' must be at least %d (got %d)", bound.key, bound.least, bound.value))
		}
	}
	if !(l.MaxWeight >= 1 && l.MaxWeight <= beacon.MaxWeight) {
		errs = append(errs, fmt.Errorf("'limits::max_weight' must be 1 to %d (got %v)", int(beacon.MaxWeight), l.MaxWeight))
	}
	return errors.Join(errs...)
}
