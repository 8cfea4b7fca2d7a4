package rumreceiver

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net/http"
	"regexp"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confighttp/xconfighttp"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/front"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// maxHeaderBytes bounds the headers of a request, at twice the limit of common servers, because a collector under the site's own
// domain gets the site's cookies. Past it net/http answers 431. Its own bound is 1 MiB, which every connection could fill before
// its key is checked.
const maxHeaderBytes = 64 << 10

// maxStreams is how many requests one HTTP/2 connection may have at once: as many as are served at once in total.
const maxStreams = 100

// newServer returns confighttp's server, hardened for requests from strangers.
func (p *plan) newServer(ctx context.Context, front *front.Front, extensions map[component.ID]component.Component) (*http.Server, error) {
	config := p.cfg.server()
	config.CompressionAlgorithms = []string{} // the front undoes encodings, once a request is admitted and its body is there
	server, err := config.ToServer(ctx, extensions, p.settings.TelemetrySettings, front, confighttp.WithErrorHandler(front.ServeError),
		xconfighttp.WithOtelHTTPOptions(telemetry.RequestOptions(p.settings.TelemetrySettings, config.NetAddr.Endpoint)...))
	if err != nil {
		return nil, fmt.Errorf("build HTTP server: %w", err)
	}
	server.MaxHeaderBytes = maxHeaderBytes
	server.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: maxStreams}
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true) // as proxies in front may speak it

	if config.CORS.HasValue() && len(config.CORS.Get().AllowedOrigins) > 0 { // else the front answers preflights
		server.Handler = front.CountPreflights(server.Handler)
	}
	server.ErrorLog = log.New(serverLog{p.settings.Logger}, "", 0)
	return server, nil
}

// addressInLine matches the remote address in log lines of net/http.
var addressInLine = regexp.MustCompile(`\b(from|serving) (?:\[[^\]]*\]|[0-9.]+):[0-9]+`)

// serverLog logs the lines of net/http without the addresses of clients. Strangers cause most lines, one for each connection without
// TLS, so they are logged at debug level.
type serverLog struct{ logger *zap.Logger }

func (l serverLog) Write(line []byte) (int, error) {
	level := l.logger.Debug
	if bytes.HasPrefix(line, []byte("http: panic serving")) {
		level = l.logger.Error
	}
	level(string(addressInLine.ReplaceAll(bytes.TrimSpace(line), []byte("$1 {client}"))))
	return len(line), nil
}
