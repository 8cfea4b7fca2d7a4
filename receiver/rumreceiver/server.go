package rumreceiver

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/encoding"
)

// maxHeaderBytes is how large the headers of a request may be, twice what common servers take: a
// collector under the site's own domain is sent the site's cookies. Past it 431 by net/http, whose own
// bound of 1 MiB every connection could fill before anybody asks for a key.
const maxHeaderBytes = 64 << 10

// newServer is the server of confighttp, made fit for strangers.
func (r *rumReceiver) newServer(ctx context.Context, extensions map[component.ID]component.Component) (*http.Server, error) {
	config := r.cfg.server()
	server, err := config.ToServer(ctx, extensions, r.settings.TelemetrySettings, newHandler(r), r.serverOptions()...)
	if err != nil {
		return nil, fmt.Errorf("build HTTP server: %w", err)
	}
	server.MaxHeaderBytes = maxHeaderBytes
	server.Handler = withHost(config.NetAddr.Endpoint, server.Handler)
	server.ErrorLog = log.New(serverLog{r.settings.Logger}, "", 0)
	return server, nil
}

// serverOptions make confighttp answer in our words, and undo content encodings only when the body is
// read, which is after admission.
func (r *rumReceiver) serverOptions() []confighttp.ToServerOption {
	options := []confighttp.ToServerOption{confighttp.WithErrorHandler(answerServerError(r.telemetry))}
	for name, decoder := range encoding.Decoders(r.cfg.HTTP.CompressionAlgorithms...) {
		options = append(options, confighttp.WithDecoder(name, decoder))
	}
	return options
}

// withHost calls the server by one name. The Host header is the client's to choose, and confighttp's
// instrumentation makes it the label server.address of its metrics: whoever invents hosts would fill
// them.
func withHost(host string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		named := *req
		named.Host = host
		next.ServeHTTP(w, &named)
	})
}

// serverLog takes what net/http has to say. Most of it is strangers' doing, one line for each connection
// that is no TLS, with its address: nothing to keep by default.
type serverLog struct{ logger *zap.Logger }

func (l serverLog) Write(line []byte) (int, error) {
	level := l.logger.Debug
	if bytes.HasPrefix(line, []byte("http: panic serving")) {
		level = l.logger.Error
	}
	level(string(bytes.TrimSpace(line)))
	return len(line), nil
}
