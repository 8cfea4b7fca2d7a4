package rumreceiver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver"
)

// host remembers what the component reports.
type host struct {
	component.Host
	mu     sync.Mutex
	events []*componentstatus.Event
}

func newHost() *host { return &host{Host: componenttest.NewNopHost()} }

func (h *host) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event)
}

// statuses are those that were reported so far.
func (h *host) statuses() (all []componentstatus.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, event := range h.events {
		all = append(all, event.Status())
	}
	return all
}

// site is a receiver as the Collector makes it, between two pipelines.
type site struct {
	t         *testing.T
	address   string
	telemetry *componenttest.Telemetry
	logs      receiver.Logs
	metrics   receiver.Metrics
	hosts     [2]*host
}

// newSite makes one of YAML, with the defaults of the component but for its address.
func newSite(t *testing.T, yaml string, logs consumer.Logs, metrics consumer.Metrics) *site {
	t.Helper()
	s := &site{t: t, address: distrotest.Address(t), telemetry: componenttest.NewTelemetry(), hosts: [2]*host{newHost(), newHost()}}
	t.Cleanup(func() { require.NoError(t, s.telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	factory := rumreceiver.NewFactory()
	config := factory.CreateDefaultConfig()
	retrieved, err := confmap.NewRetrievedFromYAML([]byte("endpoint: " + s.address + "\n" + yaml))
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	require.NoError(t, conf.Unmarshal(config))
	require.NoError(t, confmap.Validate(config))
	settings := receivertest.NewNopSettings(factory.Type())
	settings.TelemetrySettings = s.telemetry.NewTelemetrySettings()
	s.logs, err = factory.CreateLogs(t.Context(), settings, config, logs)
	require.NoError(t, err)
	s.metrics, err = factory.CreateMetrics(t.Context(), settings, config, metrics)
	require.NoError(t, err)
	return s
}

// start begins and, at the latest at the end of the test, ends it.
func (s *site) start() *site {
	s.t.Helper()
	require.NoError(s.t, s.logs.Start(s.t.Context(), s.hosts[0]))
	require.NoError(s.t, s.metrics.Start(s.t.Context(), s.hosts[1]))
	s.t.Cleanup(s.end)
	return s
}

func (s *site) end() {
	s.t.Helper()
	http.DefaultClient.CloseIdleConnections()
	ctx := context.WithoutCancel(s.t.Context())
	require.NoError(s.t, errors.Join(s.logs.Shutdown(ctx), s.metrics.Shutdown(ctx)))
}

// send posts a body and returns status, headers and body of the answer.
func (s *site) send(path, body string, headers ...string) (status int, header http.Header, answered string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.address+path, strings.NewReader(body))
	require.NoError(s.t, err)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, response.Header, string(read)
}

func vital(id string) string {
	return fmt.Sprintf(`[{"type":"metric","name":"LCP","value":1200,"timestamp":%d,"url":"https://shop.example/","sessionId":"s","metadata":{"id":%q}}]`, time.Now().UnixMilli(), id)
}

// counted is how many values of a histogram the last delivery of metrics has.
func counted(sink *consumertest.MetricsSink, name string) (total uint64) {
	deliveries := sink.AllMetrics()
	if len(deliveries) == 0 {
		return 0
	}
	for _, resource := range deliveries[len(deliveries)-1].ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, m := range scope.Metrics().All() {
				if m.Name() == name {
					for _, point := range m.Histogram().DataPoints().All() {
						total += point.Count()
					}
				}
			}
		}
	}
	return total
}

func failing(err error) consumer.Logs { return consumertest.NewErr(err) }

func TestRefusalsSayWhatHTTPAsksThemToSay(t *testing.T) {
	s := newSite(t, "applications: [{name: north, keys: [key-n]}]", new(consumertest.LogsSink), new(consumertest.MetricsSink)).start()
	code, header, _ := s.send("/v1/rum/other", vital("a"))
	assert.Equal(t, http.StatusUnauthorized, code)
	assert.NotEmpty(t, header.Get("WWW-Authenticate"), "RFC 9110, 11.6.1")
	code, header, _ = s.send("/v1/rum/key-n", vital("a"), "Content-Encoding", "foo")
	assert.Equal(t, http.StatusUnsupportedMediaType, code)
	assert.Contains(t, header.Get("Accept-Encoding"), "gzip", "RFC 9110, 15.5.16")

	preflight, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, "http://"+s.address+"/v1/rum", nil)
	require.NoError(t, err)
	preflight.Header.Set("Origin", "https://shop.example")
	preflight.Header.Set("Access-Control-Request-Method", "POST")
	response, err := http.DefaultClient.Do(preflight)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	answered, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusMethodNotAllowed, response.StatusCode)
	assert.Contains(t, string(answered), "cors::allowed_origins")
}

