package rumreceiver

import (
	"slices"

	"go.opentelemetry.io/collector/config/confighttp"
)

// server is the HTTP server of the configuration. Its CORS headers include the origins of applications, because otherwise their pages
// could not read a Retry-After. The gate decides which origin may send with which key.
func (c *Config) server() confighttp.ServerConfig {
	server := c.HTTP
	var origins []string
	for _, application := range c.Applications {
		origins = append(origins, answered(application.AllowedOrigins)...)
	}
	if len(origins) == 0 && !server.CORS.HasValue() {
		return server
	}
	cors := server.CORS.GetOrInsertDefault() // of the copy
	origins = append(origins, cors.AllowedOrigins...)
	slices.Sort(origins)
	cors.AllowedOrigins = slices.Compact(origins)
	cors.AllowedHeaders = slices.Concat(cors.AllowedHeaders, alwaysAllowed, c.Protocols.headers())
	if len(c.Applications) > 0 {
		cors.AllowedHeaders = append(cors.AllowedHeaders, "X-Api-Key")
	}
	return server
}

// alwaysAllowed are headers that a tracer of the page, or its gateway, adds to all requests. The receiver ignores
// them, but if CORS does not allow them, browsers send nothing.
var alwaysAllowed = []string{
	"Content-Type", "X-Scope-Orgid",
	"Traceparent", "Tracestate", "Baggage", // W3C
	"B3", "X-B3-Traceid", "X-B3-Spanid", "X-B3-Parentspanid", "X-B3-Sampled", "X-B3-Flags", // Zipkin
	"Uber-Trace-Id",                 // Jaeger
	"X-Amzn-Trace-Id",               // AWS X-Ray
	"Sentry-Trace",                  // Sentry
	"Elastic-Apm-Traceparent",       // Elastic
	"Newrelic",                      // New Relic
	"Request-Id", "Request-Context", // Application Insights
	"X-Datadog-Origin", "X-Datadog-Parent-Id", "X-Datadog-Sampling-Priority", "X-Datadog-Trace-Id", // Datadog
}

// answered are the origins in the form for confighttp's CORS. It would answer "*" as such, for all applications, and browsers do not
// accept that for requests with credentials, which sendBeacon sends.
func answered(origins []string) (patterns []string) {
	for _, origin := range origins {
		if origin == "*" {
			patterns = append(patterns, "https://*", "http://*")
			continue
		}
		patterns = append(patterns, origin)
	}
	return patterns
}
