package rumreceiver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// shop is an application with a key, an origin and what a test adds.
func shop(change func(*ApplicationConfig)) option {
	return withConfig(func(cfg *Config) {
		application := ApplicationConfig{
			Name: "shop", Environment: "production", Keys: []configopaque.String{"old-key", "new-key", "with/slash"},
			AllowedOrigins: []string{"https://*.shop.example"},
		}
		if change != nil {
			change(&application)
		}
		cfg.Applications = append(cfg.Applications, application)
	})
}

// meteredBody counts what is read of it.
type meteredBody struct {
	io.Reader
	read int
}

func (m *meteredBody) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.read += n
	return n, err
}

func (*meteredBody) Close() error { return nil }

// request sends a body with headers from an address and returns the answer and how much was read.
func (b *bench) request(path, body, from string, headers map[string]string) (response *httptest.ResponseRecorder, read int) {
	b.t.Helper()
	metered := &meteredBody{Reader: strings.NewReader(body)}
	req := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, metered)
	if from != "" {
		req.RemoteAddr = from
	}
	for key, value := range headers {
		req.Header.Set(key, value)
	}
	response = httptest.NewRecorder()
	b.handler.ServeHTTP(response, req)
	return response, metered.read
}

func TestTheKeyTravelsWhereABeaconCanCarryIt(t *testing.T) {
	for name, tc := range map[string]struct {
		path   string
		header string
		status int
	}{
		"Query":      {"/v1/rum?key=new-key", "", 200},
		"OldKey":     {"/v1/rum?key=old-key", "", 200},
		"Path":       {"/v1/rum/new-key", "", 200},
		"SlashInKey": {"/v1/rum/with%2Fslash", "", 200},
		"QueryFirst": {"/v1/rum/wrong?x=1&key=with%2fslash&key=wrong", "", 200},
		"BrokenKey":  {"/v1/rum?key=%zz", "", 401},
		"TwoParts":   {"/v1/rum/new-key/x", "", 404},
		"Nothing":    {"/v1/rum/", "", 401},
		"Header":     {"/v1/rum", "new-key", 200},
		"Missing":    {"/v1/rum", "", 401},
		"WrongQuery": {"/v1/rum?key=wrong", "", 401},
		"WrongPath":  {"/v1/rum/wrong", "", 401},
		"Empty":      {"/v1/rum?key=", "", 401},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, shop(nil))
			response, read := b.request(tc.path, lcp(name, 1), "", map[string]string{"X-Api-Key": tc.header})
			assert.Equal(t, tc.status, response.Code, response.Body.String())
			if tc.status == 401 {
				assert.Contains(t, response.Body.String(), `"reason":"unauthorized"`)
				assert.Zero(t, read, "nothing of the body is read without a key")
			}
		})
	}
}

func TestNoClientPosesAsAnotherApplication(t *testing.T) {
	b := newBench(t, shop(nil))
	for i, body := range []string{
		strings.Replace(lcp("a", 1), `"sessionId"`, `"tags":{"app":"bank","env":"test","version":"7"},"sessionId"`, 1),
		strings.Replace(batch("x", `{"k":"view","t":1}`), `"v":1,`, `"v":1,"app":{"name":"bank","env":"test","version":"7"},`, 1),
	} {
		response, _ := b.request("/v1/rum?key=new-key", body, "", nil)
		require.Equal(t, 200, response.Code)
		resource := b.logs.AllLogs()[i].ResourceLogs().At(0).Resource().Attributes()
		for key, want := range map[string]string{
			semconv.ServiceName: "shop", semconv.DeploymentEnvironmentName: "production", semconv.ServiceVersion: "7",
		} {
			value, _ := resource.Get(key)
			assert.Equal(t, want, value.Str(), key)
		}
	}
}

func TestAnOriginThatIsNotAllowedIsRefusedAndNotOnlyUnanswered(t *testing.T) {
	for origin, status := range map[string]int{
		"": 200, "https://www.shop.example": 200, "https://evil.example": 403, "https://shop.example.evil.example": 403, "null": 403,
	} {
		b := newBench(t, shop(nil))
		headers := map[string]string{}
		if origin != "" {
			headers["Origin"] = origin
		}
		response, read := b.request("/v1/rum?key=new-key", lcp("a", 1), "", headers)
		assert.Equal(t, status, response.Code, origin)
		if status == 403 {
			assert.Contains(t, response.Body.String(), `"reason":"origin_not_allowed"`)
			assert.Zero(t, read)
		}
	}
	t.Run("RequireOrigin", func(t *testing.T) {
		b := newBench(t, shop(func(a *ApplicationConfig) { a.RequireOrigin = true }))
		response, _ := b.request("/v1/rum?key=new-key", lcp("a", 1), "", nil)
		assert.Equal(t, 403, response.Code)
	})
	t.Run("WithoutApplicationsTheListOfCORSCounts", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) {
			cfg.HTTP.CORS.GetOrInsertDefault().AllowedOrigins = []string{"https://shop.example"}
		}))
		response, _ := b.request("/v1/rum", lcp("a", 1), "", map[string]string{"Origin": "https://evil.example"})
		assert.Equal(t, 403, response.Code)
		response, _ = b.request("/v1/rum", lcp("a", 1), "", map[string]string{"Origin": "https://shop.example"})
		assert.Equal(t, 200, response.Code)
	})
}

