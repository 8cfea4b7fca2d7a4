// Package rumreceiver receives batches of Real User Monitoring events from browsers over HTTP and emits OTLP logs,
// one record for each event, and OTLP metrics, aggregated from all of them.
package rumreceiver

//go:generate go tool -modfile=../../internal/tools/go.mod mdatagen metadata.yaml

// mdatagen knows where distributions of OpenTelemetry are, not where ours is.
//go:generate perl -pi -e "s|^\\[otelcol-rum\\]: $|[otelcol-rum]: ../../builder-config.yaml|" README.md
