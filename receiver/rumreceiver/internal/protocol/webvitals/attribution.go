package webvitals

import (
	"strings"
	"unicode/utf8"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// renamed are members of an attribution whose attribute is not their name in snake case.
var renamed = map[string]string{
	"interactionTarget":  semconv.AttributionTarget,
	"largestShiftTarget": semconv.AttributionTarget,
	"element":            semconv.AttributionTarget, // LCP before version 5
	"eventTarget":        semconv.AttributionTarget, // FID and INP before version 4
	"interactionType":    semconv.AttributionInteractionType,
}

// scriptNames are the members of a PerformanceScriptTiming that identify the script.
// https://w3c.github.io/long-animation-frames/#sec-PerformanceScriptTiming
var scriptNames = map[string]string{
	"sourceURL":          semconv.AttributionScript,
	"sourceFunctionName": semconv.AttributionFunction,
	"invoker":            semconv.AttributionInvoker,
	"invokerType":        semconv.AttributionInvokerType,
	"sourceCharPosition": semconv.AttributionCharPosition,

	"forcedStyleAndLayoutDuration": semconv.AttributionForcedLayout,
}

// attribution reads the cause from the library's attribution build: texts and numbers, and for INP the script that took
// longest. The other objects and lists are raw PerformanceEntry objects.
// https://github.com/GoogleChrome/web-vitals#attribution
func (d *decoder) attribution() (ok bool) {
	return d.r.Object(func(name string) {
		switch {
		case name == "longestScript":
			d.r.Object(d.longestScript)
		case renamed[name] != "":
			d.scalar(renamed[name])
		default:
			d.scalar(d.snakeCase(name))
		}
	})
}

func (d *decoder) longestScript(name string) {
	switch name {
	case "intersectingDuration":
		d.scalar(semconv.AttributionScriptDuration)
	case "entry":
		d.r.Object(d.script)
	default:
		d.r.Skip()
	}
}

func (d *decoder) script(name string) {
	if key := scriptNames[name]; key != "" {
		d.scalar(key)
	} else {
		d.r.Skip()
	}
}

// scalar adds a text or a number to the attributes and skips other values.
func (d *decoder) scalar(key string) {
	switch d.r.Kind() {
	case '"':
		s, _ := d.r.Str()
		d.Bag.Text(key, d.Cut(s, beacon.BoundString))
	case '0':
		if v, ok := d.r.Num(); ok {
			d.Bag.Number(key, v)
		} else {
			d.Trims.Add(beacon.BoundValueType)
		}
	default:
		d.r.Skip()
	}
}

// snakeCase turns firstByteToFCP into first_byte_to_fcp, as attributes are written.
// https://opentelemetry.io/docs/specs/semconv/general/naming/
func (d *decoder) snakeCase(name string) string {
	name, _ = beacon.Cut(name, d.Limits.MaxString+utf8.UTFMax) // it may be of any length; the bag cuts and counts it
	var out strings.Builder
	out.Grow(len(name) + 4)
	wasUpper := true
	for i := range len(name) {
		c := name[i]
		isUpper := 'A' <= c && c <= 'Z'
		if isUpper && !wasUpper {
			out.WriteByte('_')
		}
		if wasUpper = isUpper; isUpper {
			c += 'a' - 'A'
		}
		out.WriteByte(c)
	}
	return out.String()
}
