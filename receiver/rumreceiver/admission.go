package rumreceiver

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// admit settles, cheapest first, all that can be settled before the body is read: method, declared
// size, key, origin, rates, concurrency. Encodings are undone while the body is read, not before.
func (h *handler) admit(w http.ResponseWriter, req *http.Request, now time.Time) (admit.Admission, *beacon.Rejection) {
	if req.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return admit.Admission{}, &beacon.Rejection{Reason: beacon.ReasonMethod, Detail: "beacons are sent with POST"}
	}
	if limit := h.cfg.HTTP.MaxRequestBodySize; limit > 0 && req.ContentLength > limit {
		return admit.Admission{}, tooLarge(limit)
	}
	return h.gate.Admit(admit.Request{
		Key:     keyOf(req),
		Origin:  req.Header.Get("Origin"),
		Address: h.addressOf(req),
	}, now)
}

func tooLarge(limit int64) *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonTooLarge, Detail: "the body is larger than max_request_body_size", Limit: limit}
}

// addressOf is the client's address, as far as the trusted proxies tell.
func (h *handler) addressOf(req *http.Request) netip.Addr {
	return enrich.ClientAddress(req.RemoteAddr, req.Header, h.trusted)
}

// keyOf finds the application key where a beacon can carry it.
func keyOf(req *http.Request) string {
	if key := queryKey(req.URL.RawQuery); key != "" {
		return key
	}
	if key := req.PathValue(keyInPath); key != "" {
		return key
	}
	return req.Header.Get("X-Api-Key")
}

// queryKey is the first value of key in a query. URL.Query would make a map of all that a stranger sends
// before anybody knows whether he may.
func queryKey(query string) string {
	for parameter := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(parameter, "key="); ok {
			key, err := url.QueryUnescape(value)
			if err != nil {
				return ""
			}
			return key
		}
	}
	return ""
}

// stamp puts what the key stands for in place of what the page says, so that no client poses as
// another application.
func stamp(b *beacon.Beacon, application *admit.Application) {
	if application.Name != "" {
		b.App.Name = application.Name
	}
	if application.Environment != "" {
		b.App.Environment = application.Environment
	}
}
