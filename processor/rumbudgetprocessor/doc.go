//go:generate go tool -modfile=../../internal/tools/go.mod mdatagen metadata.yaml

// Package rumbudgetprocessor judges what browsers measured against performance budgets.
//
// In a logs pipeline it flags every measurement and, when asked to, samples the records with
// weights that stay honest. In a metrics pipeline it derives counters of evaluations and violations
// from the histograms of web vitals and custom measurements.
package rumbudgetprocessor // import "github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor"
