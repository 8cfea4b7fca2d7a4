package rumviewexporter

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// onlyFor refuses requests whose Host is not a loopback name if the page is served on a loopback address. This
// prevents DNS rebinding, with which another site could read everything.
func onlyFor(address string, next http.Handler) http.Handler {
	if host, _, err := net.SplitHostPort(address); err != nil || !isLoopback(host) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(hostOf(r.Host)) {
			http.Error(w, "this page is served to localhost only; set 'endpoint' to another address to open it", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf drops the port.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