func TestRatesAreCountedInEvents(t *testing.T) {
	for name, limit := range map[string]option{
		"Application": shop(func(a *ApplicationConfig) { a.RateLimit = RateLimitConfig{EventsPerSecond: 1, Burst: 10} }),
		"Address": func(b *bench, cfg *Config) {
			shop(nil)(b, cfg)
			cfg.AddressLimit.RateLimitConfig = RateLimitConfig{EventsPerSecond: 1, Burst: 10}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, limit)
			var events []string
			for i := range 12 {
				events = append(events, lcpEvent(fmt.Sprint(i), 1))
			}
			response, _ := b.request("/v1/rum/new-key", "["+strings.Join(events, ",")+"]", "192.0.2.1:1", nil)
			require.Equal(t, 200, response.Code, "what is there is taken, into debt")
			response, read := b.request("/v1/rum/new-key", lcp("x", 1), "192.0.2.1:2", nil)
			assert.Equal(t, 429, response.Code)
			assert.Zero(t, read)
			assert.NotEmpty(t, response.Header().Get("Retry-After"))
			assert.Contains(t, response.Body.String(), `"reason":"rate_limited"`)

			b.now = func() time.Time { return noon.Add(time.Minute) }
			response, _ = b.request("/v1/rum/new-key", lcp("x", 1), "192.0.2.1:2", nil)
			assert.Equal(t, 200, response.Code, "a minute later there is room")
		})
	}
}

func TestAnAddressBehindATrustedProxyHasALimitOfItsOwn(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) {
		cfg.AddressLimit.RateLimitConfig = RateLimitConfig{EventsPerSecond: 1, Burst: 1}
		cfg.TrustedProxies = []string{"10.0.0.0/8", "192.0.2.7"}
	}))
	send := func(id, from, forwarded string) int {
		response, _ := b.request("/v1/rum", lcp(id, 1), from, map[string]string{"X-Forwarded-For": forwarded})
		return response.Code
	}
	assert.Equal(t, 200, send("a", "10.1.1.1:1", "198.51.100.1"))
	assert.Equal(t, 429, send("b", "10.1.1.1:1", "198.51.100.1"))
	assert.Equal(t, 200, send("c", "192.0.2.7:1", "198.51.100.2"))
	assert.Equal(t, 200, send("d", "203.0.113.9:1", "198.51.100.3"), "its own address counts")
	assert.Equal(t, 429, send("e", "203.0.113.9:1", "198.51.100.4"), "who is not trusted cannot choose its address")
}

func TestRequestsPastTheConcurrencyAreAskedToComeBack(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	next, err := newLogs(func(context.Context, plog.Logs) error {
		entered <- struct{}{}
		<-leave
		return nil
	})
	require.NoError(t, err)
	b := newBench(t, withLogs(next), withConfig(func(cfg *Config) { cfg.MaxConcurrentRequests = 1 }))
	reader, writer := io.Pipe()
	done := make(chan int, 2)
	go func() {
		response := httptest.NewRecorder()
		b.handler.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/rum", reader))
		done <- response.Code
	}()
	_, err = io.WriteString(writer, "[") // whose body has not arrived has no place
	require.NoError(t, err)
	go func() { done <- b.send(http.MethodPost, "/v1/rum", lcp("a", 1), "").Code }()
	<-entered
	response, _ := b.request("/v1/rum", lcp("b", 1), "", nil)
	assert.Equal(t, 503, response.Code)
	assert.Equal(t, "1", response.Header().Get("Retry-After"))
	assert.Contains(t, response.Body.String(), `"reason":"busy"`)

	close(leave)
	assert.Equal(t, 200, <-done)
	_, err = io.WriteString(writer, "]")
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	assert.Equal(t, 200, <-done)
}

func TestADeclaredSizePastTheBoundIsRefusedUnread(t *testing.T) {
	b := newBench(t, withConfig(func(cfg *Config) { cfg.HTTP.MaxRequestBodySize = 100 }))
	body := &meteredBody{Reader: strings.NewReader(strings.Repeat(" ", 101))}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/rum", body)
	req.ContentLength = 101
	response := httptest.NewRecorder()
	b.handler.ServeHTTP(response, req)
	assert.Equal(t, 413, response.Code)
	assert.Contains(t, response.Body.String(), string(beacon.ReasonTooLarge))
	assert.Zero(t, body.read)
}
