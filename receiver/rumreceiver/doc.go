// Package rumreceiver is the Collector's front door for browsers: it takes batches of Real User
// Monitoring events over HTTP and emits OTLP logs, one record for each event, and OTLP metrics,
// aggregated from all of them.
package rumreceiver

//go:generate go tool -modfile=../../internal/tools/go.mod mdatagen metadata.yaml
