package rumreceiver

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// The addresses come through a trusted proxy. The flood is more vitals than may wait, each of a page view that it makes up.
func TestAFloodFromOneAddressLeavesTheVitalsOfOthersWaiting(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) { cfg.TrustedProxies = []string{"10.0.0.0/8"} }))
	send := func(from, body string) {
		t.Helper()
		response, _ := b.request("/v1/rum", body, "10.0.0.1:1", map[string]string{"X-Forwarded-For": from})
		require.Equal(t, 200, response.Code, response.Body)
	}
	report := func(id, page, state string, ms int) string {
		return fmt.Sprintf(`{"v":1,"id":%q,"t0":%d,"now":0,"session":{"id":"s"},"pages":[{"id":%q,"url":"https://shop.example/","state":%q}],"events":[{"k":"vital","n":"LCP","id":%q,"v":%d,"t":1}]}`,
			id, noon.UnixMilli(), page, state, page, ms)
	}
	send("198.51.100.7", report("first", "honest", "visible", 500))
	const each = 1000
	waiting := aggregate.DefaultSettings().MaxPending
	for n := range waiting/each + 5 {
		events := make([]string, each)
		for i := range events {
			events[i] = lcpEvent(fmt.Sprint("flood", n, "-", i), 250)
		}
		send("203.0.113.9", "["+strings.Join(events, ",")+"]")
	}
	assert.EqualValues(t, 5*each+1, b.size("measurements_early"), "all of the flood")
	send("198.51.100.7", report("last", "honest", "ended", 3000))
	assert.Zero(t, b.counter("measurements_late"), "it has waited for its last report")
}
