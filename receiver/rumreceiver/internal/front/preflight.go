package front

import (
	"net/http"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// CountPreflights counts preflights that CORS refuses. confighttp answers all preflights with 204 before they reach the Front, so
// without this counter only the console of the browser would show that a page may not send.
func (f *Front) CountPreflights(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(w, req)
		if isPreflight(req) && w.Header().Get("Access-Control-Allow-Methods") == "" {
			f.telemetry.Request(req.Context(), f.protocolAt(req.URL).Name, telemetry.PreflightRefused)
		}
	})
}

// https://fetch.spec.whatwg.org/#cors-preflight-request
func isPreflight(req *http.Request) bool {
	return req.Method == http.MethodOptions && req.Header.Get("Access-Control-Request-Method") != ""
}
