package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// lcp is an array of one LCP with this measurement id and value.
func lcp(id string, value float64) string { return "[" + lcpEvent(id, value) + "]" }

func lcpEvent(id string, value float64) string {
	return fmt.Sprintf(`{"type":"metric","name":"LCP","value":%v,"timestamp":%d,"url":"https://shop.example/","sessionId":"s","metadata":{"id":%q}}`,
		value, noon.UnixMilli(), id)
}

// batch is a form 2 batch of one event.
func batch(id, event string) string {
	return fmt.Sprintf(`{"v":1,"id":%q,"t0":%d,"now":0,"session":{"id":"s"},"pages":[{"id":"p","url":"https://shop.example/"}],"events":[%s]}`,
		id, noon.UnixMilli(), event)
}

// newLogs is a consumer made of a function.
func newLogs(consume consumer.ConsumeLogsFunc) (consumer.Logs, error) {
	return consumer.NewLogs(consume)
}

// discard is a client that has gone.
type discard struct{}

func (discard) Header() http.Header            { return http.Header{} }
func (discard) Write(body []byte) (int, error) { return len(body), nil }
func (discard) WriteHeader(int)                {}

func TestContentTypesDoNotMatter(t *testing.T) {
	for _, contentType := range []string{
		"", "text/plain", "text/plain;charset=UTF-8", "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "nonsense",
	} {
		for _, path := range []string{"/v1/rum", "/api/rum/collect", "/v1/rum/"} {
			b := newBench(t)
			response := b.send(http.MethodPost, path, lcp("a", 1200), contentType)
			assert.Equal(t, 200, response.Code, contentType)
			assert.JSONEq(t, `{"received":1}`, response.Body.String())
			assert.Equal(t, "application/json", response.Header().Get("Content-Type"))
			assert.Len(t, b.records(), 1)
		}
	}
}

func TestRequestsAreRefusedForOneClosedReason(t *testing.T) {
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
		reason             beacon.Reason
	}{
		"WrongMethod": {http.MethodGet, "/v1/rum", "", 405, beacon.ReasonMethod},
		"PutMethod":   {http.MethodPut, "/v1/rum", lcp("a", 1), 405, beacon.ReasonMethod},
		"WrongPath":   {http.MethodPost, "/v1/rumm", lcp("a", 1), 404, beacon.ReasonPath},
		"SubPath":     {http.MethodPost, "/v1/rum/x", lcp("a", 1), 404, beacon.ReasonPath},
		"UncleanPath": {http.MethodPost, "/v1//rum/../rum", lcp("a", 1), 404, beacon.ReasonPath},
		"TwoSlashes":  {http.MethodPost, "/v1/rum//", lcp("a", 1), 404, beacon.ReasonPath},
		"PostScript":  {http.MethodPost, "/rum.js", lcp("a", 1), 405, beacon.ReasonMethod},
		"EmptyBody":   {http.MethodPost, "/v1/rum", "", 400, beacon.ReasonEmptyBody},
		"BrokenJSON":  {http.MethodPost, "/v1/rum", `[{"type":`, 400, beacon.ReasonBadJSON},
		"NoValid":     {http.MethodPost, "/v1/rum", `[1]`, 400, beacon.ReasonNoValidEvent},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			response := b.send(tc.method, tc.path, tc.body, "")
			assert.Equal(t, tc.status, response.Code)
			assert.Contains(t, response.Body.String(), `"reason":"`+string(tc.reason)+`"`)
			assert.EqualValues(t, 1, b.counter("requests"))
			assert.Empty(t, b.records())
		})
	}
}

func TestGoodEventsOfABadBatchAreKept(t *testing.T) {
	b := newBench(t)
	status, got := b.post("[" + lcpEvent("a", 1200) + `,{"type":"metric","name":"LCP","value":null,"timestamp":1},7,` + lcpEvent("b", 5) + "]")
	assert.Equal(t, 200, status)
	assert.Equal(t, answer{Received: 2, Rejected: 2, Errors: []eventError{
		{Index: 1, Reason: beacon.ReasonBadValue, Field: "value", Error: beacon.ReasonBadValue.Explain()},
		{Index: 2, Reason: beacon.ReasonBadEvent, Error: beacon.ReasonBadEvent.Explain()},
	}}, got)
	assert.Len(t, b.records(), 2)
}

