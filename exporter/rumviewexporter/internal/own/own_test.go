package own

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const metricsPage = `# HELP otelcol_rum_receiver_events_refused Events.
# TYPE otelcol_rum_receiver_events_refused counter
otelcol_rum_receiver_events_refused{otel_scope_name="x",reason="bad_\"value\""} 3
otelcol_rum_receiver_events_received_total 10
otelcol_rum_receiver_batch_size_bucket{le="1"} 4
otelcol_process_uptime 12
otelcol_rum_budget_records{outcome="sampled",reason="base"} 1.5e+02
`

func TestCountersOfOursAreRead(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write([]byte(metricsPage))
	}))
	defer server.Close()
	r, now := New(server.URL), time.Unix(1e9, 0)
	want := Counters{Lines: []Line{
		{"otelcol_rum_receiver_events_refused", map[string]string{"reason": `bad_"value"`}, 3},
		{"otelcol_rum_receiver_events_received", map[string]string{}, 10},
		{"otelcol_rum_budget_records", map[string]string{"outcome": "sampled", "reason": "base"}, 150},
	}}
	assert.Equal(t, want, r.Read(t.Context(), now))
	assert.Equal(t, want, r.Read(t.Context(), now.Add(time.Second)))
	assert.Equal(t, 1, asked, "asked again at once")
}

// A page that is reloaded gives up its question; the next one must not notice.
func TestAnAskerWhoGoesAwaySpoilsNoAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(metricsPage)) }))
	defer server.Close()
	r, now := New(server.URL), time.Unix(1e9, 0)
	gone, leave := context.WithCancel(t.Context())
	leave()
	r.Read(gone, now)
	assert.Empty(t, r.Read(t.Context(), now.Add(time.Second)).Problem)
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	assert.Equal(t, "collector_metrics is not set", New("").Read(t.Context(), time.Now()).Problem)
	server := httptest.NewServer(http.NotFoundHandler())
	assert.Contains(t, New(server.URL).Read(t.Context(), time.Now()).Problem, "answers 404")
	server.Close()
	assert.Contains(t, New(server.URL).Read(t.Context(), time.Now()).Problem, "refused")
}
