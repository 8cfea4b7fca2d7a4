package rumreceiver

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// What a client says of itself, and where it is, must not be in the telemetry of the Collector itself.
func TestOwnTelemetryHoldsNothingOfAClient(t *testing.T) {
	before := otel.GetTextMapPropagator()
	otel.SetTextMapPropagator(propagation.TraceContext{}) // as the Collector does
	defer otel.SetTextMapPropagator(before)
	recorder := tracetest.NewSpanRecorder()
	logging, lines := observed()
	failing, err := newLogs(func(_ context.Context, logs plog.Logs) error {
		if logs.LogRecordCount() == 2 {
			panic("of a component behind")
		}
		return consumererror.NewPermanent(fmt.Errorf("refused"))
	})
	require.NoError(t, err)
	s := newServer(t, logging, withLogs(failing), shop(nil), func(b *bench, cfg *Config) {
		b.settings.TracerProvider = trace.NewTracerProvider(trace.WithSpanProcessor(recorder), trace.WithSampler(trace.ParentBased(trace.AlwaysSample())))
		cfg.TrustedProxies = []string{"127.0.0.0/8"}
		cfg.AddressLimit.EventsPerSecond, cfg.AddressLimit.ExemptNetworks = 300, nil
	})
	secrets := []string{"198.51.100.77", "127.0.0.3", "Personal-Browser", "new-key", "wrong-key", "jane.doe", "4bf92f3577b34da6", "PURGE-jane"}
	for _, target := range []string{"/v1/rum/new-key", "/v1/rum?key=new-key", "/v1/rum/wrong-key", "/nowhere/jane.doe", "/rum.js?jane.doe"} {
		for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodOptions, "PURGE-jane"} {
			for _, body := range []string{lcp("jane.doe", 1), "[" + lcpEvent("a", 1) + "," + lcpEvent("b", 1) + "]", "{jane.doe"} {
				request, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.address+target, strings.NewReader(body))
				require.NoError(t, err)
				for name, value := range map[string]string{
					"X-Forwarded-For": "198.51.100.77", "User-Agent": "Personal-Browser/1.0", "Origin": "https://jane.doe.shop.example",
					"Traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", "Referer": "https://shop.example/jane.doe", "Cookie": "id=jane.doe",
				} {
					request.Header.Set(name, value)
				}
				response, err := http.DefaultClient.Do(request)
				require.NoError(t, err)
				require.NoError(t, response.Body.Close())
			}
		}
	}
	s.trickle("this is no HTTP\r\n\r\n", "")
	spans := recorder.Ended()
	require.NotEmpty(t, spans, "whatever page says that its trace is not sampled")
	var published strings.Builder
	for _, span := range spans {
		fmt.Fprintln(&published, span.Name(), span.Attributes(), span.Events(), span.Links(), span.Status(), span.SpanContext().TraceID())
	}
	published.WriteString(logged(lines))
	for _, metric := range s.everyMetric() {
		fmt.Fprintln(&published, metric)
	}
	for _, secret := range secrets {
		assert.NotContains(t, published.String(), secret)
	}
	assert.Contains(t, published.String(), "/v1/rum/{key}", "the route is there")
	for _, span := range spans {
		assert.False(t, span.Parent().IsRemote())
	}
}

func TestLinesOfTheServerNameNoClient(t *testing.T) {
	for line, want := range map[string]string{
		"http: TLS handshake error from 203.0.113.7:4711: EOF\n":                        "http: TLS handshake error from {client}: EOF",
		"http: TLS handshake error from [2001:db8::7%eth0]:4711: remote error\n":        "http: TLS handshake error from {client}: remote error",
		"http: panic serving [2001:db8::7]:4711: runtime error\ngoroutine 1 [running]:": "http: panic serving {client}: runtime error\ngoroutine 1 [running]:",
		"http: Accept error: too many open files; retrying in 5ms":                      "http: Accept error: too many open files; retrying in 5ms",
	} {
		b := &bench{}
		option, lines := observed()
		option(b, nil)
		_, err := serverLog{b.settings.Logger}.Write([]byte(line))
		require.NoError(t, err)
		assert.Contains(t, logged(lines), strings.Split(want, "\n")[0])
		assert.NotContains(t, logged(lines), "4711")
	}
}