func TestTheListOfErrorsIsBounded(t *testing.T) {
	b := newBench(t)
	status, got := b.post("[" + strings.Repeat("1,", 500) + "1]")
	assert.Equal(t, 400, status)
	assert.Equal(t, 501, got.Rejected)
	assert.Len(t, got.Errors, protocol.MaxEventErrors)
}

func TestAnEmptyBatchIsFine(t *testing.T) {
	b := newBench(t)
	status, got := b.post("[]")
	assert.Equal(t, 200, status)
	assert.Equal(t, answer{}, got)
	assert.Empty(t, b.logs.AllLogs(), "nothing is handed on")
}

func TestRepairsAreMentioned(t *testing.T) {
	b := newBench(t)
	_, got := b.post(strings.Replace(lcp("a", 1), "shop", "sh\xffop", 1))
	assert.Equal(t, []string{protocol.WarnInvalidUTF8}, got.Warnings)
	assert.EqualValues(t, 1, b.counter("repaired"))
	_, got = b.post(strings.Replace(lcp("b", 1), "shop", strings.Repeat("x", 3000), 1))
	assert.Equal(t, []string{protocol.WarnTrimmed + "max_url_length"}, got.Warnings)
	assert.EqualValues(t, 1, b.counter("trimmed"))
}

func TestARetryIsAnsweredButNotDeliveredAgain(t *testing.T) {
	for name, bodies := range map[string][2]string{
		"SameBytes":   {lcp("a", 1200), lcp("a", 1200)},
		"SameBatchID": {batch("x", `{"k":"measure","t":1,"n":"m","v":1}`), strings.Replace(batch("x", `{"k":"measure","t":1,"n":"m","v":1}`), `"now":0`, `"now":3`, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			_, got := b.post(bodies[0])
			assert.Equal(t, answer{Received: 1}, got)
			status, got := b.post(bodies[1])
			assert.Equal(t, 200, status)
			assert.Equal(t, answer{Received: 1, Duplicate: true}, got)
			assert.Len(t, b.records(), 1)
			assert.EqualValues(t, 1, b.counter("events_duplicate"))
		})
	}
	t.Run("TheSameIDOfAnotherApplicationIsAnother", func(t *testing.T) {
		b := newBench(t)
		b.post(batch("x", `{"k":"view","t":1}`))
		b.post(strings.Replace(batch("x", `{"k":"view","t":1}`), `"v":1,`, `"v":1,"app":{"name":"other"},`, 1))
		assert.Len(t, b.records(), 2)
	})
}

func TestDeliveryErrorsSayWhetherToTryAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		err        error
		status     int
		reason     beacon.Reason
		retryAfter string
	}{
		"Retryable": {errors.New("queue is full"), 503, beacon.ReasonUnavailable, "5"},
		"Permanent": {consumererror.NewPermanent(errors.New("s3cret")), 500, beacon.ReasonPermanent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, withLogs(consumertest.NewErr(tc.err)))
			response := b.send(http.MethodPost, "/v1/rum", lcp("a", 1200), "")
			assert.Equal(t, tc.status, response.Code)
			assert.Equal(t, tc.retryAfter, response.Header().Get("Retry-After"))
			assert.Contains(t, response.Body.String(), string(tc.reason))
			assert.NotContains(t, response.Body.String(), "s3cret")
			assert.EqualValues(t, 1, b.counter("events_refused"))
			b.end()
			assert.EqualValues(t, 1, b.count("browser.web_vital.lcp"), "the metrics are a sink of their own")
		})
	}
}

func TestARetryAfterARefusalIsDeliveredAndCountedOnce(t *testing.T) {
	sink := new(consumertest.LogsSink)
	var calls atomic.Int32
	flaky, err := newLogs(func(ctx context.Context, logs plog.Logs) error {
		if calls.Add(1) < 3 {
			return errors.New("try again")
		}
		return sink.ConsumeLogs(ctx, logs)
	})
	require.NoError(t, err)
	b := newBench(t, withLogs(flaky))
	for _, want := range []int{503, 503, 200, 200} {
		status, _ := b.post(lcp("a", 1200))
		assert.Equal(t, want, status)
	}
	b.end()
	assert.Equal(t, 1, sink.LogRecordCount())
	assert.EqualValues(t, 1, b.count("browser.web_vital.lcp"))
}

