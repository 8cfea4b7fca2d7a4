package rumreceiver

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// load reads YAML as the Collector does.
func load(t *testing.T, yaml string) (*Config, error) {
	t.Helper()
	retrieved, err := confmap.NewRetrievedFromYAML([]byte(yaml))
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	return cfg, conf.Unmarshal(cfg)
}

func TestDefaultsAreValid(t *testing.T) {
	cfg, err := load(t, "{}")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, "localhost:4319", cfg.HTTP.NetAddr.Endpoint)
	assert.False(t, cfg.HTTP.CORS.HasValue(), "no origin is allowed unless it is named")
	assert.Equal(t, admit.DefaultSettings(), cfg.gate())
}

func TestAProtocolThatIsNamedIsOnByItsDefaultPath(t *testing.T) {
	for _, named := range []string{"protocols: {web_vitals: {}, otlp: {}, faro: {}}", "protocols:\n  web_vitals:\n  otlp:\n  faro:"} {
		cfg, err := load(t, named)
		require.NoError(t, err)
		require.NoError(t, confmap.Validate(cfg))
		require.True(t, cfg.Protocols.WebVitals.HasValue(), named)
		assert.Equal(t, []string{"/v1/web-vitals"}, cfg.Protocols.WebVitals.Get().Paths)
		assert.Equal(t, []string{"/v1/logs"}, cfg.Protocols.OTLP.Get().Paths)
		assert.Equal(t, []string{"/faro/collect"}, cfg.Protocols.Faro.Get().Paths)
		assert.Equal(t, []string{"/v1/rum", "/api/rum/collect"}, cfg.Protocols.Native.Paths)
	}
	cfg, err := load(t, "{}")
	require.NoError(t, err)
	assert.False(t, cfg.Protocols.WebVitals.HasValue())

	cfg, err = load(t, "protocols: {web_vitals: {paths: [/v1/rum]}}")
	require.NoError(t, err)
	assert.ErrorContains(t, confmap.Validate(cfg), `'protocols::web_vitals::paths' names "/v1/rum", which is in use already`)
}

func TestEveryKeyIsRead(t *testing.T) {
	cfg, err := load(t, `
endpoint: 0.0.0.0:9999
max_request_body_size: 2048
cors: {allowed_origins: ["https://shop.example"]}
protocols: {native: {paths: [/beacon]}, web_vitals: {paths: [/analytics]}, otlp: {paths: [/otel]}, faro: {paths: [/collect]}}
script: {path: /client.js}
limits: {max_events: 1, max_pages: 2, max_attributes: 3, max_string_length: 4, max_url_length: 5, max_stack_length: 6, max_stack_frames: 7}
retries: {window: 1m, max_batches: 7}
logs: {event_name_attribute: false, tag_attributes: {tenant: tenant.id}}
applications:
  - {name: shop, environment: test, keys: [k1, k2], allowed_origins: ["https://shop.example"], require_origin: true, rate_limit: {events_per_second: 5, burst: 6}}
max_concurrent_requests: 7
address_limit: {events_per_second: 8, burst: 9, max_addresses: 10, max_concurrent_requests: 3, exempt_networks: [192.0.2.0/24]}
trusted_proxies: [10.0.0.0/8, "::1"]
privacy: {client_address: truncate, allowed_query_parameters: [utm_source], user_id: hash, user_id_secret: 0123456789abcdef, honor_gpc: true}
geo: {database: /var/lib/geo.mmdb}
routes: {templates: ["/product/{id}"], max_templates: 11}
metrics:
  flush_interval: 1s
  settle_after: 2s
  temporality: delta
  histogram: exponential
  max_series: 3
  max_names: 5
  max_idle: 4s
  buckets: {browser.web_vital.lcp: [1, 2]}
  tags: [plan]
`)
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	assert.Equal(t, "0.0.0.0:9999", cfg.HTTP.NetAddr.Endpoint)
	assert.EqualValues(t, 2048, cfg.HTTP.MaxRequestBodySize)
	require.True(t, cfg.HTTP.CORS.HasValue())
	assert.Equal(t, []string{"https://shop.example"}, cfg.HTTP.CORS.Get().AllowedOrigins)
	assert.Equal(t, defaultPreflightAge, cfg.HTTP.CORS.Get().MaxAge)
	assert.Equal(t, []string{"/beacon"}, cfg.Protocols.Native.Paths)
	assert.Equal(t, []string{"/analytics"}, cfg.Protocols.WebVitals.Get().Paths)
	assert.Equal(t, []string{"/otel"}, cfg.Protocols.OTLP.Get().Paths)
	assert.Equal(t, []string{"/collect"}, cfg.Protocols.Faro.Get().Paths)
	assert.Equal(t, "/client.js", cfg.Script.Path)
	assert.Equal(t, beacon.Limits{MaxEvents: 1, MaxPages: 2, MaxAttributes: 3, MaxString: 4, MaxURL: 5, MaxStack: 6, MaxFrames: 7}, cfg.Limits.limits())
	assert.Equal(t, Retries{Window: time.Minute, MaxBatches: 7}, cfg.Retries)
	assert.False(t, cfg.Logs.EventNameAttribute)
	assert.Equal(t, map[string]string{"tenant": "tenant.id"}, cfg.Logs.TagAttributes)
	assert.Equal(t, admit.Settings{
		Applications: []admit.Application{{
			Name: "shop", Environment: "test", Keys: []string{"k1", "k2"}, AllowedOrigins: []string{"https://shop.example"},
			RequireOrigin: true, Rate: 5, Burst: 6,
		}},
		AllowedOrigins: []string{"https://shop.example"},
		MaxConcurrent:  7,
		Addresses: admit.AddressLimit{
			EventsPerSecond: 8, Burst: 9, MaxAddresses: 10, MaxConcurrent: 3, Exempt: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		},
	}, cfg.gate())
	trusted, err := cfg.trusted()
	require.NoError(t, err)
	assert.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}, trusted)
	enrichment := cfg.enrichment(nil)
	enrichment.OnGeoError = nil
	assert.Equal(t, enrich.Settings{
		Address: enrich.AddressTruncate, AllowedQuery: []string{"utm_source"}, UserID: enrich.UserIDHash, UserIDSecret: "0123456789abcdef",
		HonorGPC: true, GeoDatabase: "/var/lib/geo.mmdb", Routes: []string{"/product/{id}"}, MaxRoutes: 11,
	}, enrichment)
	assert.Equal(t, MetricsConfig{
		FlushInterval: time.Second, SettleAfter: 2 * time.Second, Temporality: aggregate.Delta, Histogram: aggregate.Exponential,
		MaxSeries: 3, MaxNames: 5, MaxIdle: 4 * time.Second, Buckets: map[string][]float64{"browser.web_vital.lcp": {1, 2}}, Tags: []string{"plan"},
	}, cfg.Metrics)
}

