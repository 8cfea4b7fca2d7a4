package rumreceiver

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// attributeOf is one of the last record's attributes as text, empty when it has none of that name.
func (b *bench) attributeOf(key string) string {
	b.t.Helper()
	records := b.records()
	value, ok := records[len(records)-1].Attributes().Get(key)
	if !ok {
		return ""
	}
	return value.AsString()
}

// resourceAttributeOf is one of the last record's resource.
func (b *bench) resourceAttributeOf(key string) string {
	b.t.Helper()
	all := b.logs.AllLogs()
	value, ok := all[len(all)-1].ResourceLogs().At(0).Resource().Attributes().Get(key)
	if !ok {
		return ""
	}
	return value.AsString()
}

func TestNoiseIsMarkedOnTheRecord(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) { cfg.Noise.Patterns = []string{"^E: Loading chunk"} }))
	b.post("[" + errorEvent(`"message":"x is undefined"`) + "]")
	assert.Empty(t, b.attributeOf(semconv.ExceptionNoise))
	b.post("[" + errorEvent(`"message":"ResizeObserver loop limit exceeded"`) + "]")
	assert.Equal(t, "resize_observer", b.attributeOf(semconv.ExceptionNoise))
	b.post("[" + errorEvent(`"message":"Loading chunk 3 failed"`) + "]")
	assert.Equal(t, "pattern", b.attributeOf(semconv.ExceptionNoise))
}

func TestHeadersOfATrustedProxyAreRead(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) {
		cfg.TrustedProxies, cfg.ClientAddressHeader, cfg.Geo.CountryHeader = []string{"10.0.0.0/8"}, "CF-Connecting-IP", "CF-IPCountry"
		cfg.Privacy.ClientAddress = "full"
	}))
	headers := map[string]string{"CF-Connecting-IP": "203.0.113.7", "X-Forwarded-For": "198.51.100.1", "CF-IPCountry": "PT", "Accept-Language": "pt-PT,pt;q=0.9"}
	b.request("/v1/rum", lcp("a", 1), "10.0.0.1:1", headers)
	assert.Equal(t, "203.0.113.7", b.attributeOf(semconv.ClientAddress))
	assert.Equal(t, "PT", b.attributeOf(semconv.GeoCountryISOCode))
	assert.Equal(t, "pt-PT", b.resourceAttributeOf(semconv.BrowserLanguage))
	b.request("/v1/rum", lcp("b", 1), "203.0.113.9:1", headers)
	assert.Equal(t, "203.0.113.9", b.attributeOf(semconv.ClientAddress))
	assert.Empty(t, b.attributeOf(semconv.GeoCountryISOCode))
}

func TestClientsThatNobodyVouchesForShareTheLimitOfOne(t *testing.T) {
	logging, lines := observed()
	b := newBench(t, logging, withConfig(func(cfg *Config) {
		cfg.AddressLimit.RateLimitConfig = RateLimitConfig{EventsPerSecond: 1, Burst: 1}
		cfg.TrustedProxies = []string{"10.0.0.1"}
	}))
	send := func(id, from, header, value string) int {
		response, _ := b.request("/v1/rum", lcp(id, 1), from, map[string]string{header: value})
		return response.Code
	}
	for i := range 3 {
		assert.Equal(t, 200, send(fmt.Sprint("generator", i), "192.168.0.1:1", "Accept", "*/*"), "no proxy: exempt")
	}
	assert.Equal(t, 200, send("a", "192.168.0.2:1", "X-Forwarded-For", "203.0.113.1"))
	assert.Equal(t, 429, send("b", "192.168.0.2:1", "X-Forwarded-For", "203.0.113.2"), "an unnamed proxy")
	assert.Equal(t, 200, send("c", "10.0.0.1:1", "X-Forwarded-For", "192.168.9.9"))
	assert.Equal(t, 429, send("d", "10.0.0.1:1", "X-Forwarded-For", "192.168.9.9"), "an address that a client may have made up")
	assert.Equal(t, 200, send("e", "10.0.0.1:1", "X-Real-IP", "203.0.113.3"))
	assert.Equal(t, 429, send("f", "10.0.0.1:1", "X-Real-IP", "203.0.113.4"), "a header that is not the one")
	send("g", "192.168.0.3:1", "X-Forwarded-For", "203.0.113.1")
	assert.Equal(t, 1, lines.FilterMessageSnippet("Requests from one private address carry forwarding headers: name it in trusted_proxies").Len(), "once")
	assert.Equal(t, 1, lines.FilterMessageSnippet("client_address_header").Len())
}