func TestAPageThatUnloadsDoesNotCancelItsDelivery(t *testing.T) {
	var delivery error
	waiting, err := newLogs(func(ctx context.Context, _ plog.Logs) error {
		delivery = ctx.Err()
		return nil
	})
	require.NoError(t, err)
	b := newBench(t, withLogs(waiting))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/v1/rum", strings.NewReader(lcp("a", 1)))
	require.NoError(t, err)
	b.handler.ServeHTTP(discard{}, request)
	assert.NoError(t, delivery)
	assert.EqualValues(t, 1, b.counter("events_emitted"))
}

func TestAVitalCountsOnceWithItsFinalValue(t *testing.T) {
	b := newBench(t)
	for value := range 5 {
		b.post(lcp("one", 1000+float64(value)))
	}
	b.post(lcp("two", 500))
	b.end()
	assert.Len(t, b.records(), 6, "the logs have every report")
	assert.EqualValues(t, 2, b.count("browser.web_vital.lcp"))
	metric, _ := b.metric("browser.web_vital.lcp")
	assert.InDelta(t, 1.004+0.5, metric.Histogram().DataPoints().At(0).Sum(), 1e-9)
}

func TestOneSignalAloneWorks(t *testing.T) {
	t.Run("LogsOnly", func(t *testing.T) {
		b := newBench(t, withMetrics(nil))
		status, _ := b.post(lcp("a", 1))
		assert.Equal(t, 200, status)
		b.end()
		assert.Len(t, b.records(), 1)
		assert.Empty(t, b.metrics.AllMetrics())
	})
	t.Run("MetricsOnly", func(t *testing.T) {
		b := newBench(t, withLogs(nil))
		status, _ := b.post(lcp("a", 1))
		assert.Equal(t, 200, status)
		b.end()
		assert.Empty(t, b.records())
		assert.EqualValues(t, 1, b.count("browser.web_vital.lcp"))
	})
}

