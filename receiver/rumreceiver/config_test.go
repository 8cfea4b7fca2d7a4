package rumreceiver

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// turnOn names a protocol without a word more.
func (p Protocols) turnOn(name string) {
	section := p[name]
	section.Enabled = true
	p[name] = section
}

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
	for _, named := range []string{"protocols: {web_vitals: {}, otlp: {}, faro: {}, datadog: {}, elastic: {}, sentry: {}, boomerang: {}}", "protocols:\n  web_vitals:\n  otlp:\n  faro:\n  datadog:\n  elastic:\n  sentry:\n  boomerang:"} {
		cfg, err := load(t, named)
		require.NoError(t, err)
		require.NoError(t, confmap.Validate(cfg))
		assert.Equal(t, []string{"boomerang", "datadog", "elastic", "faro", "native", "otlp", "sentry", "web_vitals"}, cfg.Protocols.enabled(), named)
		assert.Equal(t, []string{"/v1/web-vitals"}, cfg.Protocols["web_vitals"].Paths)
		assert.Equal(t, []string{"/v1/logs"}, cfg.Protocols["otlp"].Paths)
		assert.Equal(t, []string{"/faro/collect"}, cfg.Protocols["faro"].Paths)
		assert.Equal(t, []string{"/boomerang"}, cfg.Protocols["boomerang"].Paths)
		assert.Equal(t, []string{"/datadog"}, cfg.Protocols["datadog"].Paths)
		assert.Equal(t, []string{"/intake/v2/rum/events", "/intake/v3/rum/events", "/config/v1/rum/agents"}, cfg.Protocols["elastic"].Paths)
		assert.Equal(t, []string{"/api/{project}/envelope"}, cfg.Protocols["sentry"].Paths)
		assert.Equal(t, []string{"/v1/rum", "/api/rum/collect"}, cfg.Protocols["native"].Paths)
	}
	cfg, err := load(t, "{}")
	require.NoError(t, err)
	assert.Equal(t, []string{"native"}, cfg.Protocols.enabled())

	cfg, err = load(t, "protocols: {web_vitals: {paths: [/v1/rum]}}")
	require.NoError(t, err)
	assert.ErrorContains(t, confmap.Validate(cfg), `'protocols::web_vitals::paths' names "/v1/rum", which is in use already`)
}