func TestTheSameBytesUnderTwoKeysAreDeliveredForBoth(t *testing.T) {
	logs := new(consumertest.LogsSink)
	s := newSite(t, "applications: [{name: north, keys: [key-n]}, {name: south, keys: [key-s, old-s]}]", logs, new(consumertest.MetricsSink)).start()
	body := vital("same")
	for _, key := range []string{"key-n", "key-s"} {
		code, _, answered := s.send("/v1/rum/"+key, body)
		assert.Equal(t, 200, code)
		assert.NotContains(t, answered, "duplicate")
	}
	_, _, answered := s.send("/v1/rum/old-s", body)
	assert.Contains(t, answered, "duplicate", "two keys of one application are one")
	assert.Equal(t, 2, logs.LogRecordCount())
}

func TestStatusesOfBackendsReachTheClient(t *testing.T) {
	for name, tc := range map[string]struct {
		err        error
		status     int
		retryAfter string
	}{
		"Full":            {errors.New("queue is full"), 503, "5"},
		"Throttle":        {exporterhelper.NewThrottleRetry(errors.New("slow"), 30*time.Second), 503, "30"},
		"Exhausted":       {status.Error(codes.ResourceExhausted, "quota"), 429, "5"},
		"Invalid":         {consumererror.NewPermanent(status.Error(codes.InvalidArgument, "s3cret")), 400, ""},
		"Unauthenticated": {status.Error(codes.Unauthenticated, "s3cret"), 401, ""},
		"Denied":          {status.Error(codes.PermissionDenied, "s3cret"), 403, ""},
		"Permanent":       {consumererror.NewPermanent(errors.New("s3cret")), 500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "", failing(tc.err), new(consumertest.MetricsSink)).start()
			code, header, answered := s.send("/v1/rum", vital("a"))
			assert.Equal(t, tc.status, code, answered)
			assert.Equal(t, tc.retryAfter, header.Get("Retry-After"))
			assert.NotContains(t, answered, "s3cret")
		})
	}
}

func TestADeadLogsPipelineNeitherStopsNorDoublesTheMetrics(t *testing.T) {
	metrics := new(consumertest.MetricsSink)
	s := newSite(t, "metrics: {flush_interval: 1h, synthetic: include}", failing(errors.New("queue is full")), metrics).start()
	again := vital("again")
	for _, body := range []string{vital("one"), vital("two"), again, again, again} {
		code, _, _ := s.send("/v1/rum", body)
		assert.Equal(t, 503, code)
	}
	s.end()
	assert.EqualValues(t, 3, counted(metrics, "browser.web_vital.lcp"))
}

func TestADeliveryEndsBeforeNobodyHearsTheAnswer(t *testing.T) {
	sink := new(consumertest.LogsSink)
	slow, err := consumer.NewLogs(func(ctx context.Context, logs plog.Logs) error {
		select {
		case <-time.After(time.Minute):
			return sink.ConsumeLogs(ctx, logs)
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	require.NoError(t, err)
	s := newSite(t, "write_timeout: 5s", slow, new(consumertest.MetricsSink)).start()
	code, _, _ := s.send("/v1/rum", vital("a"))
	assert.Equal(t, 503, code)
	assert.Zero(t, sink.LogRecordCount())
}

func TestAPortInUseIsAnErrorOfBothPipelines(t *testing.T) {
	s := newSite(t, "", consumertest.NewNop(), consumertest.NewNop())
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", s.address)
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	assert.ErrorContains(t, s.logs.Start(t.Context(), s.hosts[0]), s.address)
	assert.ErrorContains(t, s.metrics.Start(t.Context(), s.hosts[1]), s.address)
	s.end()
}

func TestAMetricsPipelineThatFailsIsTheStatusOfTheReceiver(t *testing.T) {
	var mu sync.Mutex
	bug := true
	metrics, err := consumer.NewMetrics(func(context.Context, pmetric.Metrics) error {
		mu.Lock()
		defer mu.Unlock()
		if bug {
			panic("a bug")
		}
		return nil
	})
	require.NoError(t, err)
	s := newSite(t, "metrics: {flush_interval: 100ms, settle_after: 100ms}", consumertest.NewNop(), metrics).start()
	code, _, _ := s.send("/v1/rum", vital("a"))
	require.Equal(t, 200, code)
	reported := func(want ...componentstatus.Status) func() bool {
		return func() bool {
			return assert.ObjectsAreEqual(want, s.hosts[0].statuses()) && assert.ObjectsAreEqual(want, s.hosts[1].statuses())
		}
	}
	require.Eventually(t, reported(componentstatus.StatusRecoverableError), time.Minute, 10*time.Millisecond)
	panics, err := s.telemetry.GetMetric("otelcol_rum_receiver_panics")
	require.NoError(t, err)
	assert.Contains(t, fmt.Sprint(panics.Data), "flush")
	mu.Lock()
	bug = false
	mu.Unlock()
	require.Eventually(t, reported(componentstatus.StatusRecoverableError, componentstatus.StatusOK), time.Minute, 10*time.Millisecond)
}
