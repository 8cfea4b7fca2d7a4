package gather

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// VitalOf converts the name of a vital in the web-vitals library to that in semantic conventions; ok is false for other names.
func VitalOf(name string) (vital string, ok bool) {
	vital, ok = vitals[name]
	return vital, ok
}

var vitals = map[string]string{
	"LCP": beacon.LCP, "INP": beacon.INP, "CLS": beacon.CLS,
	"FCP": beacon.FCP, "TTFB": beacon.TTFB, "FID": beacon.FID,
}