func TestEveryKeyIsRead(t *testing.T) {
	cfg, err := load(t, `
endpoint: 0.0.0.0:9999
max_request_body_size: 2048
cors: {allowed_origins: ["https://shop.example"]}
protocols: {native: {paths: [/beacon]}, web_vitals: {paths: [/analytics]}, otlp: {paths: [/otel]}, faro: {paths: [/collect]}, datadog: {paths: ["/dd/{site}"]}, elastic: {paths: [/apm]}, sentry: {paths: [/tunnel]}, boomerang: {paths: [/boom]}}
script: {path: /client.js}
limits: {max_events: 21, max_pages: 2, max_attributes: 3, max_string_length: 64, max_url_length: 65, max_stack_length: 6, max_stack_frames: 7, max_weight: 8}
retries: {window: 1m, max_batches: 7}
logs: {event_name_attribute: false, record_uid: true, tag_attributes: {tenant: tenant.id}}
applications:
  - {name: shop, environment: test, keys: [k1, k2], allowed_origins: ["https://shop.example"], require_origin: true, rate_limit: {events_per_second: 5, burst: 6}}
max_concurrent_requests: 7
max_connections: 13
address_limit: {events_per_second: 8, burst: 9, max_addresses: 10, max_concurrent_requests: 3, weight_per_minute: 11, max_connections: 12, exempt_networks: [192.0.2.0/24]}
trusted_proxies: [10.0.0.0/8, "::1", "::ffff:172.16.0.0/108"]
client_address_header: CF-Connecting-IP
privacy: {client_address: truncate, allowed_query_parameters: [utm_source], user_id: hash, user_id_secret: 0123456789abcdef, honor_gpc: true}
geo: {database: /var/lib/geo.mmdb, country_header: CF-IPCountry}
routes: {templates: ["/product/{id}"], max_templates: 11, hash: true}
noise: {patterns: ["^Chunk"]}
metrics:
  flush_interval: 1s
  settle_after: 2s
  silent_after: 3s
  remember_for: 4s
  zero_for: 5s
  shutdown_wait: 6s
  storage: file_storage/rum
  synthetic: include
  instance: rum-0
  attributes: {browser.web_vital.lcp: [url.template, rum.tag.plan]}
  temporality: delta
  histogram: exponential
  breakdowns: [country]
  max_routes: 6
  max_applications: 7
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
	assert.Equal(t, []string{"/beacon"}, cfg.Protocols["native"].Paths)
	assert.Equal(t, []string{"/analytics"}, cfg.Protocols["web_vitals"].Paths)
	assert.Equal(t, []string{"/otel"}, cfg.Protocols["otlp"].Paths)
	assert.Equal(t, []string{"/collect"}, cfg.Protocols["faro"].Paths)
	assert.Equal(t, []string{"/dd/{site}"}, cfg.Protocols["datadog"].Paths)
	assert.Equal(t, []string{"/apm"}, cfg.Protocols["elastic"].Paths)
	assert.Equal(t, []string{"/tunnel"}, cfg.Protocols["sentry"].Paths)
	assert.Equal(t, []string{"/boom"}, cfg.Protocols["boomerang"].Paths)
	assert.Equal(t, "/client.js", cfg.Script.Path)
	assert.Equal(t, beacon.Limits{MaxEvents: 21, MaxPages: 2, MaxAttributes: 3, MaxString: 64, MaxURL: 65, MaxStack: 6, MaxFrames: 7, MaxWeight: 8, MaxWeights: 1e5}, cfg.Limits.limits())
	assert.Equal(t, Retries{Window: time.Minute, MaxBatches: 7}, cfg.Retries)
	storage := component.MustNewIDWithName("file_storage", "rum")
	assert.False(t, cfg.Logs.EventNameAttribute)
	assert.True(t, cfg.Logs.RecordUID)
	assert.Equal(t, map[string]string{"tenant": "tenant.id"}, cfg.Logs.TagAttributes)
	assert.Equal(t, 13, cfg.connections().Max)
	assert.Equal(t, 12, cfg.connections().MaxOfAddress)
	assert.True(t, cfg.connections().Shared(netip.MustParseAddr("192.0.2.7")))
	assert.Equal(t, admit.Settings{
		Applications: []admit.Application{{
			Name: "shop", Environment: "test", Keys: []string{"k1", "k2"}, AllowedOrigins: []string{"https://shop.example"},
			RequireOrigin: true, Rate: 5, Burst: 6,
		}},
		AllowedOrigins: []string{"https://shop.example"},
		MaxWork:        admit.BytesWorked, MaxConcurrent: 7, MaxArriving: admit.BodiesArriving, MaxArrivingBytes: admit.BytesArriving,
		Addresses: admit.AddressLimit{
			EventsPerSecond: 8, Burst: 9, MaxAddresses: 10, MaxConcurrent: 3, WeightPerMinute: 11, Exempt: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		},
	}, cfg.gate())
	proxies, err := cfg.proxies()
	require.NoError(t, err)
	assert.Equal(t, enrich.Proxies{
		Trusted:       []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("172.16.0.0/12")},
		AddressHeader: "CF-Connecting-IP", CountryHeader: "CF-IPCountry",
	}, proxies)
	enrichment := cfg.enrichment(nil)
	enrichment.OnGeoError = nil
	assert.Equal(t, enrich.Settings{
		Address: enrich.AddressTruncate, AllowedQuery: []string{"utm_source"}, UserID: enrich.UserIDHash, UserIDSecret: "0123456789abcdef",
		HonorGPC: true, GeoDatabase: "/var/lib/geo.mmdb", Routes: []string{"/product/{id}"}, MaxRoutes: 11, HashRoutes: true,
		NoisePatterns: []string{"^Chunk"},
	}, enrichment)
	assert.Equal(t, MetricsConfig{
		FlushInterval: time.Second, SettleAfter: 2 * time.Second, SilentAfter: 3 * time.Second, RememberFor: 4 * time.Second, ZeroFor: 5 * time.Second, ShutdownWait: 6 * time.Second,
		Storage: &storage, Synthetic: "include", Instance: "rum-0", Attributes: map[string][]string{"browser.web_vital.lcp": {"url.template", "rum.tag.plan"}}, Temporality: aggregate.Delta, Histogram: aggregate.Exponential,
		Breakdowns: []string{"country"}, MaxRoutes: 6, MaxApplications: 7, MaxSeries: 3, MaxNames: 5, MaxIdle: 4 * time.Second, Buckets: map[string][]float64{"browser.web_vital.lcp": {1, 2}}, Tags: []string{"plan"}, zeroForSet: true,
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

// An environment variable that is not set must not turn the protection off that somebody wrote down.
func TestEmptyValuesOfProtectionsAreRefused(t *testing.T) {
	cfg, err := load(t, `
client_address_header: ""
privacy: {client_address: "", user_id: ""}
`)
	require.NoError(t, err)
	err = confmap.Validate(cfg)
	assert.ErrorContains(t, err, `'client_address_header' must be the name of a header (got "")`)
	assert.ErrorContains(t, err, `'privacy::client_address' must be drop, truncate or full (got "")`)
	assert.ErrorContains(t, err, `'privacy::user_id' must be keep, hash or drop (got "")`)
}

func TestValidateJoinsEverythingThatIsWrong(t *testing.T) {
	cfg, err := load(t, `
endpoint: ""
protocols: {native: {paths: ["", /a, /a, "/b c"]}}
script: {path: /a}
limits: {max_events: 19, max_string_length: 63, max_stack_length: -1, max_stack_frames: 0, max_weight: 2e6}
applications: [{name: keyless, allowed_origins: ["*://*"]}]
max_concurrent_requests: 0
max_connections: 0
max_request_body_size: 0
address_limit: {exempt_networks: [everywhere], max_concurrent_requests: -1, max_connections: -1, weight_per_minute: -1}
cors: {allowed_origins: ["https://*.*.example"]}
trusted_proxies: [nonsense, "::ffff:10.0.0.0/90"]
client_address_header: "X Real IP"
privacy: {client_address: some, user_id: hash, user_id_secret: short, allowed_query_parameters: [a=b, "utm_*"]}
routes: {max_templates: 0, templates: [product]}
noise: {patterns: ["("]}
logs: {tag_attributes: {a: ""}}
retries: {window: 0s, max_batches: 0}
metrics:
  flush_interval: 1
  settle_after: -1s
  temporality: sideways
  histogram: bars
  breakdowns: [weather]
  max_routes: -1
  max_applications: 0
  max_series: 0
  max_names: 0
  max_idle: 0s
  buckets: {browser.web_vital.lcp: [2, 1], no.such.metric: [1]}
  tags: ["", plan, plan]
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
		`'max_request_body_size' must be at least 1024 bytes (got 0)`,
		`'address_limit::exempt_networks' must hold addresses or networks (got "everywhere")`,
		`'address_limit::max_concurrent_requests' must not be negative (got -1)`,
		`'cors::allowed_origins' must have at most one * in an origin (got "https://*.*.example")`,
		`'applications[0]::allowed_origins' must have at most one * in an origin (got "*://*")`,
		`'trusted_proxies' must hold addresses or networks (got "nonsense")`,
		`'trusted_proxies' must hold addresses or networks (got "::ffff:10.0.0.0/90")`,
		`'client_address_header' must be the name of a header (got "X Real IP")`,
		`'privacy::client_address' must be drop, truncate or full (got "some")`,
		`'privacy::user_id_secret' must have at least 16 bytes`,
		`'privacy::allowed_query_parameters' must hold whole names of query parameters (got "a=b")`,
		`'privacy::allowed_query_parameters' must hold whole names of query parameters (got "utm_*")`,
		`'metrics::tags' must not name a tag twice (got "plan" again)`,
		`'routes::templates' "product" must begin with /`,
		`'routes::max_templates' must be at least 1 (got 0)`,
		`'noise::patterns' "("`,
		`'logs::tag_attributes'`,
		`'limits::max_events' must be at least 20 (got 19)`,
		`'limits::max_string_length' must be at least 64 (got 63)`,
		`'limits::max_stack_length' must be at least 1 (got -1)`,
		`'limits::max_stack_frames' must be at least 1 (got 0)`,
		`'max_connections' must be at least 1 (got 0)`,
		`'address_limit::max_connections' must not be negative (got -1)`,
		`'address_limit::weight_per_minute' must be a number and not negative (got -1)`,
		`'limits::max_weight' must be 1 to 1000000 (got 2e+06)`,
		`'retries::window' must be at least 100ms (got 0s)`,
		`'retries::max_batches' must be at least 1 (got 0)`,
		`'metrics::flush_interval' must be at least 100ms (got 1ns)`,
		`'metrics::settle_after' must be at least 100ms (got -1s)`,
		`'metrics::max_idle' must be at least 1ns (got 0s)`,
		`'metrics::temporality' must be one of cumulative, delta (got "sideways")`,
		`'metrics::histogram' must be one of explicit, exponential (got "bars")`,
		`'metrics::breakdowns' must be one of browser, country, connection (got "weather")`,
		`'metrics::max_routes' must not be negative (got -1)`,
		`'metrics::max_applications' must be at least 1 (got 0)`,
		`'metrics::max_series' must be at least 1 (got 0)`,
		`'metrics::max_names' must be at least 1 (got 0)`,
		`browser.web_vital.lcp`,
		`no.such.metric`,
		`'metrics::tags' must not hold an empty name`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestErrorsHaveAnOrder(t *testing.T) {
	const wrong = `{client_address_header: "a b", geo: {country_header: "c d"}, read_timeout: -1s, write_timeout: -1s, metrics: {
		zero_for: -1s, shutdown_wait: -1s, attributes: {a: [x], b: [x], c: [x]}, buckets: {a: [1], b: [1], c: [1]}}}`
	cfg, err := load(t, wrong)
	require.NoError(t, err)
	first := cfg.Validate()
	require.Error(t, first)
	for range 20 {
		require.EqualError(t, cfg.Validate(), first.Error())
	}
}

func TestEveryProtocolCanBeTurnedOff(t *testing.T) {
	for _, p := range all.Protocols() {
		cfg, err := load(t, "protocols: {"+p.Name+": {enabled: false, paths: []}}")
		require.NoError(t, err)
		if p.Name == "native" { // the only one that is on
			require.ErrorContains(t, confmap.Validate(cfg), "'protocols' must have one that is on")
			continue
		}
		require.NoError(t, confmap.Validate(cfg))
		assert.NotContains(t, cfg.Protocols.enabled(), p.Name)
	}
	b := newBench(t, withConfig(func(cfg *Config) { cfg.Protocols["native"] = ProtocolConfig{} }), withOTLP)
	assert.Equal(t, http.StatusNotFound, b.send(http.MethodPost, "/v1/rum", lcp("a", 1), "").Code)
}

func TestNoPathIsRefused(t *testing.T) {
	cfg, err := load(t, "protocols: {native: {paths: []}}")
	require.NoError(t, err)
	assert.ErrorContains(t, confmap.Validate(cfg), "'protocols::native::paths' must not be empty")
}

func TestAHeaderThatNobodyIsBelievedIsRefused(t *testing.T) {
	for key, yaml := range map[string]string{"client_address_header": "client_address_header: X-Real-IP", "geo::country_header": "geo: {country_header: CF-IPCountry}"} {
		cfg, err := load(t, yaml)
		require.NoError(t, err)
		assert.ErrorContains(t, confmap.Validate(cfg), "'"+key+"' needs 'trusted_proxies', which is empty")
	}
}

func TestWhatDependsOnOtherMetricsOptions(t *testing.T) {
	for yaml, want := range map[string]struct{ zero, unreported time.Duration }{
		"{}": {70 * time.Second, 0}, "metrics: {flush_interval: 10s}": {70 * time.Second, 0}, "metrics: {flush_interval: 500ms}": {1250 * time.Millisecond, 0},
		"metrics: {flush_interval: 500ms, zero_for: 1m}": {time.Minute, 0}, "metrics: {settle_after: 30s}": {70 * time.Second, 30 * time.Second},
		"metrics: {settle_after: 30s, silent_after: 30m}": {70 * time.Second, 0}, "metrics: {silent_after: 1h}": {70 * time.Second, 0},
	} {
		cfg := createDefaultConfig().(*Config)
		retrieved, err := confmap.NewRetrievedFromYAML([]byte(yaml))
		require.NoError(t, err)
		conf, err := retrieved.AsConf()
		require.NoError(t, err)
		require.NoError(t, cfg.Unmarshal(conf), yaml)
		settings := cfg.Metrics.settings("")
		assert.Equal(t, want.zero, settings.ZeroFor, yaml)
		assert.Equal(t, want.unreported, settings.UnreportedAfter, yaml)
	}
}

func TestWhatCanOnlyBeAMistakeIsRefused(t *testing.T) {
	for yaml, want := range map[string]string{
		"trusted_proxies: [unix]":                                      `'trusted_proxies' has "unix", which needs the 'transport' unix or npipe (got "tcp")`,
		"transport: udp":                                               `'transport' must be tcp, tcp4, tcp6, unix or npipe (got "udp")`,
		"read_timeout: 20":                                             "'read_timeout' must be 0 or at least 100ms (got 20ns)",
		"read_header_timeout: -1s":                                     "'read_header_timeout' must be 0 or at least 100ms (got -1s)",
		"write_timeout: 30":                                            "'write_timeout' must be 0 or at least 100ms (got 30ns)",
		"keepalive: {idle_timeout: 90}":                                "'keepalive::idle_timeout' must be 0 or at least 100ms (got 90ns)",
		"metrics: {zero_for: 70}":                                      "'metrics::zero_for' must be 0 or at least 100ms (got 70ns)",
		"metrics: {zero_for: 100000h}":                                 "'metrics::zero_for' must be at most 1h0m0s (got 100000h0m0s)",
		"metrics: {shutdown_wait: 20}":                                 "'metrics::shutdown_wait' must be 0 or at least 100ms (got 20ns)",
		"dialer: {timeout: 5s}":                                        `'dialer::timeout' has no effect: a server connects to nobody`,
		"compression_algorithms: [gzip, br]":                           `'compression_algorithms' must hold deflate, gzip, lz4, snappy, x-snappy-framed, zlib, zstd (got "br")`,
		"protocols: {otlp: {paths: [/v1/rum/]}}":                       `'protocols::otlp::paths' names "/v1/rum/", which is in use already`,
		"protocols: {sentry: , otlp: {paths: ['/api/{x}/envelope/']}}": `'protocols::sentry::paths' names "/api/{project}/envelope", which is in use already`,
		"cors: {allowed_origins: [https://shop.example/]}":             `'cors::allowed_origins[0]' must end with host or port`,
	} {
		cfg, err := load(t, yaml)
		require.NoError(t, err, yaml)
		assert.ErrorContains(t, confmap.Validate(cfg), want)
	}
	for _, yaml := range []string{
		"{read_timeout: 0, read_header_timeout: 0, write_timeout: 0}", "keepalive: {enabled: false}", `compression_algorithms: ["", gzip, zlib, deflate, zstd, lz4, snappy, x-snappy-framed]`,
		"metrics: {zero_for: 0, shutdown_wait: 0}", "protocols: {otlp: {paths: [/v1/rum/logs]}}",
	} {
		cfg, err := load(t, yaml)
		require.NoError(t, err, yaml)
		assert.NoError(t, confmap.Validate(cfg), yaml)
	}
}

func TestEndpointIsAHostAndAPort(t *testing.T) {
	for _, endpoint := range []string{"http://localhost:4319", "localhost", "4319", "::1:4319", "unix:///run/rum.sock", "localhost:99999", "localhost:-1", "localhost:"} {
		cfg, err := load(t, `endpoint: "`+endpoint+`"`)
		require.NoError(t, err)
		assert.ErrorContains(t, confmap.Validate(cfg), "'endpoint' must be a host and a port, such as 0.0.0.0:4319 (got \""+endpoint+"\")")
	}
	for _, yaml := range []string{`endpoint: ":4319"`, `endpoint: "localhost:http"`, "{transport: tcp4}", `endpoint: "[::1]:4319"`, "{endpoint: /run/rum.sock, transport: unix}", "{endpoint: /run/rum.sock, transport: unix, trusted_proxies: [10.0.0.1, unix], client_address_header: X-Real-IP}"} {
		cfg, err := load(t, yaml)
		require.NoError(t, err)
		assert.NoError(t, confmap.Validate(cfg), yaml)
	}
}

func TestAProxyOnAUnixSocketHasMoreConnectionsThanAClient(t *testing.T) {
	for yaml, want := range map[string]bool{"{}": false, "{endpoint: /run/rum.sock, transport: unix, trusted_proxies: [unix]}": true} {
		cfg, err := load(t, yaml)
		require.NoError(t, err)
		assert.Equal(t, want, cfg.connections().Shared(netip.Addr{}), yaml)
	}
}
