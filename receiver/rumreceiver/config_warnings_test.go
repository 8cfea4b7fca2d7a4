package rumreceiver

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestOptionsThatDoNothingOrUndoAProtectionAreWarnedOf(t *testing.T) {
	for yaml, want := range map[string]string{
		"metrics: {tags: [a.b, c, a_b]}":                                              `'metrics::tags' "a.b" and "a_b" are one label in Prometheus, rum_tag_a_b`,
		"metrics: {histogram: exponential, buckets: {browser.web_vital.lcp: [1, 2]}}": "'metrics::buckets' have no effect",
		"metrics: {temporality: delta, zero_for: 1m}":                                 "'metrics::zero_for' has no effect",
		"metrics: {buckets: {browser.web_vital.lcp: [1, 2, 4]}}":                      "'metrics::buckets' of browser.web_vital.lcp lack 2.5:",
		"metrics: {buckets: {browser.web_vital.cls: [0.2]}}":                          "'metrics::buckets' of browser.web_vital.cls lack 0.1 and 0.25:",
		"metrics: {max_routes: 1000}":                                                 "'metrics::max_routes' of 1000 are more series than 'metrics::max_series' of 2000",
		"metrics: {max_series: 1000000000}":                                           "'metrics::max_series' of 1000000000 may take",
		"privacy: {user_id_secret: 0123456789abcdef}":                                 "'privacy::user_id_secret' has no effect",
		"trusted_proxies: [0.0.0.0/0]":                                                "'trusted_proxies' has 0.0.0.0/0",
		`trusted_proxies: ["::/0"]`:                                                   "'trusted_proxies' has ::/0",
		"address_limit: {exempt_networks: [0.0.0.0/0]}":                               "'address_limit::exempt_networks' has 0.0.0.0/0",
		"{endpoint: 0.0.0.0:4319, cors: {allowed_origins: [https://shop.example]}, address_limit: {events_per_second: 0}}": "has no rate",
		"endpoint: 0.0.0.0:4319":                              "open to the pages of every site",
		"routes: {templates: [/about, /product/:id/reviews]}": "'routes::templates' has /product/:id/reviews: only a path with :id in it matches; write {id}",
		"routes: {templates: [/about, /**]}":                  "'routes::templates' has /**: every path matches it, so all pages are one, but those of the 1 templates before it",
		"{endpoint: /run/rum.sock, transport: unix, cors: {allowed_origins: [https://shop.example]}}": "all clients share the limit of one: name unix in 'trusted_proxies'",
		"read_timeout: 0s":            "'read_timeout' is 0",
		"max_request_body_size: 2048": "'max_request_body_size' of 2048 is less than the 65536 bytes",
		"write_timeout: 0s":           "'write_timeout' is 0",
		"write_timeout: 1s":           "'write_timeout' of 1s leaves",
	} {
		cfg, err := load(t, yaml)
		require.NoError(t, err)
		require.NoError(t, confmap.Validate(cfg))
		warnings := cfg.warnings()
		require.Len(t, warnings, 1, yaml)
		assert.Contains(t, warnings[0], want)
	}
	for _, yaml := range []string{
		"{}",
		"metrics: {temporality: delta, flush_interval: 1s, buckets: {browser.web_vital.lcp: [2.5, 4], browser.web_vital.inp: [0.1, 0.2, 0.5], rum.measurement: [1]}}",
		"{endpoint: 0.0.0.0:4319, cors: {allowed_origins: [https://shop.example]}}",
		"{endpoint: 0.0.0.0:4319, applications: [{name: shop, keys: [k]}], address_limit: {events_per_second: 0}}",
		"{endpoint: /run/rum.sock, transport: unix, trusted_proxies: [unix], cors: {allowed_origins: [https://shop.example]}}",
		`{endpoint: "[::1]:4319", address_limit: {events_per_second: 0}}`,
	} {
		cfg, err := load(t, yaml)
		require.NoError(t, err)
		assert.Empty(t, cfg.warnings(), yaml)
	}
}

func TestWarningsAreSaidAtStart(t *testing.T) {
	logging, lines := observed()
	newBench(t, logging, withConfig(func(cfg *Config) { cfg.TrustedProxies = []string{"0.0.0.0/0"} }))
	assert.Equal(t, 1, strings.Count(logged(lines), "'trusted_proxies' has 0.0.0.0/0"))
}

func TestACollectorThatSendsIsWarnedOfOnce(t *testing.T) {
	logging, lines := observed()
	b := newBench(t, logging)
	b.request("/v1/rum", lcp("a", 1), "192.0.2.77:1", map[string]string{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0"})
	assert.Empty(t, logged(lines))
	for _, id := range []string{"b", "c"} {
		b.request("/v1/rum", lcp(id, 1), "192.0.2.77:1", map[string]string{"User-Agent": "OpenTelemetry Collector for Real User Monitoring/0.1.0 (linux/amd64)"})
	}
	assert.Equal(t, 1, strings.Count(logged(lines), "A Collector sends to this receiver"))
	assert.NotContains(t, logged(lines), "192.0.2.77")
}
