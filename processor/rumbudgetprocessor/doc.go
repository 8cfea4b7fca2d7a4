//go:generate go tool -modfile=../../internal/tools/go.mod mdatagen metadata.yaml

// mdatagen knows where distributions of OpenTelemetry are, not where ours is.
//go:generate perl -pi -e "s|^\\[otelcol-rum\\]: $|[otelcol-rum]: ../../builder-config.yaml|" README.md

// Package rumbudgetprocessor compares browser measurements with performance budgets.
//
// In a logs pipeline it flags every measurement and, if configured, samples the records with unbiased weights. In
// a metrics pipeline it derives counters of evaluations and violations from the histograms of web vitals and
// custom measurements.
package rumbudgetprocessor // import "github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor"