func TestUnknownKeysAreNamed(t *testing.T) {
	for yaml, key := range map[string]string{
		"endpiont: localhost:1":             "endpiont",
		"metrics: {flush: 1s}":              "flush",
		"logs: {event_name: true}":          "event_name",
		"retries: {windows: 1m}":            "windows",
		"applications: [{kees: [a]}]":       "kees",
		"privacy: {gpc: true}":              "gpc",
		"limits: {events: 1}":               "events",
		"script: {paths: /x}":               "paths",
		"protocols: {zipkin: {}}":           "zipkin",
		"protocols: {native: {path: /x}}":   "path",
		"cors: {allowed_origin: [\"x\"]}":   "allowed_origin",
		"tls: {cert: x}":                    "cert",
		"metrics: {buckets: {x: [a]}}":      "buckets",
		"metrics: {flush_interval: 1}":      "flush_interval",
		"keepalive: {idle: 1s}":             "idle",
		"endpoint: localhost:1\nnonsense: ": "nonsense",
	} {
		t.Run(yaml, func(t *testing.T) {
			cfg, err := load(t, yaml)
			if err == nil {
				err = confmap.Validate(cfg)
			}
			assert.ErrorContains(t, err, key)
		})
	}
}

func TestValidateJoinsEverythingThatIsWrong(t *testing.T) {
	cfg, err := load(t, `
endpoint: ""
protocols: {native: {paths: ["", /a, /a, "/b c"]}}
script: {path: /a}
limits: {max_events: 0, max_stack_length: -1, max_stack_frames: 0}
applications: [{name: keyless, allowed_origins: ["*://*"]}]
max_concurrent_requests: 0
max_request_body_size: 0
address_limit: {exempt_networks: [everywhere], max_concurrent_requests: -1}
cors: {allowed_origins: ["https://*.*.example"]}
trusted_proxies: [nonsense]
privacy: {client_address: some, user_id: hash, user_id_secret: short}
routes: {max_templates: 0}
logs: {tag_attributes: {a: ""}}
retries: {window: 0s, max_batches: 0}
metrics:
  flush_interval: 1
  settle_after: -1s
  temporality: sideways
  histogram: bars
  max_series: 0
  max_names: 0
  max_idle: 0s
  buckets: {browser.web_vital.lcp: [2, 1], no.such.metric: [1]}
  tags: [""]
`)
	require.NoError(t, err)
	err = confmap.Validate(cfg)
	for _, want := range []string{
		`'endpoint' must not be empty`,
		`(got "")`,
		`'protocols::native::paths' names "/a", which is in use already`,
		`'script::path' names "/a", which is in use already`,
		`(got "/b c")`,
		`'applications[0]'`,
		`'max_concurrent_requests' must be at least 1 (got 0)`,
		`'max_request_body_size' must be at least 1 (got 0)`,
		`'address_limit::exempt_networks' must hold addresses or networks (got "everywhere")`,
		`'address_limit::max_concurrent_requests' must not be negative (got -1)`,
		`'cors::allowed_origins' must have at most one * in an origin (got "https://*.*.example")`,
		`'applications[0]::allowed_origins' must have at most one * in an origin (got "*://*")`,
		`'trusted_proxies' must hold addresses or networks (got "nonsense")`,
		`(got "some")`,
		`at least 16 bytes`,
		`'routes::max_templates' must be at least 1 (got 0)`,
		`'logs::tag_attributes'`,
		`'limits::max_events' must be at least 1 (got 0)`,
		`'limits::max_stack_length' must be at least 1 (got -1)`,
		`'limits::max_stack_frames' must be at least 1 (got 0)`,
		`'retries::window' must be at least 100ms (got 0s)`,
		`'retries::max_batches' must be at least 1 (got 0)`,
		`'metrics::flush_interval' must be at least 100ms (got 1ns)`,
		`'metrics::settle_after' must be at least 100ms (got -1s)`,
		`'metrics::max_idle' must be at least 1ns (got 0s)`,
		`'metrics::temporality' must be one of cumulative, delta (got "sideways")`,
		`'metrics::histogram' must be one of explicit, exponential (got "bars")`,
		`'metrics::max_series' must be at least 1 (got 0)`,
		`'metrics::max_names' must be at least 1 (got 0)`,
		`browser.web_vital.lcp`,
		`no.such.metric`,
		`'metrics::tags' must not hold an empty name`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestNoPathIsRefused(t *testing.T) {
	cfg, err := load(t, "protocols: {native: {paths: []}}")
	require.NoError(t, err)
	assert.ErrorContains(t, confmap.Validate(cfg), "'protocols::native::paths' must not be empty")
}
