// Package rumviewexporter shows the last minutes of Real User Monitoring on a page of its own.
//
// It keeps events in a bounded window in memory, answers queries about them as JSON, and serves one page, embedded
// in the binary, that uses these queries. It stores nothing on disk and sends nothing.
package rumviewexporter // import "github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter"

//go:generate go tool -modfile=../../internal/tools/go.mod mdatagen metadata.yaml

// mdatagen knows where distributions of OpenTelemetry are, not where ours is.
//go:generate perl -pi -e "s|^\\[otelcol-rum\\]: $|[otelcol-rum]: ../../builder-config.yaml|" README.md
