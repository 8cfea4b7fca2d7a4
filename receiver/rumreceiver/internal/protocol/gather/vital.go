package gather

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// VitalOf gives the name of a vital in semantic conventions for that of the web-vitals library; ok is false for
// what is none.
func VitalOf(name string) (vital string, ok bool) {
	vital, ok = vitals[name]
	return vital, ok
}

var vitals = map[string]string{
	"LCP": beacon.LCP, "INP": beacon.INP, "CLS": beacon.CLS,
	"FCP": beacon.FCP, "TTFB": beacon.TTFB, "FID": beacon.FID,
}