func TestEveryOptionIsRead(t *testing.T) {
	t.Run("logs::event_name_attribute", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Logs.EventNameAttribute = false }))
		b.post(lcp("a", 1))
		_, ok := b.records()[0].Attributes().Get(semconv.EventName)
		assert.False(t, ok)
	})
	t.Run("logs::record_uid", func(t *testing.T) {
		uids := func(bodies ...string) (all []string) { // of a process of its own
			b := newBench(t, withConfig(func(cfg *Config) { cfg.Logs.RecordUID = true }))
			for _, body := range bodies {
				b.post(body)
			}
			for _, record := range b.records() {
				uid, _ := record.Attributes().Get(semconv.RecordUID)
				all = append(all, uid.Str())
			}
			return all
		}
		two, other := "["+strings.Trim(lcp("a", 1), "[]")+","+strings.Trim(lcp("b", 2), "[]")+"]", lcp("c", 1)
		first := uids(two, other)
		require.Len(t, first, 3)
		assert.Len(t, map[string]bool{first[0]: true, first[1]: true, first[2]: true}, 3)
		assert.Equal(t, first, uids(two, two, other))
		b := newBench(t)
		b.post(other)
		_, ok := b.records()[0].Attributes().Get(semconv.RecordUID)
		assert.False(t, ok)
	})
	t.Run("protocols::native::paths", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Protocols["native"] = ProtocolConfig{Enabled: true, Paths: []string{"/beacon"}} }))
		assert.Equal(t, 200, b.send(http.MethodPost, "/beacon", lcp("a", 1), "").Code)
		assert.Equal(t, 404, b.send(http.MethodPost, "/v1/rum", lcp("b", 1), "").Code)
	})
	t.Run("logs::tag_attributes", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Logs.TagAttributes = map[string]string{"tenant": "tenant.id"} }))
		b.post(strings.Replace(lcp("a", 1), `"sessionId"`, `"tags":{"tenant":"acme"},"sessionId"`, 1))
		tenant, _ := b.records()[0].Attributes().Get("tenant.id")
		assert.Equal(t, "acme", tenant.Str())
	})
	t.Run("privacy", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) {
			cfg.Privacy = PrivacyConfig{ClientAddress: "truncate", UserID: "drop", AllowedQueryParameters: []string{"utm_source"}}
		}))
		body := strings.Replace(lcp("a", 1), `shop.example/"`, `shop.example/?utm_source=mail&token=x","userId":"jane"`, 1)
		b.request("/v1/rum", body, "192.0.2.77:1", nil)
		attributes := b.records()[0].Attributes()
		address, _ := attributes.Get(semconv.ClientAddress)
		assert.Equal(t, "192.0.2.0", address.Str())
		url, _ := attributes.Get(semconv.DocumentURL)
		assert.Equal(t, "https://shop.example/?utm_source=mail", url.Str())
		_, ok := attributes.Get(semconv.UserID)
		assert.False(t, ok)
	})
	t.Run("privacy::honor_gpc", func(t *testing.T) {
		for _, honor := range []bool{false, true} {
			b := newBench(t, withConfig(func(cfg *Config) { cfg.Privacy.HonorGPC = honor }))
			b.request("/v1/rum", strings.Replace(lcp("a", 1), `"sessionId"`, `"userId":"jane","sessionId"`, 1), "", map[string]string{"Sec-GPC": "1"})
			_, ok := b.records()[0].Attributes().Get(semconv.UserID)
			assert.Equal(t, !honor, ok)
		}
	})
	t.Run("routes::templates", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Routes.Templates = []string{"/{section}/**"} }))
		b.post(strings.Replace(lcp("a", 1), `shop.example/"`, `shop.example/product/shoe"`, 1))
		route, _ := b.records()[0].Attributes().Get(semconv.URLTemplate)
		assert.Equal(t, "/{section}/**", route.Str())
	})
	t.Run("geo::database", func(t *testing.T) {
		cfg := createDefaultConfig().(*Config)
		cfg.Geo.Database = "no-such-file.mmdb"
		r, err := newReceiver(cfg, receivertest.NewNopSettings(metadata.Type))
		require.NoError(t, err)
		assert.ErrorContains(t, r.Start(t.Context(), nopHost{}), "no-such-file.mmdb")
	})
	t.Run("limits", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Limits.MaxEvents = 1 }))
		_, got := b.post("[" + lcpEvent("a", 1) + "," + lcpEvent("b", 1) + "]")
		assert.Equal(t, 1, got.Received)
		assert.Equal(t, beacon.ReasonTooManyEvents, got.Errors[0].Reason)
	})
	t.Run("script::path", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Script.Path = "/client.js" }))
		assert.Equal(t, 200, b.send(http.MethodGet, "/client.js", "", "").Code)
		assert.Equal(t, 404, b.send(http.MethodGet, "/rum.js", "", "").Code)
		b = newBench(t, withConfig(func(cfg *Config) { cfg.Script.Path = "" }))
		assert.Equal(t, 404, b.send(http.MethodGet, "/rum.js", "", "").Code)
	})
	t.Run("metrics::max_series", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.MaxSeries = 1 }))
		b.post(lcp("a", 1))
		b.post(strings.Replace(lcp("b", 1), "shop.example/", "shop.example/elsewhere", 1))
		assert.EqualValues(t, 1, b.labelled("overflowed", "bound", "max_series"))
		b.end()
		assert.EqualValues(t, 2, b.count("browser.web_vital.lcp"))
	})
	t.Run("metrics::max_names", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.MaxNames = 1 }))
		b.post(batch("a", `{"k":"measure","n":"cart","v":1,"t":1},{"k":"measure","n":"invented","v":1,"t":1}`))
		assert.EqualValues(t, 1, b.labelled("overflowed", "bound", "max_names"))
		b.end()
		assert.EqualValues(t, 2, b.count("rum.measurement"), "none is lost")
	})
	t.Run("metrics::tags", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.Tags = []string{"plan"} }))
		b.post(strings.Replace(lcp("a", 1), `"sessionId"`, `"tags":{"plan":"gold"},"sessionId"`, 1))
		b.end()
		metric, _ := b.metric("browser.web_vital.lcp")
		plan, ok := metric.Histogram().DataPoints().At(0).Attributes().Get(semconv.TagPrefix + "plan")
		require.True(t, ok)
		assert.Equal(t, "gold", plan.Str())
	})
	t.Run("metrics::buckets", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.Buckets = map[string][]float64{"browser.web_vital.lcp": {1, 7}} }))
		b.post(lcp("a", 1))
		b.end()
		metric, _ := b.metric("browser.web_vital.lcp")
		assert.Equal(t, []float64{1, 7}, metric.Histogram().DataPoints().At(0).ExplicitBounds().AsRaw())
	})
	t.Run("metrics::histogram", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.Histogram = "exponential" }))
		b.post(lcp("a", 1))
		b.end()
		metric, _ := b.metric("browser.web_vital.lcp")
		assert.Equal(t, 1, metric.ExponentialHistogram().DataPoints().Len())
	})
	t.Run("metrics::temporality", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.Temporality = "delta" }))
		b.post(lcp("a", 1))
		b.end()
		metric, _ := b.metric("browser.web_vital.lcp")
		assert.Equal(t, "Delta", metric.Histogram().AggregationTemporality().String())
	})
	t.Run("retries::max_batches", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Retries.MaxBatches = 1 }))
		b.post(lcp("a", 1))
		b.post(lcp("b", 1))
		_, got := b.post(lcp("a", 1))
		assert.False(t, got.Duplicate)
	})
	t.Run("retries::window", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Retries.Window = time.Second }))
		b.post(lcp("a", 1))
		b.now = func() time.Time { return noon.Add(2 * time.Second) }
		_, got := b.post(lcp("a", 1))
		assert.False(t, got.Duplicate)
	})
	t.Run("metrics::silent_after", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) {
			cfg.Metrics.SilentAfter, cfg.Metrics.ZeroFor, cfg.Metrics.Breakdowns = time.Minute, 0, nil
		}))
		b.post(lcp("a", 1))
		assert.Zero(t, b.aggregate.Collect(noon.Add(59*time.Second)).Metrics.DataPointCount()-1, "only the session")
		assert.Equal(t, 2, b.aggregate.Collect(noon.Add(61*time.Second)).Metrics.DataPointCount())
	})
	t.Run("metrics::settle_after", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) {
			cfg.Metrics.SettleAfter, cfg.Metrics.ZeroFor, cfg.Metrics.Breakdowns = time.Minute, 0, nil
		}))
		b.post(`{"v":1,"id":"one","t0":1795425166114,"now":1,"app":{"name":"shop"},"session":{"id":"s"},` +
			`"pages":[{"id":"p","url":"https://shop.example/","state":"ended"}],"events":[{"k":"vital","t":1,"n":"LCP","v":1,"i":"v1","p":0}]}`)
		assert.Zero(t, b.aggregate.Collect(noon.Add(59*time.Second)).Metrics.DataPointCount())
		assert.Equal(t, 1, b.aggregate.Collect(noon.Add(61*time.Second)).Metrics.DataPointCount())
	})
	t.Run("metrics::zero_for", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.ZeroFor = time.Minute }))
		b.post(`[{"type":"error","name":"E","value":1,"timestamp":1795425166114}]`)
		value := func(at time.Time) int64 {
			return b.aggregate.Collect(at).Metrics.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum().DataPoints().At(0).IntValue()
		}
		assert.Zero(t, value(noon))
		assert.EqualValues(t, 1, value(noon.Add(time.Minute)))
	})
	t.Run("metrics::max_idle", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Metrics.MaxIdle, cfg.Metrics.ZeroFor = time.Minute, 0 }))
		b.post(`[{"type":"interaction","name":"x","value":1,"timestamp":1795425166114}]`)
		assert.Equal(t, 1, b.aggregate.Collect(noon.Add(time.Second)).Metrics.DataPointCount())
		assert.Zero(t, b.aggregate.Collect(noon.Add(2*time.Minute)).Metrics.DataPointCount())
	})
}
